"""Citation marks: a model's streamed text → sentences with the numbers they cite; checked sentences → an answer's text,
claims and sources. Knows nothing about questions, models or judges.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.corpus.sentences import sentences
from rag.schema import Citation, Claim, Quote, Source, Span, Verdict, Work, unbracketed

LONGEST_SENTENCE = 2000
"""Characters after which text without a sentence's end is taken as one: no reply may cost quadratic time."""

WIDEST_RANGE = 50
"""[1-3] is three numbers; [1-9999] is no citation of thousands, but its two ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence without its marks and Markdown, the white space before it, the numbers that it cites, each once."""

    text: str
    lead: str
    numbers: tuple[int, ...]


def numbers_in(inside: str) -> tuple[int, ...] | None:
    """The numbers of what stands between a mark's brackets, in their order; None when it is text, as an interval is.

    numbers_in("1, 3-5") == (1, 3, 4, 5); numbers_in("0, 1") is None
    """
    numbers: list[int] = []
    for part in re.split(r"\s*(?:[,;]|and)\s*", inside.strip()):
        first, *rest = (int(end) for end in re.split(r"\s*[-–—]\s*", part))
        last = rest[0] if rest else first
        numbers += range(first, last + 1) if 0 <= last - first < WIDEST_RANGE else (first, last)
    if len(numbers) > 1 and 0 in numbers:
        return None
    return tuple(dict.fromkeys(numbers))


def split(pieces: Iterable[str]) -> Iterator[Sentence]:
    """A text that comes in pieces as sentences, each as soon as the next has begun, so that no mark can follow it.

    What comes out does not depend on where the pieces are cut: the text is looked at whenever a word has ended.
    """
    pending, opening, marks_lead = "", True, False
    characters = _characters(pieces)
    for char in characters:
        pending += char
        if _SOURCES.search(pending[-_LOOK_BACK:]):
            break
        if not _worth_a_look(pending):
            continue
        marks_lead = _MARK_FIRST.match(pending) is not None if opening else marks_lead
        parsed = _parse(pending, opening, marks_lead)
        full = len(pending) > LONGEST_SENTENCE
        for sentence in (ready := parsed if full else parsed[:-1]):
            yield sentence.shown(opening)
            opening = False
        if ready or full:
            pending = pending[ready[-1].end :] if ready else ""
    for sentence in _parse(_SOURCES.sub("", pending), opening, marks_lead):
        yield sentence.shown(opening)
        opening = False
    deque(characters, maxlen=0)  # whoever makes the pieces gets to its end


# --- One look at a text ----------------------------------------------------------------------------------------------

_NUMBER = r"\d{1,9}(?:\s*[-–—]\s*\d{1,9})?"
_INSIDE = rf"{_NUMBER}(?:\s*(?:[,;]|and)\s*{_NUMBER})*"
_MARK = (
    rf"\[\s*(?:\^|passages?\s|sources?\s)?\s*(?P<square>{_INSIDE})\s*\](?:\([^()\s]*\))?"
    rf"|【\s*(?P<wide>{_INSIDE})\s*(?:†[^】]*)?】"
)
_TOKEN = re.compile(
    rf"""
    (?P<mark> [ \t]*(?:{_MARK})(?:[ \t]*(?:[,;&]|and\b)[ \t]*(?=[\[【]\s*\d))?)
    | (?P<dropped> ^[ \t]*(?:```[^\n]*|(?:-{{3,}}|\*{{3,}}|_{{3,}}|={{3,}})[ \t]*)$
        | ^[ \t]*\#{{1,6}}[ \t][^\n]*(?<![.!?\]】\s])[ \t]*$)
    | (?P<line> ^[ \t]*(?:(?:[-*+•>]|\d{{1,2}}[.)]|\#{{1,6}})[ \t]+)+)
    | (?P<bold> (?<!\w)(?:\*\*|__)|(?:\*\*|__)(?!\w)|`)
    """,
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)
"""A mark, with what joins it to the next; fences, rules, headings; how a list's line begins; other Markdown."""
_LEAD_IN = re.compile(
    r"(?<!\w)(?:according to|as (?:stated|described|reported|noted|shown|mentioned) (?:in|by)|per)"
    r"(?:\s+(?:the\s+)?(?:passages?|sources?))?\s*$|(?:\A|(?<=[.!?\n]\s))in\s*$",
    re.IGNORECASE,
)
_SOURCES = re.compile(
    r"(?:\A|\n)[ \t]*[*_#]*[ \t]*(?:references|sources|citations|works cited)[*_]*:?[*_]*[ \t]*\n\Z", re.IGNORECASE
)
"""A line that leads in a list of sources, which is no part of an answer."""
_COMMA = re.compile(r",\s*(?=(\w))")
_EMPTIED = re.compile(r"\s*\(\s*(?:see|cf\.?|e\.g\.,?)?[\s,;]*\)|[\s,;]+(?=[.!?]$)", re.IGNORECASE)
_MARK_FIRST = re.compile(rf"\s*(?:{_MARK})\s*\w")
_UNCLOSED = re.compile(r"[\[【][^\]】\n]{0,40}$")
_LOOK_BACK = 200
"""Characters in which a sentence's end, its marks and the first word after them have room."""
_MAY_END = re.compile(r"[.!?…。！？｡\n]")
_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?![\w*_])")


@dataclass(frozen=True, slots=True)
class _Found:
    """A sentence of the text looked at; `end` is where the text after it and its marks begins, `gap` what led to it."""

    text: str
    gap: str
    numbers: tuple[int, ...]
    end: int

    def shown(self, first: bool) -> Sentence:
        breaks = self.gap.count("\n")
        lead = "" if first else " " if not breaks else "\n" if breaks == 1 else "\n\n"
        return Sentence(text=self.text, lead=lead, numbers=self.numbers)


@dataclass(frozen=True, slots=True)
class _Mark:
    at: int
    """Where it stood in the cleaned text."""
    end: int
    """Where it ended in the text as it came."""
    numbers: tuple[int, ...]


def _characters(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        yield from piece


def _worth_a_look(text: str) -> bool:
    """Whether a word has just ended, outside a mark, in a text in which a sentence may have."""
    last, before = text[-1], text[-2:-1]
    spaced = last.isspace() and before.strip() != ""
    unspaced = last >= "⺀" and last.isalnum() and before in ("。", "！", "？", "」", "』", "]", "】")
    if not (spaced or unspaced) or _UNCLOSED.search(text[-50:]):
        return False
    return len(text) > LONGEST_SENTENCE or _MAY_END.search(text[-_LOOK_BACK:]) is not None


def _parse(raw: str, opening: bool, marks_lead: bool) -> list[_Found]:
    """The sentences of a text, with their marks. `opening`: it is the reply's beginning, where a line begins, too."""
    clean = _Clean(raw, opening)
    text = "".join(clean.chars)
    spans = [span for span in sentences(text) if any(char.isalnum() for char in span.of(text))]
    owned: list[list[_Mark]] = [[] for _ in spans]
    for mark in clean.marks if spans else ():
        owned[_owner(mark, spans, text, marks_lead)].append(mark)
    found, end = [], 0
    for span, own in zip(spans, owned, strict=True):
        gap = raw[end : clean.origins[span.start]]
        end = max([end, clean.origins[span.end - 1] + 1, *(mark.end for mark in own)])
        numbers = tuple(dict.fromkeys(number for mark in own for number in mark.numbers))
        found.append(_Found(_finished(span.of(text), bool(own)), gap, numbers, end))
    return found


class _Clean:
    """A text without marks and Markdown: its characters, where each of them stood, and the marks."""

    def __init__(self, raw: str, opening: bool) -> None:
        self.chars: list[str] = []
        self.origins: list[int] = []
        self.marks: list[_Mark] = []
        cursor = 0
        for token in _TOKEN.finditer(raw):
            self._keep(raw, cursor, token.start())
            cursor = token.end()
            numbers = numbers_in(token["square"] or token["wide"]) if token["mark"] else None
            if numbers is not None:
                cursor = self._mark(raw, cursor, numbers)
            elif token["mark"] or (token.start() == 0 and not opening and not token["bold"]):
                self._keep(raw, token.start(), token.end())  # an interval, or no line begins here
            elif not token["bold"]:
                self._put("\n", token.start())  # with the line feed before it, a paragraph's end
        self._keep(raw, cursor, len(raw))

    def _keep(self, raw: str, start: int, end: int) -> None:
        self.chars.extend(raw[start:end])
        self.origins.extend(range(start, end))

    def _put(self, char: str, origin: int) -> None:
        self.chars.append(char)
        self.origins.append(origin)

    def _mark(self, raw: str, end: int, numbers: tuple[int, ...]) -> int:
        """Notes a mark and mends the text around it; gives back where to go on."""
        cursor = end
        comma, lead_in = _COMMA.match(raw, end), _LEAD_IN.search("".join(self.chars[-60:]))
        if comma and lead_in:  # without the mark, "According to" says nothing
            del self.chars[-len(lead_in.group()) :], self.origins[-len(lead_in.group()) :]
            cursor = comma.end() + 1
            self._put(comma[1].upper(), comma.end())
        elif raw[end : end + 1].isalnum() and raw[end] < "⺀":
            self._put(" ", end - 1)
        self.marks.append(_Mark(len(self.chars), end, numbers))
        return cursor


def _owner(mark: _Mark, spans: Sequence[Span], text: str, marks_lead: bool) -> int:
    """Which sentence a mark belongs to: the one it stands in; between two, the one before it, unless it begins the
    other's line, or the whole text began with a mark."""
    before = max((i for i, span in enumerate(spans) if span.start < mark.at), default=-1)
    if before + 1 == len(spans):
        return before
    if before < 0:
        return 0
    begins_line = "\n" in text[spans[before].end : mark.at] and "\n" not in text[mark.at : spans[before + 1].start]
    return before + 1 if begins_line or (marks_lead and mark.at >= spans[before].end) else before


def _finished(text: str, marked: bool) -> str:
    """A sentence as it is shown: one line, no emphasis, no bracketed number that could be taken for a mark."""
    text = _EMPHASIS.sub(r"\2", " ".join(text.split()))
    text = _EMPTIED.sub("", text) if marked else text
    text = re.sub(r"\s+([.,;:!?](?:\s|$))", r"\1", text)
    text = re.sub(r"^[,;:]\s*(?=\w)", "", text)
    return unbracketed(text).strip()


# --- The answer's text -----------------------------------------------------------------------------------------------


class Ledger:
    """Lays out an answer: numbers the works by first use, sets the marks, keeps each source's quotes."""

    def __init__(self) -> None:
        self._text = ""
        self._claims: list[Claim] = []
        self._numbers: dict[str, int] = {}
        self._works: list[Work] = []
        self._quotes: list[dict[str, None]] = []

    def enter(
        self,
        text: str,
        lead: str,
        cited: Sequence[tuple[Work, Quote]],
        support: float,
        verdict: Verdict,
        *,
        unmarked: Sequence[tuple[Work, Quote]] = (),
    ) -> Claim:
        """Adds a sentence, with a mark for each work it cites, and gives it back as a claim of the answer.

        What it cites `unmarked` is cited without a mark: the many works that a sentence about all of them rests on.
        """
        citations = tuple(dict.fromkeys(Citation(n=self._number(work, quote), quote=quote) for work, quote in cited))
        marks = "".join(f"[{n}]" for n in dict.fromkeys(citation.n for citation in citations))
        more = (Citation(n=self._number(work, quote), quote=quote) for work, quote in unmarked)
        citations = tuple(dict.fromkeys((*citations, *more)))
        start = len(self._text) + (len(lead or " ") if self._text else 0)
        self._text += ((lead or " ") if self._text else "") + text + (f" {marks}" if marks else "")
        span = Span(start, len(self._text))
        claim = Claim(text=text, span=span, support=support, verdict=verdict, citations=citations)
        self._claims.append(claim)
        return claim

    @property
    def text(self) -> str:
        return self._text

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(self._claims)

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(
            Source(n=n, work=work, quotes=tuple(quotes))
            for n, (work, quotes) in enumerate(zip(self._works, self._quotes, strict=True), 1)
        )

    def _number(self, work: Work, quote: Quote) -> int:
        n = self._numbers.setdefault(work.key, len(self._works) + 1)
        if n > len(self._works):
            self._works.append(work)
            self._quotes.append({})
        self._quotes[n - 1][quote.text] = None
        return n
