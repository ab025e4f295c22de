"""Questions over several works are told from questions about one by their words."""

import pytest

from rag.answer.breadth import asks_of_several


@pytest.mark.parametrize(
    "question",
    [
        "Which papers prune networks at start-up, and what does each find?",
        "What do the three works on tides disagree about?",
        "Compare Pebble and Lantern.",
        "How do Pebble and Lantern differ?",
        "What have Pebble and Lantern in common?",
        "List every paper on tides.",
        "What does the earlier paper on tides say that the later one denies?",
        "How many labels do Pebble and Lantern need, respectively?",
    ],
)
def test_it_asks_about_several(question):
    assert asks_of_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "How fast is Pebble?",
        "Which pooling works best for tides?",
        "Does Lantern need labels?",
        "Why does it work?",
        "Which models are tested on the tide table?",
        "",
    ],
)
def test_it_asks_about_one(question):
    assert not asks_of_several(question)
