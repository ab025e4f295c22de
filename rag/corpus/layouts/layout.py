"""What a layout is: a name, the fields of its records, and the orders in which they may follow each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.blocks import Block
from rag.corpus.layouts.drafts import Draft, make_draft
from rag.corpus.layouts.sequence import Field, find_records
from rag.corpus.names import Evidence
from rag.schema import Page

LEAST_COMPANY = 3
"""A record that fits badly, as one with a title and nothing else, is believed among so many that fit well."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record found in the blocks [start, end). `score` sums how well they fit; below 0 it is better not believed."""

    start: int
    end: int
    score: float
    draft: Draft


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a layout makes of a page. `share`: of the characters that it explains, 0..1."""

    entries: tuple[Entry, ...]
    share: float
    cost: float = 0.0
    """By how much the entries together have to beat what other layouts make of the same blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLayout:
    """A layout whose records are fields after each other, in the same order all over the page."""

    name: str
    orders: tuple[tuple[Field, ...], ...]
    """The usual order first: of equals it wins."""
    cost: float = 0.0
    """Of its explanations: what it takes to believe a layout that resembles another one."""

    def explain(self, page: Page, blocks: Sequence[Block], evidence: Evidence) -> Explanation:
        records = find_records(self.orders, blocks, evidence)
        sure = sum(found.score > 0.0 for found in records)
        entries = tuple(
            Entry(found.start, found.end, found.score, make_draft(page, found.fields, evidence))
            for found in records
            if found.score > 0.0 or sure >= LEAST_COMPANY
        )
        explained = sum(len(block.text) for entry in entries for block in blocks[entry.start : entry.end])
        return Explanation(entries, explained / (sum(len(block.text) for block in blocks) or 1), self.cost)
