"""Pages and cases that are nobody's corpus: hand-written questions over abstracts of many fields of machine learning.

    python -m benchmarks.handwritten ../shared/data OUT
    rag ingest OUT/pages --home OUT/home
    python -m evals OUT/cases.jsonl --home OUT/home --answers

Every aim that is measured on one corpus stands beside the same figure on this one. The page is a search listing of the
1,560 abstracts of judge.jsonl.gz and of 3,000 more; the questions are those of its dev part. Those of each tenth dev
abstract, which the page leaves out, are the cases of type "far": nothing here answers them. Those of type "near" ask
for what their abstract, which is here, does not say.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.abstracts import Row, listing, read_rows

PAGE = "listing.txt"
OTHERS = 3_000
LEFT_OUT = 10
"""Of the dev abstracts, one in so many is not on the page."""


def main(args: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.handwritten", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of judge.jsonl.gz and abstracts.jsonl.gz")
    parser.add_argument("out", type=Path, help="the folder to write pages/ and cases.jsonl into")
    parser.add_argument(
        "--others", type=int, default=OTHERS, help="abstracts besides judge.jsonl.gz (default: %(default)s)"
    )
    flags = parser.parse_args(args)
    try:
        rows = read_rows(flags.data / "judge.jsonl.gz")
        known = {row["arxiv_id"] for row in rows}
        others = _others(read_rows(flags.data / "abstracts.jsonl.gz"), known, flags.others)
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    dev = [row for row in rows if row["split"] == "dev"]
    far = dev[::LEFT_OUT]
    listed = [row for row in [*rows, *others] if row not in far]
    random.Random(5).shuffle(listed)
    places = {row["arxiv_id"]: place for place, row in enumerate(listed)}
    (flags.out / "pages").mkdir(parents=True, exist_ok=True)
    (flags.out / "pages" / PAGE).write_text(listing(listed), encoding="utf-8")
    cases = [json.dumps(case, ensure_ascii=False) for row in dev for case in _cases(row, places.get(row["arxiv_id"]))]
    (flags.out / "cases.jsonl").write_text("\n".join(cases) + "\n", encoding="utf-8")
    print(f"{len(listed)} abstracts on one page, {len(cases)} cases")
    return 0


def _others(rows: Sequence[Row], known: set[str], wanted: int) -> list[Row]:
    return random.Random(5).sample([row for row in rows if row["arxiv_id"] not in known], wanted)


def _cases(row: Row, place: int | None) -> Iterator[dict[str, object]]:
    """The questions of one abstract; `place` is its record's on the page, None if it was left out."""
    gold = [] if place is None else [{"source": PAGE, "ordinal": place}]
    for number, question in enumerate(row["questions"]):
        kind = question["kind"] if gold else "far"
        yield {"id": f"{row['arxiv_id']}-{number}", "type": kind, "question": question["q"], "gold": gold}
    for number, question in enumerate(row["unanswerable"] if gold else ()):
        yield {"id": f"{row['arxiv_id']}-u{number}", "type": "near", "question": question, "gold": []}


if __name__ == "__main__":
    sys.exit(main())
