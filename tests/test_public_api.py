"""The names that programs import from rag, and what they may rely on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import rag

ROOT = Path(__file__).parent.parent

PUBLIC = {
    "Answer",
    "Assistant",
    "Check",
    "Citation",
    "Claim",
    "ConfigError",
    "CorpusError",
    "Finding",
    "GateFailedError",
    "Group",
    "Grouping",
    "IndexUnusableError",
    "IngestReport",
    "Limits",
    "ModelError",
    "RagError",
    "Reading",
    "Record",
    "Result",
    "Search",
    "Source",
    "Status",
    "Turn",
    "Verification",
    "Work",
    "ask",
}

USES = """
from rag import Answer, Assistant, Turn, ask

answer: Answer = ask("Which method needs no reference model?")
with Assistant.open(home="index", model="a", base_url="http://127.0.0.1:1", api_key="k", offline=True) as assistant:
    files: int = assistant.ingest(["pages/"]).files
    again: Answer = assistant.ask("And how fast is it?", history=[Turn("a", "b")])
    for event in assistant.stream("a"):
        text: str = event.text
    titles: list[str | None] = [result.work.title for result in assistant.search("sparse rates", k=5, year=2023)]
    said: tuple[str, bool, int] = (again.text, again.declined, len(again.claims) + len(again.sources))
"""
"""The Python part of the interface, as a user's type checker sees it."""


def test_the_package_offers_these_names() -> None:
    """Adding one is free; taking one away breaks programs."""
    assert set(rag.__all__) == PUBLIC
    assert {name for name in PUBLIC if getattr(rag, name, None) is None} == set()


def test_dir_lists_what_is_offered() -> None:
    assert set(dir(rag)) >= PUBLIC


def test_a_name_that_is_not_offered_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Assistent"):
        _ = rag.Assistent


@pytest.mark.slow
def test_a_program_that_uses_the_interface_type_checks(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(USES, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path), str(program)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout
