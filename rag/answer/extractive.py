"""Answers without a language model: the sentences of the passages that answer best, word for word.

A reader finds them, `CrossEncoderReader`; the answerer chooses among them and puts them in reading order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from rag.answer.answerer import Draft, as_shown
from rag.answer.breadth import asks_of_several
from rag.answer.headings import Headed, passage_text
from rag.answer.words import numbers, stems
from rag.models.crossencoder import QuestionReading
from rag.models.pairs import PassageText
from rag.schema import Finding, Passage, Question, Quote, Reading, Span

MOST_SENTENCES = 4
OF_PASSAGE = 0.6
"""Exponent of the passage's own score (the reranker's) in its sentences'. `training/reader_choice.py`, 105 held-out
questions: .83 of the sentences are then of a work asked for, .78 without (0), and pairs of questions fare better than
at 1. It prints what other shares give, too."""
SHARE_OF_BEST = 0.1
"""A further sentence of a work that is quoted already needs this share of the best one's score … """
SHARE_OF_BEST_ELSEWHERE = 0.7
"""… and a sentence of another work this one (`training/reader_choice.py` prints what other choices give) … """

SHARE_OF_BEST_NEW = 0.02
"""… unless it has part of the question's words that no chosen sentence has: then this much is enough, of this part."""
NEW_WORDS = 0.25
"""Set before there was a trained reader, on pairs of hand-written questions put as one."""

SHARE_OF_BEST_EACH = 0.1
"""Where a question asks about several works (`breadth`), the best sentence of each with this share comes before a
second one of any."""

SAME_WORDS = 0.8
"""Two sentences with the same numbers that share so much of their words (Jaccard) say the same."""


SURELY = 0.9
"""Confidence from which a correction leads an answer that the reader found all the same. A guess on the careful side,
not measured yet: 1.01 does without."""
CORRECTED_BY = 2
"""Passages of an answer that may correct its question: so many more readings a question."""


class Reader(Protocol):
    def read(self, question: str, passages: Sequence[str]) -> Reading:
        """What the passages say to the question. A passage may begin with a heading.

        That is a line of its title, perhaps a line of facts (authors, date …), and an empty line.
        """
        ...


class Corrector(Protocol):
    def correct(self, question: str, passages: Sequence[str]) -> Finding | None:
        """The sentence that contradicts what the question takes for granted; None where none does."""
        ...


class ExtractiveAnswerer:
    """One to four sentences of the passages, each cited with its exact words.

    A question that the reader declines is answered with the one sentence that corrects it, if there is one; where that
    is very sure, it leads other answers too.
    """

    def __init__(self, reader: Reader, corrector: Corrector | None = None) -> None:
        self._reader = reader
        self._corrector = corrector

    def draft(self, question: Question, passages: Sequence[Passage]) -> Iterator[Draft]:
        """The chosen sentences by rank of their work, then in page order; none when there is no answer."""
        headed = [Headed.of(passage) for passage in passages]
        quotes = [
            (finding, headed[finding.passage].own(finding.span))
            for finding in self._found(question.text, [each.text for each in headed], passages)
        ]
        chosen = _chosen([(finding, quote) for finding, quote in quotes if quote is not None], question.text)
        for place, (finding, quote) in enumerate(_in_reading_order(chosen, passages)):
            text = as_shown(quote.text)
            lead = " " if place else ""
            yield Draft(text=text, lead=lead, cited=(finding.passage,), quotes=(quote,))

    def _found(self, question: str, texts: Sequence[str], passages: Sequence[Passage]) -> list[Finding]:
        """The findings, weighted, best first; before them, or in their place, the one that corrects the question."""
        reading = self._reader.read(question, texts)
        found = sorted(_weighted(reading.spans, passages), key=lambda finding: -finding.score)
        if self._corrector is None:
            return [] if reading.declined else found
        if reading.declined:
            correction = self._corrector.correct(question, texts)
            return [correction] if correction else []
        best = list(dict.fromkeys(finding.passage for finding in found))[:CORRECTED_BY]
        correction = self._corrector.correct(question, [texts[i] for i in best])
        if correction is None or correction.score < SURELY:
            return found
        first = replace(correction, passage=best[correction.passage])
        same = (first.passage, first.span)
        return _weighted([first], passages) + [each for each in found if (each.passage, each.span) != same]


def _weighted(found: Sequence[Finding], passages: Sequence[Passage]) -> list[Finding]:
    """The findings with scores that count by how surely their passage is the one that was asked for."""
    return [
        replace(finding, score=finding.score * max(passages[finding.passage].score, 0.0) ** OF_PASSAGE)
        for finding in found
    ]


def _chosen(found: Sequence[tuple[Finding, Quote]], question: str) -> list[tuple[Finding, Quote]]:
    """The best sentence, those that speak of a part of the question that is not spoken of yet, those nearly as good.

    Each is said once. A question about two works is answered from both: the words of the one are not the other's.
    """
    wanted, heard = stems(question), frozenset[str]()
    chosen: list[tuple[Finding, Quote]] = []
    several = asks_of_several(question)
    for finding, quote in found:
        spoken = wanted & stems(f"{quote.record.title or ''} {quote.text}")
        if not chosen or _adds(finding, quote, spoken - heard, wanted, chosen, several=several):
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
    *,
    several: bool,
) -> bool:
    if _from_known_work(quote, chosen):
        return False
    best = chosen[0][0].score
    if several and finding.score >= best * SHARE_OF_BEST_EACH:
        return True
    return finding.score >= best * SHARE_OF_BEST_NEW and len(new) >= NEW_WORDS * len(wanted)


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


# --- The reader ------------------------------------------------------------------------------------------------------


class ReadsQuestions(Protocol):
    """What the reader needs of a cross-encoder."""

    def questions(self, question: str, passages: Sequence[PassageText]) -> Sequence[QuestionReading]:
        """What each passage says to a question."""
        ...


class CrossEncoderReader:
    """Takes for an answer what a cross-encoder does; declines where no passage is likely enough to hold one."""

    def __init__(self, model: ReadsQuestions, *, decline_below: float) -> None:
        self._model = model
        self._decline_below = decline_below

    def read(self, question: str, passages: Sequence[str]) -> Reading:
        """Every sentence as a finding, best first; P(answerable) is that of the likeliest passage.

        A finding's score, 0..1, is P(its passage states an answer) · P(the sentence is part of it, if so): sentences of
        several passages are compared by both. Raises ModelFileError where the model's files are bad.
        """
        texts = [passage_text(passage) for passage in passages]
        readings = self._model.questions(question, texts)
        found = [
            finding
            for i, (text, reading) in enumerate(zip(texts, readings, strict=True))
            for finding in _findings(i, len(passages[i]) - len(text.text), text, reading)
        ]
        found.sort(key=lambda finding: (-finding.score, finding.passage, finding.span))
        answerable = max((reading.answerable for reading in readings), default=0.0)
        declined = not found or answerable < self._decline_below
        return Reading(answerable=answerable, declined=declined, spans=tuple(found))


def _findings(i: int, offset: int, text: PassageText, reading: QuestionReading) -> Iterator[Finding]:
    """The sentences of passage i, whose text begins at `offset` of what was given."""
    for span, chance in zip(text.sentences, reading.sentences, strict=True):
        place = Span(offset + span.start, offset + span.end)
        score = chance * reading.answerable
        yield Finding(passage=i, span=place, text=span.of(text.text), score=score)
