from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.facts import LONGEST_CUT, MOST_FACTS, facts


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Pebble is small; Lantern is large.", ("Pebble is small.", "Lantern is large.")),
        ("Pebble is small, while Lantern is large.", ("Pebble is small.", "Lantern is large.")),
        ("Pebble is small, and Lantern keeps an index.", ("Pebble is small.", "Lantern keeps an index.")),
        ("Pebble is small, and it needs a map.", ("Pebble is small.", "Pebble needs a map.")),
        ("The houses were dark, but they had stairs.", ("The houses were dark.", "The houses had stairs.")),
        ("Pebble is small and needs a map.", ("Pebble is small.", "Pebble needs a map.")),
        ("Pebble uses light and improves recall.", ("Pebble uses light.", "Pebble improves recall.")),
        ("Pebble, which is small, runs on phones.", ("Pebble is small.", "Pebble runs on phones.")),
        (
            "Pebble scores 71.5% on Harbour, 65% on Quay and 60% on Mole.",
            ("Pebble scores 71.5% on Harbour.", "Pebble scores 65% on Quay.", "Pebble scores 60% on Mole."),
        ),
        (
            "Pebble is small and needs a map; it scores 71 on Harbour and 65 on Quay.",
            ("Pebble is small.", "Pebble needs a map.", "Pebble scores 71 on Harbour.", "Pebble scores 65 on Quay."),
        ),
        ("It is fast. It is small!", ("It is fast.", "It is small!")),
    ],
)
def test_what_can_be_true_alone_is_a_fact_with_its_subject(claim: str, expected: tuple[str, ...]):
    assert facts(claim) == expected


@pytest.mark.parametrize(
    "claim",
    [
        "Pebble is small.",
        "Pebble and Lantern are small and light.",
        "Pebble combines light and sound and needs care and is new.",  # three predicates: whose are they?
        "If a house is dark, Pebble gets lost, and Lantern is used.",
        "Pebble is faster than Lantern, and Mole is slower.",
        "The authors suggest that Pebble is small, and it needs a map.",
        "Pebble is not small and needs no map.",
        "Because it is small, Pebble is fast, and Lantern is slow.",
        "Pebble uses maps, which are large.",
        "Pebble and Lantern score 71 and 65 on Harbour and Quay, respectively.",
        "Six houses were visited, and this is the first test of it.",
        "The houses were dark, and it is small.",  # "it" is none of the houses
        "Pebble may be small and has a map.",
        "While Pebble is small, Lantern is large, and Mole is slow.",
        "Pebble is tested on houses, stairs and boats.",
        "Methods that need maps and has no end",
        "The score rises from 71 to 78 on Harbour and 65 on Quay.",
        "Она быстрая, и она маленькая.",
        "它很快，而且很小",
        "كل شيء سريع",
    ],
)
def test_in_doubt_a_sentence_is_one_fact(claim: str):
    assert facts(claim) == (claim,)


@pytest.mark.parametrize("claim", ["", "   ", "\n\n", "...", "\x00", "[1]"])
def test_what_says_nothing_is_one_fact(claim: str):
    assert len(facts(claim)) == 1


def test_a_thousand_sentences_make_a_bounded_number_of_stretches_that_lose_nothing():
    claim = " ".join(f"House {i} is dark." for i in range(1000))
    cut = facts(claim)
    assert len(cut) <= MOST_FACTS
    assert " ".join(cut) == claim


def test_a_sentence_without_an_end_is_left_whole():
    claim = "Pebble is small, and " * LONGEST_CUT
    assert facts(claim) == (claim.strip(),)


WORDS = st.sampled_from(
    """Pebble Lantern the it they which while whereas and but , , and ; . ! is are has needs runs improves small 71 65%
    on Harbour in 2024 not if than that respectively 它很快 она “ ” ( ) [1] \x00 \n""".split(" ")
)
JOINING = frozenset("and but while whereas yet it they which".split())


def words(text: str) -> set[str]:
    return set(re.findall(r"[\w%]+", text.casefold()))


@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=200))
def test_facts_are_made_of_the_claims_words_and_lose_none(claim: str):
    cut = facts(claim)
    assert cut
    assert words(" ".join(cut)) <= words(claim)
    assert words(claim) - words(" ".join(cut)) <= JOINING
