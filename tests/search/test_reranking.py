from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.models.crossencoder import QuestionReading
from rag.models.pairs import PassageText
from rag.schema import Passage
from rag.search import reranking
from rag.search.reranking import MOST, STEP, CrossEncoderReranker, score
from tests.papers import passage, work


class ByName:
    """P(relevant) by the first word of a text; keeps what it read."""

    def __init__(self, **relevant: float) -> None:
        self._relevant = relevant
        self.read: list[PassageText] = []

    def questions(self, question: str, passages: Sequence[PassageText]) -> list[QuestionReading]:  # noqa: ARG002
        self.read += passages
        return [
            QuestionReading(relevant=self._relevant.get(passage.text.split()[0], 0.01), answerable=0.0)
            for passage in passages
        ]


def candidates(*names: str, blends: Sequence[float] = ()) -> list[Passage]:
    """Passages ranked by a blend that falls from .9."""
    blends = blends or [0.9 - 0.005 * i for i in range(len(names))]
    return [
        replace(passage(work(name, f"On {name}", f"{name} is a thing.")), score=blend, scores={"blend": blend})
        for name, blend in zip(names, blends, strict=True)
    ]


def names(ranked: Sequence[Passage]) -> list[str]:
    return [passage.work.key for passage in ranked]


MANY = tuple(f"w{i}" for i in range(150))


def test_a_relevant_passage_overtakes_a_likelier_looking_one():
    ranked = CrossEncoderReranker(ByName(b=0.95)).rerank("?", candidates("a", "b", "c"))
    assert names(ranked) == ["b", "a", "c"]


def test_of_equally_relevant_passages_the_blend_decides_and_ties_keep_their_order():
    ranked = CrossEncoderReranker(ByName()).rerank("?", candidates("a", "b", "c", blends=[0.9, 0.5, 0.5]))
    assert names(ranked) == ["a", "b", "c"]


def test_every_passage_has_its_score_and_what_was_known_stays():
    ranked = CrossEncoderReranker(ByName(w3=0.99)).rerank("?", candidates(*MANY))
    assert sorted(names(ranked)) == sorted(MANY)
    assert all(passage.score == passage.scores["rerank"] for passage in ranked)
    assert all(0.0 <= passage.score <= 1.0 and "blend" in passage.scores for passage in ranked)
    scores = [passage.score for passage in ranked]
    assert scores == sorted(scores, reverse=True)


def test_the_model_reads_title_and_text_with_its_sentences():
    model = ByName()
    CrossEncoderReranker(model).rerank("?", candidates("a"))
    (given,) = model.read
    assert given.heading == "On a\nAda Brook, Ben Stone · 2024-03"
    assert (given.text, len(given.sentences)) == ("a is a thing.", 1)


def test_reading_stops_when_the_question_has_found_its_passage():
    model = ByName(w2=0.999)
    ranked = CrossEncoderReranker(model).rerank("?", candidates(*MANY))
    assert names(ranked)[0] == "w2"
    assert len(model.read) == 2 * STEP
    assert ["relevant" in passage.scores for passage in ranked] == [True] * 2 * STEP + [False] * (150 - 2 * STEP)


def test_reading_goes_on_while_the_first_works_change():
    model = ByName(w2=0.999, w15=0.99, w25=0.99)
    CrossEncoderReranker(model).rerank("?", candidates(*MANY))
    assert len(model.read) == 4 * STEP


def test_without_a_sure_passage_the_whole_union_is_read_and_no_more():
    model = ByName()
    CrossEncoderReranker(model).rerank("?", candidates(*MANY, blends=[0.5 - 0.001 * i for i in range(len(MANY))]))
    assert len(model.read) == MOST


def test_reading_everything_can_be_asked_for():
    model = ByName(w2=0.999)
    CrossEncoderReranker(model, sure=2.0).rerank("?", candidates(*MANY))
    assert len(model.read) == MOST


def test_what_was_not_read_stands_behind_what_was_in_its_old_order():
    ranked = names(CrossEncoderReranker(ByName(w2=0.999)).rerank("?", candidates(*MANY)))
    assert ranked[2 * STEP :] == list(MANY[2 * STEP :])


def test_several_passages_of_a_work_are_one_work():
    """Ten passages of five works: nothing new can come into the first five of the second step."""
    twice = [name for name in MANY[:5] for _ in range(2)]
    model = ByName(w0=0.999)
    ranked = CrossEncoderReranker(model).rerank("?", candidates(*twice, *twice, *twice))
    assert len(ranked) == 30
    assert len(model.read) == 2 * STEP


def test_nothing_found_is_nothing_ranked():
    assert CrossEncoderReranker(ByName()).rerank("?", []) == []


@pytest.mark.parametrize("relevant", [0.0, 1e-30, 0.5, 1.0])
@pytest.mark.parametrize("blend", [0.0, 0.5, 1.0])
def test_a_score_is_a_probability_at_the_very_ends_too(relevant: float, blend: float):
    assert 0.0 < score(relevant, blend) < 1.0


def test_more_relevance_and_more_blend_never_lower_a_score():
    assert reranking.RELEVANCE > 0 <= reranking.BLEND
    assert score(0.9, 0.5) > score(0.2, 0.5)
    assert score(0.5, 0.6) >= score(0.5, 0.5)
