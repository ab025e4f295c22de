"""`python -m evals [CASES.jsonl] [--home DIR]`: how well an assistant finds and answers what the cases ask.

Without CASES: the bundled ones on the bundled sample pages, in a throw-away home. R@k is a hit rate (1 if any gold work
stands among the first k); all@10: every gold work does.

`python -m evals compare BEFORE AFTER` compares two stored runs.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from evals import comparison
from evals.measuring import measure
from evals.report import table
from evals.runner import DEPTH
from rag.config import load_settings
from rag.errors import RagError


def main(args: Sequence[str] | None = None) -> int:
    """Measures, or compares, prints, and gives the exit code."""
    given = list(sys.argv[1:] if args is None else args)
    try:
        return comparison.main(given[1:]) if given[:1] == ["compare"] else _measure(given)
    except RagError as error:
        print(f"error: {error.message}", *([f"hint: {error.hint}"] if error.hint else []), sep="\n", file=sys.stderr)
        return error.exit_code


def _measure(args: Sequence[str]) -> int:
    flags = _parser().parse_args(args)
    settings = load_settings({"home": flags.home, "offline": not flags.online})
    report = measure(flags.cases, settings, answers=flags.answers, depth=flags.depth, progress=_progress)
    said = report.to_dict()
    each = said.pop("each") if flags.each else []
    for row in each:
        print(json.dumps(row, ensure_ascii=False))
    print(json.dumps(said, ensure_ascii=False) if flags.json or flags.each else table(report))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    parser.add_argument("cases", nargs="?", type=Path, metavar="CASES.jsonl", help="evals/cases.py shows one")
    parser.add_argument("--home", type=Path, help="the folder of the index that CASES ask about (default: as for rag)")
    parser.add_argument("--answers", action="store_true", help="score answers too, not only what is found")
    parser.add_argument("-k", "--depth", type=int, default=DEPTH, help=f"works ranked for MRR (default {DEPTH})")
    parser.add_argument("--online", action="store_true", help="allow a configured model; else nothing is contacted")
    parser.add_argument("--json", action="store_true", help="the report as one JSON object")
    parser.add_argument("--each", action="store_true", help="a JSON line a case, then the report as JSON")
    return parser


def _progress(done: int, of: int) -> None:
    """How many cases are done goes to a terminal's stderr."""
    if sys.stderr.isatty():
        print(f"\rmeasured {done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `… | head` ends it without a word
    sys.exit(main())
