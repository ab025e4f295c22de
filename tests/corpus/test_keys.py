"""Folding and the parts of a key."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.keys import folded, surname, telling_words


@given(st.one_of(st.text(), st.text(alphabet=st.characters(max_codepoint=127))))
def test_folding_keeps_letters_and_digits_alone_and_folding_twice_changes_little(text: str):
    slow = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
    assert folded(text) == slow
    assert not re.search(r"[\W_]", folded(text))


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Ada Bergström", "bergström"),
        ("Bergström, Ada", "bergström"),
        ("Aaron van den Berg", "berg"),
        ("Sammy Folder, Jr.", "folder"),
        ("Sammy Folder III", "folder"),
        ("Carla O'Neil-Smith", "oneilsmith"),
        ("王小明", "王小明"),
        ("", ""),
    ],
)
def test_the_surname_is_found_in_either_order(name: str, family: str):
    assert surname(name) == family


def test_telling_words_are_plain_and_without_stop_words():
    assert telling_words("On the Æsthetics of Łódź: an Übung in $k$-means") == [
        "aesthetics",
        "lodz",
        "ubung",
        "k",
        "means",
    ]
