from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from rag.commands.lines import answer_lines, history_in, text_in, whole_in
from rag.errors import CorpusError, IndexMissingError, UsageError
from rag.schema import Json, Turn


def echo(given: Mapping[str, Any]) -> Json:
    text = text_in(given, "question")
    if text == "no index":
        raise IndexMissingError("there is no index", hint="run `rag ingest`")
    if text == "bug":
        raise KeyError("inside")
    return {"said": text, "turns": len(history_in(given))}


@pytest.fixture
def answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def run(text: str | bytes) -> tuple[int, list[dict[str, Any]]]:
        path = tmp_path / "lines.jsonl"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        code = answer_lines(str(path), echo)
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_each_line_is_answered_in_order_under_its_id(answered):
    code, out = answered('{"id": "a", "question": "x"}\n\n  \n{"id": 7, "question": "ü", "history": [["q", "a"]]}')
    assert code == 0
    assert out == [{"id": "a", "said": "x", "turns": 0}, {"id": 7, "said": "ü", "turns": 1}]


def test_a_line_without_an_id_gets_null_and_its_error_names_the_line(answered):
    code, out = answered('{"question": "x"}\n\n{"question": ""}\n{}\n')
    assert code == 1
    assert out[0] == {"id": None, "said": "x", "turns": 0}
    assert [(each.get("line"), "error" in each) for each in out[1:]] == [(None, False), (4, True)]


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b'{"id": 1, "question": "x"',
        b"[1, 2]",
        b'"text"',
        b"null",
        b'{"id": 1}',
        b'{"id": 1, "question": null}',
        b'{"id": 1, "question": 5}',
        b'{"id": 1, "question": ["x"]}',
        b'{"id": 1, "question": "\\ud800"}',
        b'{"id": NaN, "question": "x"}',
        b'{"id": 1, "question": "x", "history": "q"}',
        b'{"id": 1, "question": "x", "history": [["q"]]}',
        b'{"id": 1, "question": "x", "history": [["q", 1]]}',
        b'{"id": 1, "question": "x", "history": [{"q": "a"}]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": ' + b"9" * 5000 + b', "question": "x"}',
    ],
)
def test_a_line_that_cannot_be_used_fails_alone(answered, line: bytes):
    code, out = answered(b'{"id": 0, "question": "x"}\n' + line + b'\n{"id": 2, "question": "y"}\n')
    assert code == 1
    assert [each.get("said") for each in out] == ["x", None, "y"]
    assert out[1]["error"]["code"] == "bad_question"
    assert out[1].get("id") == 1 or out[1].get("line") == 2


def test_the_exit_code_is_that_of_the_first_error(answered):
    code, out = answered('{"id": 1, "question": "no index"}\nbroken\n')
    assert code == 3
    assert [each["error"]["code"] for each in out] == ["index_missing", "bad_question"]
    assert out[0]["error"]["hint"] == "run `rag ingest`"


def test_a_bug_at_one_line_leaves_the_others_answered(answered):
    code, out = answered('{"id": 1, "question": "bug"}\n{"id": 2, "question": "x"}\n')
    assert code == 1
    assert out[0]["error"]["code"] == "internal"
    assert out[1]["said"] == "x"


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(CorpusError, match="no such file"):
        answer_lines(str(tmp_path / "none.jsonl"), echo)


def test_a_terminal_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(io.BytesIO()))
    with pytest.raises(UsageError, match="stdin is a terminal") as caught:
        answer_lines(None, echo)
    assert caught.value.hint


@pytest.mark.parametrize("value", [0, -1, 1.5, "3", True, 101, 10**30])
def test_a_number_of_results_must_be_whole_and_positive(value: object):
    with pytest.raises(CorpusError, match="'k' must be a whole number"):
        whole_in({"k": value}, "k", 10, most=100)


def test_a_history_is_read_as_turns():
    assert history_in({"history": [["q", "a"], ["r", "b"]]}) == [Turn("q", "a"), Turn("r", "b")]
    assert history_in({}) == history_in({"history": None}) == []
