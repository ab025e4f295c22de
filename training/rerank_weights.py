"""Sets BIAS, RELEVANCE and BLEND of `rag.search.reranking`, and prints what stopping early costs and saves.

    python -m benchmarks.handwritten ../shared/data OUT && rag ingest OUT/pages --home OUT/home
    python -m training.rerank_weights OUT/home --readings OUT/readings.jsonl

The weights are a logistic regression over every candidate that is read: is its work one that the question was written
for? The table uses the constants as they stand: set them, then run again (what was read is kept). `--split dev` with
other readings measures; nothing is fitted on it.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence

import numpy as np

from evals.intervals import mean_interval, paired_difference
from rag.models.crossencoder import CrossEncoder
from rag.schema import results_of
from rag.search import reranking
from rag.search.reranking import CrossEncoderReranker
from training import logistic
from training.searched import Asked, Recorded, arguments, asked, title_of

WAYS = [(2.0, 10), *((sure, step) for step in (5, 10, 20) for sure in (0.5, 0.7, 0.8, 0.9, 0.95, 0.98))]


def ranked(question: Asked, reranker: CrossEncoderReranker) -> tuple[list[str], int]:
    """The titles of the works in their new order, and how many passages were read."""
    passages = reranker.rerank(question.text, question.passages)
    read = sum("relevant" in passage.scores for passage in passages)
    return [title_of(result.work.title) for result in results_of(passages)], read


def hits(question: Asked, titles: Sequence[str], k: int) -> float:
    """The share of the works asked for that stand among the first k."""
    return sum(title in titles[:k] for title in question.gold) / len(question.gold)


def fitted(questions: Sequence[Asked], model: Recorded) -> None:
    features, truth = [], []
    for question in questions:
        for passage in CrossEncoderReranker(model, sure=2.0).rerank(question.text, question.passages):
            relevant = min(max(passage.scores.get("relevant", 0.0), reranking.LEAST), 1 - reranking.LEAST)
            features.append([math.log(relevant / (1 - relevant)), passage.scores["blend"]])
            truth.append(float(title_of(passage.work.title) in question.gold))
    weights = logistic.fit(np.array(features), np.array(truth))
    print("BIAS, RELEVANCE, BLEND =", ", ".join(f"{weight:.2f}" for weight in weights))
    print("as built:              ", reranking.BIAS, reranking.RELEVANCE, reranking.BLEND)


def curve(questions: Sequence[Asked], model: Recorded, ms_a_pair: float) -> None:
    blend = [[title_of(result.work.title) for result in results_of(question.passages)] for question in questions]
    found = {k: [hits(q, titles, k) for q, titles in zip(questions, blend, strict=True)] for k in (1, 5)}
    print(f"blend alone: R@1 {np.mean(found[1]):.3f}, R@5 {np.mean(found[5]):.3f}")
    print("sure step | read mean, p50, p95 | ms at p50 | R@1 | R@5 | R@5 less than with all read")
    whole: list[float] = []
    for sure, step in WAYS:
        runs = [ranked(question, CrossEncoderReranker(model, sure=sure, step=step)) for question in questions]
        read = [count for _, count in runs]
        first, five = ([hits(q, titles, k) for q, (titles, _) in zip(questions, runs, strict=True)] for k in (1, 5))
        whole = whole or five
        loss = paired_difference(five, whole)
        print(
            f"{sure:.2f} {step:3} | {np.mean(read):5.1f} {np.median(read):4.0f} {np.quantile(read, 0.95):4.0f} | "
            f"{np.median(read) * ms_a_pair:5.0f} | {np.mean(first):.3f} | {np.mean(five):.3f} "
            f"[{mean_interval(five).low:.3f}, {mean_interval(five).high:.3f}] | "
            f"{loss.value:+.3f} [{loss.low:+.3f}, {loss.high:+.3f}]"
        )


def main() -> None:
    flags = arguments(argparse.ArgumentParser(prog="python -m training.rerank_weights", description=__doc__))
    questions = [question for question in asked(flags) if question.gold]
    reader = CrossEncoder(folder=flags.models, workers=2)
    model = Recorded(reader, flags.readings)
    inside = [{title_of(p.work.title) for p in question.passages} for question in questions]
    reachable = np.mean([hits(q, sorted(titles), len(titles)) for q, titles in zip(questions, inside, strict=True)])
    print(f"{len(questions)} questions, of whose works {reachable:.3f} are candidates")
    for question in questions:
        model.questions(question.text, [reranking.passage_text(passage) for passage in question.passages])
    if flags.split == "train":
        fitted(questions, model)
    fresh = CrossEncoder(folder=flags.models, workers=2)
    timed = Recorded(fresh, flags.readings.with_suffix(".timing"))
    for question in questions[:5]:
        timed.questions(question.text, [reranking.passage_text(passage) for passage in question.passages])
    ms_a_pair = 1000 * timed.seconds / max(1, timed.pairs)
    flags.readings.with_suffix(".timing").unlink()
    print(f"{ms_a_pair:.1f} ms a pair on two threads")
    curve(questions, model, ms_a_pair)


if __name__ == "__main__":
    main()
