"""Sets WEIGHTS of `rag.answer.judging` and prints what SimilarityJudge can and cannot tell. A minute or two:

    python -m training.judge_weights

True and false claims of judge.jsonl.gz and claims.jsonl.gz against their own abstract, and true ones against another.
The fit tells true claims from those of other abstracts; false claims about the same abstract are only measured. The
what missing numbers do is set by hand: abstracts drawn at random hardly teach it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from rag.answer import judging
from rag.answer.grounding import ground
from rag.answer.judging import SimilarityJudge
from rag.answer.weighing import Bar
from rag.index.embedding import BuiltinEmbedder
from rag.schema import Chunk, Origin, Passage, Record, Span, Work
from training import likeness
from training.likeness import Floats, Row

TRAIN_ABSTRACTS = 250
MIN_SUPPORT = 0.5


def passage(row: Row) -> Passage:
    """An abstract as it would be found."""
    text = " ".join(row["sentences"])
    record = Record(origin=Origin("a", 0), key="k", title=row["title"], abstract=text)
    work = Work(key="k", records=(record,))
    chunk = Chunk(
        id="c", key="k", origin=record.origin, field="abstract", span=Span(0, len(text)), text=text, header=""
    )
    return Passage(chunk=chunk, work=work, score=1.0)


class Vectors:
    """An embedder that makes each vector once."""

    def __init__(self) -> None:
        self._embedder = BuiltinEmbedder()
        self._made: dict[str, Floats] = {}

    def __call__(self, texts: Sequence[str]) -> Floats:
        new = [text for text in dict.fromkeys(texts) if text not in self._made]
        self._made.update(zip(new, self._embedder.embed(new, "passage"), strict=True) if new else ())
        return np.array([self._made[text] for text in texts])


def strongest(claim: str, row: Row, weights: Floats, vectors: Vectors) -> tuple[float, float]:
    """Cosine and word cover of the sentence that supports a claim best."""
    rows = vectors([claim, *row["sentences"]])
    found = [
        (float(vector @ rows[0]), judging.features(sentence, claim)[0])
        for sentence, vector in zip(row["sentences"], rows[1:], strict=True)
    ]
    return max(found, key=lambda pair: weights[1] * pair[0] + weights[2] * pair[1])


def fitted(rows: Sequence[Row], vectors: Vectors) -> Floats:
    rng = random.Random(2)
    true = [(claim["c"], row) for row in rows for claim in row["supported"]]
    far = [(claim, likeness.others(rows, row, 1, rng)[0]) for claim, row in true]
    weights = np.array([0.0, 1.0, 1.0])
    for _ in range(3):  # which sentence is the strongest depends on the weights
        features = np.array([strongest(claim, row, weights, vectors) for claim, row in [*true, *far]])
        weights = likeness.fit(features, np.r_[np.ones(len(true)), np.zeros(len(far))])
    return weights


def report(name: str, rows: Sequence[Row], judge: SimilarityJudge) -> None:
    rng = random.Random(3)

    def supports(claims: Sequence[tuple[str, Row]]) -> Floats:
        bar = Bar(support=MIN_SUPPORT)
        return np.array([ground(claim, [passage(row)], [0], judge, bar).support for claim, row in claims])

    true = supports([(claim["c"], row) for row in rows for claim in row["supported"]])
    far = supports([(claim["c"], likeness.others(rows, row, 1, rng)[0]) for row in rows for claim in row["supported"]])
    said = supports([(sentence, row) for row in rows for sentence in row["sentences"][:2]])
    print(
        f"{name}: {len(true)} true claims: {np.mean(true >= MIN_SUPPORT):.3f} supported; put to another abstract "
        f"{np.mean(far >= MIN_SUPPORT):.3f} (AUROC {likeness.auroc(true, far):.3f}); "
        f"sentences word for word {said.mean():.3f}"
    )
    kinds = sorted({claim["kind"] for row in rows for claim in row["unsupported"]})
    for kind in [None, *kinds]:
        of_kind = [(c["c"], row) for row in rows for c in row["unsupported"] if kind in (None, c["kind"])]
        false = supports(of_kind)
        print(
            f"  false, {kind or 'all'}: n {len(false)}, taken for supported {np.mean(false >= MIN_SUPPORT):.3f}, "
            f"AUROC {likeness.auroc(true, false):.3f}"
        )


def main() -> None:
    vectors = Vectors()
    judged, claims = likeness.rows("judge.jsonl.gz"), likeness.rows("claims.jsonl.gz")
    train = likeness.sample([row for row in judged if row["split"] == "train"], TRAIN_ABSTRACTS)
    print("bias, cosine, cover", fitted(train, vectors).round(1), "as built", judging.WEIGHTS)
    judge = SimilarityJudge(vectors)  # type: ignore[arg-type]
    report("judge.jsonl dev", [row for row in judged if row["split"] == "dev"], judge)
    report("claims.jsonl", likeness.sample(claims, TRAIN_ABSTRACTS // 2), judge)


if __name__ == "__main__":
    main()
