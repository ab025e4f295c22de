"""`python -m evals [CASES.jsonl] [--home DIR]`: how well an assistant finds and answers what the cases ask.

Without CASES: the bundled ones on the bundled sample pages, in a throw-away home. R@k is a hit rate (1 if any gold work
stands among the first k); all@10: every gold work does.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from evals.cases import Case, read_cases
from evals.report import summarise, table
from evals.runner import DEPTH, Row, answer_rows, search_rows
from rag.errors import RagError

if TYPE_CHECKING:
    from rag.assistant import Assistant


def main(args: Sequence[str] | None = None) -> int:
    """Measures, prints, and gives the exit code."""
    flags = _parser().parse_args(args)
    try:
        started = time.monotonic()
        cases = _cases(flags.cases)
        with _assistant(flags.home, sample=flags.cases is None, offline=not flags.online) as assistant:
            rows = list(_rows(assistant, cases, depth=flags.depth, answers=flags.answers))
        report = summarise(rows, seconds=time.monotonic() - started)
    except RagError as error:
        print(f"error: {error.message}", *([f"hint: {error.hint}"] if error.hint else []), sep="\n", file=sys.stderr)
        return error.exit_code
    for row in rows if flags.each else ():
        print(json.dumps({"id": row.case.id, "type": row.case.type, "values": row.values}, ensure_ascii=False))
    print(json.dumps(report.to_dict(), ensure_ascii=False) if flags.json or flags.each else table(report))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    parser.add_argument("cases", nargs="?", type=Path, metavar="CASES.jsonl", help="evals/cases.py shows one")
    parser.add_argument("--home", type=Path, help="the folder that holds the index (default: as for rag)")
    parser.add_argument("--answers", action="store_true", help="score answers too, not only what is found")
    parser.add_argument("-k", "--depth", type=int, default=DEPTH, help=f"works ranked for MRR (default {DEPTH})")
    parser.add_argument("--online", action="store_true", help="allow a configured model; else nothing is contacted")
    parser.add_argument("--json", action="store_true", help="the report as one JSON object")
    parser.add_argument("--each", action="store_true", help="a JSON line a case, then the report as JSON")
    return parser


def _cases(path: Path | None) -> list[Case]:
    if path is not None:
        return read_cases(path)
    with resources.as_file(resources.files("evals") / "data" / "sample_cases.jsonl") as bundled:
        return read_cases(bundled)


@contextmanager
def _assistant(home: Path | None, *, sample: bool, offline: bool) -> Iterator[Assistant]:
    """The assistant over `home`, or, for the bundled cases, over the sample pages in a home that goes away again."""
    from rag.assistant import Assistant

    if home is not None or not sample:
        with Assistant.open(home=home, offline=offline) as assistant:
            yield assistant
        return
    with tempfile.TemporaryDirectory() as folder, Assistant.open(home=Path(folder), offline=offline) as assistant:
        assistant.ingest(sample=True)
        yield assistant


def _rows(assistant: Assistant, cases: Sequence[Case], *, depth: int, answers: bool) -> Iterator[Row]:
    """A row a case, found and answered; how many are done goes to a terminal's stderr."""
    found = search_rows(assistant, cases, depth=max(depth, 10))
    answered = answer_rows(assistant, cases) if answers else (Row(case=case, values={}) for case in cases)
    for done, (search, answer) in enumerate(zip(found, answered, strict=True), 1):
        if sys.stderr.isatty():
            end = "\n" if done == len(cases) else ""
            print(f"\rmeasured {done} of {len(cases)}", end=end, file=sys.stderr, flush=True)
        yield Row(case=search.case, values={**search.values, **answer.values})


if __name__ == "__main__":
    sys.exit(main())
