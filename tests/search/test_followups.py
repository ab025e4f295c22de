import time
from dataclasses import replace

import pytest

from rag.assistant import Assistant
from rag.config import load_settings
from rag.schema import Turn
from rag.search.followups import understood
from rag.search.question import standalone
from tests.search.conversations import CONVERSATIONS, WORKS, Conversation, pages


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    """Over the invented pages, with the packaged embedder and no reranker."""
    folder = tmp_path_factory.mktemp("invented")
    (folder / "pages").mkdir()
    for name, text in pages().items():
        (folder / "pages" / name).write_text(text, encoding="utf-8")
    settings = load_settings({"home": folder / "home", "offline": True})
    settings = replace(settings, search=replace(settings.search, reranker="none"))
    with Assistant.open(settings=settings) as opened:
        opened.ingest([folder / "pages"])
        yield opened


def test_the_conversations_are_over_at_least_thirty_works_and_of_every_kind(assistant):
    kinds = [conversation.kind for conversation in CONVERSATIONS]
    assert len(assistant.works()) == len(WORKS) >= 30
    assert len(kinds) >= 40
    assert kinds.count("switch") >= 10
    assert kinds.count("chain") >= 8


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=str)
def test_the_work_that_a_question_is_about_is_found_after_any_conversation(assistant, conversation: Conversation):
    found = assistant.search(conversation.asked, 5, history=conversation.turns)
    first = 2 if conversation.asked == "What about Pantry?" else 1  # the words of the old work's question weigh more
    assert any(result.work.title.startswith(conversation.wanted) for result in found[:first])


@pytest.mark.parametrize("switch", [each for each in CONVERSATIONS if each.kind == "switch"], ids=str)
def test_a_new_topic_is_searched_for_as_it_is_typed(switch: Conversation):
    assert understood(switch.asked, switch.turns).text == switch.asked
    assert not understood(switch.asked, switch.turns).context


LIST = Turn("Which works deal with haze?", "1. Clear Skies at Dawn\n2. Fog on Film\n3. Smoke")


@pytest.mark.parametrize(
    ("asked", "turns", "text"),
    [
        ("How fast is it?", [Turn("Which optimizer is new?", "Brisk is. [1]")], "How fast is Brisk?"),
        ("And its weights?", [Turn("What is Brisk?", "An optimizer. [1]")], "And Brisk’s weights?"),
        ("Who wrote the second one?", [LIST], "Who wrote “Fog on Film”?"),
        ("And the third?", [LIST, Turn("Who wrote the first one?", "Ada Brook.")], "Who wrote “Smoke”?"),
        ("What about Pebble?", [Turn("How fast is Brisk?", "Very. [1]")], "How fast is Pebble?"),
        ("And on COCO?", [Turn("How good is Brisk on ImageNet?", "Very. [1]")], "How good is Brisk on COCO?"),
        ("And Ben Stone?", [Turn("What did Ada Brook write?", "Brisk. [1]")], "What did Ben Stone write?"),
        ("What about 2022?", [Turn("How many papers are from 2023?", "Four.")], "How many papers are from 2022?"),
        ("Who is the first author?", [Turn("What is Brisk?", "Fast. [1]")], "Who is the first author (Brisk)?"),
        ("Why is that so?", [Turn("why do nets overfit", "They are large. [1]")], "Why is that so?"),
    ],
)
def test_a_name_takes_the_place_of_what_points_at_it(asked: str, turns: list[Turn], text: str):
    assert understood(asked, turns).text == text


def test_what_came_before_the_topic_of_a_thread_is_left_behind():
    turns = [Turn("Which robot swims?", "Otter does. [1]"), Turn("Which optimizer is new?", "Brisk is. [1]")]
    context = understood("How fast is it?", turns).context
    assert "optimizer" in context
    assert "robot" not in context


def test_a_long_conversation_lends_a_follow_up_only_so_many_words():
    turns = [Turn("Which optimizer is new?", "Brisk is. " * 300), *[Turn("And why is it so " * 50, "So. " * 300)] * 20]
    assert len(understood("How fast is it?", turns).context.split()) <= 80


def test_an_ordinal_beyond_the_list_leans_on_the_turn_as_a_whole():
    assert "haze" in understood("Who wrote the fifth one?", [LIST]).context


def test_several_things_are_all_searched_for():
    context = understood("Which of them is newest?", [LIST]).context
    assert all(title in context for title in ("Clear Skies at Dawn", "Fog on Film", "Smoke"))


def test_an_enormous_answer_costs_a_follow_up_no_seconds():
    started = time.process_time()
    question = standalone("Who wrote the second one?", [Turn("Which?", "x. " * 30_000)] * 4)
    assert question.text
    assert time.process_time() - started < 5
