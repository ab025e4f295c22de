"""Rows of JSONL files, packed or not, and the checks of their fields: what is wrong is named by file and line.

Knows nothing of what a row means.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import CorpusError


class CaseError(CorpusError):
    """A row of a file of cases cannot be used, or does not fit the index."""

    code = "bad_case"


def read_rows(path: Path, *, hint: str) -> Iterator[Fields]:
    """The objects of a JSONL file (`.gz`: packed), in its order; blank lines are passed over.

    Raises CaseError, with `hint`, for a file that cannot be read and for the first line that holds no object.
    """
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise CaseError(f"{path}: cannot be read: {error}", hint=hint) from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield Fields.of_line(f"{path}:{number}", line, hint=hint)


class Fields:
    """An object of a row, and the place that errors name."""

    def __init__(self, place: str, values: dict[str, Any], *, hint: str) -> None:
        self.place = place
        self._values = values
        self._hint = hint

    @classmethod
    def of_line(cls, place: str, line: str, *, hint: str) -> Fields:
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise CaseError(f"{place}: expected a JSON object, found {_shown(line)}: {error.msg}", hint=hint) from error
        return cls(place, {}, hint=hint).mapping(value, "the row")

    def get(self, name: str, default: object = None) -> object:
        return self._values.get(name, default)

    def text(self, name: str, called: str = "") -> str:
        """A text that is not blank."""
        return self.text_of(self.get(name), called or name)

    def text_of(self, value: object, called: str) -> str:
        if isinstance(value, str) and value.strip():
            return value
        raise self.expected(called, "text", value)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; one of them may be blank."""
        found = self.items(name)
        if all(isinstance(value, str) for value in found):
            return tuple(str(value) for value in found)
        raise self.expected(name, "a list of texts", found)

    def items(self, name: str, default: object = None) -> Sequence[object]:
        value = self.get(name, default)
        if isinstance(value, list):
            return value
        raise self.expected(name, "a list", value)

    def whole(self, name: str, called: str = "", *, below: int | None = None) -> int:
        """A whole number from 0, and less than `below` where it is given."""
        value = self.get(name)
        return self.whole_of(value, called or name, below=below)

    def whole_of(self, value: object, called: str, *, below: int | None = None) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0 and (below is None or value < below):
            return value
        bound = "" if below is None else f" to {below - 1}"
        raise self.expected(called, f"a whole number from 0{bound}", value)

    def indices(self, name: str, *, below: int) -> tuple[int, ...]:
        """A list of whole numbers from 0, each less than `below`."""
        return tuple(self.whole_of(value, name, below=below) for value in self.items(name))

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        value = self.get(name)
        if isinstance(value, str) and value in allowed:
            return value
        raise self.expected(name, f"one of {', '.join(allowed)}", value)

    def mappings(self, name: str, called: str = "", *, default: object = None) -> Iterator[Fields]:
        """The objects of a list, each named `called` in errors."""
        return (self.mapping(value, called or name) for value in self.items(name, default))

    def mapping(self, value: object, called: str) -> Fields:
        if isinstance(value, dict):
            return Fields(self.place, value, hint=self._hint)
        raise self.expected(called, "an object", value)

    def expected(self, called: str, expected: str, found: object) -> CaseError:
        what = "nothing" if found is None else _shown(json.dumps(found, ensure_ascii=False))
        return CaseError(f"{self.place}: {called}: expected {expected}, found {what}", hint=self._hint)


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
