"""Making a true sentence false: one thing changes, and it is said which."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corruptions import (
    CORRUPTIONS,
    corrupted,
    direction,
    framed,
    negation,
    number,
    reordered,
    respelled,
    swap,
)

SENTENCES = (
    "Pebble reaches 71.4% on Harbour with 1,200 labels.",
    "Quay-2 is faster than MoleNet and needs no camera.",
    "The method does not require labels, which lowers the cost.",
    "Three of the five models are trained jointly.",
)


def outside(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """The text without the changed places."""
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]])


@pytest.mark.parametrize("make", CORRUPTIONS)
@pytest.mark.parametrize("seed", range(5))
def test_what_a_corruption_changes_is_what_it_says(make, seed):
    for sentence in SENTENCES:
        made = make(sentence, random.Random(seed))
        if made is None:
            continue
        text, spans = made
        assert text != sentence
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(word in sentence for word in outside(text, spans).split() if len(word) > 8)


def test_a_number_becomes_another_of_the_same_look():
    for seed in range(30):
        text, ((start, end),) = number("It saves 1,200 labels.", random.Random(seed))
        assert text[start:end] != "1,200"
        assert float(text[start:end].replace(",", "")) > 0


@pytest.mark.parametrize("text", ["It costs 0.0 labels.", "It saves 0 labels.", "The gap is 0.00 here."])
def test_even_nothing_becomes_another_number(text):
    assert number(text, random.Random(0))[0] != text


def test_an_enumeration_says_the_same_in_any_order():
    text = "We train with Harbour, Quay-2 and MoleNet on one camera."
    assert all(swap(text, random.Random(seed)) is None for seed in range(9))
    turned = reordered(text, random.Random(0))
    assert turned != text
    assert sorted(turned.replace(",", "").split()) == sorted(text.replace(",", "").split())


def test_an_enumeration_in_step_with_another_has_an_order():
    text = "Harbour and MoleNet reach 71 and 64 points, respectively."
    assert reordered(text, random.Random(0)) is None
    assert any(swap(text, random.Random(seed)) for seed in range(9))


def test_a_long_name_and_its_short_form_do_not_change_places():
    assert swap("We build a Graph Vector Machine (GVM) for the coast.", random.Random(0)) is None


def test_two_things_change_places():
    made = {swap("The gain of the small model over the large model is clear.", random.Random(i)) for i in range(9)}
    assert "The gain of the large model over the small model is clear." in {text for text, _ in made}


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("It has 24 parts.", "It has twenty-four parts."),
        ("It has twenty-four parts.", "It has 24 parts."),
        ("It has eight parts.", "It has 8 parts."),
    ],
)
def test_a_number_may_be_spelled(text, other):
    assert respelled(text, random.Random(0)) == other


@pytest.mark.parametrize(
    "text", ["It reaches 24% here.", "Version 2.5 is out.", "GPT-4 is used.", "No number is here."]
)
def test_what_is_no_plain_count_is_not_spelled(text):
    assert respelled(text, random.Random(0)) is None


def test_a_reporter_keeps_what_is_said():
    told = framed("The method is small.", random.Random(0))
    assert told.endswith("the method is small.")
    assert framed("GVM is small.", random.Random(0)).endswith("GVM is small.")


def test_a_spelled_number_stays_spelled():
    text, _ = number("It has three parts.", random.Random(1))
    assert text != "It has three parts."
    assert not any(c.isdigit() for c in text)


def test_a_not_is_put_in_or_taken_away():
    assert negation("It is small.", random.Random(0))[0] == "It is not small."
    assert negation("It does not scale.", random.Random(0))[0] == "It does scale."
    assert negation("Pebble requires labels.", random.Random(0))[0] == "Pebble does not require labels."


def test_a_direction_turns_round():
    assert direction("It increases recall.", random.Random(0))[0] == "It decreases recall."


def test_two_names_change_places():
    text, spans = swap("MoleNet beats Quay-2 by far.", random.Random(0))
    assert text == "Quay-2 beats MoleNet by far."
    assert [text[start:end] for start, end in spans] == ["Quay-2", "MoleNet"]


def test_a_sentence_that_offers_nothing_is_left():
    assert corrupted("hello there", random.Random(0)) is None


@given(st.text(max_size=200), st.integers(0, 100))
def test_any_text_is_changed_within_its_bounds_or_not_at_all(text, seed):
    made = corrupted(text, random.Random(seed))
    if made is not None:
        changed, spans = made
        assert changed != text
        assert all(0 <= start < end <= len(changed) for start, end in spans)
