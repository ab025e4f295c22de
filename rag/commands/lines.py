"""The loop behind `--jsonl`: an object a line in, an object a line out; a line that fails does not stop the rest."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from rag.commands.running import json_text
from rag.errors import CorpusError, QuestionError, RagError, UsageError
from rag.schema import Json, Turn


def put_lines(values: Iterable[Json]) -> None:
    """Each value on a line of its own, flushed, so that a reader need not wait for the rest."""
    for value in values:
        print(json_text(value), flush=True)


def answer_lines(file: str | None, answer: Callable[[Mapping[str, Any]], Json]) -> int:
    """Reads objects from `file` or stdin and prints `{"id", …answer(object)}` for each; the first error's exit code.

    This is the error boundary of each line: what goes wrong there is printed in the answer's place.
    """
    exit_code = 0
    for number, line in _numbered_lines(file):
        name: Json = {"line": number}
        try:
            given = _object(line)
            if "id" in given:
                name = {"id": given["id"]}
            out = {**({"id": None} if "id" not in given else name), **answer(given)}
        except RagError as error:
            out = {**name, **error.to_dict()}
            exit_code = exit_code or error.exit_code
        except Exception as error:
            if os.environ.get("RAG_DEBUG"):
                raise
            out = {**name, "error": {"code": "internal", "message": f"{type(error).__name__}: {error}", "hint": None}}
            exit_code = exit_code or 1
        put_lines([out])
    return exit_code


def text_in(given: Mapping[str, Any], name: str) -> str:
    """A text that must be there. Raises QuestionError."""
    if name not in given:
        raise QuestionError(f"the line has no {name!r}", hint=f'write {{"id": …, "{name}": "…"}}')
    return usable(given[name], name)


def whole_in(given: Mapping[str, Any], name: str, default: int, *, most: int) -> int:
    """A whole number from 1 to `most`, or `default` where there is none. Raises QuestionError."""
    value = given.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise QuestionError(f"{name!r} must be a whole number from 1 to {most:,}", hint=f"leave it out for {default}")
    return value


def history_in(given: Mapping[str, Any]) -> list[Turn]:
    """The earlier exchanges, oldest first. Raises QuestionError."""
    history = given.get("history")
    if history is None:
        return []
    if not isinstance(history, list):
        raise QuestionError("'history' must be a list", hint='write "history": [["question", "answer"], …]')
    return [_turn(item) for item in history]


def _turn(item: object) -> Turn:
    if not isinstance(item, list) or len(item) != 2 or not all(isinstance(part, str) for part in item):
        raise QuestionError("'history' must hold pairs of texts", hint='write "history": [["question", "answer"], …]')
    return Turn(usable(item[0], "history"), usable(item[1], "history"))


def texts_in(given: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts that must be there; it may be empty. Raises QuestionError."""
    value = given.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise QuestionError(f"{name!r} must be a list of texts", hint=f'write {{"id": …, "{name}": ["…", …]}}')
    return [usable(item, name) for item in value]


def usable(value: object, name: str) -> str:
    """A text that can be written as UTF-8. Raises QuestionError."""
    if not isinstance(value, str):
        raise QuestionError(f"{name!r} must be a text", hint=f'write "{name}": "…"')
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError(f"{name!r} is not valid UTF-8", hint="write it in UTF-8") from error
    return value


def read_stdin(what: str) -> str:
    """All of stdin as text. Raises UsageError on a terminal, QuestionError for what is no UTF-8."""
    _refuse_terminal(f"give the {what}, or pipe it in")
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise QuestionError(f"the {what} on stdin is not valid UTF-8", hint="write it in UTF-8") from error


def read_file(file: str | None) -> str:
    """All of a file's text, or of stdin's for - and for none. Raises UsageError on a terminal, PageUnreadableError."""
    from rag.corpus.pages import decode, read_page

    if file is None or file == "-":
        _refuse_terminal("name a FILE, or pipe the text in")
        return decode(sys.stdin.buffer.read(), "stdin")
    return read_page(Path(file), file, page_year=1).text


def _numbered_lines(file: str | None) -> Iterator[tuple[int, bytes]]:
    if file is None or file == "-":
        _refuse_terminal("name a FILE, or pipe JSON lines in")
        yield from _told(sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as lines:
            yield from _told(lines)
    except OSError as error:
        why = (error.strerror or "unreadable").lower()
        raise CorpusError(f"{file}: {why}", hint="name a file of JSON lines, or pipe them in") from error


def _told(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def _refuse_terminal(hint: str) -> None:
    if sys.stdin.isatty():
        raise UsageError("nothing to read: stdin is a terminal", hint=hint)


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise QuestionError("the line is not valid JSON", hint="write one JSON object a line, in UTF-8") from error
    if not isinstance(value, dict):
        raise QuestionError("the line is no JSON object", hint="write one JSON object a line")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
