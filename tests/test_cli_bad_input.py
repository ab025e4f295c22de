"""Bad input of every kind: one line that says what to do, the right exit code, and the old index as it was."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.config import Settings

pytestmark = pytest.mark.slow


def assert_refused(done: subprocess.CompletedProcess[str], exit_code: int, code: str) -> None:
    """One error line with a hint, its JSON on stdout, and the exit code."""
    assert done.returncode == exit_code, done.stdout + done.stderr
    error = json.loads(done.stdout)["error"]
    assert error["code"] == code
    assert error["hint"]
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert errors == [f"error: {error['message']}"]


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the ingested home, to break."""
    shutil.copytree(sample_home, tmp_path / "home")
    return tmp_path / "home"


def works_in(home: Path) -> int:
    with Assistant.open(settings=Settings(home=home)) as assistant:
        return len(assistant.works())


@pytest.mark.parametrize("command", ["ingest", "parse"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.txt", None),
        ("empty.txt", b""),
        ("blank.txt", b" \n\n \t\n"),
        ("binary.txt", b"\x00\x01\x02\xff" * 500),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))),
    ],
)
def test_a_file_that_is_no_page_is_refused_and_the_index_stands(
    rag, home: Path, tmp_path: Path, name: str, content: bytes | None, command: str
):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert_refused(rag(command, tmp_path / name, "--home", home, "--json"), 1, "nothing_to_ingest")
    assert works_in(home) == 5


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused(rag, home: Path, tmp_path: Path):
    (tmp_path / "locked.txt").write_text("A title\nA text.\n")
    (tmp_path / "locked.txt").chmod(0)
    assert_refused(rag("ingest", tmp_path / "locked.txt", "--home", home, "--json"), 1, "nothing_to_ingest")


def test_a_folder_without_pages_is_refused(rag, home: Path, tmp_path: Path):
    (tmp_path / "folder").mkdir()
    assert_refused(rag("ingest", tmp_path / "folder", "--home", home, "--json"), 1, "nothing_to_ingest")


def test_files_of_one_name_in_two_folders_are_both_kept(rag, pages: Path, tmp_path: Path):
    for folder, page in (("one", "listing.txt"), ("two", "ashdown.txt")):
        (tmp_path / folder).mkdir()
        shutil.copy(pages / page, tmp_path / folder / "page.txt")
    home = tmp_path / "home"
    for folder in ("one", "two"):
        assert rag("ingest", tmp_path / folder, "--home", home).returncode == 0
    status = json.loads(rag("status", "--home", home, "--json").stdout)
    assert [page["source"] for page in status["pages"]] == ["one/page.txt", "two/page.txt"]


def test_another_programs_configuration_is_no_matter(rag, home: Path, tmp_path: Path):
    (tmp_path / "config.yaml").write_text("services:\n  web: {image: nginx}\n")
    done = rag("list", "--count", "--home", home, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "5\n", "")


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("rag: {search: {passages: many}}", ["ask", "x"]),
        ("rag: {nonsense: 1}", ["list"]),
        ("rag:\n  - [\n", ["ingest", "."]),
        ("rag: 7", ["status"]),
    ],
)
def test_a_broken_configuration_is_refused(rag, home: Path, tmp_path: Path, text: str, args: list[str]):
    (tmp_path / "config.yaml").write_text(text)
    done = rag(*args, "--home", home, "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "config"
    assert "config.yaml" in done.stderr


def test_a_configuration_file_that_is_not_there_is_refused(rag, home: Path):
    assert_refused(rag("list", "--config", "/no/such/file.yaml", "--home", home, "--json"), 2, "config")


def test_a_model_without_key_and_server_is_refused_where_it_is_needed(rag, home: Path):
    assert_refused(rag("ask", "x", "-m", "some-model", "--home", home, "--json"), 2, "config")
    assert rag("list", "--home", home, RAG_LLM_MODEL="some-model").returncode == 0


@pytest.mark.parametrize("question", ["", "   ", "\n"])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_an_empty_question_is_refused(rag, home: Path, question: str, command: str):
    assert_refused(rag(command, question, "--home", home, "--json"), 1, "bad_question")


def test_an_enormous_question_is_answered_or_refused_in_a_line(rag, home: Path):
    done = rag("ask", "-", "--home", home, "--json", stdin="why does attention rise " * 50_000)
    assert done.returncode in (0, 1)
    assert ("error" in json.loads(done.stdout)) == (done.returncode == 1)


@pytest.mark.parametrize(
    "query",
    [
        'lantern AND "memory" NOT (title:tides OR text:*) NEAR/3 ^x',
        "\"' OR 1=1; DROP TABLE works; --",
        "what is it that the of and",
        "灯笼需要多少内存？ Сколько памяти? كم من الذاكرة",
        "🜁🜂 \u202e\u200b \x07",
        "?!…—",
        "lantern_" * 12_500,
    ],
    ids=["operators", "quotes", "stop words", "scripts", "symbols", "marks", "100 KB"],
)
def test_a_query_of_any_text_is_searched_and_answered(rag, home: Path, query: str):
    found = rag("search", query, "--home", home, "--json")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["query"] == query
    listed = rag("list", "--text", query, "--home", home, "--json")
    assert listed.returncode == (0 if any(c.isalnum() for c in query) else 2), listed.stderr
    answered = rag("ask", query, "--home", home, "--json")
    assert answered.returncode == 0, answered.stderr
    assert set(json.loads(answered.stdout)) >= {"answer", "declined"}


def test_a_filter_that_is_no_text_finds_nothing(rag, home: Path):
    done = rag("list", "--author", os.fsdecode(b"\xff\xfe"), "--affiliation", os.fsdecode(b"\xff"), "--home", home)
    assert done.returncode == 0
    assert "no work is by" in done.stderr


def test_a_question_that_is_no_text_is_refused(rag, home: Path):
    assert_refused(rag("ask", "-", "--home", home, "--json", stdin=b"\xff\xfe\xfa"), 1, "bad_question")


@pytest.mark.parametrize("args", [["ask", "x"], ["search", "x"], ["list"], ["show", "x"]])
def test_without_an_index_each_command_says_how_to_make_one(rag, tmp_path: Path, args: list[str]):
    done = rag(*args, "--home", tmp_path / "none", "--json")
    assert_refused(done, 3, "index_missing")
    assert "rag ingest" in done.stderr
    assert not (tmp_path / "none").exists()


def test_without_an_index_each_line_fails_in_its_place(rag, tmp_path: Path, json_lines):
    done = rag("ask", "--jsonl", "--home", tmp_path / "none", stdin='{"id": 1, "question": "x"}\n')
    assert done.returncode == 3
    assert [(line["id"], line["error"]["code"]) for line in json_lines(done.stdout)] == [(1, "index_missing")]


def test_an_index_made_by_another_embedder_is_refused(rag, home: Path):
    other = {"RAG_INDEX_EMBEDDER": "some-embedder", "RAG_LLM_BASE_URL": "http://127.0.0.1:9/v1"}
    assert_refused(rag("ask", "What is quiet?", "--home", home, "--json", **other), 3, "index_stale")
    assert works_in(home) == 5


def test_a_second_ingest_at_the_same_time_is_refused(rag, home: Path, pages: Path):
    holder = sqlite3.connect(home / "catalog.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        assert_refused(rag("ingest", pages, "--home", home, "--json"), 3, "index_busy")
        assert works_in(home) == 5
    finally:
        holder.close()
    assert rag("ingest", pages, "--home", home).returncode == 0


def test_a_home_that_is_a_file_is_refused(rag, tmp_path: Path):
    (tmp_path / "home").touch()
    done = rag("list", "--home", tmp_path / "home", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "config"


def test_a_damaged_index_is_refused(rag, home: Path):
    (home / "catalog.sqlite").write_bytes(b"this is no database at all, but it is long enough to be read as one" * 50)
    for leftover in home.glob("catalog.sqlite-*"):
        leftover.unlink()
    assert_refused(rag("ask", "What is quiet?", "--home", home, "--json"), 3, "index_damaged")
