"""What a claim's facts amount to over several texts: verdict, support, and the places that it rests on.

Each fact is put to the texts that the claim cites; what these do not support is looked for in the others, the likeliest
first and few of them, then in two texts together. Knows nothing of records and citations: `grounding` does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rag.answer.amounts import unstated
from rag.answer.facts import facts
from rag.answer.headings import Headed, body_sentences, title_line
from rag.answer.judging import Evidence, Judge, Judgement
from rag.answer.metadata import said_by_fields
from rag.answer.words import numbers, plain, stems
from rag.schema import Span, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How sure a judge must be, 0..1 each. Set `whole` to 0 to do without facts, `number` to 0 without the guard."""

    support: float = 0.5
    """P(supported) that counts as support: answer.min_support."""
    contradiction: float = 0.5
    """P(contradicted) by a text that the claim cites, that counts."""
    whole: float = 0.9
    """Support of a whole sentence from which on its facts are not looked at one by one."""
    number: float = 0.9
    """Support that a fact needs from a text which does not state one of its figures (`amounts`)."""
    elsewhere: float = 0.6
    """Support that a text which the claim does not cite needs: the best of several is by chance better than one."""
    contradiction_elsewhere: float = 0.8
    """P(contradicted) by such a text: what it says may be about something else."""


MOST_CITED = 12
"""Texts that a claim cites, or is given, and that are read for it: those that have most of its words."""
MOST_ELSEWHERE = 4
"""Further texts that are read for a claim which those it cites do not support, or that cites none …"""
AT_ONCE = 2
"""… so many before it is seen whether they are enough."""
MOST_TOGETHER = 2
"""Sentences of each of two texts that are put together."""
SECOND_EVIDENCE = 0.5
"""Share of the best sentence's evidence from which on a second one of the same text is quoted."""


@dataclass(frozen=True, slots=True)
class Place:
    """Words that a claim rests on: the text, by index, and where in it, or in that field of its record."""

    text: int
    span: Span
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What came of a claim. `places` are those that support it, that contradict it, or where one may look."""

    support: float
    verdict: Verdict
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A judgement of a fact by one text."""

    text: int
    judgement: Judgement
    cited: bool

    def supports(self, bar: Bar) -> bool:
        return self.judgement.supports >= (bar.support if self.cited else max(bar.support, bar.elsewhere))

    def contradicts(self, bar: Bar) -> bool:
        wanted = bar.contradiction if self.cited else max(bar.contradiction, bar.contradiction_elsewhere)
        return self.judgement.contradicts >= wanted and self.judgement.contradicts > self.judgement.supports


@dataclass(slots=True)
class _Fact:
    """A fact and every reading of it; `together` is what two texts say at once, with their places."""

    words: str
    readings: list[_Reading] = field(default_factory=list)
    together: tuple[float, tuple[Place, ...]] | None = None

    def is_supported(self, bar: Bar) -> bool:
        return bool(self.supporting(bar)) or (self.together is not None and self.together[0] >= bar.support)

    def supporting(self, bar: Bar) -> list[_Reading]:
        """The readings that support it, less those of texts not cited that are less sure than a cited one denies it."""
        denied = max((each.judgement.contradicts for each in self.readings if each.cited), default=0.0)
        return [
            each for each in self.readings if each.supports(bar) and (each.cited or each.judgement.supports > denied)
        ]

    def contradicting(self, bar: Bar) -> list[_Reading]:
        return [] if self.is_supported(bar) else [each for each in self.readings if each.contradicts(bar)]

    def support(self, bar: Bar) -> float:
        """Of the reading that it rests on; what does not support it stays below the bar."""
        if good := self.supporting(bar):
            return max(each.judgement.supports for each in good)
        if self.together is not None and self.together[0] >= bar.support:
            return self.together[0]
        # A text that is not cited, and not sure enough to be, must not look like support.
        below = [min(each.judgement.supports, _below(bar.support)) for each in self.readings]
        return max(below, default=0.0)


def weigh(claim: str, texts: Sequence[Headed], cited: Sequence[int], judge: Judge, bar: Bar) -> Weighed:
    """A claim against the texts it cites, and the others where these do not support it; without citations, all.

    weigh(claim, texts, range(len(texts)), judge, bar) takes all of them for cited: nothing is less trusted then.
    """
    if not texts or not plain(claim):
        return Weighed(support=0.0, verdict="unsupported")
    if place := _verbatim(claim, texts, cited):
        return Weighed(support=1.0, verdict="supported", places=(place,))
    weighing = _Weighing(texts, judge, bar)
    own = sorted(_likeliest(claim, texts, cited)[:MOST_CITED])
    others = _likeliest(claim, texts, [i for i in range(len(texts)) if i not in set(cited)])[:MOST_ELSEWHERE]
    whole = _Fact(claim)
    weighing.read([whole], own, cited=True)
    if _is_enough(whole, bar):
        return _weighed([whole], whole, texts, bar)
    parts = facts(claim) if bar.whole > 0 else (claim,)
    found = [_Fact(part) for part in parts] if len(parts) > 1 else [whole]
    if len(found) > 1:
        weighing.read(found, own, cited=True)
    for start in range(0, len(others), AT_ONCE):
        open_facts = [fact for fact in found if not fact.is_supported(bar)]
        weighing.read(open_facts, others[start : start + AT_ONCE], cited=False)
    for fact in found:
        if not fact.is_supported(bar):
            weighing.join(fact)
    return _weighed(found, whole, texts, bar)


def _is_enough(whole: _Fact, bar: Bar) -> bool:
    return max((each.judgement.supports for each in whole.readings), default=0.0) >= max(bar.whole, bar.support)


def _likeliest(claim: str, texts: Sequence[Headed], among: Sequence[int]) -> list[int]:
    """Texts by the share of the claim's words and numbers that they have, most first; equal ones in their order."""
    wanted = stems(claim) | numbers(claim)
    shared = {i: len(wanted & (stems(texts[i].text) | numbers(texts[i].text))) for i in dict.fromkeys(among)}
    return sorted(shared, key=lambda i: -shared[i])


def _verbatim(claim: str, texts: Sequence[Headed], cited: Sequence[int]) -> Place | None:
    """A sentence that is the claim, word for word, in a cited text before any other.

    Part of a sentence is not enough: "It is faster" stands in "Nobody believes that it is faster", too.
    """
    wanted = plain(claim)
    order = [*dict.fromkeys(cited), *(i for i in range(len(texts)) if i not in set(cited))]
    for i in order:
        text = texts[i].text
        if wanted in plain(text):
            for span in body_sentences(text):
                if plain(span.of(text)) == wanted:
                    return Place(i, span)
    return None


# --- Asking the judge ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Weighing:
    texts: Sequence[Headed]
    judge: Judge
    bar: Bar

    def read(self, found: Sequence[_Fact], among: Sequence[int], *, cited: bool) -> None:
        """Puts each fact to each text, all at once."""
        pairs = [(fact, i) for fact in found for i in among]
        known = {(fact.words, i): said_by_fields(fact.words, self.texts[i]) for fact, i in pairs}
        asked = [(fact, i) for fact, i in pairs if known[fact.words, i] is None]
        judged = self.judge.judge([(self.texts[i].text, fact.words) for fact, i in asked]) if asked else []
        for (fact, i), judgement in zip(asked, judged, strict=True):
            known[fact.words, i] = guarded(fact.words, self.texts[i].text, judgement, self.bar)
        for fact, i in pairs:
            if (said := known[fact.words, i]) is not None:
                fact.readings.append(_Reading(i, said, cited))

    def join(self, fact: _Fact) -> None:
        """Puts a fact to the best sentences of the two texts that bear on it most, together."""
        best = sorted(fact.readings, key=lambda each: (-_bearing(each.judgement), not each.cited))[:2]
        if len(best) < 2 or any(each.contradicts(self.bar) for each in best):
            return
        places = [
            Place(each.text, found.span)
            for each in best
            for found in sorted(
                evidence(self.texts[each.text].text, fact.words, each.judgement, MOST_TOGETHER),
                key=lambda found: found.span,
            )
            if not found.field
        ]
        joined = " ".join(place.span.of(self.texts[place.text].text) for place in places)
        judgement = guarded(fact.words, joined, self.judge.judge([(joined, fact.words)])[0], self.bar)
        fact.together = judgement.supports, tuple(places)


def guarded(fact: str, text: str, judgement: Judgement, bar: Bar) -> Judgement:
    """A judgement without the support that lacks a figure, unless the judge is very sure.

    On the hand-written claims of the train parts a figure is unstated in 5 of 930 true claims with one, and in 26 of
    626 with a wrong one; in answers of language models, where figures are made up, in more.
    """
    if bar.support <= judgement.supports < bar.number and unstated(fact, text):
        return replace(judgement, supports=_below(bar.support))
    return judgement


def _below(bar: float) -> float:
    return max(0.0, bar - 0.01)


def _bearing(judgement: Judgement) -> float:
    return max(judgement.supports, max((each.score for each in judgement.evidence), default=0.0) * 0.5)


def evidence(text: str, fact: str, judgement: Judgement, most: int) -> list[Evidence]:
    """The places of a text that a judgement rests on, best first; by words in common where the judge tells none."""
    ranked = sorted(judgement.evidence or _by_words(text, fact), key=lambda each: -each.score)[:most]
    return [each for each in ranked if each.score >= SECOND_EVIDENCE * ranked[0].score]


def _by_words(text: str, fact: str) -> tuple[Evidence, ...]:
    wanted, title = stems(fact) | numbers(fact), title_line(text)
    return tuple(
        Evidence(span, len(wanted & (stems(span.of(text)) | numbers(span.of(text)))) / max(1, len(wanted)))
        for span in [*body_sentences(text), *([title] if title else [])]
    )


# --- From facts to a verdict -----------------------------------------------------------------------------------------


def _weighed(found: Sequence[_Fact], whole: _Fact, texts: Sequence[Headed], bar: Bar) -> Weighed:
    def places(fact: _Fact, reading: _Reading, most: int) -> list[Place]:
        found = evidence(texts[reading.text].text, fact.words, reading.judgement, most)
        return [Place(reading.text, each.span, each.field) for each in found]

    supported = [fact for fact in found if fact.is_supported(bar)]
    support = min(fact.support(bar) for fact in found)
    resting = dict.fromkeys(place for fact in supported for place in _rests_on(fact, places, bar))
    if len(supported) == len(found):
        return Weighed(support=support, verdict="supported", places=tuple(resting))
    against = [(fact, each) for fact in (*found, whole) for each in fact.contradicting(bar)]
    if against:
        fact, reading = max(against, key=lambda pair: (pair[1].judgement.contradicts, pair[1].cited))
        return Weighed(support=support, verdict="contradicted", places=tuple(places(fact, reading, 1)))
    if supported:
        return Weighed(support=support, verdict="partial", places=tuple(resting))
    looked = [place for each in whole.readings if each.cited for place in places(whole, each, 1)]
    return Weighed(support=support, verdict="unsupported", places=tuple(looked))


def _rests_on(fact: _Fact, places: Callable[[_Fact, _Reading, int], list[Place]], bar: Bar) -> list[Place]:
    """Where the cited texts support a fact, best first; else the best of the others; else two together."""
    good = sorted(fact.supporting(bar), key=lambda each: -each.judgement.supports)
    chosen = [each for each in good if each.cited] or good[:1]
    if not chosen and fact.together is not None:
        return list(fact.together[1])
    return [place for each in chosen for place in places(fact, each, 2)]
