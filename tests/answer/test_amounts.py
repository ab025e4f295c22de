from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.amounts import unstated


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("It keeps 98% of it.", "It keeps 98 percent."),
        ("It keeps 98% of it.", "It keeps 0.98 of it."),
        ("It has 1,500 houses.", "Of 1500 houses"),
        ("It has 1.5 million words.", "It has 1,500,000 words, or 1.5M."),
        ("It visits 3 houses.", "Three houses were visited."),
        ("It is 2 times faster.", "It is twice as fast."),
        ("It takes 50% of the time.", "It takes half the time."),
        ("About 70 houses are dark.", "71.2 houses are dark."),
        ("It gains 5 points.", "It rises from 80 to 85."),
        ("GPT4 is large.", "It is large."),
        ("It is small.", "It has 7 rooms."),
        ("", ""),
    ],
)
def test_what_a_text_states_in_another_way_is_stated(claim: str, text: str):
    assert unstated(claim, text) == frozenset()


@pytest.mark.parametrize(
    ("claim", "text", "missing"),
    [
        ("It keeps 17.2%.", "It keeps 71.2%.", {"17.2"}),
        ("It has 9 rooms and 40 doors.", "It has 40 doors.", {"9"}),
        ("It takes about 90 hours.", "It takes 40 hours.", {"90"}),
        ("It appeared in 2023.", "It appeared in 2024.", {"2023"}),
    ],
)
def test_a_figure_that_stands_nowhere_is_told(claim: str, text: str, missing: set[str]):
    assert unstated(claim, text) == missing


@given(st.text(alphabet="0123456789.,% kMB-~abouthalf x\n", max_size=80))
def test_a_text_states_all_its_own_figures(text: str):
    assert unstated(text, text) == frozenset()


def test_a_table_of_a_thousand_figures_is_quick_to_look_through():
    table = " ".join(str(i * 7) for i in range(1000))
    assert unstated("It has 3 rooms.", table) == {"3"}
