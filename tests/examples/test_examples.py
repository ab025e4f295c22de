"""The examples run, on the sample pages, and show what they promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def run(command: list[str], home: Path) -> str:
    """What a command prints, with no key, no index and no configuration of the machine's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_", "XDG_"))}
    env = {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_python_example_answers_follows_up_and_declines(tmp_path: Path) -> None:
    printed = run([sys.executable, "examples/ask.py"], tmp_path)
    first, follow_up, declined = printed.split("\n\n")[1:4]
    assert "the product of two thin matrices" in first
    assert "10,000" in follow_up
    assert "Nothing in the 15 works" in declined
    assert "[1]" not in declined
    assert "1. An Image is Worth 16x16 Words" in printed


@pytest.mark.slow
def test_the_llamaindex_example_finds_the_paper_by_each_way(tmp_path: Path) -> None:
    printed = run([sys.executable, "-W", "ignore", "examples/llama_index_pipeline.py"], tmp_path)
    retrieved, limited, answered, plain = re.split(r"^(?=\S)", printed, flags=re.M)[1:]
    for ranked in (retrieved, plain):
        assert "lora-low-rank" in ranked.splitlines()[1]
        assert "abstract [0, " in ranked.splitlines()[1]
    assert "lora" not in limited
    assert "the product of two thin matrices" in answered
    assert "supported (" in answered


@pytest.mark.slow
def test_the_demo_cites_its_answers_and_declines_the_last(tmp_path: Path) -> None:
    """What `make demo` runs once the packages are installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    rag = folder / "rag"
    rag.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rag "$@"\n', encoding="utf-8")
    rag.chmod(0o755)
    fact, both, declined = run(["bash", "examples/demo.sh", str(folder)], tmp_path).split("\n$ rag ask ")[1:]
    assert "it won 28, drew 72" in fact
    assert "[1]" in fact
    assert "340 million" in both
    assert "632 million" in both
    assert "[2] " in both
    assert "[1]" not in declined
