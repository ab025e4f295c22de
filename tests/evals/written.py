"""Three works, an assistant that ranks them as it is told, and the answers it gives."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from evals.cases import Case, Nugget
from rag.schema import (
    Answer,
    Citation,
    Claim,
    Coverage,
    Origin,
    Question,
    Quote,
    Reason,
    Receipt,
    Record,
    Result,
    Source,
    Span,
    Turn,
    Work,
)


def work(key: str, *origins: Origin) -> Work:
    text = f"{key} says so."
    return Work(key=key, records=tuple(Record(origin=origin, key=key, abstract=text) for origin in origins))


WORKS = (
    work("a", Origin("one.txt", 0), Origin("two.txt", 4)),
    work("b", Origin("one.txt", 1)),
    work("c", Origin("one.txt", 2)),
)
COVERAGE = Coverage(exhaustive=False, matched=3, works=3, records=4)
RECEIPT = Receipt(version="0", index="0", embedder="none", judge="none")


class RankingAssistant:
    """Ranks as told, question by question, and keeps the history that it was given."""

    def __init__(self, rankings: Mapping[str, str]) -> None:
        self._rankings = rankings
        self.histories: list[Sequence[Turn]] = []

    def works(self) -> Sequence[Work]:
        return WORKS

    def search(self, query: str, k: int, *, history: Sequence[Turn] = ()) -> Sequence[Result]:
        self.histories.append(history)
        named = {work.key: work for work in WORKS}
        ranked = list(self._rankings[query])[:k]
        return [Result(rank=rank, work=named[key], score=1 / rank) for rank, key in enumerate(ranked, 1)]


def answer(text: str, *works: Work, reason: Reason | None = None) -> Answer:
    """One sentence that cites the works given, or, with a reason, a refusal."""
    question = Question(asked="?", text="?")
    marks = "".join(f"[{n}]" for n in range(1, len(works) + 1))
    quotes = [Quote(record=work.records[0], field="abstract", span=Span(0, 4)) for work in works]
    citations = tuple(Citation(n=n, quote=quote) for n, quote in enumerate(quotes, 1))
    whole = f"{text} {marks}"
    claim = Claim(text=text, span=Span(0, len(whole)), support=1.0, verdict="supported", citations=citations)
    return Answer(
        question=question,
        text=text if reason else whole,
        answerer="extractive",
        coverage=COVERAGE,
        receipt=RECEIPT,
        seconds=0.0,
        reason=reason,
        claims=() if reason else (claim,),
        sources=() if reason else tuple(Source(n=n, work=work) for n, work in enumerate(works, 1)),
    )


def case(id: str = "q", *gold: Origin, type: str = "fact", question: str = "?", history: tuple[Turn, ...] = ()) -> Case:
    nugget = Nugget(text="two days", pattern=re.compile("(?i)two days"))
    other = Nugget(text="by hand", pattern=re.compile("by hand"))
    nuggets = (nugget, other) if gold else ()
    return Case(id=id, type=type, question=question, gold=gold, nuggets=nuggets, history=history)
