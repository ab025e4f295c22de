"""What the search finds for a follow-up, beside the same question asked in full and beside joining the last questions.

    python -m benchmarks.handwritten ../shared/data OUT --others 0
    rag ingest OUT/pages --home OUT/home
    python -m benchmarks.followups ../shared/data --home OUT/home [--reranker builtin] [--most 150] [--reader]

The questions are those of judge.jsonl.gz's train part that name their work as its title does. In a follow-up the name
gives way to a pronoun, and what comes before are other questions of the same abstract with their answers:

    pronoun   one turn of the same abstract
    chain     two turns of it, the later one a follow-up as well
    return    a turn of another abstract, then one of this
    switch    a turn, or two, of another abstract; the question is whole and must be found as if nothing had been said

R@k is a hit rate over works, each difference paired, case by case. With --reader it is counted instead how often the
packaged reader, given the right abstract, puts a sentence first that answers: what an extractive answer would quote.
"""

from __future__ import annotations

import argparse
import platform
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Literal

from benchmarks.abstracts import Row, read_rows
from evals.intervals import Interval, mean_interval, paired_difference
from rag.assistant import Assistant
from rag.config import load_settings
from rag.errors import RagError
from rag.index.lexical import STOP_WORDS
from rag.models.crossencoder import CrossEncoder
from rag.models.pairs import PassageText
from rag.schema import Span, Turn
from rag.search.question import standalone
from rag.version import version

MOST = 150
"""Cases of each kind."""
JOINED, SHORT, LONG = 3, 3, 16
POINTS_BACK = frozenset(
    "it its itself they them their theirs this these those he him his she her hers former latter".split()
)
CONTINUES = re.compile(
    r"\s*(and|but|or|so|then|also|what about|how about|why|how so|really|which one|who else)\b", re.IGNORECASE
)
BASELINE = "last questions joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question with what came before it; `whole` is the same question when nothing came before it."""

    kind: str
    title: str
    history: tuple[Turn, ...]
    asked: str
    whole: str


Way = Callable[[Case], str]
"""What is searched for."""


def joined(case: Case) -> str:
    """The baseline, as rag 0.1.0 does: the last questions before one that is short, holds a pronoun or continues."""
    said = re.findall(r"\w[\w'-]*", case.asked.casefold())
    few = sum(word not in STOP_WORDS for word in said) <= SHORT
    points = len(said) <= LONG and not POINTS_BACK.isdisjoint(said)
    if not (few or points or CONTINUES.match(case.asked)):
        return case.asked
    return " ".join([*(turn.question for turn in case.history[-JOINED:]), case.asked])


WAYS: Mapping[str, Way] = {
    "asked in full": lambda case: case.whole,
    "as it is typed": lambda case: case.asked,
    BASELINE: joined,
    "follow-ups understood": lambda case: standalone(case.asked, case.history).searched,
}


def main(args: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.followups", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of judge.jsonl.gz")
    parser.add_argument("--home", type=Path, help="the folder that holds the index (default: as for rag)")
    parser.add_argument("--reranker", choices=("none", "builtin"), default="none")
    parser.add_argument("--most", type=int, default=MOST, help="cases of each kind (default: %(default)s)")
    parser.add_argument("--reader", action="store_true", help="measure what is read, not what is found")
    flags = parser.parse_args(args)
    try:
        rows = [row for row in read_rows(flags.data / "judge.jsonl.gz") if row["split"] == "train"]
        cases = list(cases_of(rows))
        cases = [case for kind in KINDS for case in [case for case in cases if case.kind == kind][: flags.most]]
        if flags.reader:
            print("\n".join(report_read(cases, rows)))
        else:
            print("\n".join(report(cases, found(cases, WAYS, flags.home, flags.reranker))))
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except RagError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    return 0


# --- Cases ---

KINDS = ("pronoun", "chain", "return", "switch")


def cases_of(rows: Sequence[Row]) -> Iterator[Case]:
    """Every case that the rows give, in an order that is always the same."""
    rows = random.Random(5).sample(rows, len(rows))
    for row, other in zip(rows, [*rows[1:], rows[0]], strict=True):
        named = [(n, short) for n in range(len(row["questions"])) if (short := elliptic(row, n)) is not None]
        away = tuple(_turn(other, n) for n in range(2))
        if named:
            n, short = named[-1]
            before = [_turn(row, i) for i in range(len(row["questions"])) if i != n]
            whole = {"title": row["title"], "asked": short, "whole": row["questions"][n]["q"]}
            yield Case(kind="pronoun", history=(before[0],), **whole)
            yield Case(kind="return", history=(away[0], before[0]), **whole)
        if len(named) > 1 and len(row["questions"]) > 2:
            (m, middle), (n, short) = named[-2:]
            first = next(i for i in range(len(row["questions"])) if i not in (m, n))
            later = Turn(middle, row["questions"][m]["answer"])
            whole = {"title": row["title"], "asked": short, "whole": row["questions"][n]["q"]}
            yield Case(kind="chain", history=(_turn(row, first), later), **whole)
        question = row["questions"][len(row["title"]) % 2]["q"]
        history = away if len(row["title"]) % 3 else away[:1]
        yield Case(kind="switch", title=row["title"], history=history, asked=question, whole=question)


def elliptic(row: Row, n: int) -> str | None:
    """The n-th question with a pronoun where it names its work; None where it does not name it just once.

    A name is what a title puts before its colon, or a word of it with more than one capital letter.
    """
    question = row["questions"][n]["q"]
    lead = row["title"].partition(":")[0] if ":" in row["title"] else ""
    names = [lead] if lead and len(lead.split()) <= 3 else _NAME.findall(row["title"])
    for name in names:
        told = any(name in f"{other['q']} {other['answer']}" for other in row["questions"] if other["q"] != question)
        before, found, after = question.partition(name)
        if found and told and name not in after and _SUBJECT.search(before) and _AFTER.match(after):
            pronoun = "its" if after.startswith("'s") else "it"
            return f"{before}{pronoun}{after.removeprefix(chr(39) + 's')}"
    return None


_NAME = re.compile(r"\b(?!AI\b|L?L?V?LMs?\b|GUI\b|RL\b|NLP\b)\w*[A-Z]\w*[A-Z]\w*\b")
_SUBJECT = re.compile(
    r"\b(?:do|does|did|is|are|was|were|can|will|has|in|of|on|by|with|for|than|from|to|how|what)\s+$", re.I
)
_AFTER = re.compile(r"'s [a-z]|[?.,]|$| (?!and\b|or\b)[a-z]+")


def _turn(row: Row, n: int) -> Turn:
    question = row["questions"][n]
    return Turn(question["q"], question["answer"])


# --- Searching ---

Ranks = Mapping[str, Sequence[int | None]]
"""Way → the place of each case's work among the first ten, from 1; None beyond."""


def found(
    cases: Sequence[Case], ways: Mapping[str, Way], home: Path | None, reranker: Literal["none", "builtin"]
) -> Ranks:
    """Where each way finds each case's work."""
    settings = load_settings({"home": home, "offline": True})
    settings = replace(settings, search=replace(settings.search, reranker=reranker))
    with Assistant.open(settings=settings) as assistant:
        known: dict[str, list[str | None]] = {}
        return {
            way: [_rank(assistant, text_of(case), case.title, known) for case in cases] for way, text_of in ways.items()
        }


def _rank(assistant: Assistant, text: str, title: str, known: dict[str, list[str | None]]) -> int | None:
    if text not in known:
        known[text] = [result.work.title for result in assistant.search(text, 10)]
    wanted = " ".join(title.split())
    return known[text].index(wanted) + 1 if wanted in known[text] else None


def report(cases: Sequence[Case], ranks: Ranks) -> list[str]:
    """By kind and way R@1 and R@5 with 95 % intervals, and the paired difference and ratio to the baseline."""
    lines = [f"{_versions()}; differences and ratios are to: {BASELINE}"]
    for kind in KINDS:
        places = [i for i, case in enumerate(cases) if case.kind == kind]
        lines += ["", f"{kind}, {len(places)} cases"]
        for way, all_ranks in ranks.items():
            lines.append(f"  {way:<22} {'   '.join(_beside(all_ranks, ranks[BASELINE], places, k) for k in (1, 5))}")
    return lines


def _beside(ranks: Sequence[int | None], baseline: Sequence[int | None], places: Sequence[int], k: int) -> str:
    values, others = ([float((ranks[i] or k + 1) <= k) for i in places] for ranks in (ranks, baseline))
    ratio = f"{sum(values) / sum(others):.2f}×" if sum(others) else "–"
    return f"R@{k} {_shown(mean_interval(values))} {_shown(paired_difference(values, others), sign='+')} {ratio}"


def _versions() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}, rag {version()}, Python {platform.python_version()}"


# --- Reading ---

READ: Mapping[str, Way] = {
    **WAYS,
    "follow-ups understood": lambda case: standalone(case.asked, case.history).text,
}


def report_read(cases: Sequence[Case], rows: Sequence[Row]) -> list[str]:
    """By kind and way how often the sentence that the reader puts first answers, with the paired difference."""
    reader, by_title = CrossEncoder(), {row["title"]: row for row in rows}
    lines = [f"{_versions()}; differences are to: {BASELINE}"]
    for kind in KINDS[:2]:  # the others read the same abstracts
        some = [case for case in cases if case.kind == kind]
        right = {
            way: [_read_right(reader, put(case), case, by_title[case.title]) for case in some]
            for way, put in READ.items()
        }
        lines += ["", f"{kind}, {len(some)} cases"]
        for way, values in right.items():
            difference = _shown(paired_difference(values, right[BASELINE]), sign="+")
            lines.append(f"  {way:<22} {_shown(mean_interval(values))} {difference}")
    return lines


def _read_right(reader: CrossEncoder, question: str, case: Case, row: Row) -> float:
    sentences, ends = row["sentences"], list(accumulate(len(text) + 1 for text in row["sentences"]))
    spans = tuple(Span(end - 1 - len(text), end - 1) for text, end in zip(sentences, ends, strict=True))
    passage = PassageText(text=" ".join(sentences), sentences=spans, heading=case.title)
    (reading,) = reader.questions(question, [passage])
    best = max(range(len(spans)), key=lambda i: reading.sentences[i])
    evidence = next(asked["evidence"] for asked in row["questions"] if asked["q"] == case.whole)
    return float(best in evidence)


def _shown(interval: Interval, *, sign: str = "") -> str:
    if interval.value is None:
        return "–"
    return f"{interval.value:{sign}.3f} [{interval.low:{sign}.3f}, {interval.high:{sign}.3f}]"


if __name__ == "__main__":
    sys.exit(main())
