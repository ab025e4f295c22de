"""One measurement from end to end, for `python -m evals` and `rag eval`: cases, an assistant over them, a report.

Without cases of one's own it takes the bundled ones, on the bundled sample pages, in a home that goes away again.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from evals.cases import Case, read_cases
from evals.report import Report, summarise
from evals.runner import DEPTH, Row, answer_rows, search_rows
from rag.version import version

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.config import Settings

Progress = Callable[[int, int], None]
"""Told how many cases are done, of how many."""


def measure(
    path: Path | None,
    settings: Settings,
    *,
    answers: bool = True,
    depth: int = DEPTH,
    progress: Progress = lambda _done, _of: None,
) -> Report:
    """What the assistant of these settings comes to on the cases of `path`; on the bundled ones without.

    Raises CaseError for a bad row, before anything is opened, and what the assistant raises.
    """
    started, began = datetime.now(UTC), time.monotonic()
    with _file(path) as file:
        cases = read_cases(file)
    with _assistant(settings, sample=path is None) as assistant:
        rows = []
        for row in _rows(assistant, cases, depth=depth, answers=answers):
            rows.append(row)
            progress(len(rows), len(cases))
    run = {
        "started": f"{started:%Y-%m-%dT%H:%M:%SZ}",
        "version": version(),
        "cases": "bundled" if path is None else path.name,
    }
    return summarise(rows, seconds=time.monotonic() - began, run=run)


@contextmanager
def _file(path: Path | None) -> Iterator[Path]:
    if path is not None:
        yield path
        return
    with resources.as_file(resources.files("evals") / "data" / "sample_cases.jsonl") as bundled:
        yield bundled


@contextmanager
def _assistant(settings: Settings, *, sample: bool) -> Iterator[Assistant]:
    """The assistant of these settings; for the bundled cases one over the sample pages, elsewhere."""
    from rag.assistant import Assistant

    if not sample:
        with Assistant.open(settings=settings) as assistant:
            yield assistant
        return
    with (
        tempfile.TemporaryDirectory(prefix="rag-eval-") as folder,
        Assistant.open(settings=replace(settings, home=Path(folder))) as assistant,
    ):
        assistant.ingest(sample=True)
        yield assistant


def _rows(assistant: Assistant, cases: Sequence[Case], *, depth: int, answers: bool) -> Iterator[Row]:
    """A row a case, found and answered."""
    found = search_rows(assistant, cases, depth=max(depth, 10))
    answered = answer_rows(assistant, cases) if answers else (Row(case=case, values={}) for case in cases)
    for search, answer in zip(found, answered, strict=True):
        yield Row(case=search.case, values={**search.values, **answer.values})
