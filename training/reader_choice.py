"""What the constants of `rag.answer.extractive` and the threshold of refusal give, on hand-written questions.

    python -m training.reader_choice OUT/home --readings OUT/readings.jsonl

With the index and the readings of `rerank_weights.py`, whose constants are to be set first. For each question the
passages that an answerer reads (the first 8 of the reranked) are read and sentences chosen, for several values of the
constants: how much of the evidence is among them, how many are of a work asked for, how many works asked for are cited.
Then, for thresholds of P(answerable), how many questions are refused that have an answer here, and that have none.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence

import numpy as np

from evals.classification import auroc
from rag.answer import extractive
from rag.answer.extractive import CrossEncoderReader, ExtractiveAnswerer
from rag.models.crossencoder import CrossEncoder
from rag.schema import Passage, Question, Reading
from rag.search.reranking import CrossEncoderReranker
from training.searched import Asked, Recorded, arguments, asked, title_of

PASSAGES = 8
SHARES = itertools.product((0.05, 0.1, 0.2), (0.15, 0.3, 0.5, 0.7), (0.02, 0.05))
REFUSED = (0.01, 0.02, 0.03, 0.05, 0.08)


class AsRead:
    """A reader that has read already."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def read(self, question: str, passages: Sequence[str]) -> Reading:  # noqa: ARG002 - read before
        return self._reading


class Keeping:
    """A reader that keeps what it read last."""

    def __init__(self, model: Recorded) -> None:
        self._reader = CrossEncoderReader(model, decline_below=0.0)
        self.last = Reading(answerable=0.0, declined=True)

    def read(self, question: str, passages: Sequence[str]) -> Reading:
        self.last = self._reader.read(question, passages)
        return self.last


def read(question: Asked, model: Recorded) -> tuple[list[Passage], Reading]:
    passages = CrossEncoderReranker(model).rerank(question.text, question.passages)[:PASSAGES]
    reader = Keeping(model)
    list(ExtractiveAnswerer(reader).draft(Question(asked=question.text, text=question.text), passages))
    return passages, reader.last


def figures(question: Asked, passages: Sequence[Passage], reading: Reading) -> tuple[float, float, float, float]:
    """Share of the evidence, share of sentences of works asked for, share of works asked for, sentences."""
    put = Question(asked=question.text, text=question.text)
    drafts = list(ExtractiveAnswerer(AsRead(reading)).draft(put, passages))
    said = {" ".join(quote.text.split()) for draft in drafts for quote in draft.quotes}
    cited = [title_of(quote.record.title) for draft in drafts for quote in draft.quotes]
    evidence = sum(any(words in sentence for sentence in said) for words in question.evidence)
    right = sum(title in question.gold for title in cited)
    works = sum(title in cited for title in question.gold)
    return (
        evidence / len(question.evidence),
        right / len(cited) if cited else 0.0,
        works / len(question.gold),
        float(len(cited)),
    )


def choices(questions: Sequence[Asked], found: Sequence[tuple[list[Passage], Reading]]) -> None:
    print("share of best, elsewhere, new | single: evidence, of a gold work, sentences | pairs: evidence, works, …")
    built = (extractive.SHARE_OF_BEST, extractive.SHARE_OF_BEST_ELSEWHERE, extractive.SHARE_OF_BEST_NEW)
    for shares in [built, *SHARES]:
        extractive.SHARE_OF_BEST, extractive.SHARE_OF_BEST_ELSEWHERE, extractive.SHARE_OF_BEST_NEW = shares
        means = {
            kind: np.mean([figures(q, *r) for q, r in zip(questions, found, strict=True) if q.kind == kind], axis=0)
            for kind in ("single", "pair")
        }
        print(
            f"{shares} | {means['single'][0]:.3f} {means['single'][1]:.3f} {means['single'][3]:.2f} | "
            f"{means['pair'][0]:.3f} {means['pair'][2]:.3f} {means['pair'][1]:.3f} {means['pair'][3]:.2f}"
        )
    extractive.SHARE_OF_BEST, extractive.SHARE_OF_BEST_ELSEWHERE, extractive.SHARE_OF_BEST_NEW = built


def refusals(answerable: np.ndarray, without: np.ndarray) -> None:
    truth = np.r_[np.ones(len(answerable), dtype=bool), np.zeros(len(without), dtype=bool)]
    found = auroc(truth, np.r_[answerable, without])
    print(f"P(answerable) of questions with and without an answer here: AUROC {found:.3f}")
    for share in REFUSED:
        threshold = float(np.quantile(answerable, share))
        print(
            f"  declining below {threshold:.3f} refuses {share:.0%} of those with an answer, "
            f"{np.mean(without < threshold):.3f} of those without"
        )


def main() -> None:
    flags = arguments(argparse.ArgumentParser(prog="python -m training.reader_choice", description=__doc__))
    model = Recorded(CrossEncoder(folder=flags.models, workers=2), flags.readings)
    questions = asked(flags)
    found = [read(question, model) for question in questions]
    chances = {
        kind: np.array([r.answerable for q, (_, r) in zip(questions, found, strict=True) if q.kind == kind])
        for kind in ("single", "unanswerable")
    }
    refusals(chances["single"], chances["unanswerable"])
    answered = [(q, r) for q, r in zip(questions, found, strict=True) if q.gold]
    choices([q for q, _ in answered], [r for _, r in answered])


if __name__ == "__main__":
    main()
