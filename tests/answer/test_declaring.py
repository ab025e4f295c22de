from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.declaring import LEAST_WORDS, declared


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("Why does Pebble need labels?", "Pebble needs labels"),
        ("And why doesn't Pebble need labels?", "Pebble does not need labels"),
        ("Doesn't Pebble need labels?", "Pebble needs labels"),
        ("Does the search in Pebble rely on a map?", "the search in Pebble relies on a map"),
        ("Do the houses need light?", "the houses need light"),
        ("Did Lantern beat the dense baseline?", "Lantern did beat the dense baseline"),
        ("How does Lantern train its reward model?", "Lantern trains its reward model"),
        ("How quickly does Lantern learn a house?", "Lantern learns a house"),
        ("Why is Lantern so slow on phones?", "Lantern is slow on phones"),
        ("Is the method faster than Lantern?", "the method is faster than Lantern"),
        ("Was Pebble trained on houses?", "Pebble was trained on houses"),
        ("Can Pebble run on phones?", "Pebble can run on phones"),
        ("Why can't Pebble run on phones?", "Pebble can not run on phones"),
        ("By how much does Pebble beat the dense baseline?", "Pebble beats the dense baseline"),
        ("How many labelled pages does Lantern need?", "Lantern needs labelled pages"),
        ("Which reward model does Lantern train?", "Lantern trains reward model"),
        ("Given that Pebble needs labels, where do they come from?", "Pebble needs labels"),
        ("What is Pebble? Why does it need so many labels?", "it needs many labels"),
        ("Why does Pebble carry stones?", "Pebble carry stones"),  # "carry" is not on the list: left in place
    ],
)
def test_what_a_question_takes_for_granted_is_stated(question: str, statement: str):
    assert declared(question) == statement


@pytest.mark.parametrize(
    "question",
    ["", "?", "Which paper is about pebbles?", "Who wrote it?", "Why is it?", "Pebble labels", "它快吗？"],
)
def test_a_question_of_another_form_states_nothing(question: str):
    assert declared(question) is None


@given(
    st.lists(st.sampled_from("why how does is Pebble need the labels ? , so n't 它".split())).map(" ".join) | st.text()
)
def test_any_text_may_be_asked(question: str):
    said = declared(question)
    assert said is None or len(said.split()) >= LEAST_WORDS


def test_a_very_long_question_is_read_in_no_time():
    assert declared("how many " * 20_000) is None
    assert declared("is " + "Pebble " * 20_000) is not None
