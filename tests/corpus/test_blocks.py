"""Lines → blocks with features."""

from __future__ import annotations

from rag.corpus.blocks import fold, read_blocks


def test_white_space_of_every_kind_is_folded_and_invisible_marks_go() -> None:
    assert fold("\ufeff  one\N{NO-BREAK SPACE}\ttwo\u200b  ") == "one two"


def test_blank_lines_are_counted_and_wide_gaps_told_from_usual_ones() -> None:
    blocks = read_blocks("one\n\ntwo\n\nthree\n\n\nfour\nfive")
    assert [block.gap for block in blocks[1:]] == [1, 1, 2, 0]
    assert [block.wide_gap for block in blocks[1:]] == [False, False, True, False]


def test_no_gap_is_wide_where_all_are_alike() -> None:
    assert {block.wide_gap for block in read_blocks("one\n\ntwo\n\nthree")} == {None}


def test_what_is_said_again_is_marked_even_if_it_was_broken_in_two() -> None:
    blocks = read_blocks("Teaching a Crane\nto Wait\n\nTeaching a crane to wait\n\nIt waits.")
    assert [block.repeats for block in blocks] == [False, False, True, False]


def test_labels_rooms_meta_lines_and_cut_lists_are_recognised() -> None:
    label, room, meta, names = read_blocks("Best Paper\n[ Hall B 2 ]\n92.5AIMar 11Code\nAda Roe, Li Wei et al. · mit")
    assert (label.label, room.session, meta.meta is not None, names.byline_end) == (True, True, True, True)
