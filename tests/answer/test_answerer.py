from __future__ import annotations

import importlib.util
import sys
from collections.abc import Generator, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.answerer import Draft, Outcome, checked
from rag.answer.generative import GenerativeAnswerer
from rag.answer.weighing import Bar
from rag.prompts import load
from rag.schema import Answer, Claim, Coverage, Passage, Question, Quote, Receipt, Span, Usage
from tests.fakes import KeywordJudge, ScriptedLLM
from tests.papers import PASSAGES, PEBBLE, passage

QUESTION = Question(asked="How fast?", text="How fast?")
SHARED = Path(__file__).parents[3] / "shared" / "contract.py"


def collected(claims: Generator[Claim, None, Outcome]) -> tuple[list[Claim], Outcome]:
    shown: list[Claim] = []
    while True:
        try:
            shown.append(next(claims))
        except StopIteration as stop:
            return shown, stop.value


def answered(reply: str, passages: Sequence[Passage] = PASSAGES) -> tuple[list[Claim], Outcome]:
    drafts = GenerativeAnswerer(ScriptedLLM(reply), load("answer")).draft(QUESTION, passages)
    return collected(checked(drafts, passages, KeywordJudge(), Bar()))


def as_answer(outcome: Outcome) -> Answer:
    return Answer(
        question=QUESTION,
        text=outcome.text or "The pages do not say.",
        answerer="llm",
        model="scripted",
        coverage=Coverage(exhaustive=False, matched=2, works=2, records=3),
        receipt=Receipt(version="0", index="i", embedder="e", judge="j"),
        seconds=0.1,
        reason=outcome.reason,
        discarded=outcome.discarded,
        claims=outcome.claims,
        sources=outcome.sources,
        warnings=outcome.warnings,
        usage=outcome.usage,
    )


@cache
def contract() -> ModuleType | None:
    """The checks of the interface, where they are at hand."""
    if not SHARED.exists():
        return None
    spec = importlib.util.spec_from_file_location("contract", SHARED)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["contract"] = module
    spec.loader.exec_module(module)
    return module


def contract_problems(answer: Answer) -> list[str]:
    checks = contract()
    if checks is None:
        return []
    works = [passage.work for passage in PASSAGES]
    records = [record.to_dict() for work in works for record in work.records]
    return checks.answer_problems(answer.to_dict(), checks.Index(records, [work.to_dict() for work in works]))


REPLIES = [
    "It trains in 40 hours on 8 machines [1]. It needs no labels. [2]",
    "Lantern needs no labels [2, 9]. Pebble trains in 40 hours [1][2]. It trains in 40 hours [1-2].",
    "It trains in 40 hours.",
    "Bananas are yellow [1].",
    "- **Pebble** trains in 40 hours [1]\n- Lantern needs no labels [2]\n",
    "[1] It trains in 40 hours.\n\n[2] It needs no labels.",
    "It keeps 98% of the accuracy as reported in [12]. [2]",
    "Accuracy lies in [0, 1] and is kept, 98% of accuracy reported [2].",
    "它很快。[1]它很小。[2] It needs no labels [2].",
    "The passages do not say how fast it is. It trains in 40 hours [1].",
    "The passages do not mention training machines hours [1].",
    "NOT IN THE PASSAGES. It trains in 40 hours [1].",
    "[1]",
    "...",
]


@pytest.mark.parametrize("reply", REPLIES)
def test_whatever_a_model_replies_the_answer_keeps_the_contract(reply):
    if contract() is None:
        pytest.skip(f"the contract is not at {SHARED}")
    shown, outcome = answered(reply)
    assert contract_problems(as_answer(outcome)) == []
    assert tuple(shown) == outcome.claims


def test_supported_sentences_are_shown_with_numbers_by_first_use():
    _, outcome = answered("It needs no labels [2]. It trains in 40 hours [1].")
    assert outcome.text == "It needs no labels. [1] It trains in 40 hours. [2]"
    assert [source.work.title for source in outcome.sources] == ["Lantern light [7]", "Pebble: sparse steps"]
    assert [claim.verdict for claim in outcome.claims] == ["supported", "supported"]
    assert outcome.usage == Usage(prompt_tokens=10, completion_tokens=5, calls=1)


def test_two_passages_of_one_work_are_one_source():
    cut = PEBBLE.records[0].abstract.index("Its")
    passages = [passage(PEBBLE, 0, cut - 1), passage(PEBBLE, cut)]
    _, outcome = answered("It trains in 40 hours [1]. Memory use falls by half [2].", passages)
    assert outcome.text == "It trains in 40 hours. [1] Memory use falls by half. [1]"
    assert outcome.sources[0].quotes == ("It trains in 40 hours on 8 machines.", "Its memory use falls by half.")


def test_made_up_numbers_are_removed_and_named_in_a_warning():
    _, outcome = answered("It trains in 40 hours [1, 7]. It needs no labels [2][9].")
    assert "7" not in outcome.text
    assert "[7], [9]" in outcome.warnings[0]


@pytest.mark.parametrize(
    ("reply", "text", "warning"),
    [
        ("It trains in 40 hours.", "It trains in 40 hours. [1]", "without a citation was given one"),
        ("It trains in 40 hours [2].", "It trains in 40 hours. [1]", "was moved to one that does"),
        ("It trains in 40 hours [1][2].", "It trains in 40 hours. [1]", "that citation was left out"),
    ],
)
def test_a_citation_that_is_missing_wrong_or_too_much_is_repaired_and_said_to_be(reply: str, text: str, warning: str):
    shown, outcome = answered(reply)
    assert outcome.text == text
    assert outcome.sources[0].work.title == "Pebble: sparse steps"
    assert [claim.verdict for claim in shown] == ["supported"]
    assert warning in outcome.warnings[0]


def test_what_the_passages_do_not_support_stays_and_is_counted():
    _, outcome = answered("It trains in 40 hours [1]. Bananas are yellow [2]. Grass is green.")
    assert [claim.verdict for claim in outcome.claims] == ["supported", "unsupported", "unsupported"]
    assert [len(claim.citations) for claim in outcome.claims] == [1, 1, 0]
    assert outcome.warnings == ("2 of 3 sentences are not supported by the passages cited",)


def test_nothing_is_shown_before_the_first_sentence_that_is_supported():
    read: list[str] = []

    def drafts() -> Iterator[Draft]:
        for text, cited in [("Bananas ripen.", (0,)), ("It trains in 40 hours.", (0,)), ("Grass is green.", ())]:
            read.append(text)
            yield Draft(text=text, lead=" ", cited=cited)

    claims = checked(drafts(), PASSAGES, KeywordJudge(), Bar())
    assert next(claims).text == "Bananas ripen."
    assert read == ["Bananas ripen.", "It trains in 40 hours."]
    assert [claim.text for claim in collected(claims)[0]] == ["It trains in 40 hours.", "Grass is green."]


def test_when_nothing_is_supported_nothing_is_shown_and_the_text_is_kept():
    shown, outcome = answered("Bananas are yellow [1]. Grass is green [7].")
    assert shown == []
    assert outcome.reason == "not_stated"
    assert outcome.discarded == "Bananas are yellow. [1] Grass is green. [7]"
    assert (outcome.text, outcome.claims, outcome.sources) == ("", (), ())
    assert len(outcome.warnings) == 1


@pytest.mark.parametrize("reply", ["NOT IN THE PASSAGES", "NOT IN THE PASSAGES. Yet it trains in 40 hours [1]."])
def test_a_model_that_declines_in_the_agreed_words_is_taken_at_its_word(reply):
    shown, outcome = answered(reply)
    assert shown == []
    assert outcome.reason == "model_declined"
    assert outcome.discarded


def test_a_sentence_that_declines_is_never_supported_by_words_it_shares():
    _, outcome = answered("The passages do not say how many machines hours it trains [1].")
    assert outcome.reason == "model_declined"


def test_a_part_of_the_answer_is_shown_beside_the_sentence_that_declines_the_rest():
    _, outcome = answered("The passages do not give a price. It trains in 40 hours [1].")
    assert outcome.reason is None
    assert [claim.verdict for claim in outcome.claims] == ["unsupported", "supported"]


def test_no_drafts_mean_that_nothing_relevant_was_found():
    shown, outcome = collected(checked([], PASSAGES, KeywordJudge(), Bar()))
    assert (shown, outcome.reason, outcome.discarded) == ([], "nothing_relevant", None)


def test_words_cut_from_a_record_need_no_judge():
    class NoJudge:
        name = "none"

        def judge(self, pairs: Sequence[tuple[str, str]]) -> list[object]:
            raise AssertionError(pairs)

    begin = PASSAGES[1].chunk.text.index("It keeps")
    quote = Quote(record=PASSAGES[1].record, field="abstract", span=Span(begin, begin + 49))
    draft = Draft(text="It keeps 98% of the accuracy as reported in (12).", cited=(1,), quotes=(quote,))
    shown, outcome = collected(checked([draft], PASSAGES, NoJudge(), Bar()))  # type: ignore[arg-type]
    assert (shown[0].support, shown[0].verdict) == (1.0, "supported")
    assert outcome.text == "It keeps 98% of the accuracy as reported in (12). [1]"
    assert shown[0].citations[0].quote.text == "It keeps 98% of the accuracy as reported in [12]."


PIECES = (" ", "\n", "[1]", "[2]", "[3]", "It trains in 40 hours", ". ", "**", "[0-2]", "(1)", "\n- ", "。")


@given(st.lists(st.sampled_from([*REPLIES, *PIECES]), max_size=12).map("".join))
def test_any_mixture_of_replies_makes_a_sound_answer(reply):
    shown, outcome = answered(reply)
    assert tuple(shown) == outcome.claims
    answer = as_answer(outcome)
    assert contract_problems(answer) == []
    assert answer.declined or any(claim.verdict in ("supported", "partial") for claim in answer.claims)
