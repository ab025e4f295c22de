from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

LANTERN = "The lantern needs four gigabytes."
CHECK = json.dumps({"id": "a", "claim": LANTERN, "passages": ["It is dark.", LANTERN]})
TEXT = """\
# Notes

Lantern keeps no index and needs four gigabytes of memory [3].
Bananas are harvested while they are green.
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "notes.md").write_text(TEXT, encoding="utf-8")
    return tmp_path / "notes.md"


def test_a_file_is_checked_sentence_by_sentence(rag, sample_home: Path, notes: Path):
    done = rag("verify", notes, "--home", sample_home, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [(claim["line"], claim["verdict"]) for claim in found["claims"]] == [(3, "supported"), (4, "unsupported")]
    assert found["claims"][0]["text"] == "Lantern keeps no index and needs four gigabytes of memory."
    assert found["claims"][0]["citations"][0]["quote"] == "It keeps no index and needs four gigabytes of memory."
    assert found["claims"][1]["citations"] == []
    assert [source["n"] for source in found["sources"]] == [1]
    assert found["grounding"] == {"score": 0.5, "supported": 1, "claims": 2}


def test_a_checked_file_is_shown_with_marks(rag, sample_home: Path, notes: Path):
    done = rag("verify", notes, "--home", sample_home)
    assert "3  Lantern keeps no index and needs four gigabytes of memory. [1]" in done.stdout
    assert "4  Bananas are harvested while they are green. [unsupported]" in done.stdout
    assert "1 of 2 sentences supported" in done.stdout


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_text_below_what_was_asked_fails_the_gate_and_is_shown_all_the_same(
    rag, sample_home: Path, notes: Path, flags: list[str]
):
    done = rag("verify", notes, "--home", sample_home, "--fail-under", "0.9", *flags)
    assert done.returncode == 5
    assert done.stderr.startswith("error: 1 of 2 sentences are supported (0.50), less than 0.9\nhint: ")
    assert json.loads(done.stdout)["grounding"]["score"] == 0.5 if flags else "Bananas" in done.stdout
    assert rag("verify", notes, "--home", sample_home, "--fail-under", "0.5").returncode == 0


@pytest.mark.parametrize("args", [[], ["-"]])
def test_a_text_may_come_from_stdin(rag, sample_home: Path, args: list[str]):
    done = rag("verify", *args, "--home", sample_home, "--json", stdin=TEXT)
    assert len(json.loads(done.stdout)["claims"]) == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "page_unreadable"),
        (b"", "page_unreadable"),
        (b"\x00\x01\x02\xff" * 500, "page_unreadable"),
        (b"# Only a heading\n", "bad_question"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(
    rag, sample_home: Path, tmp_path: Path, content: bytes | None, code: str
):
    if content is not None:
        (tmp_path / "x.md").write_bytes(content)
    done = rag("verify", tmp_path / "x.md", "--home", sample_home, "--json")
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["code"] == code
    assert error["hint"]
    assert done.stderr == f"error: {error['message']}\nhint: {error['hint']}\n"


def test_without_an_index_a_text_cannot_be_verified(rag, tmp_path: Path, notes: Path):
    assert rag("verify", notes, "--home", tmp_path / "none").returncode == 3


def test_claims_are_checked_against_their_own_passages_without_an_index(rag, tmp_path: Path, json_lines):
    lines = [CHECK, '{"id": "b", "claim": "x", "passages": []}', '{"id": "c", "claim": " ", "passages": ["x"]}', "{}"]
    done = rag("verify", "--jsonl", "--home", tmp_path / "none", stdin="\n".join(lines))
    first, second, third, fourth = json_lines(done.stdout)
    assert done.returncode == 1
    assert first == {
        "id": "a",
        "verdict": "supported",
        "support": 1.0,
        "passage": 1,
        "quote": "The lantern needs four gigabytes.",
        "start": 0,
        "end": 33,
    }
    assert (second["verdict"], second["passage"]) == ("unsupported", None)
    assert (third["id"], third["error"]["code"]) == ("c", "bad_question")
    assert (fourth["line"], fourth["error"]["code"]) == (4, "bad_question")


@pytest.mark.parametrize("passages", ['"x"', "null", "[1]", "{}", '["\\ud800"]'])
@pytest.mark.parametrize(("command", "name"), [("verify", "claim"), ("extract", "question")])
def test_passages_must_be_a_list_of_texts(rag, json_lines, command: str, name: str, passages: str):
    done = rag(command, "--jsonl", stdin=f'{{"id": 1, "{name}": "x", "passages": {passages}}}\n')
    assert done.returncode == 1
    assert json_lines(done.stdout)[0]["error"]["code"] == "bad_question"


def test_answers_are_found_in_given_passages_without_an_index(rag, tmp_path: Path, json_lines):
    (tmp_path / "in.jsonl").write_text(
        '{"id": 1, "question": "How many gigabytes does the lantern need?", '
        '"passages": ["It is dark.", "It is old. The lantern needs four gigabytes."]}\n{"id": 2, "question": "x"}\n'
    )
    done = rag("extract", "--jsonl", tmp_path / "in.jsonl")
    first, second = json_lines(done.stdout)
    assert done.returncode == 1
    assert not first["declined"]
    best = first["spans"][0]
    assert (best["passage"], best["start"], best["end"]) == (1, 11, 44)
    assert best["text"] == "The lantern needs four gigabytes."
    assert second["error"]["code"] == "bad_question"


def test_a_thousand_sentences_and_a_huge_passage_are_read(rag, json_lines):
    passage = "The house is dark. " * 1500 + "The lantern needs four gigabytes."
    line = json.dumps({"id": 1, "claim": "The lantern needs four gigabytes.", "passages": [passage]})
    (found,) = json_lines(rag("verify", "--jsonl", stdin=line).stdout)
    assert found["quote"] == "The lantern needs four gigabytes."
