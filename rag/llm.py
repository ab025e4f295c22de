"""A chat model: messages in, text as it comes, what it charged last. Knows nothing about questions or passages.

`OpenAIChat` talks to any server that speaks OpenAI's chat completions. What the reply says is data: it is passed on as
plain text, without the model's thinking, and nothing in it is acted on.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Protocol

from rag.errors import LLMRefusedError, LLMReplyError, LLMUnreachableError
from rag.schema import Usage
from rag.served import Server, one_line, sendable, words_of

if TYPE_CHECKING:
    import openai

Role = Literal["system", "user", "assistant"]

OPTIONAL = ("stream_options", "temperature", "stream")
"""What a request can do without when a server's refusal names it, in the order to try."""

FIRST_WAIT_S = 0.5
"""Before a request is sent again because its reply broke off; doubled each time, as the SDK does for the rest."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with the model."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the reply. The last one carries what the call used."""

    text: str
    usage: Usage | None = None


class LanguageModel(Protocol):
    @property
    def name(self) -> str:
        """The model's name, as answers report it."""
        ...

    def complete(self, messages: Sequence[Message]) -> Iterator[Delta]:
        """The reply as it comes; the last delta carries the Usage. Raises a ModelError."""
        ...

    def close(self) -> None:
        """Lets go of what it holds open; a later call opens it anew."""
        ...


class OpenAIChat:
    """A model on a server that speaks OpenAI's chat completions.

    Time-outs, 429, 5xx and failing connections are tried again `max_retries` times, waiting longer each time or as long
    as the server's Retry-After says: that is the SDK's work (its _base_client.py). It does not repeat a request whose
    reply breaks off; we do, as long as no word of it has been passed on. Nothing is read from OPENAI_* variables here.
    Raises ConfigError for an address or a key that no request could carry.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        api_key: str | None = None,
        temperature: float = 0.0,
        timeout_s: float = 60.0,
        max_retries: int = 2,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = model
        self._server = Server(base_url, api_key, timeout_s=timeout_s, max_retries=max_retries)
        self._temperature = temperature
        self._max_retries = max_retries
        self._sleep = sleep

    def complete(self, messages: Sequence[Message]) -> Iterator[Delta]:
        """The reply as it comes, without the model's thinking; the last delta carries the Usage.

        Raises LLMUnreachableError when no reply comes, or one breaks off; LLMRefusedError when the server turns the
        request down; LLMReplyError for a reply that is none.
        """
        request: dict[str, Any] = {
            "model": self.name,
            "messages": [{"role": message.role, "content": sendable(message.content)} for message in messages],
            "temperature": self._temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        broken = 0
        while True:
            begun = False
            try:
                for delta in self._reply(request):
                    begun = begun or bool(delta.text)
                    yield delta
                return
            except _Rejected as rejected:
                for option in rejected.options:
                    request.pop(option, None)
            except _BrokenOffError as error:
                if begun or broken >= self._max_retries:
                    raise LLMUnreachableError(
                        f"the reply of {self.name} broke off: {error}", hint="ask again; see the server's log"
                    ) from error
                self._server.close()  # its connection may be half closed: sent on it, the next request would fail too
                self._sleep(FIRST_WAIT_S * 2**broken * random.uniform(0.75, 1.0))
                broken += 1

    def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        self._server.close()

    def _reply(self, request: Mapping[str, Any]) -> Iterator[Delta]:
        import openai

        create = self._server.client().chat.completions.with_streaming_response.create
        try:
            with create(**request, extra_headers=self._server.headers()) as response:
                yield from _deltas(_lines(response.iter_bytes()), self.name)
        except openai.APIStatusError as error:
            self._refused(error, request)
        except openai.APITimeoutError as error:
            raise LLMUnreachableError(
                f"{self._server.shown} did not answer within {self._server.timeout_s:g} s",
                hint="try again, or raise llm.timeout_s",
            ) from error
        except openai.APIConnectionError as error:
            why = one_line(str(error.__cause__ or error))
            raise LLMUnreachableError(
                f"cannot reach {self._server.shown}: {why}", hint="is the server running, and llm.base_url right?"
            ) from error

    def _refused(self, error: openai.APIStatusError, request: Mapping[str, Any]) -> NoReturn:
        """Raises what an HTTP error means: _Rejected when the request can do without what the server names."""
        status, said = error.status_code, self._server.said(error)
        if status in (408, 409, 429) or status >= 500:
            hint = "wait, or check the account's limits" if status == 429 else "try again later; see the server's log"
            raise LLMUnreachableError(f"{self._server.shown} answered {status}: {said}", hint=hint) from error
        if status in (400, 422):
            named = next((name for name in OPTIONAL if name in request and _names(name, f"{said} {error.body}")), None)
            if named:
                raise _Rejected(named) from error
        hint = _HINTS.get(status, "see the server's message")
        raise LLMRefusedError(f"{self._server.shown} refused the request ({status}): {said}", hint=hint) from error


_HINTS = {
    401: "check the API key",
    403: "check the API key and what it may use",
    404: "check the model's name and llm.base_url (most end in /v1)",
}


class _Rejected(Exception):  # noqa: N818 - no error yet: the request goes out again without the option
    """The server does not take an option that the request can do without."""

    def __init__(self, option: str) -> None:
        super().__init__(option)
        self.options = (option, "stream_options") if option == "stream" else (option,)


class _BrokenOffError(Exception):
    """The reply ended before its end."""


# --- Reading a reply -------------------------------------------------------------------------------------------------


def _lines(pieces: Iterator[bytes]) -> Iterator[str]:
    """The lines of bytes that come in pieces. Only a line feed ends one: JSON may hold what else would for Python.

    Raises _BrokenOffError when the connection fails between two pieces.
    """
    held = b""
    while (piece := _next(pieces)) is not None:
        *whole, held = (held + piece).split(b"\n")
        yield from (line.decode("utf-8", "replace").rstrip("\r") for line in whole)
    yield held.decode("utf-8", "replace")


def _next(pieces: Iterator[bytes]) -> bytes | None:
    try:
        return next(pieces, None)
    except Exception as error:  # httpx's or httpx2's, as the SDK's version will have it: neither is ours to import
        raise _BrokenOffError(one_line(str(error)) or type(error).__name__) from error


def _deltas(lines: Iterable[str], model: str) -> Iterator[Delta]:
    """A reply's lines, server-sent events or one JSON object, as deltas; the last one carries the Usage.

    Raises _BrokenOffError when it stops short, LLMReplyError when it makes no sense or says nothing.
    """
    thinking, usage, said, ended = _Thinking(), Usage(calls=1), False, False
    for chunk in _chunks(lines):
        if chunk is None:
            ended = True
            continue
        text, finished = _text_of(chunk)
        ended = ended or finished
        usage = _usage_of(chunk) or usage
        shown = thinking.without(text)
        said = said or bool(shown.strip())
        if shown:
            yield Delta(shown)
    if not ended:
        raise _BrokenOffError("the connection was closed before its end")
    if rest := thinking.rest():
        said = said or bool(rest.strip())
        yield Delta(rest)
    if not said:
        raise LLMReplyError(f"the reply of {model} has no text", hint="ask again, or try another model")
    yield Delta("", usage)


def _chunks(lines: Iterable[str]) -> Iterator[dict[str, Any] | None]:
    """The JSON objects of a reply, and None for the mark that ends a stream."""
    plain: list[str] = []
    for line in lines:
        if line.startswith("data:"):
            data = line[5:].strip()
            if data == "[DONE]":
                yield None
                return
            if data:
                yield _parsed(data)
        elif line and not re.match(r"(event|id|retry)?:", line):
            plain.append(line)
    if plain:  # a server that does not stream, asked or not
        yield _parsed("\n".join(plain))
        yield None


def _parsed(data: str) -> dict[str, Any]:
    try:
        chunk = json.loads(data)
    except ValueError as error:
        raise _nonsense(data) from error
    if not isinstance(chunk, dict):
        raise _nonsense(data)
    if failure := chunk.get("error"):
        raise LLMReplyError(f"the server broke off with an error: {words_of(failure)}", hint="try again later")
    return chunk


def _text_of(chunk: Mapping[str, Any]) -> tuple[str, bool]:
    """A chunk's words, and whether they are the last. Fields for reasoning are passed over."""
    choices = chunk.get("choices")
    if choices is None or choices == []:
        if "usage" not in chunk and "choices" not in chunk:
            raise _nonsense(json.dumps(chunk))
        return "", False
    try:
        choice = choices[0]
        message = choice.get("delta") or choice.get("message") or {}
        content = message.get("content") or message.get("refusal") or ""
        if isinstance(content, list):  # in parts, of which thinking is another type
            content = "".join(part.get("text") or "" for part in content if part.get("type") == "text")
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        raise _nonsense(json.dumps(chunk)) from error
    if not isinstance(content, str):
        raise _nonsense(json.dumps(chunk))
    return content, choice.get("finish_reason") is not None


def _usage_of(chunk: Mapping[str, Any]) -> Usage | None:
    usage = chunk.get("usage")
    if not isinstance(usage, dict):
        return None
    prompt, completion = (usage.get(name) for name in ("prompt_tokens", "completion_tokens"))
    return Usage(
        prompt_tokens=prompt if isinstance(prompt, int) else 0,
        completion_tokens=completion if isinstance(completion, int) else 0,
        calls=1,
    )


def _nonsense(data: str) -> LLMReplyError:
    return LLMReplyError(
        f"the server's reply is no chat completion: {one_line(data, 80)}", hint="check llm.base_url (most end in /v1)"
    )


class _Thinking:
    """Drops `<think>…</think>` from text that comes in pieces, wherever the pieces are cut."""

    _TAG = re.compile(r"<(/?)think(?:ing)?>", re.IGNORECASE)
    _LONGEST = len("</thinking>")

    def __init__(self) -> None:
        self._held = ""
        self._inside = False

    def without(self, piece: str) -> str:
        """What of the text so far is certainly no thinking and has not been returned yet."""
        text, shown = self._held + piece, ""
        while match := self._TAG.search(text):
            if not self._inside:
                shown += text[: match.start()]
            self._inside = match.group(1) == ""
            text = text[match.end() :]
        opened = text.rfind("<", max(0, len(text) - self._LONGEST + 1))
        self._held = text[opened:] if opened >= 0 else ""
        return shown if self._inside else shown + text[: len(text) - len(self._held)]

    def rest(self) -> str:
        return "" if self._inside else self._held


# --- Checks and messages ---------------------------------------------------------------------------------------------


def _names(option: str, message: str) -> bool:
    """Whether a message speaks of an option: "stream" is not named by "upstream" or "stream_options"."""
    return re.search(rf"(?<![a-z_]){option}(ing|ed)?(?![a-z_])", message, re.IGNORECASE) is not None
