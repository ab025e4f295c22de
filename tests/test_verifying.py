"""A text against the index, a claim and a question against given passages. Real index, fake models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import ingestion
from rag.answer.weighing import Bar
from rag.errors import IndexMissingError, QuestionError
from rag.index.store import Store
from rag.schema import Check, Span
from rag.search.retriever import Retriever
from rag.verifying import Verifying, check, extract
from tests.fakes import HashingEmbedder, KeywordJudge, KeywordReader

PAGE = """\
Lantern: Pruning Attention Heads by Their Entropy
Lantern removes the heads whose entropy stays high during training. On three tasks Lantern drops 40 of 96 heads.
Marmot: Sleeping Experts for Streaming Speech Recognition
Marmot keeps most experts of a mixture asleep and wakes one for each speaker. It halves the energy of a recogniser.
"""


def verifying_over(folder: Path) -> Iterator[Verifying]:
    embedder = HashingEmbedder()
    with Store.open(folder / "home", embedder.name, chunk_words=180) as store:
        if (folder / "page.txt").exists():
            ingestion.ingest(store, embedder, [folder / "page.txt"], ingestion.Reading(), chunk_words=180)
        yield Verifying(
            store=store,
            retriever=Retriever(embedder, candidates=20, dense_weight=0.5),
            judge=KeywordJudge(),
            bar=Bar(),
        )


@pytest.fixture
def verifying(tmp_path: Path) -> Iterator[Verifying]:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    yield from verifying_over(tmp_path)


TEXT = """\
# Notes

Marmot keeps experts asleep. It halves the energy.

Lantern drops 40 heads [7].
Bananas ripen quickly."""


def test_each_sentence_gets_its_line_its_verdict_and_the_citation_it_deserves(verifying: Verifying):
    found = verifying.verify(TEXT)
    assert [(line, claim.verdict) for line, claim in zip(found.lines, found.claims, strict=True)] == [
        (3, "supported"),
        (3, "supported"),
        (5, "supported"),
        (6, "unsupported"),
    ]
    assert [{citation.n for citation in claim.citations} for claim in found.claims] == [{1}, {1}, {2}, set()]
    assert found.claims[2].citations[-1].quote.text == "On three tasks Lantern drops 40 of 96 heads."
    assert [source.n for source in found.sources] == [1, 2]
    assert found.grounding.to_dict() == {"score": 0.75, "supported": 3, "claims": 4}


def test_a_claim_stands_where_its_span_says(verifying: Verifying):
    assert [claim.span.of(TEXT) for claim in verifying.verify(TEXT).claims] == [
        "Marmot keeps experts asleep.",
        "It halves the energy.",
        "Lantern drops 40 heads [7].",
        "Bananas ripen quickly.",
    ]


def test_progress_is_told_sentence_by_sentence(verifying: Verifying):
    told: list[tuple[str, int, int]] = []
    verifying.verify(TEXT, lambda *step: told.append(step))
    assert told[-1] == ("verifying", 4, 4)


@pytest.mark.parametrize("text", ["", " \n", "# Only a heading", "```\ncode\n```"])
def test_a_text_without_sentences_is_refused(verifying: Verifying, text: str):
    with pytest.raises(QuestionError, match="no sentence"):
        verifying.verify(text)


def test_many_sentences_of_every_kind_are_each_judged(verifying: Verifying):
    text = "它很快。\nОна маленькая.\n" + "\n".join(f"House {i} is dark." for i in range(300)) + "\n" + "x" * 5000 + "."
    assert len(verifying.verify(text).claims) == 303


def test_without_an_index_there_is_nothing_to_verify_against(tmp_path: Path):
    for empty in verifying_over(tmp_path):
        with pytest.raises(IndexMissingError):
            empty.verify("Lantern drops 40 heads.")


# --- Given passages --------------------------------------------------------------------------------------------------


def checked(claim: str, *passages: str) -> Check:
    return check(claim, passages, KeywordJudge(), Bar())


def test_a_supported_claim_names_the_words_that_support_it():
    passages = "Bananas are green.", "It is small. Lantern drops 40 heads."
    found = checked("Of its heads Lantern drops 40.", *passages)
    assert found == Check(
        verdict="supported", support=1.0, passage=1, quote="Lantern drops 40 heads.", span=Span(13, 36)
    )


def test_a_contradicted_claim_names_the_words_that_contradict():
    found = checked("Lantern drops heads quickly.", "It is small. Lantern does not drops heads quickly.")
    assert (found.verdict, found.quote) == ("contradicted", "Lantern does not drops heads quickly.")


@pytest.mark.parametrize("passages", [[], [""], ["  \n "], ["\x00"], ["Bananas are green."], ["它很快。"]])
def test_an_unsupported_claim_names_nothing(passages: list[str]):
    found = checked("Lantern drops 40 heads.", *passages)
    told = found.to_dict()
    assert told.pop("support") < 0.5
    assert told == {"verdict": "unsupported", "passage": None, "quote": None, "start": None, "end": None}


def test_control_characters_change_no_offset():
    passage = "It\x00 is\x07 small.\r\nLantern\x00 drops 40 heads."
    found = checked("Of its heads Lantern drops 40.", passage)
    assert found.span is not None
    assert found.quote == found.span.of(passage) == "Lantern\x00 drops 40 heads."


@pytest.mark.parametrize("claim", ["", " ", "\x00\n"])
def test_an_empty_claim_is_refused(claim: str):
    with pytest.raises(QuestionError, match="claim is empty"):
        checked(claim, "It is small.")


def test_a_huge_passage_is_read_to_its_end():
    passage = "House number one is dark. " * 3000 + "Lantern drops 40 heads."
    assert checked("Of its heads Lantern drops 40.", passage).quote == "Lantern drops 40 heads."


def test_the_words_that_answer_come_best_first_with_their_places():
    passages = ["Bananas are green.", "It is small. Lantern drops 40 heads.\x00 Lantern glows."]
    reading = extract("How many heads does Lantern drops?", passages, KeywordReader())
    assert not reading.declined
    assert [each.text for each in reading.spans] == ["Lantern drops 40 heads."]
    assert all(each.span.of(passages[each.passage]) == each.text for each in reading.spans)


@pytest.mark.parametrize("passages", [[], [""], ["Bananas are green."]])
def test_what_does_not_answer_is_declined_without_spans(passages: list[str]):
    assert extract("How many heads does Lantern drop?", passages, KeywordReader()).to_dict() == {
        "answerable": 0.0,
        "declined": True,
        "spans": [],
    }


def test_an_empty_question_is_refused():
    with pytest.raises(QuestionError, match="question is empty"):
        extract(" \x00", ["It is small."], KeywordReader())
