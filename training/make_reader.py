"""Makes rag/models/reader.onnx from trained weights, and writes what it made into the manifest.

    python -m training.make_reader WEIGHTS CALIBRATION

WEIGHTS is a .safetensors or .npz file with the names that `crossencoder_graph.py` lists; CALIBRATION a JSON file with
"calibration" and "thresholds" as the manifest holds them, and, if given, "source" and "source_sha256". The tokenizer is
the embedder's file. The same files and the same `training/requirements.txt` give the same bytes.

    python -m training.make_reader --tiny FOLDER

makes the model of tests/models/tiny, with which the tests run: 8 numbers a piece, learned nothing, seeded.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from training.crossencoder_graph import build, random_weights
from training.make_embedder import MODELS, write
from training.minilm import Array, float_weights, read_safetensors

MAX_PIECES = 400
"""Trained on 320, and no worse with 400: on held-out abstracts claims AUROC .825 and .829, answer sentences F1 .70 and
.72. Nearly every abstract then is one window."""
TINY_PIECES = 320
LARGEST = 26_000_000
TOKENIZER = "embedder-tokenizer.json"
TINY_CALIBRATION = {
    "calibration": {
        "relevant": [2.0, 0.1],
        "answerable": [1.5, -0.2],
        "sentence": [1.0, 0.0],
        "claim": {"temperature": 1.3, "bias": [0.1, 0.0, -0.1]},
    },
    "thresholds": {"answerable": 0.5, "sentence": 0.5},
}


def read_weights(path: Path) -> dict[str, Array]:
    if path.suffix == ".npz":
        with np.load(path) as file:
            return {name: np.asarray(file[name], dtype=np.float32) for name in file.files}
    return read_safetensors(path.read_bytes())


def described(calibration: dict[str, Any]) -> dict[str, Any]:
    """What the manifest says of the reader, but for its files. Raises KeyError when the calibration lacks a part."""
    entry = {
        "name": "cross-encoder-int8",
        "max_pieces": MAX_PIECES,
        "licence": "Apache-2.0",
        "licence_file": "LICENSE-all-MiniLM-L6-v2",
        "calibration": {name: calibration["calibration"][name] for name in TINY_CALIBRATION["calibration"]},
        "thresholds": calibration["thresholds"],
    }
    return entry | {name: calibration[name] for name in ("source", "source_sha256") if name in calibration}


def make(data: bytes, entry: dict[str, Any], into: Path) -> None:
    manifest_path = into / "manifest.json"
    manifest = json.loads(manifest_path.read_text(encoding="utf-8")) if manifest_path.exists() else {}
    words = (into / TOKENIZER).read_bytes()
    tokenizer = {"file": TOKENIZER, "size_bytes": len(words), "sha256": hashlib.sha256(words).hexdigest()}
    manifest["reader"] = entry | {"model": write(into, "reader.onnx", data), "tokenizer": tokenizer}
    manifest_path.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"wrote {into / 'reader.onnx'}: {len(data):,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, nargs="?", help=".safetensors or .npz")
    parser.add_argument("calibration", type=Path, nargs="?", help=".json")
    parser.add_argument(
        "--into", type=Path, default=MODELS, metavar="FOLDER", help="where to write (default: rag/models)"
    )
    parser.add_argument("--tiny", type=Path, metavar="FOLDER", help="write the tests' model there instead")
    arguments = parser.parse_args()
    if arguments.tiny:
        weights = random_weights(4, layers=1, hidden=8, words=509, positions=TINY_PIECES, joined=16)
        model = build(weights, float_weights, heads=2)
        arguments.tiny.mkdir(parents=True, exist_ok=True)
        shutil.copy(MODELS / TOKENIZER, arguments.tiny)
        entry = described(TINY_CALIBRATION) | {"name": "tiny", "max_pieces": TINY_PIECES}
        make(model.SerializeToString(deterministic=True), entry, arguments.tiny)
        return
    if not (arguments.weights and arguments.calibration):
        parser.error("give WEIGHTS and CALIBRATION, or --tiny FOLDER")
    data = build(read_weights(arguments.weights)).SerializeToString(deterministic=True)
    if len(data) > LARGEST:
        raise SystemExit(f"{len(data):,} bytes: more than the {LARGEST:,} that may ship")
    calibration = json.loads(arguments.calibration.read_text(encoding="utf-8"))
    make(data, described(calibration), arguments.into)


if __name__ == "__main__":
    main()
