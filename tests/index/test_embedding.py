"""Vectors: the packaged model on any text in any company, a served one over real HTTP."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ConfigError, LLMRefusedError, LLMReplyError, LLMUnreachableError, ModelFileError
from rag.index.embedding import BuiltinEmbedder, Embedder, ServedEmbedder

TEXTS = [
    "We train a small judge to mark its own mistakes.",
    "Bread rises because yeast makes gas.",
    "",
    "A sparse mixture of experts routes each token to two of its eight networks, which keeps the cost of a step low. "
    * 9,
    "\0\x1b[2J\ud800 control characters and half a surrogate pair",
    "Обучение с подкреплением без модели награды; 無監督學習",
    "word " * 3000,
]

Reply = tuple[int, str]


@pytest.fixture(scope="module")
def builtin() -> BuiltinEmbedder:
    return BuiltinEmbedder()


# --- The packaged model ----------------------------------------------------------------------------------------------


def test_any_texts_become_unit_rows_in_their_order(builtin: BuiltinEmbedder):
    vectors = builtin.embed(TEXTS, "passage")
    assert vectors.shape == (len(TEXTS), builtin.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, row in zip(TEXTS, vectors, strict=True):
        assert (builtin.embed([text], "passage")[0] == row).all()


def test_a_text_has_the_same_vector_in_any_company_and_with_any_number_of_workers(builtin: BuiltinEmbedder):
    backwards = builtin.embed(TEXTS[::-1], "passage")[::-1]
    single = BuiltinEmbedder(workers=1).embed(TEXTS, "passage")
    crowd = BuiltinEmbedder(workers=4).embed(TEXTS + TEXTS[:3] * 3, "passage")[: len(TEXTS)]
    expected = builtin.embed(TEXTS, "passage")
    for other in (backwards, single, crowd):
        assert (other == expected).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=3))
def test_no_text_breaks_the_embedder(builtin: BuiltinEmbedder, texts: list[str]):
    vectors = builtin.embed(texts, "query")
    assert vectors.shape == (len(texts), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows_and_load_nothing(tmp_path: Path):
    assert BuiltinEmbedder().embed([], "query").shape == (0, 384)
    with pytest.raises(ModelFileError):
        BuiltinEmbedder(folder=tmp_path).embed([], "query")


def test_a_paraphrase_lies_nearer_than_another_subject(builtin: BuiltinEmbedder):
    question = builtin.embed(["How can a network judge whether its own answers are right?"], "query")[0]
    near, far = builtin.embed(TEXTS[:2], "passage")
    assert question @ near > question @ far + 0.2


def test_the_end_of_a_long_text_counts(builtin: BuiltinEmbedder):
    opening = "Bread rises because yeast makes gas in the dough. " * 25
    plain, with_end = builtin.embed([opening, opening + "Neural networks learn by gradient descent. " * 25], "passage")
    question = builtin.embed(["how neural networks learn"], "query")[0]
    assert question @ with_end > question @ plain + 0.1


def test_an_enormous_text_takes_no_longer_than_its_first_windows(builtin: BuiltinEmbedder):
    begun = time.monotonic()
    vector, start = builtin.embed(["yeast and flour " * 1_000_000, "yeast and flour " * 2048], "query")
    assert (vector == start).all()
    assert time.monotonic() - begun < 20


def test_threads_may_share_an_embedder_that_has_not_loaded_yet(builtin: BuiltinEmbedder):
    shared = BuiltinEmbedder()
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: shared.embed(TEXTS[:2], "query"), range(8)))
    expected = builtin.embed(TEXTS[:2], "query")
    assert all((result == expected).all() for result in results)


def test_the_name_carries_the_checksum_of_the_model(builtin: BuiltinEmbedder):
    assert builtin.name.startswith("all-MiniLM-L6-v2-int8-")
    assert len(builtin.name.rpartition("-")[2]) == 8


def test_a_damaged_package_is_reported_when_the_first_text_comes(tmp_path: Path):
    embedder = BuiltinEmbedder(folder=tmp_path)
    with pytest.raises(ModelFileError) as raised:
        embedder.embed(["text"], "query")
    assert raised.value.hint


# --- A served model --------------------------------------------------------------------------------------------------


class Server(ThreadingHTTPServer):
    """Answers `/v1/embeddings` by `answer`, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Any], Reply]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.headers = ""
        self.asked: list[tuple[str, str | None, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers.get("Authorization"), body))
        self.server.headers = str(self.headers)
        status, text = self.server.answer(body)
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the tests' output clean."""


@contextmanager
def serving(answer: Callable[[Any], Reply]) -> Iterator[Server]:
    server = Server(answer)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def lengths(body: Any) -> Reply:
    """A vector that tells a text's length, as good servers send it, last first."""
    rows = [{"index": i, "embedding": [len(text) * 3, 4.0, 0]} for i, text in enumerate(body["input"])]
    return 200, json.dumps({"object": "list", "data": rows[::-1], "model": body["model"]})


def vectors_of(*vectors: Any) -> Callable[[Any], Reply]:
    return lambda _: (200, json.dumps({"data": [{"embedding": vector} for vector in vectors]}))


def embedder_at(url: str, key: str | None = None) -> ServedEmbedder:
    return ServedEmbedder("small-embedder", url, key, 5.0, max_retries=0)


def test_a_served_model_gives_unit_rows_in_the_order_of_the_texts():
    with serving(lengths) as server:
        embedder: Embedder = embedder_at(server.url, "key-1")
        vectors = embedder.embed(["a", "bb"], "passage")
        assert embedder.dimensions == 3
    np.testing.assert_allclose(vectors, [[0.6, 0.8, 0], [0.83205, 0.5547, 0]], atol=1e-5)
    assert vectors.dtype == np.float32
    path, authorization, body = server.asked[0]
    assert (path, authorization) == ("/v1/embeddings", "Bearer key-1")
    assert (body["model"], body["input"]) == ("small-embedder", ["a", "bb"])
    assert len(server.asked) == 1


def test_many_texts_go_in_several_requests():
    with serving(lengths) as server:
        vectors = embedder_at(server.url).embed(["x" * n for n in range(1, 151)], "passage")
    assert [len(body["input"]) for _, _, body in server.asked] == [64, 64, 22]
    assert (np.diff(vectors[:, 0]) > 0).all()


def test_the_dimensions_are_asked_once_and_no_texts_give_no_rows():
    with serving(lengths) as server:
        embedder = embedder_at(server.url)
        assert embedder.embed([], "query").shape == (0, 3)
        assert embedder.dimensions == 3
    assert len(server.asked) == 1


def test_without_a_key_none_is_sent(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-another-server")
    with serving(lengths) as server:
        embedder_at(server.url).embed(["a"], "query")
    assert server.asked[0][1] is None


def test_what_the_environment_holds_for_openai_goes_to_no_other_server(monkeypatch: pytest.MonkeyPatch):
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "private")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: private")
    with serving(lengths) as server:
        embedder_at(server.url).embed(["a"], "query")
    assert "private" not in server.headers


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://host/v1", "http://", "http://[", "http://h:99999", "http://a b"]
)
def test_a_base_url_that_is_none_is_a_configuration_error(url: str):
    with pytest.raises(ConfigError) as raised:
        embedder_at(url)
    assert raised.value.hint


def test_a_key_that_no_header_can_carry_is_a_configuration_error():
    with pytest.raises(ConfigError) as raised:
        embedder_at("http://127.0.0.1:1/v1", "schlüssel")
    assert "schl" not in raised.value.message


def test_a_password_in_the_address_is_not_shown():
    with serving(lambda _: (500, "{}")) as server, pytest.raises(LLMUnreachableError) as raised:
        embedder_at(server.url.replace("//", "//me:password@")).embed(["a"], "query")
    assert "password" not in raised.value.message + raised.value.hint


def test_empty_texts_and_half_surrogates_can_be_sent():
    with serving(lengths) as server:
        embedder_at(server.url).embed(["", "a\ud800"], "query")
    assert server.asked[0][2]["input"] == [" ", "a?"]


def test_a_model_on_another_server_is_another_embedder():
    one, other = embedder_at("http://127.0.0.1:1/v1"), embedder_at("http://127.0.0.1:2/v1")
    assert one.name != other.name
    assert one.name == embedder_at("http://127.0.0.1:1/v1/").name


def test_a_server_that_is_not_there_is_unreachable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        embedder = embedder_at(f"http://127.0.0.1:{free.getsockname()[1]}/v1")
        with pytest.raises(LLMUnreachableError) as raised:
            embedder.embed(["a"], "query")
    assert raised.value.hint


def test_a_server_that_says_nothing_is_unreachable_after_the_time_out():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(LLMUnreachableError):
            ServedEmbedder("m", url, None, 0.2, max_retries=0).embed(["a"], "query")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_or_broken_server_is_unreachable(status: int):
    with serving(lambda _: (status, "{}")) as server, pytest.raises(LLMUnreachableError, match=str(status)):
        embedder_at(server.url).embed(["a"], "query")


def test_a_server_that_recovers_is_asked_again():
    replies = [(503, "{}")]
    with serving(lambda body: replies.pop() if replies else lengths(body)) as server:
        vectors = ServedEmbedder("m", server.url, None, 5.0, max_retries=1).embed(["a"], "query")
    assert vectors.shape == (1, 3)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_says_why_without_the_key(status: int):
    reply = json.dumps({"error": {"message": "bad key secret-key-123\nor model"}})
    with serving(lambda _: (status, reply)) as server, pytest.raises(LLMRefusedError) as raised:
        embedder_at(server.url, "secret-key-123").embed(["a"], "query")
    assert "\n" not in raised.value.message
    assert "or model" in raised.value.message
    assert "secret-key" not in raised.value.message + raised.value.hint


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: (200, "no JSON"),
        lambda _: (200, "null"),
        lambda _: (200, '{"data": null}'),
        lambda _: (200, '{"data": [7, 8]}'),
        lambda _: (200, '{"choices": []}'),
        lambda _: (200, '{"data": [{"embedding": [1' + "0" * 400 + ']}, {"embedding": [1]}]}'),
        lambda _: (200, "[" * 100_000),
        lambda _: (200, '{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}'),
        lambda _: (200, '{"data": [{"index": "0", "embedding": [1]}, {"index": 1, "embedding": [1]}]}'),
        vectors_of([1.0, 2.0]),
        vectors_of([1.0], [1.0], [1.0]),
        vectors_of([1.0, 2.0], [1.0]),
        vectors_of([1.0], ["one"]),
        vectors_of([1.0], ["1.0"]),
        vectors_of("abc", "def"),
        vectors_of([1.0], None),
        vectors_of([None], [1.0]),
        vectors_of([], []),
        vectors_of(1.0, 2.0),
        vectors_of([[1.0]], [[1.0]]),
        vectors_of([0.0, 0.0], [1.0, 0.0]),
        vectors_of([float("nan")], [1.0]),
        vectors_of([1e300], [1.0]),
    ],
)
def test_anything_but_one_vector_a_text_is_a_wrong_reply(answer: Callable[[Any], Reply]):
    with serving(answer) as server, pytest.raises(LLMReplyError) as raised:
        embedder_at(server.url).embed(["a", "b"], "query")
    assert raised.value.hint


def test_vectors_of_another_length_than_before_are_a_wrong_reply():
    replies = [vectors_of([1.0, 2.0, 2.0]), vectors_of([1.0, 2.0])]
    with serving(lambda body: replies.pop()(body)) as server:
        embedder = embedder_at(server.url)
        embedder.embed(["a"], "query")
        with pytest.raises(LLMReplyError, match="3 numbers after vectors of 2"):
            embedder.embed(["b"], "query")
