"""Sets the constants of `rag.answer.likeness` and prints what they give. A minute or two:

    python -m training.reader_threshold

Questions of judge.jsonl.gz, each against its own abstract and others drawn at random. Weights and threshold come from
the train part; the figures printed last are those of the dev part. No question of the five pages' is used.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from rag.answer import extractive
from rag.answer import likeness as stand_in
from rag.index.embedding import BuiltinEmbedder
from training import likeness
from training.likeness import Floats, Row

TRAIN_ABSTRACTS = 300
DISTRACTORS = 7
REFUSED_AT_MOST = (0.01, 0.005, 0.002, 0.001)


class Measured:
    """What the reader's features are for each question of some abstracts, with distractors."""

    def __init__(self, rows: Sequence[Row], embed: stand_in.Embed) -> None:
        self._vectors: dict[str, Floats] = {}
        self._embed = embed
        rng = random.Random(1)
        self.features: list[Floats] = []
        self.passages: list[Floats] = []
        self.evidence: list[Floats] = []
        self.far: list[Floats] = []
        self.unanswerable: list[Floats] = []
        for row in rows:
            read = [row, *likeness.others(rows, row, DISTRACTORS, rng)]
            for question in row["questions"]:
                parts = [self._of(question["q"], other) for other in read]
                own = np.isin(np.arange(len(parts[0])), question["evidence"])
                self.features.append(np.concatenate(parts))
                self.passages.append(np.repeat(np.arange(len(parts)), [len(part) for part in parts]))
                self.evidence.append(np.r_[own, np.zeros(sum(len(part) for part in parts[1:]))])
                self.far.append(
                    np.concatenate([self._of(question["q"], o) for o in likeness.others(rows, row, 8, rng)])
                )
            for question in row["unanswerable"]:
                self.unanswerable.append(np.concatenate([self._of(question, other) for other in read]))

    def _of(self, question: str, row: Row) -> Floats:
        """Cosine and share of words of each sentence, after its title."""
        texts = [f"{row['title']}\n\n{sentence}" for sentence in row["sentences"]]
        new = [text for text in dict.fromkeys([question, *texts]) if text not in self._vectors]
        self._vectors.update(zip(new, self._embed(new), strict=True) if new else ())
        cosines = [float(self._vectors[text] @ self._vectors[question]) for text in texts]
        return np.c_[cosines, stand_in.shared(question, texts)]


def best(weights: Floats, found: Sequence[Floats]) -> Floats:
    """For each question, P(answerable)."""
    return np.array([likeness.chances(weights, features).max() for features in found])


def top(weights: Floats, found: Sequence[Floats]) -> Floats:
    """For each question, the features of its best sentence."""
    return np.array([features[likeness.chances(weights, features).argmax()] for features in found])


def choose(scores: Floats, passages: Floats, share: float, elsewhere: float, most: int) -> list[int]:
    """As ExtractiveAnswerer chooses, but for near-identical sentences."""
    order = list(np.argsort(-scores, kind="stable"))
    chosen = [order[0]]
    for i in order[1:]:
        needed = share if passages[i] in passages[chosen] else elsewhere
        if len(chosen) < most and scores[i] >= needed * scores[order[0]]:
            chosen.append(i)
    return chosen


def report(dev: Measured, weights: Floats, share: float, elsewhere: float, most: int) -> None:
    figures = []
    for features, passages, evidence in zip(dev.features, dev.passages, dev.evidence, strict=True):
        chosen = choose(likeness.chances(weights, features), passages, share, elsewhere, most)
        right = evidence[chosen].sum()
        figures.append(
            (right > 0, right / evidence.sum(), right / len(chosen), len(chosen), len(set(passages[chosen])))
        )
    hit, recall, precision, count, works = np.mean(figures, axis=0)
    print(
        f"  at most {most}, {share:.1f} of the best, {elsewhere:.1f} elsewhere: an evidence sentence {hit:.3f}, "
        f"recall {recall:.3f}, precision {precision:.3f}, sentences {count:.2f}, works {works:.2f}"
    )


def main() -> None:
    rows = likeness.rows("judge.jsonl.gz")
    embedder = BuiltinEmbedder()

    def embed(texts: Sequence[str]) -> Floats:
        return embedder.embed(texts, "passage")  # type: ignore[return-value]

    train_rows = likeness.sample([row for row in rows if row["split"] == "train"], TRAIN_ABSTRACTS)
    train = Measured(train_rows, embed)
    dev = Measured([row for row in rows if row["split"] == "dev"], embed)
    print(f"questions: train {len(train.features)}, dev {len(dev.features)}; each with {DISTRACTORS} other abstracts")

    sentence = likeness.fit(np.concatenate(train.features), np.concatenate(train.evidence))
    near, far = top(sentence, train.features), top(sentence, train.far)
    answer = likeness.fit(np.r_[near, far], np.r_[np.ones(len(near)), np.zeros(len(far))])
    print("SENTENCE_WEIGHTS", sentence.round(1), "ANSWER_WEIGHTS", answer.round(1))
    for share in REFUSED_AT_MOST:
        threshold = np.quantile(best(answer, train.features), share)
        print(f"DECLINE_BELOW {threshold:.3f} refuses {share:.1%} of the train questions")

    sentence = np.array(stand_in.SENTENCE_WEIGHTS)
    answer = np.array(stand_in.ANSWER_WEIGHTS)
    for name, part in (("train", train), ("dev", dev)):
        own, away, without = (best(answer, found) for found in (part.features, part.far, part.unanswerable))
        print(
            f"{name}: refused {np.mean(own < stand_in.DECLINE_BELOW):.4f} of the answerable, "
            f"{np.mean(away < stand_in.DECLINE_BELOW):.3f} of those put to 8 far abstracts (AUROC "
            f"{likeness.auroc(own, away):.3f}), {np.mean(without < stand_in.DECLINE_BELOW):.3f} of the unanswerable "
            f"ones (AUROC {likeness.auroc(own, without):.3f})"
        )
    print("dev, as built and otherwise:")
    built = (extractive.SHARE_OF_BEST, extractive.SHARE_OF_BEST_ELSEWHERE, extractive.MOST_SENTENCES)
    for share, elsewhere, most in [built, *((0.0, 0.0, n) for n in (1, 2, 3, 4)), (0.2, 0.8, 4), (0.6, 0.8, 4)]:
        report(dev, sentence, share, elsewhere, most)


if __name__ == "__main__":
    main()
