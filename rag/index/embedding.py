"""Texts → vectors: by the model that ships with the package, or by one behind an OpenAI-compatible server."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, Protocol

from rag.errors import LLMRefusedError, LLMReplyError, LLMUnreachableError, ModelError
from rag.models import onnx
from rag.served import Server, sendable

if TYPE_CHECKING:
    import numpy as np
    import openai
    from numpy.typing import NDArray

Role = Literal["query", "passage"]

MAX_WINDOWS = 8
MAX_CHARACTERS = 32_768  # twice what 8 windows of common English hold; keeps a pasted book from being tokenized in full
MAX_WORKERS = 4
SERVED_BATCH = 64


class Embedder(Protocol):
    """Makes vectors; texts that mean the same lie close."""

    @property
    def name(self) -> str:
        """Names the collection of its vectors: another name is another collection."""
        ...

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        ...

    def embed(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """One row a text, in the order of the texts: (len(texts), dimensions), float32, each row of length 1.

        A text's vector depends on nothing but the text and its role. No texts give no rows.
        """
        ...


class BuiltinEmbedder:
    """The packaged all-MiniLM-L6-v2. Loads at the first text, 0.3 s with its imports; threads may share one.

    It reads 256 word pieces at once. A longer text is cut into even windows, whose mean is its vector: all of it
    counts, where cutting it off would lose the end of a long abstract. Of an enormous one, the first 8 windows count.
    """

    def __init__(self, *, workers: int | None = None, folder: Path = onnx.FOLDER) -> None:
        self._workers = workers or min(onnx.processors(), MAX_WORKERS)
        self._folder = folder
        self._lock = Lock()
        self._model: onnx.PackagedModel | None = None
        self._entry: onnx.ModelEntry | None = None

    @property
    def name(self) -> str:
        """`all-MiniLM-L6-v2-int8-` and 8 digits of the file's checksum. Raises ModelFileError without a manifest."""
        return self._described().id

    @property
    def dimensions(self) -> int:
        return self._described().dimensions or 0

    def embed(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:  # noqa: ARG002 - one model for both roles
        """See Embedder. Raises ModelFileError when the packaged files are missing or altered."""
        import numpy as np

        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        model = self._loaded()
        if len(texts) == 1 or self._workers == 1:
            return np.stack([_vector(model, text) for text in texts])
        with ThreadPoolExecutor(self._workers, thread_name_prefix="embed") as pool:
            return np.stack(list(pool.map(lambda text: _vector(model, text), texts)))

    def _described(self) -> onnx.ModelEntry:
        self._entry = self._entry or onnx.entry("embedder", self._folder)
        return self._entry

    def _loaded(self) -> onnx.PackagedModel:
        with self._lock:
            self._model = self._model or onnx.PackagedModel("embedder", self._folder)
            return self._model


def _vector(model: onnx.PackagedModel, text: str) -> NDArray[np.float32]:
    """One text, alone in its batch: nothing is padded, and no other text can change a digit of it."""
    import numpy as np

    first, *words, last = model.pieces(text[:MAX_CHARACTERS])
    rows = []
    for window in _windows(words, model.entry.max_pieces - 2):
        ids = np.array([[first, *window, last]], dtype=np.int64)
        rows.append(model.run({"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0])
    return rows[0] if len(rows) == 1 else _unit(np.mean(rows, axis=0))


def _windows(pieces: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Cuts into the fewest windows of at most `size`, as even as can be; gives one empty window for no pieces."""
    pieces = pieces[: MAX_WINDOWS * size]
    count = max(1, -(-len(pieces) // size))
    for window in range(count):
        yield pieces[window * len(pieces) // count : (window + 1) * len(pieces) // count]


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    scaled: NDArray[np.float32] = (vector / np.linalg.norm(vector)).astype(np.float32)
    return scaled


class ServedEmbedder:
    """A model behind a server that speaks OpenAI's `/embeddings`. Opens no connection before the first text.

    Both roles are sent as they are. Raises LLMUnreachableError without a reply (after the SDK's retries),
    LLMRefusedError when the request is turned down, LLMReplyError for anything that is not one vector a text.
    """

    def __init__(
        self, model: str, base_url: str, api_key: str | None, timeout_s: float, *, max_retries: int = 2
    ) -> None:
        """Raises ConfigError for a base URL or a key that cannot be one."""
        self._model = model
        self._server = Server(base_url, api_key, timeout_s=timeout_s, max_retries=max_retries)
        self._dimensions: int | None = None

    @property
    def name(self) -> str:
        """The model's name and 8 digits for its server: two servers may mean different models by one name."""
        return f"{self._model}-{hashlib.blake2b(self._server.base_url.encode(), digest_size=4).hexdigest()}"

    @property
    def dimensions(self) -> int:
        """Asks the server, once, by embedding a word. Raises as `embed` does."""
        if self._dimensions is None:
            self.embed(["dimensions"], "query")
        return self._dimensions or 0

    def embed(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:  # noqa: ARG002 - see the class
        """See Embedder; 64 texts a request."""
        import numpy as np

        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        starts = range(0, len(texts), SERVED_BATCH)
        return np.concatenate([self._request(texts[start : start + SERVED_BATCH]) for start in starts])

    def _request(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import openai

        # An empty input is a bad request to OpenAI, and a lone surrogate has no bytes to send.
        sent = [sendable(text) or " " for text in texts]
        create = self._server.client().embeddings.with_raw_response.create
        headers = self._server.headers()
        try:
            reply = create(model=self._model, input=sent, encoding_format="float", extra_headers=headers).text
        except openai.APIConnectionError as error:  # time-outs too
            raise self._unreachable("does not answer") from error
        except openai.APIStatusError as error:
            raise self._status_error(error) from error
        return self._rows(reply, len(texts))

    def _unreachable(self, what: str) -> LLMUnreachableError:
        return LLMUnreachableError(
            f"the embedding server {self._server.shown} {what}",
            hint="start it, set llm.base_url to where it listens, or set index.embedder to builtin",
        )

    def _status_error(self, error: openai.APIStatusError) -> ModelError:
        if error.status_code in (408, 409, 429) or error.status_code >= 500:
            return self._unreachable(f"answers HTTP {error.status_code}")
        return LLMRefusedError(
            f"the embedding server {self._server.shown} refuses model {self._model!r}: {self._server.said(error)}",
            hint="check index.embedder, llm.base_url and the key, or set index.embedder to builtin",
        )

    def _rows(self, reply: str, expected: int) -> NDArray[np.float32]:
        import numpy as np

        try:
            rows = np.array(_vectors(json.loads(reply), expected), dtype=np.float64)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise self._reply_error("no list of vectors, one a text") from error
        if rows.ndim != 2 or not rows.shape[1]:
            raise self._reply_error("vectors that are none")
        with np.errstate(over="ignore"):
            lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise self._reply_error("vectors without a direction")
        if rows.shape[1] != (self._dimensions or rows.shape[1]):
            raise self._reply_error(f"vectors of {rows.shape[1]} numbers after vectors of {self._dimensions}")
        self._dimensions = rows.shape[1]
        unit: NDArray[np.float32] = (rows / lengths).astype(np.float32)
        return unit

    def _reply_error(self, what: str) -> LLMReplyError:
        return LLMReplyError(
            f"the embedding server {self._server.shown} sent {what}",
            hint=f"check that {self._model!r} is an embedding model and llm.base_url ends where /embeddings begins",
        )


def _vectors(reply: Any, expected: int) -> list[list[float]]:
    """The vectors of a reply by their index, or as they come where the server gives none. Raises ValueError."""
    items = reply["data"]
    places = [item.get("index", place) for place, item in enumerate(items)]
    if sorted(places) != list(range(expected)):
        raise ValueError(f"{expected} texts, vectors for {places}")
    by_place = {place: item["embedding"] for place, item in zip(places, items, strict=True)}
    vectors = [by_place[place] for place in range(expected)]
    if not all(isinstance(number, int | float) for vector in vectors for number in vector):
        raise ValueError("a vector holds what is no number")
    return vectors
