"""The header of a profile: a person's name, areas, affiliation, and numbers such as the h-index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus import lexicon
from rag.corpus.blocks import Block
from rag.corpus.names import likeness

SEARCHED_BLOCKS = 40
LONGEST_LINE_WORDS = 12
LEAST_NUMBERS = 2


@dataclass(frozen=True, slots=True)
class Header:
    """Whose profile a page is, and the blocks that say no more than that."""

    name: str | None = None
    indices: frozenset[int] = frozenset()


def read_header(blocks: Sequence[Block]) -> Header:
    """The header at the top of a page: short lines with two numbers about a person among them; empty without."""
    top: list[Block] = []
    for block in blocks[:SEARCHED_BLOCKS]:
        if block.words > LONGEST_LINE_WORDS or (block.meta is not None and block.meta.date is not None):
            break
        top.append(block)
    numbers = [block for block in top if lexicon.STATISTICS.fullmatch(block.text)]
    if len(numbers) < LEAST_NUMBERS:
        return Header()
    top = [block for block in top if block.index <= numbers[-1].index]
    before = [block for block in top if block.index < numbers[0].index and not lexicon.is_navigation(block.text)]
    names = [block.text for block in before if likeness(block.text) > 0.3]
    return Header(names[0] if names else None, frozenset(block.index for block in top))
