"""Makes the reader's logits probabilities, on hand-written abstracts that it was not trained on.

    python -m training.make_reader OUT/weights.npz training/uncalibrated.json --into FOLDER
    python -m training.calibrate_reader FOLDER DATA_FOLDER OUT.json [--threshold P]

Measures the packaged eight-bit model itself, by the code that runs it. Held-out abstracts (`reading_data.held_out`, one
in ten of the train part) give: questions on their own abstract, unanswerable ones, questions on a random other abstract
of the held-out ones; true and false claims, as many of the ones as of the others by weight. Each logit gets a line
(Platt, 1999), a claim's three a temperature and an offset each, all by maximum likelihood.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.models.crossencoder import CrossEncoder
from rag.models.pairs import PassageText
from rag.schema import Span
from training.reading_data import CONTRADICTING, Row, held_out, open_rows

Array = NDArray[np.float64]
ROUNDS = 4000
RATE = 0.05
EDGE = 1e-6


def passage(row: Row) -> PassageText:
    """The abstract under its title, sentences as the data cuts them."""
    spans, start = [], 0
    for sentence in row["sentences"]:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    return PassageText(text=" ".join(row["sentences"]), sentences=tuple(spans), heading=row["title"])


def logit(chance: float) -> float:
    chance = min(max(chance, EDGE), 1 - EDGE)
    return math.log(chance / (1 - chance))


def descend(loss_gradient: Callable[[Array], Array], start: Array) -> Array:
    """Adam on a smooth convex loss of a few parameters."""
    at, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, ROUNDS + 1):
        gradient = loss_gradient(at)
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        at = at - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-9)
    return at


def line(logits: Sequence[float], truth: Sequence[float], weights: Sequence[float] | None = None) -> list[float]:
    """Slope and offset of P = logistic(slope · logit + offset)."""
    x, y = np.array(logits), np.array(truth)
    w = np.ones_like(x) if weights is None else np.array(weights)

    def gradient(at: Array) -> Array:
        error = w * (1 / (1 + np.exp(-(at[0] * x + at[1]))) - y) / w.sum()
        return np.array([(error * x).sum(), error.sum()])

    return [round(float(value), 4) for value in descend(gradient, np.array([1.0, 0.0]))]


def stances(chances: Array, truth: NDArray[np.int64], weights: Array) -> dict[str, Any]:
    """Temperature and offsets of P = softmax(logits / temperature + offsets); (n, 3) uncalibrated probabilities."""
    logits = np.log(np.clip(chances, EDGE, 1.0))
    wanted = np.eye(3)[truth]

    def gradient(at: Array) -> Array:
        scaled = logits * at[0] + at[1:]
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        error = weights[:, None] * (powers / powers.sum(axis=1, keepdims=True) - wanted) / weights.sum()
        return np.array([(error * logits).sum(), *error.sum(axis=0)])

    slope, *offsets = descend(gradient, np.array([1.0, 0.0, 0.0, 0.0]))
    return {"temperature": round(1 / slope, 4), "bias": [round(float(o), 4) for o in offsets]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, help="folder of the reader with slopes of 1 and offsets of 0")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--threshold", type=float, default=0.5, help="decline below this P(answerable)")
    flags = parser.parse_args()
    model = CrossEncoder(folder=flags.models, workers=2)
    rows = [
        row
        for file in ("judge", "claims")
        for row in open_rows(flags.data / f"{file}.jsonl.gz")
        if row["split"] == "train" and held_out(row["arxiv_id"])
    ]
    calibration = {**questions(model, rows), "claim": claims(model, rows)}
    made = {
        "source": "sentence-transformers/all-MiniLM-L6-v2, trained further as training/README.md says",
        "calibration": calibration,
        "thresholds": {"answerable": flags.threshold},
    }
    flags.out.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(made))


def questions(model: CrossEncoder, rows: Sequence[Row]) -> dict[str, list[float]]:
    rng = random.Random(7)
    asked = [row for row in rows if row.get("questions")]
    relevant: list[tuple[float, float]] = []
    answerable: list[tuple[float, float]] = []
    sentence: list[tuple[float, float]] = []
    for row in asked:
        other = rng.choice([one for one in asked if one is not row])
        for question in row["questions"]:
            own, far = model.questions(question["q"], [passage(row), passage(other)])
            relevant += [(own.relevant, 1.0), (far.relevant, 0.0)]
            answerable += [(own.answerable, 1.0), (far.answerable, 0.0)]
            sentence += [(p, float(i in question["evidence"])) for i, p in enumerate(own.sentences)]
        for text in row["unanswerable"]:
            answerable.append((model.questions(text, [passage(row)])[0].answerable, 0.0))
    named = {"relevant": relevant, "answerable": answerable, "sentence": sentence}
    for name, pairs in named.items():
        print(f"{name}: {len(pairs)} pairs, {np.mean([y for _, y in pairs]):.2f} true", flush=True)
    return {name: line([logit(p) for p, _ in pairs], [y for _, y in pairs]) for name, pairs in named.items()}


def claims(model: CrossEncoder, rows: Sequence[Row]) -> dict[str, Any]:
    asked, truth = [], []
    for row in rows:
        asked += [(claim["c"], passage(row)) for claim in row["supported"] + row["unsupported"]]
        truth += [0] * len(row["supported"])
        truth += [1 if claim["kind"] in CONTRADICTING else 2 for claim in row["unsupported"]]
    found = np.array([[r.supports, r.contradicts, r.neutral] for r in model.claims(asked)])
    place = np.array(truth)
    weights = np.where(place == 0, (place > 0).sum() / (place == 0).sum(), 1.0)
    print(f"claims: {len(place)}, {np.mean(place == 0):.2f} true", flush=True)
    return stances(found, place, weights)


if __name__ == "__main__":
    main()
