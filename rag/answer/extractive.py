"""Answers without a language model: the sentences of the passages that answer best, word for word.

A reader finds them; the answerer chooses among them and puts them in reading order. `SimilarityReader` is the reader
for now: it goes by likeness, so it knows what a passage is about, not whether it answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.answer.answerer import Draft, as_shown
from rag.answer.judging import Embed, logistic
from rag.answer.words import numbers, stems
from rag.corpus.sentences import sentences
from rag.schema import Finding, Passage, Question, Quote, Reading, Span

MOST_SENTENCES = 4
SHARE_OF_BEST = 0.4
"""A further sentence of a work that is quoted already needs this share of the best one's score … """
SHARE_OF_BEST_ELSEWHERE = 0.8
"""… and a sentence of another work this one (`training/reader_threshold.py` prints what other choices give) … """

SHARE_OF_BEST_NEW = 0.3
"""… unless it has part of the question's words that no chosen sentence has: then this much is enough, of this part."""
NEW_WORDS = 0.25
"""Pairs of hand-written questions put as one (60 of benchmarks/handwritten.py's): .73 of the works asked for are cited,
.54 without; of single questions' sentences (120) .94 are of the work asked for, .95 without. From .2 of the best on:
.76 and .93."""

SAME_WORDS = 0.8
"""Two sentences with the same numbers that share so much of their words (Jaccard) say the same."""


class Reader(Protocol):
    def read(self, question: str, passages: Sequence[str]) -> Reading:
        """What the passages say to the question.

        A passage may begin with a heading: its title, a line of facts (authors, date …), an empty line.
        """
        ...


class ExtractiveAnswerer:
    """One to four sentences of the passages, each cited with its exact words."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def draft(self, question: Question, passages: Sequence[Passage]) -> Iterator[Draft]:
        """The chosen sentences by rank of their work, then in page order; none when the reader declines."""
        headings = [_heading(passage) for passage in passages]
        texts = [heading + passage.chunk.text for heading, passage in zip(headings, passages, strict=True)]
        reading = self._reader.read(question.text, texts)
        if reading.declined:
            return
        quotes = [
            (finding, _quote(passages[finding.passage], finding.span, len(headings[finding.passage])))
            for finding in reading.spans
        ]
        chosen = _chosen([(finding, quote) for finding, quote in quotes if quote is not None], question.text)
        for place, (finding, quote) in enumerate(_in_reading_order(chosen, passages)):
            text = as_shown(quote.text)
            lead = " " if place else ""
            yield Draft(text=text, lead=lead, cited=(finding.passage,), quotes=(quote,))


FACTS = ("authors", "published", "affiliations", "category", "labels", "session")


def _heading(passage: Passage) -> str:
    """What leads a passage's text for the reader: a line of its title, a line of the page's facts, an empty line."""
    if passage.chunk.field == "title":
        return ""
    merged = passage.work.merged()
    facts = " · ".join(fact for field in FACTS if (fact := merged.text_of(field)))
    lines = [" ".join(line.split()) for line in (merged.title or "", facts)]
    return "\n".join(lines) + "\n\n" if any(lines) else ""


def _quote(passage: Passage, span: Span, heading_length: int) -> Quote | None:
    """A place in what the reader got as a quote of the record; None in the heading, which only leads the text."""
    start = passage.chunk.span.start + span.start - heading_length
    if span.start < heading_length:
        return None
    end = start + span.end - span.start
    return Quote(record=passage.record, field=passage.chunk.field, span=Span(start, end))


def _chosen(found: Sequence[tuple[Finding, Quote]], question: str) -> list[tuple[Finding, Quote]]:
    """The best sentence, those that speak of a part of the question that is not spoken of yet, those nearly as good.

    Each is said once. A question about two works is answered from both: the words of the one are not the other's.
    """
    wanted, heard = stems(question), frozenset[str]()
    chosen: list[tuple[Finding, Quote]] = []
    for finding, quote in found:
        spoken = wanted & stems(f"{quote.record.title or ''} {quote.text}")
        if not chosen or _adds(finding, quote, spoken - heard, wanted, chosen):
            chosen.append((finding, quote))
            heard |= spoken
    chosen = chosen[:MOST_SENTENCES]
    for finding, quote in found:
        said_already = any(_same(quote.text, other.text) for _, other in chosen)
        if len(chosen) < MOST_SENTENCES and not said_already and _good_enough(finding, quote, chosen):
            chosen.append((finding, quote))
    return chosen


def _adds(
    finding: Finding,
    quote: Quote,
    new: frozenset[str],
    wanted: frozenset[str],
    chosen: Sequence[tuple[Finding, Quote]],
) -> bool:
    enough = finding.score >= chosen[0][0].score * SHARE_OF_BEST_NEW
    return enough and len(new) >= NEW_WORDS * len(wanted) and not _from_known_work(quote, chosen)


def _good_enough(finding: Finding, quote: Quote, chosen: Sequence[tuple[Finding, Quote]]) -> bool:
    share = SHARE_OF_BEST if _from_known_work(quote, chosen) else SHARE_OF_BEST_ELSEWHERE
    return finding.score >= chosen[0][0].score * share


def _from_known_work(quote: Quote, chosen: Sequence[tuple[Finding, Quote]]) -> bool:
    return any(quote.record.key == other.record.key for _, other in chosen)


def _same(one: str, other: str) -> bool:
    words, others = stems(one), stems(other)
    if not words or not others:
        return one == other
    return numbers(one) == numbers(other) and len(words & others) >= SAME_WORDS * len(words | others)


def _in_reading_order(
    chosen: Sequence[tuple[Finding, Quote]], passages: Sequence[Passage]
) -> list[tuple[Finding, Quote]]:
    """The work of the best sentence first, then by the rank of their first passage; inside a work as on its page."""
    best = chosen[0][1].record.key if chosen else ""
    rank: dict[str, int] = {}
    for i, passage in enumerate(passages):
        rank.setdefault(passage.work.key, i)
    return sorted(chosen, key=lambda pair: (pair[1].record.key != best, rank[pair[1].record.key], pair[1].span))


# --- The reader for now ----------------------------------------------------------------------------------------------

SENTENCE_WEIGHTS = (-6.4, 3.6, 5.0)
"""Bias, cosine, words shared: of a logistic function that gives P(a sentence is part of the answer)."""
ANSWER_WEIGHTS = (-6.9, 13.3, 5.9)
"""The same for the best sentence of all passages: P(the passages are about what is asked)."""
DECLINE_BELOW = 0.05
"""Set with the weights by `training/reader_threshold.py` on the train part of judge.jsonl.gz (895 questions, each put
to its own abstract and 7 others), of which it refuses about half a percent."""


class SimilarityReader:
    """Takes for an answer what is like the question: the cosine of the two, and the share of its words.

    Every content word weighs the same: weighing them by their rarity in the index changed nothing.
    """

    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    def read(self, question: str, passages: Sequence[str]) -> Reading:
        """Every sentence as a finding, best first; declined when none is like the question."""
        places = [place for i, passage in enumerate(passages) for place in _places(i, passage)]
        if not places:
            return Reading(answerable=0.0, declined=True)
        rows = self._embed([question, *(f"{place.title}\n\n{place.text}" for place in places)])
        cosines = rows[1:] @ rows[0]
        shares = shared(question, [f"{place.heading} {place.text}" for place in places])
        found = [
            Finding(
                passage=place.passage,
                span=place.span,
                text=place.text,
                score=logistic(SENTENCE_WEIGHTS, float(cosine), share),
            )
            for place, cosine, share in zip(places, cosines, shares, strict=True)
        ]
        answerable = max(
            logistic(ANSWER_WEIGHTS, float(cosine), share) for cosine, share in zip(cosines, shares, strict=True)
        )
        found.sort(key=lambda finding: (-finding.score, finding.passage, finding.span))
        return Reading(answerable=answerable, declined=answerable < DECLINE_BELOW, spans=tuple(found))


def shared(question: str, texts: Sequence[str]) -> list[float]:
    """For each text, the share of the question's content words that it has; 0 for a question without any."""
    words = stems(question)
    return [len(words & stems(text)) / len(words) if words else 0.0 for text in texts]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A sentence of a passage. Its title says what it is about; all of its heading may hold what is asked."""

    passage: int
    span: Span
    text: str
    title: str
    heading: str


def _places(i: int, passage: str) -> Iterator[_Place]:
    """The sentences of a passage after its heading; of one without a text, the title."""
    found = _HEADING.match(passage)
    heading = found.group() if found else ""
    for span in sentences(passage):
        if span.start >= len(heading):
            title = heading.split("\n", 1)[0]
            yield _Place(passage=i, span=span, text=span.of(passage), title=title, heading=heading)


_HEADING = re.compile(r"(?:\S+[^\S\n]+){0,40}\S*\n(?:[^\n]+\n)?\n(?=\s*\S)")
"""A first paragraph of one short line, or of that and a second line."""
