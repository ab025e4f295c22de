from __future__ import annotations

import pytest

from rag.answer.words import content_words, numbers, plain, stems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a gain of 3.5% in 2024", {"3.5", "2024"}),
        ("1,000 images and 12,5", {"1000", "12,5"}),
        ("three of twelve", {"3", "12"}),
        ("GPT4 on x86 with one", set()),
        ("40-hour, 8x, a 7B model, v1.5", {"40", "8", "7"}),
    ],
)
def test_numbers_that_stand_alone(text, expected):
    assert numbers(text) == expected


def test_words_that_say_nothing_are_left_out():
    assert content_words("How does the method train its models with 8 GPUs?") == ["train", "models", "gpus"]


@pytest.mark.parametrize(("one", "other"), [("training", "trained"), ("models", "Model"), ("optimizer", "optimizers")])
def test_forms_of_a_word_have_one_stem(one, other):
    assert stems(one) == stems(other) != frozenset()


def test_plain_text_is_blind_to_punctuation_and_case():
    assert plain("It’s FAST (in 40 h).") == plain("it s fast in 40 h")
