import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.search.antecedents import items, lead, subject


@pytest.mark.parametrize(
    ("answer", "listed"),
    [
        ("1. Brisk steps\n2. Pebble maps", ["Brisk steps", "Pebble maps"]),
        ("Two do:\n- Brisk steps\n- Pebble maps [2]", ["Brisk steps", "Pebble maps"]),
        ("Two do: “Brisk steps” and “Pebble maps”. [1][2]", ["Brisk steps", "Pebble maps"]),
        ("1. “Brisk steps” (2023), by Ada Brook\n2. “Pebble maps” (2021)", ["Brisk steps", "Pebble maps"]),
        ("(1) Brisk steps; (2) Pebble maps.", ["Brisk steps", "Pebble maps"]),
        ("Brisk clips. [1] It is fast. [1] Pebble prunes. [2]", ["Brisk clips.", "Pebble prunes."]),
        ("Brisk, Pebble and Lantern.", ["Brisk", "Pebble", "Lantern"]),
        ("These three: Brisk, Pebble, and Lantern. [1][2][3]", ["Brisk", "Pebble", "Lantern"]),
        ("Brisk clips the update. [1]", []),
        ("It gains 2.1 points, and it is cheap.", []),
        ("", []),
    ],
)
def test_the_things_of_an_answer_are_read_from_its_text(answer: str, listed: list[str]) -> None:
    assert items(answer) == listed


@pytest.mark.parametrize(
    ("question", "answer", "named"),
    [
        ("Which optimizer is fastest?", "Brisk is. [1]", "Brisk"),
        ("Which optimizer is fastest?", "Brisk halves the steps. [1]", "Brisk"),
        ("How fast is Brisk?", "Twice as fast as Pebble. [1]", "Brisk"),
        ("Is there work on haze?", "Yes: “Clear Skies at Dawn” by Ada Brook. [1]", "“Clear Skies at Dawn”"),
        ("Which tokenizer suits Finnish?", "One that cuts words at morphemes. [1]", ""),
        ("Which method needs diffusion models?", "Diffusion models learn slowly. [1]", ""),
        ("What is said of haze?", "Nothing in the 9 works indexed here answers this; nearest is “Dawn”.", ""),
    ],
)
def test_what_a_turn_is_about_is_named_only_where_the_name_stands_out(question: str, answer: str, named: str) -> None:
    assert subject(question, answer) == named


def test_an_answer_is_searched_for_by_its_beginning_without_its_marks() -> None:
    assert lead("Brisk clips [1] the update. [2]") == "Brisk clips the update."
    assert len(lead("word " * 500).split()) == 20


def test_a_declined_answer_lends_its_titles_to_no_search() -> None:
    assert lead("Nothing in the 9 works indexed here answers this; nearest are “Dawn” and “Dusk”.") == ""


@settings(max_examples=50)
@given(st.text(), st.text())
def test_any_text_is_read(question: str, answer: str) -> None:
    assert all(item.strip() for item in items(answer))
    assert isinstance(subject(question, answer), str)
