"""The recipe stays beside what it made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.models.onnx import FOLDER

TRAINING = Path(__file__).parents[2] / "training"


def test_the_recipe_checks_the_very_files_that_the_manifest_names_as_its_source():
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    recipe = (TRAINING / "make_embedder.py").read_text(encoding="utf-8")
    for name, checksum in manifest["embedder"]["source_sha256"].items():
        assert name in recipe
        assert checksum in recipe


@pytest.mark.parametrize("line", ["onnx==", "onnxruntime==", "numpy==", "tokenizers=="])
def test_the_versions_that_give_the_same_bytes_are_pinned(line: str):
    assert line in (TRAINING / "requirements.txt").read_text(encoding="utf-8")
