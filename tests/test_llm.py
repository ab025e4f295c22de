from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from rag.errors import ConfigError, LLMRefusedError, LLMReplyError, LLMUnreachableError, ModelError
from rag.llm import Delta, Message, OpenAIChat
from rag.schema import Usage
from tests.openai_server import CutOff, HangUp, OpenAIServer, Raw, Reply, Silence, Status, Step

HELLO = [Message("system", "Be brief."), Message("user", "Is it fast?")]
AT_ONCE = {"Retry-After": "0.01"}


def asked(server: OpenAIServer, **options: Any) -> list[Delta]:
    """What a model on this server replies to HELLO."""
    chat = OpenAIChat("any", base_url=server.url, **{"sleep": lambda _: None, **options})
    try:
        return list(chat.complete(HELLO))
    finally:
        chat.close()


def text(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas)


def refusal(step: Step, **options: Any) -> tuple[ModelError, OpenAIServer]:
    with OpenAIServer(step) as server, pytest.raises(ModelError) as caught:
        asked(server, **options)
    return caught.value, server


def test_a_reply_comes_in_pieces_and_its_last_delta_carries_the_usage():
    with OpenAIServer(Reply("It is fast. [1]")) as server:
        deltas = asked(server)
    assert text(deltas) == "It is fast. [1]"
    assert len(deltas) > 3
    assert deltas[-1] == Delta("", Usage(prompt_tokens=11, completion_tokens=7, calls=1))


def test_messages_model_and_temperature_are_sent_as_they_are():
    with OpenAIServer(Reply("Yes.")) as server:
        asked(server)
    body = server.chats()[0].body
    assert body["model"] == "any"
    assert body["temperature"] == 0
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Is it fast?"},
    ]


def test_a_server_without_usage_still_counts_as_a_call():
    with OpenAIServer(Reply("Yes.", with_usage=False)) as server:
        assert asked(server)[-1].usage == Usage(calls=1)


@pytest.mark.parametrize("option", ["stream_options", "stream", "temperature"])
def test_an_option_that_the_server_rejects_by_name_is_left_out(option):
    with OpenAIServer(Reply("It is fast.", rejects=[option])) as server:
        deltas = asked(server)
    assert text(deltas) == "It is fast."
    assert option in server.chats()[0].body
    assert option not in server.chats()[-1].body
    assert len(server.chats()) == 2


def test_a_server_that_rejects_everything_optional_is_asked_plainly():
    with OpenAIServer(Reply("Yes.", rejects=["stream_options", "stream", "temperature"])) as server:
        assert text(asked(server)) == "Yes."
    assert set(server.chats()[-1].body) == {"model", "messages"}


def test_a_server_that_does_not_stream_although_asked_is_understood():
    with OpenAIServer(Reply("It is fast.", ignores_stream=True)) as server:
        deltas = asked(server)
    assert text(deltas) == "It is fast."
    assert deltas[-1].usage == Usage(prompt_tokens=11, completion_tokens=7, calls=1)


def test_a_stream_that_ends_with_done_alone_is_whole():
    with OpenAIServer(Reply("It is fast.", finish=False, with_usage=False)) as server:
        assert text(asked(server)) == "It is fast."


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(status):
    with OpenAIServer(Status(status, headers=AT_ONCE), Status(status, headers=AT_ONCE), Reply("Yes.")) as server:
        assert text(asked(server)) == "Yes."
    assert len(server.chats()) == 3


def test_retry_after_is_waited_for():
    with OpenAIServer(Status(429, headers={"Retry-After": "0.3"}), Reply("Yes.")) as server:
        begun = time.monotonic()
        asked(server)
    assert time.monotonic() - begun >= 0.3


def test_after_the_last_try_a_failing_server_is_unreachable():
    error, server = refusal(Status(503, "overloaded", headers=AT_ONCE), max_retries=1)
    assert isinstance(error, LLMUnreachableError)
    assert "503" in error.message
    assert "overloaded" in error.message
    assert len(server.chats()) == 2


def test_a_rate_limit_that_stays_is_unreachable():
    error, server = refusal(Status(429, "slow down", headers=AT_ONCE), max_retries=2)
    assert isinstance(error, LLMUnreachableError)
    assert len(server.chats()) == 3


@pytest.mark.parametrize(
    ("status", "advice"), [(400, "message"), (401, "key"), (403, "key"), (404, "model"), (422, "m")]
)
def test_a_refusal_is_final_and_repeats_the_servers_words_in_one_line(status, advice):
    error, server = refusal(Status(status, "the model `any`\ndoes not exist"))
    assert isinstance(error, LLMRefusedError)
    assert "the model `any` does not exist" in error.message
    assert "\n" not in error.message
    assert advice in error.hint
    assert len(server.chats()) == 1


def test_a_refusal_in_html_is_one_readable_line():
    page = b"<html><body><h1>Forbidden</h1>\n<p>Ask   the proxy.</p></body></html>"
    error, _ = refusal(Status(403, body=page))
    assert "Forbidden Ask the proxy." in error.message
    assert "<" not in error.message


def test_a_key_that_the_server_repeats_is_not_shown():
    error, _ = refusal(Status(401, "Incorrect API key: sk-secret-1"), api_key="sk-secret-1")
    assert "sk-secret-1" not in f"{error.message} {error.hint}"


def test_a_closed_connection_is_tried_again():
    with OpenAIServer(HangUp(), Reply("Yes.")) as server:
        assert text(asked(server, max_retries=1)) == "Yes."


def test_a_server_that_is_not_there_is_unreachable_and_named():
    with OpenAIServer() as server:
        url = server.url
    chat = OpenAIChat("any", base_url=url, max_retries=0)
    with pytest.raises(LLMUnreachableError) as caught:
        list(chat.complete(HELLO))
    chat.close()
    assert url.split("/")[2] in caught.value.message
    assert "running" in caught.value.hint


def test_a_silent_server_runs_into_the_time_out():
    error, _ = refusal(Silence(5), timeout_s=0.1, max_retries=0)
    assert isinstance(error, LLMUnreachableError)
    assert "0.1 s" in error.message


@pytest.mark.parametrize("clean", [True, False])
def test_a_stream_that_breaks_after_its_first_word_is_not_repeated(clean):
    error, server = refusal(CutOff(["It ", "is"], clean=clean))
    assert isinstance(error, LLMUnreachableError)
    assert "broke off" in error.message
    assert len(server.chats()) == 1


@pytest.mark.parametrize("clean", [True, False])
def test_a_stream_that_breaks_before_its_first_word_is_asked_for_again(clean):
    waits: list[float] = []
    with OpenAIServer(CutOff(clean=clean), CutOff(clean=clean), Reply("Yes.")) as server:
        assert text(asked(server, sleep=waits.append)) == "Yes."
    assert len(waits) == 2
    assert waits[1] > waits[0] > 0


def test_words_before_a_break_are_passed_on():
    with OpenAIServer(CutOff(["It ", "is"])) as server:
        chat = OpenAIChat("any", base_url=server.url)
        replies = chat.complete(HELLO)
        assert next(replies).text + next(replies).text == "It is"
        with pytest.raises(LLMUnreachableError):
            next(replies)
        chat.close()


@pytest.mark.parametrize(
    "body",
    [
        b"<html>hello</html>",
        b"{",
        b"[]",
        b'"text"',
        b"{}",
        b'{"choices": 5}',
        b'{"choices": {}}',
        b'{"choices": [null]}',
        b'{"choices": [{"message": {"content": 5}}]}',
        b'{"choices": [{"message": "text"}]}',
        b"\xff\xfe\x00",
        b'{"error": {"message": "out of memory"}}',
    ],
)
def test_nonsense_is_a_reply_error(body):
    error, server = refusal(Raw(body))
    assert isinstance(error, LLMReplyError)
    assert len(error.message) < 200
    assert "\n" not in error.message
    assert len(server.chats()) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"data: {nonsense\n\n",
        b'data: {"error": {"message": "out of memory"}}\n\n',
        b'data: {"choices": [{"delta": 5}]}\n\n',
    ],
)
def test_nonsense_in_a_stream_is_a_reply_error(body):
    error, _ = refusal(Raw(body, "text/event-stream"))
    assert isinstance(error, LLMReplyError)


@pytest.mark.parametrize("reply", ["", "   \n", "<think>only thoughts</think>", "<think>no end"])
def test_a_reply_without_text_is_a_reply_error(reply):
    error, _ = refusal(Reply(reply))
    assert isinstance(error, LLMReplyError)
    assert "no text" in error.message


def test_no_choices_is_a_reply_error():
    error, _ = refusal(Raw(b'{"choices": [], "usage": {}}'))
    assert isinstance(error, LLMReplyError)


def every_cut(whole: str) -> Iterator[list[str]]:
    yield list(whole)
    for i in range(1, len(whole)):
        yield [whole[:i], whole[i:]]


def test_thinking_is_dropped_wherever_the_stream_is_cut():
    whole = "<think>a <b> c</think>If x < 2 it is <fast>. <THINK>d</THINK>Yes <"
    cuts = list(every_cut(whole))
    with OpenAIServer(*(Reply(whole, pieces=pieces) for pieces in cuts)) as server:
        chat = OpenAIChat("any", base_url=server.url)
        replies = {text(list(chat.complete(HELLO))) for _ in cuts}
        chat.close()
    assert replies == {"If x < 2 it is <fast>. Yes <"}


def test_what_only_python_takes_for_the_end_of_a_line_is_text():
    event = json.dumps(
        {"choices": [{"delta": {"content": "a\u2028b\x85c"}, "finish_reason": "stop"}]}, ensure_ascii=False
    )
    with OpenAIServer(Raw(f"data: {event}\r\n\r\n".encode(), "text/event-stream")) as server:
        assert text(asked(server)) == "a\u2028b\x85c"


def test_fields_for_reasoning_are_dropped():
    with OpenAIServer(Reply("Yes.", reasoning="Well, let me see")) as server:
        assert text(asked(server)) == "Yes."
    with OpenAIServer(Reply("Yes.", reasoning="Well", ignores_stream=True)) as server:
        assert text(asked(server)) == "Yes."


def test_a_reply_in_parts_is_read_without_its_thinking():
    parts = [{"type": "thinking", "thinking": "Well"}, {"type": "text", "text": "Yes."}]
    body = json.dumps({"choices": [{"message": {"content": parts}, "finish_reason": "stop"}]}).encode()
    with OpenAIServer(Raw(body)) as server:
        assert text(asked(server)) == "Yes."


def test_a_refusal_by_the_model_is_text():
    body = json.dumps({"choices": [{"message": {"content": None, "refusal": "I cannot."}}]}).encode()
    with OpenAIServer(Raw(body)) as server:
        assert text(asked(server)) == "I cannot."


def test_a_server_that_wants_no_key_gets_none_of_ours(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-the-environment")
    with OpenAIServer() as server:
        asked(server)
    assert "sk-from-the-environment" not in str(server.requests)


def test_nothing_stray_from_the_environment_is_sent(monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "stray-org")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "stray-project")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Stray: stray-header")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "stray-admin")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/stray")
    with OpenAIServer(Status(503, headers=AT_ONCE), Reply("Yes.")) as server:
        asked(server, api_key="sk-1")
    assert "stray" not in str([asked.headers for asked in server.requests]).lower()
    assert server.requests[0].headers["authorization"] == "Bearer sk-1"


@pytest.mark.parametrize(
    "url", ["", "localhost:8000", "ftp://host/v1", "http://", "http://a b/v1", "http://h:99999/v1"]
)
def test_an_address_that_is_none_is_a_configuration_error(url):
    with pytest.raises(ConfigError) as caught:
        OpenAIChat("any", base_url=url)
    assert "http://" in caught.value.hint


@pytest.mark.parametrize("key", ["sk–1", "sk\n1"])
def test_a_key_that_no_request_could_carry_is_a_configuration_error(key):
    with pytest.raises(ConfigError) as caught:
        OpenAIChat("any", base_url="http://127.0.0.1:1/v1", api_key=key)
    assert key not in caught.value.message


def test_half_a_surrogate_pair_in_a_question_is_sent_all_the_same():
    with OpenAIServer() as server:
        chat = OpenAIChat("any", base_url=server.url)
        assert text(list(chat.complete([Message("user", "fast \ud83d?")]))) == "Yes. [1]"
        chat.close()
    assert server.chats()[0].body["messages"][0]["content"] == "fast ??"
