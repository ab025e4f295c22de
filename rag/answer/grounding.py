"""Whether what is said stands in what is cited: each sentence against its passages, with the exact words it rests on.

A sentence that cites nothing gets the citation that it deserves; one that cites the wrong passage gets the right one;
what no passage read supports is never given out as supported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.headings import Headed
from rag.answer.judging import Judge
from rag.answer.weighing import Bar, weigh
from rag.schema import Passage, Quote, Verdict


@dataclass(frozen=True, slots=True)
class Ruling:
    """What came of a claim; each quote with the index of its passage."""

    support: float
    verdict: Verdict
    quotes: tuple[tuple[int, Quote], ...] = ()


def ground(claim: str, passages: Sequence[Passage], cited: Sequence[int], judge: Judge, bar: Bar) -> Ruling:
    """A claim against the passages it cites, by index; where these do not support it, against the others read.

    Quotes are where it is supported or contradicted; of an unsupported claim the likeliest place of what it cites, so
    that a reader can look.
    """
    texts = [Headed.of(passage) for passage in passages]
    weighed = weigh(claim, texts, cited, judge, bar)
    quotes = [
        (place.text, quote) for place in weighed.places for quote in texts[place.text].quotes(place.span, place.field)
    ]
    if weighed.verdict == "supported":
        quotes += [(i, field) for i in dict.fromkeys(i for i, _ in quotes) for field in _named(claim, texts[i], quotes)]
    order = {i: rank for rank, i in enumerate(dict.fromkeys([*cited, *(i for i, _ in quotes)]))}
    kept = sorted(dict.fromkeys(quotes), key=lambda pair: (order[pair[0]], pair[1].field != "abstract", pair[1].span))
    return Ruling(weighed.support, weighed.verdict, tuple(kept))


def _named(claim: str, text: Headed, quotes: Sequence[tuple[int, Quote]]) -> list[Quote]:
    """The authors or the date of a passage's record where the claim names one of them and no quote does.

    A judge reads them in the heading and marks sentences of the text alone.
    """
    quoted = " ".join(quote.text for _, quote in quotes)
    open_words = set(_WORD.findall(claim)) - set(_WORD.findall(quoted))  # "Long" is a name, "long" is none
    named = {"authors": _surnames, "published": _year}
    return [field for field in text.fields if field.field in named and open_words & named[field.field](field.text)]


_WORD = re.compile(r"\w+")


def _surnames(authors: str) -> frozenset[str]:
    return frozenset(name.split()[-1] for name in authors.split(", ") if name.split())


def _year(published: str) -> frozenset[str]:
    return frozenset({published[:4]})
