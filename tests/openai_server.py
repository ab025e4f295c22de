"""An OpenAI-compatible server on 127.0.0.1 that replays a script and keeps what it was asked.

    with OpenAIServer(Reply("Fast. [1]"), Status(429, headers={"Retry-After": "0.01"})) as server:
        OpenAIChat("any", base_url=server.url)

Each chat request takes the next step of the script; the last one repeats. A step says how to answer: `Reply`, `Status`,
`Raw`, `CutOff`, `Silence`, `HangUp`. A script may also be a function from the request's body to a step.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """A good reply, streamed in pieces when the request asks for that."""

    text: str
    pieces: Sequence[str] | None = None
    """How the stream is cut; without it, after each space."""
    reasoning: str = ""
    prompt_tokens: int = 11
    completion_tokens: int = 7
    with_usage: bool = True
    finish: bool = True
    """Whether the last chunk says why it ended; careless servers leave that to `[DONE]`."""
    rejects: Sequence[str] = ()
    """Request fields that are answered with 400 and a message that names them."""
    ignores_stream: bool = False


@dataclass(frozen=True)
class Status:
    """An HTTP error in OpenAI's JSON, or with a body of its own."""

    code: int
    message: str = "no"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Raw:
    """200 and these bytes."""

    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True)
class CutOff:
    """A stream that ends after these pieces: the connection is closed cleanly, or in the middle of a chunk."""

    pieces: Sequence[str] = ()
    clean: bool = True


@dataclass(frozen=True)
class Silence:
    """No byte for so long, then the connection is closed."""

    seconds: float


@dataclass(frozen=True)
class HangUp:
    """The connection is closed without a reply."""


Step = Reply | Status | Raw | CutOff | Silence | HangUp
Script = Callable[[dict[str, Any]], Step]


@dataclass(frozen=True)
class Asked:
    """A request as it came; its headers' names in small letters."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


class OpenAIServer:
    """Serves from `with` to its end. `url` is the base URL to configure, `requests` what came, in order."""

    def __init__(self, *steps: Step | Script, models: Sequence[str] = ("any",), dimensions: int = 8) -> None:
        self._script = steps or (Reply("Yes. [1]"),)
        self._taken = 0
        self._lock = threading.Lock()
        self.models = models
        self.dimensions = dimensions
        self.requests: list[Asked] = []
        self.stopping = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.daemon_threads = True
        self._http.openai = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> OpenAIServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def chats(self) -> list[Asked]:
        return [asked for asked in self.requests if asked.path.endswith("/chat/completions")]

    def next_step(self, body: dict[str, Any]) -> Step:
        with self._lock:
            step = self._script[min(self._taken, len(self._script) - 1)]
            self._taken += 1
        return step(body) if callable(step) else step


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _served(self) -> OpenAIServer:
        return self.server.openai  # type: ignore[attr-defined, no-any-return]

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._served.requests.append(Asked(self.path, _small(self.headers), {}))
        if self.path.endswith("/models"):
            self._json(200, {"object": "list", "data": [{"id": m, "object": "model"} for m in self._served.models]})
        else:
            self._json(404, {"error": {"message": f"no such path: {self.path}"}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._served.requests.append(Asked(self.path, _small(self.headers), body))
        if self.path.endswith("/embeddings"):
            self._embed(body)
        elif self.path.endswith("/chat/completions"):
            self._chat(self._served.next_step(body), body)
        else:
            self._json(404, {"error": {"message": f"no such path: {self.path}"}})

    def _chat(self, step: Step, body: dict[str, Any]) -> None:
        if isinstance(step, Reply):
            self._reply(step, body)
        elif isinstance(step, Status):
            error = {"error": {"message": step.message, "type": "error", "code": None}}
            self._send(step.code, step.body or json.dumps(error).encode(), headers=step.headers)
        elif isinstance(step, Raw):
            self._send(200, step.body, step.content_type)
        elif isinstance(step, CutOff):
            self._cut_off(step)
        else:
            if isinstance(step, Silence):
                self._served.stopping.wait(step.seconds)
            self.close_connection = True

    def _reply(self, reply: Reply, body: dict[str, Any]) -> None:
        for name in reply.rejects:
            if name in body:
                self._json(400, {"error": {"message": f"Unsupported parameter: '{name}'"}})
                return
        usage = {"prompt_tokens": reply.prompt_tokens, "completion_tokens": reply.completion_tokens}
        usage["total_tokens"] = sum(usage.values())
        if not body.get("stream") or reply.ignores_stream:
            message = {"role": "assistant", "content": reply.text, "reasoning_content": reply.reasoning or None}
            whole = {"id": "1", "object": "chat.completion", "created": 0, "model": body.get("model")}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._json(200, {**whole, "choices": [choice], "usage": usage})
            return
        self._begin_stream()
        for thought in re.findall(r"\S+\s*", reply.reasoning):
            self._event(_chunk({"reasoning_content": thought}))
        for piece in reply.pieces if reply.pieces is not None else re.findall(r"\s*\S+", reply.text):
            self._event(_chunk({"content": piece}))
        if reply.finish:
            self._event(_chunk({}, "stop"))
        if reply.with_usage and (body.get("stream_options") or {}).get("include_usage"):
            self._event({"object": "chat.completion.chunk", "choices": [], "usage": usage})
        self._event("[DONE]")
        self._chunked(b"")

    def _cut_off(self, cut: CutOff) -> None:
        self._begin_stream(close=True)
        for piece in cut.pieces:
            self._event(_chunk({"content": piece}))
        if cut.clean:
            self._chunked(b"")
        else:
            self.wfile.write(b"40\r\ndata: {")
        self.close_connection = True

    def _begin_stream(self, *, close: bool = False) -> None:
        self.send_response(200)
        if close:
            self.send_header("Connection", "close")
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _event(self, data: object) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        self._chunked(f"data: {text}\n\n".encode())

    def _chunked(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _embed(self, body: dict[str, Any]) -> None:
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        rows = [
            {"object": "embedding", "index": i, "embedding": _vector(text, self._served.dimensions)}
            for i, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": 0, "total_tokens": 0}
        self._json(200, {"object": "list", "data": rows, "model": body.get("model"), "usage": usage})

    def _json(self, code: int, value: object) -> None:
        self._send(code, json.dumps(value).encode())

    def _send(
        self, code: int, body: bytes, content_type: str = "application/json", headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(code)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _small(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "any", "choices": [choice]}


def _vector(text: str, dimensions: int) -> list[float]:
    """A vector of words: texts that share words are near each other."""
    vector = [0.0] * dimensions
    for word in re.findall(r"\w+", text.lower()) or [""]:
        vector[hashlib.blake2b(word.encode()).digest()[0] % dimensions] += 1.0
    return vector
