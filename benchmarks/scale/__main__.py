"""What an ingest and a search cost over 1,000, 10,000 and 40,000 abstracts, beside what they are made of, in one run.

    python -m benchmarks.scale ../shared/data [--sizes 1000 10000 40000] [--folder DIR] [--json]

Aims: an ingest makes at least .85 of the records a second that the bare embedder makes; a warm search without
reranking takes at most twice as long as embedding the question, one plain Chroma query and one FTS5 query of the
question's six rarest words. With --folder pages and indexes stay there, for `benchmarks.retrieval --built`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.abstracts import Row, dev_questions, drawn, listing, write_pages
from benchmarks.scale.figures import INGEST_AIM, SEARCH_AIM, Size, report

SIZES = (1_000, 10_000, 40_000)
QUERIES = 200
ADDED = 10
_LIBRARIES = ("chromadb", "onnxruntime", "tokenizers", "llama-index-core")


def main(args: Sequence[str] | None = None) -> int:
    """Measures and prints; 1 when the largest size misses an aim."""
    flags = _parser().parse_args(args)
    wanted = sorted(set(flags.sizes))
    try:
        rows = drawn(flags.data, wanted[-1] + ADDED)
        questions = dev_questions(flags.data)
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    random.Random(11).shuffle(questions)
    asked, new = questions[: flags.queries], rows[-ADDED:]
    with tempfile.TemporaryDirectory() as temporary:
        folder = flags.folder or Path(temporary)
        sizes = []
        for size in wanted:
            print(f"measuring {size:,} abstracts", file=sys.stderr)
            sizes.append(measure(folder / str(size), rows[:size], new, asked))
    if flags.json:
        print(json.dumps({**about(), "sizes": [size.to_dict() for size in sizes]}))
    else:
        print("\n".join([", ".join(f"{name} {value}" for name, value in about().items()), "", *report(sizes)]))
    return int(sizes[-1].ingest_ratio < INGEST_AIM or sizes[-1].search_ratio > SEARCH_AIM)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of judge.jsonl.gz and abstracts.jsonl.gz")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="abstracts (default %(default)s)"
    )
    parser.add_argument("--queries", type=int, default=QUERIES, help="questions timed (default %(default)s)")
    parser.add_argument("--folder", type=Path, help="keep pages and indexes here (default: a throw-away folder)")
    parser.add_argument("--json", action="store_true", help="everything measured, as one JSON object")
    return parser


def measure(folder: Path, rows: Sequence[Row], new: Sequence[Row], questions: Sequence[str]) -> Size:
    """Ingests the rows into an empty home, adds and forgets the new ones, and puts the questions."""
    home, pages, new_page, asked = folder / "home", folder / "pages", folder / "new.txt", folder / "questions.json"
    shutil.rmtree(home, ignore_errors=True)
    write_pages(rows, pages)
    new_page.write_text(listing(new), encoding="utf-8")
    asked.write_text(json.dumps(questions), encoding="utf-8")
    return Size(
        ingest=_measured("ingesting", home, pages, new_page),
        search=_measured("searching", home, asked),
        disk=disk(home),
    )


def disk(home: Path) -> dict[str, int]:
    """Bytes of the catalog (texts, words and the vectors to scan), of Chroma's own database and of its graph."""
    chroma = home / "chroma"
    return {
        "catalog": sum(path.stat().st_size for path in home.glob("catalog.sqlite*")),
        "Chroma's database": sum(path.stat().st_size for path in chroma.glob("chroma.sqlite3*")),
        "Chroma's graph": sum(path.stat().st_size for path in chroma.glob("*/*")),
    }


def about() -> dict[str, str]:
    """When this was measured, and with what."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "Python": platform.python_version(),
        "cores": str(os.cpu_count()),
        **{name: version(name) for name in _LIBRARIES},
    }


def _measured(module: str, *args: Path) -> Any:
    """What a process of its own prints: its peak memory is that of one part alone."""
    command = [sys.executable, "-m", f"benchmarks.scale.{module}", *map(str, args)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


if __name__ == "__main__":
    sys.exit(main())
