"""Meta lines, fused or not, and the dates in them."""

from __future__ import annotations

import pytest

from rag.corpus import dates
from rag.corpus.metalines import Meta, read_meta


@pytest.mark.parametrize(
    ("line", "meta"),
    [
        ("92.5AIMar 11Code", Meta("AI", "Mar 11", 92.5, True)),
        ("LGNov 28, 2022", Meta("LG", "Nov 28, 2022")),
        ("cs.RO · March 2024 · Code", Meta("cs.RO", "March 2024", None, True)),
        ("eess.AS11 Mar 2024", Meta("eess.AS", "11 Mar 2024")),
        ("SD2024-03-11", Meta("SD", "2024-03-11")),
        ("Code | stat.ML | 88 | 2024", Meta("stat.ML", "2024", 88.0, True)),
        ("CL", Meta("CL")),
        ("physics.comp-phJun 15, 2025", Meta("physics.comp-ph", "Jun 15, 2025")),
        ("May 3", Meta(None, "May 3")),
    ],
)
def test_a_meta_line_is_read_in_any_order(line: str, meta: Meta) -> None:
    assert read_meta(line) == meta


@pytest.mark.parametrize("line", ["118papers", "GPT 3", "Code", "12", "AI Agents", "Ada Roe", "Mar 40", ""])
def test_other_lines_are_no_meta_lines(line: str) -> None:
    assert read_meta(line) is None


@pytest.mark.parametrize(
    ("text", "date", "filled"),
    [
        ("Mar 11", "2026-03-11", True),
        ("Mar 11, 2024", "2024-03-11", False),
        ("11 March 2024", "2024-03-11", False),
        ("Sept. 2023", "2023-09", False),
        ("2024-03-11", "2024-03-11", False),
        ("2024", "2024", False),
        ("Feb 29", "2026-02", True),
    ],
)
def test_a_date_is_as_precise_as_the_page(text: str, date: str, filled: bool) -> None:
    found = dates.read(text, 2026)
    assert found is not None
    assert (str(found.date), found.filled) == (date, filled)


@pytest.mark.parametrize("text", ["", "yesterday", "Feb 30, 2024", "Mar 11, 2024 and more", "1234567"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates.read(text, 2026) is None
