"""Windows over a long text: nothing is left out, sentences stay whole, neighbours share one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.windows import OVERLAP, even, windows

ROOM = 100
LENGTHS = st.lists(st.integers(0, 250), max_size=40)


def starts_of(lengths: list[int]) -> list[int]:
    return [sum(lengths[:i]) for i in range(len(lengths))]


def test_a_text_that_fits_is_one_window():
    assert windows([0, 50], 100, ROOM) == [(0, 100)]


def test_nothing_is_one_empty_window():
    assert windows([], 0, ROOM) == [(0, 0)]


def test_a_window_begins_with_the_last_sentence_of_the_one_before():
    assert windows([0, 40, 80], 120, ROOM) == [(0, 80), (40, 120)]


def test_sentences_that_do_not_fit_together_share_nothing():
    assert windows([0, 60], 150, ROOM) == [(0, 60), (60, 150)]


def test_a_sentence_longer_than_a_window_is_cut_into_parts_that_overlap():
    assert windows([0], 150, ROOM) == [(0, 100), (100 - OVERLAP, 150)]


def test_room_that_is_no_larger_than_the_overlap_is_refused():
    with pytest.raises(ValueError, match="no room"):
        windows([0], 200, OVERLAP)


@given(LENGTHS)
def test_windows_cover_every_piece_in_order_and_none_is_too_long(lengths: list[int]):
    count = sum(lengths)
    found = windows(starts_of(lengths), count, ROOM)
    assert found[0][0] == 0
    assert found[-1][1] == count
    assert all(end - begin <= ROOM for begin, end in found)
    assert all(before[0] < after[0] <= before[1] < after[1] for before, after in itertools.pairwise(found))


@given(LENGTHS)
def test_a_sentence_that_fits_stands_whole_in_some_window(lengths: list[int]):
    starts = starts_of(lengths)
    found = windows(starts, sum(lengths), ROOM)
    for start, length in zip(starts, lengths, strict=True):
        if length <= ROOM:
            assert any(begin <= start and start + length <= end for begin, end in found)


@given(st.integers(0, 1000))
def test_even_windows_share_nothing_and_differ_by_one_piece_at_most(count: int):
    found = even(count, ROOM)
    assert [begin for begin, _ in found] == [0, *(end for _, end in found[:-1])]
    sizes = [end - begin for begin, end in found]
    assert sum(sizes) == count
    assert max(sizes) <= ROOM
    assert max(sizes) - min(sizes) <= 1
