"""Cuts a text that is longer than a model reads at once into windows, of whole sentences where it can be.

Counts in word pieces; knows nothing of what they are or what reads them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

OVERLAP = 32
"""Pieces that two neighbouring parts of a sentence share when it alone is longer than a window."""


def windows(starts: Sequence[int], count: int, room: int) -> list[tuple[int, int]]:
    """Pieces [begin, end) of each window: at most `room`, all of 0 … count covered, in order.

    `starts` are the pieces with which sentences begin, ascending. A window holds whole sentences and begins with the
    last one of the window before it, unless that and the next one do not fit together: what refers back can be
    understood. A sentence longer than `room` is cut.

    windows([0, 4, 8], 12, room=8) == [(0, 8), (4, 12)]
    Raises ValueError when `room` is not larger than OVERLAP.
    """
    if room <= OVERLAP:
        raise ValueError(f"{room} pieces are no room for windows that share {OVERLAP}")
    if count <= room:
        return [(0, count)]
    units = [part for begin, end in _sentences(starts, count) for part in _parts(begin, end, room)]
    found, first = list[tuple[int, int]](), 0
    while True:
        begin, last = units[first][0], first
        while last + 1 < len(units) and units[last + 1][1] - begin <= room:
            last += 1
        found.append((begin, units[last][1]))
        if last + 1 == len(units):
            return found
        shared = last > first and units[last + 1][1] - units[last][0] <= room
        first = last if shared else last + 1


def even(count: int, room: int) -> list[tuple[int, int]]:
    """The fewest windows of at most `room` pieces, as even as can be, none shared: for a text without sentences."""
    parts = max(1, -(-count // room))
    return [(part * count // parts, (part + 1) * count // parts) for part in range(parts)]


def _sentences(starts: Sequence[int], count: int) -> Iterator[tuple[int, int]]:
    """What stands before the first start is a sentence too; one without pieces is none."""
    edges = sorted({0, *(start for start in starts if start < count), count})
    yield from itertools.pairwise(edges)


def _parts(begin: int, end: int, room: int) -> Iterator[tuple[int, int]]:
    while end - begin > room:
        yield begin, begin + room
        begin += room - OVERLAP
    yield begin, end
