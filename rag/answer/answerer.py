"""Between drafting and showing: an answerer makes Drafts, `checked` makes of them claims that can be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rag.answer.citations import Ledger
from rag.answer.grounding import Ruling, ground
from rag.answer.judging import Judge
from rag.answer.weighing import Bar
from rag.schema import Claim, Passage, Question, Quote, Reason, Source, Usage, unbracketed


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One sentence, as an answerer has it, not checked yet."""

    text: str
    """Without marks, bracketed numbers rounded; "" only for a last draft that carries nothing but the usage."""
    lead: str = ""
    """The white space before it in the answer; "" for the first."""
    cited: tuple[int, ...] = ()
    """Indices of passages, from 0."""
    invented: tuple[int, ...] = ()
    """Numbers it cites that no passage has."""
    quotes: tuple[Quote, ...] = ()
    """The exact words of each cited passage, where the answerer knows them."""
    declines: bool = False
    """It says that the passages do not hold the answer."""
    final: bool = False
    """It declines for the whole answer, whatever follows."""
    usage: Usage = field(default_factory=Usage)


class Answerer(Protocol):
    def draft(self, question: Question, passages: Sequence[Passage]) -> Iterator[Draft]:
        """The answer's sentences as they are made; none when there is nothing to say."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an answer's drafts: text, claims and sources, or the reason why there are none."""

    text: str = ""
    claims: tuple[Claim, ...] = ()
    sources: tuple[Source, ...] = ()
    reason: Reason | None = None
    discarded: str | None = None
    """What was drafted, with its marks, when nothing of it is shown."""
    warnings: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)


def as_shown(words: str) -> str:
    """A record's words as an answer shows them: on one line, bracketed numbers rounded."""
    return unbracketed(" ".join(words.split()))


def checked(
    drafts: Iterable[Draft], passages: Sequence[Passage], judge: Judge, bar: Bar
) -> Generator[Claim, None, Outcome]:
    """Drafts as claims, each judged; returns the Outcome: `outcome = yield from checked(…)`.

    Nothing is yielded before the first sentence that its passages support, at least in part; then all that was held
    back, and every sentence as it comes. When there is no such sentence, nothing was yielded and the outcome declines.
    """
    ledger, held, shown = Ledger(), list[Claim](), False
    said, invented, usage, repairs = list[Draft](), list[int](), Usage(), Counter[str]()
    for draft in drafts:
        usage += draft.usage
        if not draft.text:
            continue
        said.append(draft)
        if said[0].final:
            continue
        invented += draft.invented
        ruling = _ruling(draft, passages, judge, bar)
        repairs.update(_repairs(draft, ruling))
        cited = [(passages[i].work, quote) for i, quote in ruling.quotes]
        claim = ledger.enter(draft.text, draft.lead, cited, ruling.support, ruling.verdict)
        held.append(claim)
        shown = shown or claim.verdict in ("supported", "partial")
        if shown:
            yield from held
            held.clear()
    if not shown:
        return Outcome(
            reason=_reason(said),
            discarded="".join(_as_drafted(draft) for draft in said) or None,
            warnings=tuple(_warnings(invented, Counter(), ())),
            usage=usage,
        )
    return Outcome(
        text=ledger.text,
        claims=ledger.claims,
        sources=ledger.sources,
        warnings=tuple(_warnings(invented, repairs, ledger.claims)),
        usage=usage,
    )


def _reason(said: Sequence[Draft]) -> Reason:
    if any(draft.declines for draft in said):
        return "model_declined"
    return "not_stated" if said else "nothing_relevant"


def _ruling(draft: Draft, passages: Sequence[Passage], judge: Judge, bar: Bar) -> Ruling:
    if draft.quotes and as_shown(draft.quotes[0].text) == draft.text:
        return Ruling(1.0, "supported", tuple(zip(draft.cited, draft.quotes, strict=True)))
    ruling = ground(draft.text, passages, draft.cited, judge, bar)
    if not draft.declines:
        return ruling
    # That nothing is said cannot be read off a passage: words in common would pass for support.
    return Ruling(0.0, "unsupported", tuple((i, quote) for i, quote in ruling.quotes if i in draft.cited))


_REPAIRS = {
    "given": ("sentence without a citation was given one", "sentences without a citation were given one"),
    "moved": (
        "sentence cited a passage that does not support it: its citation was moved to one that does",
        "sentences cited passages that do not support them: their citations were moved to ones that do",
    ),
    "dropped": (
        "sentence cited a further passage that does not support it: that citation was left out",
        "sentences cited further passages that do not support them: those citations were left out",
    ),
}
"""What can be wrong with the citations of a sentence that a passage supports, in warnings: of one, of several."""


def _repairs(draft: Draft, ruling: Ruling) -> Iterator[str]:
    """What was mended about a sentence's citations."""
    used, cited = {i for i, _ in ruling.quotes}, set(draft.cited)
    if ruling.verdict == "supported":
        if not cited:
            yield "given"
        elif used - cited:
            yield "moved"
        elif cited - used:
            yield "dropped"


def _warnings(invented: Sequence[int], repairs: Counter[str], claims: Sequence[Claim]) -> Iterator[str]:
    if invented:
        numbers = ", ".join(f"[{n}]" for n in dict.fromkeys(invented))
        yield f"the model cited {numbers}, which no passage has: removed"
    for repair, (of_one, of_several) in _REPAIRS.items():
        if count := repairs[repair]:
            yield f"{count} {of_one if count == 1 else of_several}"
    for verdict in ("unsupported", "contradicted"):
        count = sum(claim.verdict == verdict for claim in claims)
        if count:
            what = "is not supported" if verdict == "unsupported" else "is contradicted"
            what = what if count == 1 else what.replace("is", "are", 1)
            yield f"{count} of {len(claims)} sentences {what} by the passages cited"


def _as_drafted(draft: Draft) -> str:
    numbers = [i + 1 for i in draft.cited] + list(draft.invented)
    return draft.lead + draft.text + (" " if numbers else "") + "".join(f"[{n}]" for n in numbers)
