"""How well a judge tells what passages say and a reader finds what answers, on labelled rows that neither has seen.

    python -m benchmarks.judging ../shared/data [--part hand|answers|grounding|speed] [--limit N] [--json]

Each figure has a 95 % bootstrap interval over abstracts, answers or passages, and stands beside what can be had without
reading: word cover, the claim alone, its length. `evals/README.md` defines them. Rows of dev parts only; the train
parts fit the control that sees claims alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from benchmarks.judging.answers import answer_figures
from benchmarks.judging.claims import claim_figures
from benchmarks.judging.figures import Figure, Progress, table
from benchmarks.judging.grounding import grounding_figures, large_sets
from benchmarks.judging.models import DEFAULT, MODELS, Models
from benchmarks.judging.questions import question_figures
from benchmarks.judging.speed import speed_figures
from evals.judging import Abstract, ClaimRow, Grounding, QuestionRow, read_abstracts, read_answers, read_grounding
from rag.errors import RagError

Sampled = TypeVar("Sampled")


def main(args: Sequence[str] | None = None) -> int:
    """Measures, prints, and gives the exit code."""
    flags = _parser().parse_args(args)
    began = time.monotonic()
    try:
        models = MODELS[flags.models]()
        parts = [flags.part] if flags.part else list(PARTS)
        figures = [figure for part in parts for figure in PARTS[part](flags.data, models, flags.limit, _progress)]
    except RagError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    run = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "models": flags.models,
        "limit": flags.limit,
        "seconds": round(time.monotonic() - began, 1),
    }
    if flags.json:
        print(json.dumps({"run": run, "figures": [figure.to_dict() for figure in figures]}, ensure_ascii=False))
    else:
        print("  ".join(f"{name} {value}" for name, value in run.items()), "", table(figures), sep="\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.judging", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder of judge.jsonl.gz, answers.jsonl.gz and grounding/")
    parser.add_argument("--part", choices=PARTS, help="one part (default: all)")
    parser.add_argument("--models", choices=MODELS, default=DEFAULT, help=f"what is measured (default {DEFAULT})")
    parser.add_argument("--limit", type=_positive, metavar="N", help="abstracts, answers, rows a set: at most so many")
    parser.add_argument("--json", action="store_true", help="the figures as one JSON object")
    return parser


def _positive(text: str) -> int:
    if text.isdecimal() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"wants a whole number from 1, not {text!r}")


def hand(data: Path, models: Models, limit: int | None, progress: Progress) -> list[Figure]:
    """Claims and questions of the hand-written dev abstracts."""
    dev, train = _abstracts(data, limit)
    claims = [claim for abstract in dev for claim in abstract.claims]
    judge, reader = models
    known = [claim for abstract in train for claim in abstract.claims]
    return [*claim_figures(claims, known, judge, progress), *question_figures(dev, train, reader, progress)]


def answers(data: Path, models: Models, limit: int | None, progress: Progress) -> list[Figure]:
    """The sentences of model-like answers."""
    sentences = read_answers(data / "answers.jsonl.gz")
    kept = set(_sample(list(dict.fromkeys(row.group for row in sentences)), limit))
    return answer_figures([row for row in sentences if row.group in kept], models[0], progress)


def grounding(data: Path, models: Models, limit: int | None, progress: Progress) -> list[Figure]:
    """The dev parts of the public sets; which of them are large is counted before `limit` cuts them."""
    dev, train = read_grounding(data / "grounding", "dev"), read_grounding(data / "grounding", "train")
    cut = Grounding(
        claims=tuple(_sample_sets(dev.claims, limit)),
        answerable=tuple(_sample_sets(dev.answerable, limit)),
        sentences=tuple(_sample_sets(dev.sentences, limit)),
    )
    judge, reader = models
    return grounding_figures(cut, train, judge, reader, large=large_sets(dev), progress=progress)


def speed(data: Path, models: Models, limit: int | None, progress: Progress) -> list[Figure]:
    """Pairs a second on the hand-written dev abstracts."""
    return speed_figures(_abstracts(data, limit)[0], *models, progress)


Part = Callable[[Path, Models, int | None, Progress], list[Figure]]
PARTS: dict[str, Part] = {"hand": hand, "answers": answers, "grounding": grounding, "speed": speed}


def _abstracts(data: Path, limit: int | None) -> tuple[list[Abstract], list[Abstract]]:
    """The dev abstracts, at most so many, and all of train."""
    found = read_abstracts(data / "judge.jsonl.gz")
    dev = [abstract for abstract in found if abstract.split == "dev"]
    return _sample(dev, limit), [abstract for abstract in found if abstract.split == "train"]


def _sample(rows: Sequence[Sampled], limit: int | None) -> list[Sampled]:
    """At most so many of the rows, the same at every run, in their order."""
    if limit is None or len(rows) <= limit:
        return list(rows)
    return [rows[place] for place in sorted(random.Random(0).sample(range(len(rows)), limit))]


Row = TypeVar("Row", ClaimRow, QuestionRow)


def _sample_sets(rows: Sequence[Row], limit: int | None) -> list[Row]:
    sets = dict.fromkeys(row.set for row in rows)
    return [row for set_ in sets for row in _sample([row for row in rows if row.set == set_], limit)]


def _progress(what: str, done: int, of: int) -> None:
    """How far it is goes to a terminal's stderr."""
    if sys.stderr.isatty():
        print(f"\r{what}: {done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
