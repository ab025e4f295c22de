from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evals.classification import auroc
from evals.controls import ClaimAlone, claim_alone_by_folds, length, word_cover

PASSAGE = "Forty seeds suffice. The greedy rule costs 3.5 hours on 1,000 cores."


def test_cover_is_the_share_of_content_words_and_numbers_that_the_passage_has() -> None:
    assert word_cover("The seeds cost 1000 lanterns", PASSAGE) == 0.75
    assert word_cover("The greedy rule", PASSAGE) == 1.0
    assert word_cover("Lanterns glow", PASSAGE) == 0.0
    assert word_cover("it is not", PASSAGE) == 1.0


@given(st.text(max_size=60), st.text(max_size=60))
def test_cover_is_a_share_and_whole_in_itself(claim: str, passage: str) -> None:
    assert 0.0 <= word_cover(claim, passage) <= 1.0
    assert word_cover(claim, f"{claim} {passage}") == 1.0


def test_length_counts_words() -> None:
    assert length("  four words are here ") == 4


def claims(count: int) -> tuple[list[str], list[bool]]:
    """Claims of which the false ones give themselves away by "only"."""
    truth = [bool(i % 2) for i in range(count)]
    return [f"model {i} {'may' if true else 'only'} learn from data" for i, true in enumerate(truth)], truth


def test_claims_that_give_themselves_away_are_told_without_a_passage() -> None:
    texts, truth = claims(60)
    scores = ClaimAlone(texts, truth).scores(["a net may learn", "a net only learns", ""])
    assert scores[0] > 0.8
    assert scores[1] < 0.2
    assert ((scores >= 0) & (scores <= 1)).all()


def test_the_same_claims_give_the_same_scores() -> None:
    texts, truth = claims(20)
    assert np.array_equal(ClaimAlone(texts, truth).scores(texts), ClaimAlone(texts, truth).scores(texts))


def test_a_model_without_claims_says_one_half() -> None:
    assert ClaimAlone([], []).scores(["anything", ""]).tolist() == [0.5, 0.5]


def test_by_folds_no_claim_is_scored_by_a_model_that_saw_its_group() -> None:
    """What only the own group could tell stays at chance; what all groups share is found."""
    texts, truth = claims(60)
    groups = [i // 2 for i in range(60)]
    assert auroc(truth, claim_alone_by_folds(texts, truth, groups)) == 1.0
    own = [f"word{group}{'x' if true else 'y'}" for group, true in zip(groups, truth, strict=True)]
    assert auroc(truth, ClaimAlone(own, truth).scores(own)) == 1.0
    assert auroc(truth, claim_alone_by_folds(own, truth, groups)) == 0.5
