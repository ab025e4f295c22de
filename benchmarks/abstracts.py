"""The abstracts of ../shared/data: as listings to ingest, and their questions as cases.

`judge.jsonl.gz` has questions with its abstracts; all of these stand in `abstracts.jsonl.gz` too, among 40,000.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.cases import Case
from rag.schema import Origin

PER_PAGE = 1_000

Row = Mapping[str, Any]


def read_rows(path: Path) -> list[Row]:
    """The rows of a gzipped JSONL file. Raises OSError."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def listing(rows: Iterable[Row]) -> str:
    """A search listing: one line a title, the next line its abstract."""
    return "".join(f"{_line(row['title'])}\n{_text(row)}\n" for row in rows)


def drawn(data: Path, size: int) -> list[Row]:
    """`size` abstracts, at most all there are: those of judge.jsonl.gz's dev questions first, then others, by seed.

    A smaller draw is the beginning of a larger one. Raises OSError.
    """
    asked = [row["arxiv_id"] for row in read_rows(data / "judge.jsonl.gz") if row["split"] == "dev"]
    by_id = {row["arxiv_id"]: row for row in read_rows(data / "abstracts.jsonl.gz")}
    first = [by_id.pop(id) for id in asked if id in by_id]
    others = list(by_id.values())
    random.Random(5).shuffle(others)
    return [*first, *others][:size]


def write_pages(rows: Sequence[Row], folder: Path) -> None:
    """The rows as listings of PER_PAGE each, in the place of whatever pages the folder held.

    They are shuffled by seed, so that the abstracts with questions do not all stand on the first page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.txt"):
        old.unlink()
    rows = _shuffled(rows)
    for start in range(0, len(rows), PER_PAGE):
        (folder / _source(start)).write_text(listing(rows[start : start + PER_PAGE]), encoding="utf-8")


def dev_cases(data: Path, rows: Sequence[Row]) -> list[Case]:
    """The dev questions about the rows, each with the place of its abstract in the pages of `write_pages`."""
    places = {row["arxiv_id"]: Origin(_source(place), place % PER_PAGE) for place, row in enumerate(_shuffled(rows))}
    return [
        Case(
            id=f"{row['arxiv_id']}-{number}",
            type=question["kind"],
            question=question["q"],
            gold=(places[row["arxiv_id"]],),
        )
        for row in read_rows(data / "judge.jsonl.gz")
        if row["split"] == "dev" and row["arxiv_id"] in places
        for number, question in enumerate(row["questions"])
    ]


def _shuffled(rows: Sequence[Row]) -> list[Row]:
    return random.Random(7).sample(list(rows), len(rows))


def _source(place: int) -> str:
    return f"abstracts-{place // PER_PAGE:03}.txt"


def _text(row: Row) -> str:
    return _line(" ".join(row["sentences"]) if "sentences" in row else row["abstract"])


def _line(text: str) -> str:
    return " ".join(text.split())
