"""From a question to an answer: what is declined, and what happens when the model fails. Real index, fake models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag import ingestion, prompts
from rag.answer.extractive import ExtractiveAnswerer
from rag.answer.generative import GenerativeAnswerer
from rag.answer.weighing import Bar
from rag.answering import Answering, Writing
from rag.errors import LLMRefusedError, LLMUnreachableError
from rag.index.store import Store
from rag.llm import Delta, LanguageModel, Message
from rag.schema import Answer, Limits, Turn
from rag.search.question import LONGEST_QUESTION
from rag.search.reranking import CrossEncoderReranker
from rag.search.retriever import Retriever
from tests.fakes import HashingEmbedder, KeywordCrossEncoder, KeywordJudge, KeywordReader, ScriptedLLM

PAGE = """\
Lantern: Pruning Attention Heads by Their Entropy
Lantern removes the heads whose entropy stays high during training. On three tasks Lantern drops 40 of 96 heads.
Marmot: Sleeping Experts for Streaming Speech Recognition
Marmot keeps most experts of a mixture asleep and wakes one for each speaker. It halves the energy of a recogniser.
"""
QUESTION = "How many heads does Lantern drop?"
UNREACHABLE = LLMUnreachableError("cannot reach the server", hint="start it")

Make = Callable[..., Answering]


class BreaksOff:
    """Says one sentence and the beginning of another, then the connection is lost."""

    name = "breaks-off"

    def complete(self, messages: Sequence[Message]) -> Iterator[Delta]:  # noqa: ARG002
        yield Delta("Lantern drops 40 of 96 heads. [1] ")
        yield Delta("It also ")
        raise UNREACHABLE


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes the parts that answer over the page above; with a model, if one is given."""
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    embedder = HashingEmbedder()
    with Store.open(tmp_path / "home", embedder.name, chunk_words=180) as store:
        ingestion.ingest(store, embedder, [tmp_path / "page.txt"], ingestion.Reading(), chunk_words=180)

        def answering(
            model: LanguageModel | None = None, *, falls_back: bool = True, reranks: bool = False
        ) -> Answering:
            reranker = CrossEncoderReranker(KeywordCrossEncoder()) if reranks else None
            return Answering(
                store=store,
                retriever=Retriever(embedder, candidates=60, dense_weight=0.5, reranker=reranker),
                extractive=ExtractiveAnswerer(KeywordReader(enough=0.3)),
                judge=KeywordJudge(),
                bar=Bar(),
                passages=8,
                version="1",
                embedder=embedder.name,
                writing=writing(model, falls_back) if model else None,
            )

        yield answering


def writing(model: LanguageModel, falls_back: bool) -> Writing:
    prompt = prompts.load("answer")
    return Writing(
        model=model,
        answerer=GenerativeAnswerer(model, prompt),
        answer_prompt=prompt,
        standalone_prompt=prompts.load("standalone"),
        falls_back=falls_back,
    )


def answer_to(answering: Answering, question: str, history: Sequence[Turn] = (), limits: Limits = Limits()) -> Answer:
    *_, answer = answering.stream(question, history, limits)
    assert isinstance(answer, Answer)
    return answer


@pytest.mark.parametrize("question", ["the of and", "?!", "What does it do?", "zeppelin upholstery"])
def test_a_question_of_which_no_telling_word_stands_in_the_corpus_is_declined(make: Make, question: str):
    answer = answer_to(make(), question)
    assert answer.reason == "nothing_relevant"


def test_a_question_that_asks_for_no_word_of_the_corpus_never_reaches_the_model(make: Make):
    model = ScriptedLLM("Lantern drops 40 of 96 heads. [1]")
    assert answer_to(make(model), "zeppelin upholstery").declined
    assert model.asked == []


def test_a_passage_that_was_found_is_read_and_ranked_by_what_the_model_says(make: Make):
    found = answer_to(make(reranks=True), QUESTION).passages
    assert [set(passage.scores) for passage in found] == [{"bm25", "cosine", "blend", "rerank", "relevant"}] * 2
    assert found[0].score == found[0].scores["rerank"] > found[1].score


def test_what_is_on_the_subject_but_does_not_say_it_is_named_as_that(make: Make):
    asked = "Does Lantern drop heads whose entropy stays high in winter months?"
    answer = answer_to(replace(make(reranks=True), extractive=ExtractiveAnswerer(KeywordReader(enough=0.9))), asked)
    assert answer.reason == "not_stated"
    assert answer.text == (
        "No sentence of the 2 works indexed here states this: "
        "“Lantern: Pruning Attention Heads by Their Entropy” is on the subject, but does not say it."
    )
    assert len(answer.nearest) == 2


def test_what_is_not_on_the_subject_is_no_more_than_nearest(make: Make):
    asked = "Which experts climb volcanoes before breakfast without ropes?"
    answer = answer_to(make(reranks=True), asked)
    assert answer.reason == "nothing_relevant"
    assert "on the subject" not in answer.text
    assert "nearest are “" in answer.text


def test_limits_that_no_work_meets_decline_with_nothing_nearest(make: Make):
    answer = answer_to(make(), QUESTION, limits=Limits(authors=("Nobody",)))
    assert (answer.reason, answer.nearest) == ("nothing_relevant", ())


def test_a_model_that_answers_is_named_in_the_receipt(make: Make):
    answer = answer_to(make(ScriptedLLM("Lantern drops 40 of 96 heads. [1]")), QUESTION)
    assert (answer.answerer, answer.model, answer.receipt.model) == ("llm", "scripted", "scripted")
    assert [claim.verdict for claim in answer.claims] == ["supported"]


def test_a_model_that_cannot_be_reached_leaves_an_extractive_answer_and_a_warning(make: Make):
    answer = answer_to(make(ScriptedLLM(UNREACHABLE)), QUESTION)
    assert (answer.answerer, answer.model, answer.receipt.prompt) == ("extractive", None, None)
    assert answer.warnings == ("answered without the model: cannot reach the server",)
    assert "40 of 96 heads" in answer.text


def test_a_model_that_was_asked_for_by_name_is_not_replaced(make: Make):
    with pytest.raises(LLMUnreachableError):
        answer_to(make(ScriptedLLM(UNREACHABLE), falls_back=False), QUESTION)


def test_a_request_that_was_turned_down_is_never_papered_over(make: Make):
    refused = LLMRefusedError("the server refused the request (401)", hint="check the API key")
    with pytest.raises(LLMRefusedError):
        answer_to(make(ScriptedLLM(refused)), QUESTION)


def test_what_was_shown_before_a_reply_broke_off_stands_with_a_warning(make: Make):
    answer = answer_to(make(BreaksOff()), QUESTION)
    assert answer.text == "Lantern drops 40 of 96 heads. [1]"
    assert answer.warnings == ("the answer may not be whole: cannot reach the server",)


def test_a_follow_up_is_rewritten_by_the_model_before_it_is_searched_for(make: Make):
    model = ScriptedLLM(QUESTION, "Lantern drops 40 of 96 heads. [1]")
    answer = answer_to(make(model), "How many does it drop?", [Turn("What is Lantern?", "A way of pruning.")])
    assert (answer.question.asked, answer.question.text) == ("How many does it drop?", QUESTION)


def test_a_follow_up_is_understood_without_a_model_that_cannot_be_reached(make: Make):
    answer = answer_to(make(ScriptedLLM(UNREACHABLE)), "How many heads?", [Turn("What does Lantern drop?", "Heads.")])
    assert answer.question.text == "How many heads (Lantern)?"
    assert [warning.partition(":")[0] for warning in answer.warnings] == [
        "the question was understood without the model",
        "answered without the model",
    ]


def test_an_answer_to_an_enormous_question_says_that_its_end_was_not_read(make: Make):
    question = QUESTION + " really" * LONGEST_QUESTION
    assert "its end was not read" in answer_to(make(), question).warnings[0]
    assert answer_to(make(), QUESTION).warnings == ()


def test_the_call_that_makes_a_follow_up_stand_alone_is_paid_for_too(make: Make) -> None:
    model = ScriptedLLM(QUESTION, "Lantern drops 40 of 96 heads. [1]")
    answer = answer_to(make(model), "And how many does it drop?", [Turn("What is Lantern?", "A pruner. [1]")])
    assert (answer.question.text, answer.usage.calls) == (QUESTION, 2)
