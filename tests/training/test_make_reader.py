"""The tests' reader is what its recipe makes, and the recipe knows what the runtime asks of the manifest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rag.models.crossencoder import KEY
from rag.models.pairs import HEADING_PIECES, QUERY_PIECES, SPECIALS
from rag.models.windows import OVERLAP

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "models" / "tiny"


def test_the_recipe_gives_the_same_bytes_again(tmp_path: Path):
    pytest.importorskip("onnx", reason="needs training/requirements.txt")
    command = [sys.executable, "-m", "training.make_reader", "--tiny", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=120)
    for file in ("reader.onnx", "manifest.json"):
        assert (tmp_path / file).read_bytes() == (TINY / file).read_bytes()


def test_the_longest_query_and_heading_leave_room_for_windows():
    longest = json.loads((TINY / "manifest.json").read_text(encoding="utf-8"))[KEY]["max_pieces"]
    assert longest - SPECIALS - QUERY_PIECES - HEADING_PIECES > OVERLAP
