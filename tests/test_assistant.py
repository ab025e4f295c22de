"""What programs get from an Assistant, over the sample pages and with the packaged embedder."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Answer, Assistant, Claim, ConfigError, Turn
from rag.errors import UsageError
from rag.schema import Limits

QUESTION = "How many parameters does ViT-H/14 have?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Read it, do not change it: it holds the sample pages for all tests of this module."""
    with Assistant.open(home=tmp_path_factory.mktemp("home"), offline=True) as opened:
        opened.ingest(sample=True)
        yield opened


def test_a_stream_gives_the_answers_claims_and_then_the_answer(assistant: Assistant):
    *claims, answer = assistant.stream(QUESTION)
    assert isinstance(answer, Answer)
    assert tuple(claims) == answer.claims
    assert all(isinstance(claim, Claim) for claim in claims)


def test_asking_in_a_coroutine_gives_the_same_answer(assistant: Assistant):
    assert asyncio.run(assistant.aask(QUESTION)).text == assistant.ask(QUESTION).text


def test_a_follow_up_is_understood_through_its_history(assistant: Assistant):
    answer = assistant.ask("And on ImageNet?", history=[Turn("How accurate is ViT-H/14?", "Very.")])
    assert answer.question.text == "And on ImageNet (ViT-H/14)?"
    assert "88.55%" in answer.text


def test_a_search_gives_k_works_that_meet_its_filters(assistant: Assistant):
    assert len(assistant.search("networks", k=3)) == 3
    dated = assistant.search("networks", year=2020)
    assert {str(result.work.merged().published)[:4] for result in dated} == {"2020"}


def test_a_filter_that_is_none_is_refused_with_the_names_there_are(assistant: Assistant):
    with pytest.raises(UsageError) as caught:
        assistant.search("networks", jear=2020)
    assert "year" in caught.value.hint


def test_limits_and_filters_at_once_are_refused(assistant: Assistant):
    with pytest.raises(ConfigError):
        assistant.search("networks", limits=Limits(text="attention"), year=2020)


def test_papers_are_counted_by_a_field_and_an_empty_search_says_why(assistant: Assistant):
    years = assistant.group("year")
    assert sum(group.works for group in years.groups) + years.unknown == years.works == len(assistant.works())
    found = assistant.search("networks", year=2020, author="Nobody At All")
    assert len(found) == 0
    assert found.warnings == (f"nothing meets the limits: {assistant.why_empty(found.question.limits)}",)
    assert assistant.search("networks", year=2020).warnings == ()


def test_nothing_leaves_the_machine_while_no_model_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Both flows, reading and asking, without --offline."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "RAG_LLM_MODEL", "RAG_INDEX_EMBEDDER"):
        monkeypatch.delenv(name, raising=False)

    def refuse(_socket: socket.socket, address: object) -> None:
        raise AssertionError(f"a connection to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    with Assistant.open(home=tmp_path / "home") as opened:
        opened.ingest(sample=True)
        assert not opened.ask(QUESTION).declined
