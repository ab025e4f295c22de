"""Runs the models that ship beside this file, on the CPU: checked before they are used, the same result on every call.

Knows nothing of what a model is for. A model is an entry of `manifest.json`, which `training/` writes with the files.

One call runs on one thread. Whoever has many texts calls from several threads: a run shares nothing with the next, so
neither their number nor their order changes a result, and two texts in two threads are faster than one in two.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelFileError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FOLDER = Path(__file__).parent
REINSTALL = "reinstall the package: `pip install --force-reinstall --no-deps` with what it was installed from"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedFile:
    """A file of a model as it must be."""

    file: str
    size_bytes: int
    sha256: str

    def read(self, folder: Path = FOLDER) -> bytes:
        """Its content. Raises ModelFileError when it is missing, unreadable or not the one that was packaged."""
        try:
            data = (folder / self.file).read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ModelFileError(f"the model file {self.file} cannot be read: {reason}", hint=REINSTALL) from error
        if len(data) != self.size_bytes:
            raise ModelFileError(
                f"the model file {self.file} has {len(data):,} bytes, not {self.size_bytes:,}", hint=REINSTALL
            )
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise ModelFileError(f"the model file {self.file} was altered: its checksum differs", hint=REINSTALL)
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """What the manifest says of a model. `max_pieces` is its longest input, [CLS] and [SEP] among them.

    `calibration` turns its logits into probabilities, `thresholds` these into decisions; who runs the model reads them.
    """

    name: str
    max_pieces: int
    dimensions: int | None
    model: PackagedFile
    tokenizer: PackagedFile
    calibration: Mapping[str, Any] = field(default_factory=dict, hash=False)
    thresholds: Mapping[str, float] = field(default_factory=dict, hash=False)

    @property
    def id(self) -> str:
        """Name and the first 8 digits of the checksum: another file is another id."""
        return f"{self.name}-{self.model.sha256[:8]}"


def entry(key: str, folder: Path = FOLDER) -> ModelEntry:
    """The manifest's entry for `key`, such as "embedder"; reads no model file. Raises ModelFileError without one."""
    try:
        found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))[key]
        return ModelEntry(
            name=found["name"],
            max_pieces=found["max_pieces"],
            dimensions=found.get("dimensions"),
            model=PackagedFile(**found["model"]),
            tokenizer=PackagedFile(**found["tokenizer"]),
            calibration=dict(found.get("calibration", {})),
            thresholds={name: float(value) for name, value in found.get("thresholds", {}).items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelFileError(f"the list of packaged models says nothing usable of {key!r}", hint=REINSTALL) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """A text's word pieces without special ones; of each, where it stands in the text and the number of its word."""

    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    words: tuple[int, ...]


class PackagedModel:
    """A model that was checked and is ready to run; any number of threads may use one at once."""

    def __init__(self, key: str, folder: Path = FOLDER) -> None:
        """Reads and checks the files, about 0.1 s. Raises ModelFileError."""
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        self.entry = entry(key, folder)
        words, graph = self.entry.tokenizer.read(folder), self.entry.model.read(folder)
        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors; warnings about the machine's devices are of no use to a reader
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_str(words.decode("utf-8"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._special = frozenset(
            id for id, token in self._tokenizer.get_added_tokens_decoder().items() if token.special
        )
        self._unknown = self._tokenizer.token_to_id("[UNK]") or 0

    def pieces(self, text: str, *, specials: bool = True) -> list[int]:
        """The word pieces of a text, any string, in full; `specials` puts [CLS] before and [SEP] after them."""
        return list(self._tokenizer.encode(_encodable(text), add_special_tokens=specials).ids)

    def located(self, text: str) -> Pieces:
        """The word pieces of a text, any string, in full.

        The name of a special piece in it ("[SEP]") is an unknown word: no text can end before its end.
        """
        found = self._tokenizer.encode(_encodable(text), add_special_tokens=False)
        return Pieces(
            ids=tuple(self._unknown if id in self._special else id for id in found.ids),
            spans=tuple(found.offsets),
            words=tuple(-1 if word is None else word for word in found.word_ids),
        )

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """The graph's outputs, in its order."""
        outputs: list[NDArray[np.float32]] = self._session.run(None, dict(inputs))
        return outputs


def processors() -> int:
    """The processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _encodable(text: str) -> str:
    """The text with each lone surrogate, which UTF-8 has no bytes for, as a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
