"""The packaged files: what the manifest promises is what stands there, and nothing else is loaded."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelFileError
from rag.models.onnx import FOLDER, PackagedModel, entry

MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The embedder's files, free to be spoiled."""
    for name in ("manifest.json", "embedder.onnx", "embedder-tokenizer.json"):
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


@pytest.fixture(scope="module")
def model() -> PackagedModel:
    return PackagedModel("embedder")


@pytest.mark.parametrize("key", sorted(MANIFEST))
def test_every_packaged_model_is_the_one_the_manifest_describes_and_has_its_licence_beside_it(key: str):
    found = entry(key)
    for file in (found.model, found.tokenizer):
        assert len(file.read()) == file.size_bytes
    assert "Apache License" in (FOLDER / MANIFEST[key]["licence_file"]).read_text(encoding="utf-8")


@pytest.mark.parametrize("key", sorted(MANIFEST))
def test_every_model_stays_small_enough_to_ship(key: str):
    assert entry(key).model.size_bytes <= 30_000_000


def test_what_turns_logits_into_decisions_is_the_manifests(copied: Path):
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    manifest["embedder"] |= {"calibration": {"relevant": [2.0, 0.1]}, "thresholds": {"answerable": 0.3}}
    (copied / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    found = entry("embedder", copied)
    assert (found.calibration, found.thresholds) == ({"relevant": [2.0, 0.1]}, {"answerable": 0.3})
    assert entry("embedder").thresholds == {}


@pytest.mark.parametrize("thresholds", [[], "low", {"answerable": "low"}, {"answerable": None}, 3])
def test_thresholds_that_are_none_make_the_manifest_unusable(copied: Path, thresholds: object):
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    manifest["embedder"]["thresholds"] = thresholds
    (copied / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelFileError):
        entry("embedder", copied)


def test_the_model_card_names_every_checksum():
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    for key in MANIFEST:
        for file in (entry(key).model, entry(key).tokenizer):
            assert file.sha256 in card


def test_a_missing_file_is_named_and_reinstalling_is_offered(copied: Path):
    (copied / "embedder.onnx").unlink()
    with pytest.raises(ModelFileError, match=r"embedder\.onnx cannot be read") as raised:
        PackagedModel("embedder", copied)
    assert "reinstall" in raised.value.hint
    assert raised.value.exit_code == 3


def test_a_file_that_was_cut_short_is_refused(copied: Path):
    whole = (copied / "embedder.onnx").read_bytes()
    (copied / "embedder.onnx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelFileError, match="bytes, not 24"):
        PackagedModel("embedder", copied)


@pytest.mark.parametrize("file", ["embedder.onnx", "embedder-tokenizer.json"])
def test_a_single_changed_byte_is_noticed(copied: Path, file: str):
    data = bytearray((copied / file).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / file).write_bytes(data)
    with pytest.raises(ModelFileError, match="checksum"):
        PackagedModel("embedder", copied)


@pytest.mark.parametrize("manifest", ["", "{}", '{"embedder": {"name": "x"}}', '{"embedder": []}', "[1]"])
def test_an_unusable_manifest_is_an_error_with_a_hint(copied: Path, manifest: str):
    (copied / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(ModelFileError) as raised:
        entry("embedder", copied)
    assert raised.value.hint


def test_another_file_gives_the_model_another_id(copied: Path):
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    manifest["embedder"]["model"]["sha256"] = "0" * 64
    (copied / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert entry("embedder", copied).id == "all-MiniLM-L6-v2-int8-00000000"
    assert entry("embedder").id != entry("embedder", copied).id


def test_pieces_are_those_of_the_published_tokenizer_in_full_length(model: PackagedModel):
    assert model.pieces("Attention is all you need") == [101, 3086, 2003, 2035, 2017, 2342, 102]
    assert len(model.pieces("word " * 700)) == 702
    assert model.pieces("need", specials=False) == [2342]


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\x07\x1b[31m", "\ud800", "a\udfffb", "日本語", "שלום", "\u200b", "x" * 5000]
)
def test_any_string_has_pieces(model: PackagedModel, text: str):
    pieces = model.pieces(text)
    assert (pieces[0], pieces[-1]) == (101, 102)


def test_padding_changes_a_vector_by_no_more_than_rounding(model: PackagedModel):
    ids = np.array([model.pieces("A reward model without a reference")])
    bare = model.run({"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
    padded, mask = np.pad(ids, ((0, 0), (0, 30))), np.pad(np.ones_like(ids), ((0, 0), (0, 30)))
    assert np.abs(model.run({"input_ids": padded, "attention_mask": mask})[0] - bare).max() < 1e-6


@pytest.mark.slow
def test_loading_and_running_prints_nothing_and_importing_loads_no_runtime():
    code = (
        "import sys; from rag.models import onnx; import rag.index.embedding as embedding;"
        "heavy = {'numpy', 'onnxruntime', 'tokenizers', 'openai'} & set(sys.modules); assert not heavy, heavy;"
        "built = embedding.BuiltinEmbedder(); assert built.dimensions == 384 and built.name;"
        "assert 'onnxruntime' not in sys.modules;"
        "built.embed(['a', 'b'], 'passage')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
