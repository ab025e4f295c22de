"""What is said elsewhere, checked: a text's sentences against the index, a claim against given passages; and the words
of given passages that answer a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.answer.citations import Ledger
from rag.answer.extractive import Reader
from rag.answer.grounding import Ruling, ground
from rag.answer.headings import Headed
from rag.answer.judging import Judge
from rag.answer.prose import Stated, stated
from rag.answer.weighing import Bar, weigh
from rag.errors import QuestionError
from rag.index.snapshot import Snapshot
from rag.index.store import Store
from rag.schema import Check, Passage, Question, Reading, Verification
from rag.search.leaning import LEANING
from rag.search.question import printable
from rag.search.retriever import Retriever

Progress = Callable[[str, int, int], None]
"""(stage, done, total)."""

PASSAGES = 6
"""Read for a sentence; of these few are judged (`weighing`)."""

LONGEST_QUERY = 1000
"""Characters of a sentence that are searched for."""

OPENING_WORDS = 4
"""Words among which a pronoun points back at the sentence before: "It needs no labels"."""

SPAN_SCORE = 0.3
"""From this score on a sentence is given out as part of the answer; the best one always is. On held-out training
questions F1 is .68 from .3 to .4, .67 at .5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifying:
    """The parts that check a text against the index."""

    store: Store
    retriever: Retriever
    judge: Judge
    bar: Bar

    def verify(self, text: str, progress: Progress | None = None) -> Verification:
        """Each sentence of a text as a claim with the citations it deserves; its span is its place in the text.

        Raises QuestionError for a text without sentences, and the index's errors.
        """
        said = list(stated(text))
        if not said:
            raise QuestionError("there is no sentence to check", hint="give a text of at least one sentence")
        ledger = Ledger()
        with self.store.reading() as snapshot:
            before: _Checked | None = None
            for done, sentence in enumerate(said, 1):
                before = self._checked(snapshot, sentence, before)
                ruling = before.ruling
                cited = [(before.passages[i].work, quote) for i, quote in ruling.quotes]
                ledger.enter(sentence.text, " ", cited, ruling.support, ruling.verdict)
                if progress is not None:
                    progress("verifying", done, len(said))
        claims = [replace(claim, span=one.span) for claim, one in zip(ledger.claims, said, strict=True)]
        lines = tuple(sentence.line for sentence in said)
        return Verification(claims=tuple(claims), lines=lines, sources=ledger.sources)

    def _checked(self, snapshot: Snapshot, sentence: Stated, before: _Checked | None) -> _Checked:
        """A sentence and what came of it. One that points back is first put to what the one before it rests on."""
        leaning = before is not None and before.sentence.paragraph == sentence.paragraph and _points_back(sentence.text)
        query, kept = sentence.text[:LONGEST_QUERY], list[Passage]()
        if before is not None and leaning:
            query = f"{before.query} {query}"[-LONGEST_QUERY:]
            kept = [before.passages[i] for i in dict.fromkeys(i for i, _ in before.ruling.quotes)]
        found = self.retriever.retrieve(snapshot, Question(asked=query, text=query))[:PASSAGES]
        known = {passage.chunk.id for passage in kept}
        passages = [*kept, *(passage for passage in found if passage.chunk.id not in known)]
        ruling = ground(sentence.text, passages, range(len(kept)), self.judge, self.bar)
        if ruling.verdict == "unsupported":
            ruling = replace(ruling, quotes=())  # the sentence itself cites nothing
        return _Checked(sentence, query, tuple(passages), ruling)


@dataclass(frozen=True, slots=True)
class _Checked:
    sentence: Stated
    query: str
    passages: tuple[Passage, ...]
    ruling: Ruling


def _points_back(sentence: str) -> bool:
    opening = re.findall(r"\w+", sentence.casefold())[:OPENING_WORDS]
    return not LEANING.isdisjoint(opening)


# --- Given passages, no index ----------------------------------------------------------------------------------------


def check(claim: str, passages: Sequence[str], judge: Judge, bar: Bar) -> Check:
    """A claim against passages, all of them taken for cited. Raises QuestionError for an empty claim."""
    if not (said := " ".join(printable(claim).split())):
        raise QuestionError("the claim is empty", hint='write {"id": …, "claim": "…", "passages": ["…"]}')
    texts = [Headed(text=legible(passage)) for passage in passages]
    weighed = weigh(said, texts, range(len(texts)), judge, bar)
    if weighed.verdict == "unsupported" or not weighed.places:
        return Check(verdict="unsupported", support=weighed.support)
    place = weighed.places[0]
    return Check(
        verdict=weighed.verdict,
        support=weighed.support,
        passage=place.text,
        quote=place.span.of(passages[place.text]),
        span=place.span,
    )


def extract(question: str, passages: Sequence[str], reader: Reader) -> Reading:
    """The sentences of passages that answer a question, best first; none where it is declined.

    Raises QuestionError for an empty question.
    """
    if not (asked := " ".join(printable(question).split())):
        raise QuestionError("the question is empty", hint='write {"id": …, "question": "…", "passages": ["…"]}')
    reading = reader.read(asked, [legible(passage) for passage in passages])
    if reading.declined:
        return replace(reading, spans=())
    spans = [replace(each, text=each.span.of(passages[each.passage])) for each in reading.spans]
    return replace(reading, spans=tuple(each for i, each in enumerate(spans) if i == 0 or each.score >= SPAN_SCORE))


def legible(text: str) -> str:
    """A text of the same length without control characters, so that offsets stay; its lines stay too."""
    return _CONTROL.sub(" ", text)


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
