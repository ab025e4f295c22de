"""A data folder like ../shared/data, of invented abstracts: the first of them have questions."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

THINGS = "kiln orchard lighthouse glacier violin beehive aqueduct loom comet harbour tundra lantern".split()
TASKS = "sorting pruning mapping tuning guarding counting".split()


def shared_data(folder: Path, *, abstracts: int, asked: int) -> Path:
    """`abstracts` rows, each with a word of its own; of the first `asked` each has two questions."""
    rows = [_abstract(n) for n in range(abstracts)]
    _write(folder / "abstracts.jsonl.gz", rows)
    _write(folder / "judge.jsonl.gz", [_judged(row, n) for n, row in enumerate(rows[:asked])])
    return folder


def _abstract(n: int) -> dict[str, Any]:
    thing, task = THINGS[n % len(THINGS)], TASKS[n // len(THINGS) % len(TASKS)]
    return {
        "arxiv_id": f"2401.{n:05}",
        "title": f"Topic{n}: {task.title()} Every {thing.title()} With Small Networks",
        "abstract": f"We study {task} of a {thing} by method{n}, which needs no label. It halves the cost of topic{n}.",
    }


def _judged(row: dict[str, Any], n: int) -> dict[str, Any]:
    return {
        "arxiv_id": row["arxiv_id"],
        "title": row["title"],
        "split": "train" if n % 4 == 3 else "dev",
        "sentences": [row["abstract"]],
        "questions": [
            {"q": f"What does method{n} need?", "kind": "fact"},
            {"q": f"How much cheaper does topic{n} become?", "kind": "paraphrase"},
        ],
        "unanswerable": [],
    }


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
