"""Names of people; all invented."""

from __future__ import annotations

import pytest

from rag.corpus.names import likeness, read_names


@pytest.mark.parametrize(
    "name",
    [
        "Ada Roe",
        "J. R. Okonkwo",
        "Siobhán O'Neil",
        "Ines van der Meer",
        "Mei-Ling Zhao",
        "Bartosz Łuczak",
        "Tomás McAvoy",
        "Nora HaoLin",
        "C. -C. Wei",
        "Quan Le",
        "Or Adler",
        "Lee A Marsh",
    ],
)
def test_peoples_names_look_like_names(name: str) -> None:
    assert likeness(name) >= 0.0


@pytest.mark.parametrize(
    "text", ["We study the sea.", "A Survey of Tides", "Learning to Wait with Less", "GPT-4", "", "2024", "and Ada Roe"]
)
def test_sentences_and_titles_do_not(text: str) -> None:
    assert likeness(text) < 0.0


def test_one_odd_name_does_not_spoil_a_list_that_dots_set_apart() -> None:
    names, score = read_names("Ada Roe · Quill · Li Wei · Ben van Dam")
    assert names == ("Ada Roe", "Quill", "Li Wei", "Ben van Dam")
    assert score > 0.5
