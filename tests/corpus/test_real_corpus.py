"""The five real pages beside the checkout: counts, and records by checksum, so that none of their words is here.

`corpus_checks.jsonl` was written after every title, author and date of the five pages had been read against the page.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import blake2b
from itertools import groupby
from pathlib import Path

import pytest

from rag.corpus.pages import read_page
from rag.corpus.parsing import Parsed, parse

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
CHECKS = [json.loads(line) for line in Path(__file__).with_name("corpus_checks.jsonl").read_text("utf-8").splitlines()]

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not beside this checkout")


@cache
def parsed(source: str) -> Parsed:
    return parse(read_page(CORPUS / source, source, page_year=2026))


def source_numbered(number: str) -> str:
    return next(path.name for path in sorted(CORPUS.iterdir()) if path.name.startswith(number))


@pytest.mark.parametrize(
    ("number", "records", "layout", "years_filled"),
    [
        ("001", 336, "listing", 0),
        ("003", 39, "fused", 1),
        ("004", 50, "profile", 5),
        ("002", 21, "awards", 0),
        ("000", 10, "blog", 0),
    ],
)
def test_each_page_gives_its_records_in_one_layout_without_a_warning(
    number: str, records: int, layout: str, years_filled: int
) -> None:
    page = parsed(source_numbered(number))
    assert (len(page.records), page.layout, page.years_filled) == (records, layout, years_filled)
    assert page.warnings == ()
    assert page.confidence > 0.9


def test_author_pages_are_named_after_their_author() -> None:
    digests = [
        blake2b((parsed(source_numbered(number)).name or "").encode(), digest_size=8).hexdigest()
        for number in ("003", "004")
    ]
    assert digests == ["79e4498f96cb2691", "4121b4996dc83dce"]
    assert all(parsed(source_numbered(number)).name is None for number in ("000", "001", "002"))


@pytest.mark.parametrize(
    ("origin", "rows"),
    [
        pytest.param(origin, list(rows), id=f"{origin[0][:3]}-{origin[1]}")
        for origin, rows in groupby(CHECKS, key=lambda row: (row["source"], row["ordinal"]))
    ],
)
def test_a_checked_record_reads_as_it_was_checked(origin: tuple[str, int], rows: list[dict[str, object]]) -> None:
    source, ordinal = origin
    record = parsed(source).records[ordinal]
    for row in rows:
        value = record.text_of(str(row["field"]))
        found = (len(value), blake2b(value.encode(), digest_size=16).hexdigest())
        assert found == (row["length"], row["blake2b"]), f"{source} {ordinal} {row['field']}: found {value!r}"
