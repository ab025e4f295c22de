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
from rag.schema import Record

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
    asked = [row["arxiv_id"] for row in _dev_rows(data)]
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
    rows = random.Random(7).sample(list(rows), len(rows))
    for start in range(0, len(rows), PER_PAGE):
        page = folder / f"abstracts-{start // PER_PAGE:03}.txt"
        page.write_text(listing(rows[start : start + PER_PAGE]), encoding="utf-8")


def dev_questions(data: Path) -> list[str]:
    """What the dev part of judge.jsonl.gz asks. Raises OSError."""
    return [question["q"] for row in _dev_rows(data) for question in row["questions"]]


def dev_cases(data: Path, records: Iterable[Record]) -> list[Case]:
    """The dev questions whose abstract stands among the records of an index, which are known by their titles.

    Not by their places: of 10,000 abstracts the pages' reader takes two for one. Raises OSError.
    """
    places = {record.title: record.origin for record in records}
    return [
        Case(id=f"{row['arxiv_id']}-{number}", type=question["kind"], question=question["q"], gold=(places[title],))
        for row in _dev_rows(data)
        if (title := _line(row["title"])) in places
        for number, question in enumerate(row["questions"])
    ]


def _dev_rows(data: Path) -> list[Row]:
    return [row for row in read_rows(data / "judge.jsonl.gz") if row["split"] == "dev"]


def _text(row: Row) -> str:
    return _line(" ".join(row["sentences"]) if "sentences" in row else row["abstract"])


def _line(text: str) -> str:
    return " ".join(text.split())
