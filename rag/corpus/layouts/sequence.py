"""The one engine for all layouts: finds the fields of a record after each other, over a whole page at once.

A layout says which fields a record has and in which orders they may stand. For each order the likeliest labelling of
all blocks is found by dynamic programming (Viterbi); the order with the best one explains the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.corpus.blocks import Block
from rag.corpus.names import Evidence

Fit = Callable[[Block, Evidence], float]
Continuation = Callable[[Block, Block, Evidence], float]
Labelled = tuple[tuple[str, Block], ...]

RECORD_COST = 0.2
"""Of starting a record, so that nothing is cut in more pieces than needed."""

UNEXPLAINED_COST = 1.0
"""Of leaving a block out."""

ORDER_COST = 3.0
"""By how much another order must beat the usual one: a page cut in a record's middle seems to begin with its text."""

TRIED_BLOCKS = 240
"""How many blocks the orders are compared on; the best one then labels the whole page."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a layout. `again` fits a further block (given the one before it); `missing` is the cost of its
    absence, None where no record is without."""

    name: str
    fit: Fit
    again: Continuation | None = None
    missing: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A record's blocks with their fields. [start, end) are places in the sequence of blocks that was labelled."""

    start: int
    end: int
    score: float
    fields: Labelled


@dataclass(frozen=True, slots=True)
class _Step:
    """A way to have got here: the score, the field that the last block has, and where it came from."""

    score: float
    place: int = -1
    before: _Step | None = None
    starts: bool = False


def find_records(orders: Sequence[Sequence[Field]], blocks: Sequence[Block], evidence: Evidence) -> list[Found]:
    """The records of a page in the order of fields that explains it best; of equals the first order."""
    fits = _Fits(evidence)
    usual, *others = orders
    if not others:
        return _label(usual, blocks, fits)[1]
    # Both ends of the page: where a record begins is seen at the edges.
    sample = blocks if len(blocks) <= TRIED_BLOCKS else [*blocks[: TRIED_BLOCKS // 2], *blocks[-TRIED_BLOCKS // 2 :]]
    best = max(others, key=lambda order: _label(order, sample, fits)[0])
    clear = _label(best, sample, fits)[0] > _label(usual, sample, fits)[0] + ORDER_COST
    return _label(best if clear else usual, blocks, fits)[1]


class _Fits:
    """Fits, each computed once a page and block."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self._known: dict[tuple[str, int], float] = {}

    def first(self, field: Field, block: Block) -> float:
        key = (field.name, block.index)
        if key not in self._known:
            self._known[key] = field.fit(block, self.evidence)
        return self._known[key]

    def again(self, field: Field, block: Block, before: Block) -> float:
        key = (f"{field.name}+{before.index}", block.index)
        if key not in self._known:
            self._known[key] = -math.inf if field.again is None else field.again(block, before, self.evidence)
        return self._known[key]


def _label(order: Sequence[Field], blocks: Sequence[Block], fits: _Fits) -> tuple[float, list[Found]]:
    """The score of the best labelling, and its records."""
    gaps = [[_cost(order[i:j]) for j in range(len(order) + 1)] for i in range(len(order) + 1)]
    outside = _Step(0.0)
    within: list[_Step | None] = [None] * len(order)
    for at, block in enumerate(blocks):
        reached: list[_Step | None] = []
        for place, field in enumerate(order):
            fit = fits.first(field, block)
            again = fits.again(field, block, blocks[at - 1]) if at and within[place] else -math.inf
            reached.append(_best_step(place, fit, again, outside, within, gaps))
        left = _Step(outside.score - UNEXPLAINED_COST, -1, outside)
        outside, within = _closed(left, reached, gaps), reached
    return outside.score, _trace(outside, order, blocks)


def _cost(skipped: Sequence[Field]) -> float:
    return (
        math.inf if any(field.missing is None for field in skipped) else sum(field.missing or 0.0 for field in skipped)
    )


def _best_step(
    place: int, fit: float, again: float, outside: _Step, within: Sequence[_Step | None], gaps: list[list[float]]
) -> _Step | None:
    best, before, starts = outside.score - RECORD_COST - gaps[0][place] + fit, outside, True
    for earlier in range(place):
        step = within[earlier]
        if step is not None and (score := step.score - gaps[earlier + 1][place] + fit) > best:
            best, before, starts = score, step, False
    same = within[place]
    if same is not None and same.score + again > best:
        best, before, starts = same.score + again, same, False
    return None if best == -math.inf else _Step(best, place, before, starts)


def _closed(left: _Step, reached: Sequence[_Step | None], gaps: list[list[float]]) -> _Step:
    """The best way to stand here with no record open. A record's last step keeps its field."""
    best = left
    for place, step in enumerate(reached):
        if step is not None and (score := step.score - gaps[place + 1][len(reached)]) > best.score:
            best = _Step(score, place, step.before, step.starts)
    return best


def _trace(step: _Step, order: Sequence[Field], blocks: Sequence[Block]) -> list[Found]:
    """The labelling that led to a step, as records in page order."""
    records: list[Found] = []
    fields: list[tuple[str, Block]] = []
    end, closing = len(blocks), step.score
    at = len(blocks)
    here: _Step | None = step
    while here is not None and at > 0:
        at -= 1
        if here.place >= 0:
            if not fields:
                end, closing = at + 1, here.score
            fields.append((order[here.place].name, blocks[at]))
            if here.starts and here.before is not None:
                records.append(Found(at, end, closing - here.before.score, tuple(reversed(fields))))
                fields = []
        here = here.before
    return records[::-1]
