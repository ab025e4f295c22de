"""The nouns: what pages say, what the index holds, what an answer is made of.

Everything here is frozen and checks itself when it is made; what can be derived is a property. `to_dict()` is the fixed
JSON of the interface. Offsets are Unicode code points, half-open. This module imports nothing of ours.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

Kind = Literal["passage", "catalog"]
AnswererName = Literal["llm", "extractive", "catalog"]
Verdict = Literal["supported", "partial", "unsupported", "contradicted"]
Reason = Literal["nothing_relevant", "not_stated", "empty_corpus", "model_declined"]
GroupBy = Literal["year", "month", "author", "affiliation", "category", "label", "hall", "source"]
Json = dict[str, Any]

UNION_FIELDS = ("labels", "affiliations", "url", "session")
"""Fields of which a work keeps every record's value, so that they cannot conflict."""

MARK = re.compile(r" ?\[(\d+)\]")
"""A citation mark as an answer prints it, with the space before it."""


# --- Places ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters [start, end) of some text. Raises ValueError unless 0 <= start < end."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"no span: [{self.start}, {self.end})")

    def of(self, text: str) -> str:
        """The characters it covers. Raises ValueError when the span runs past the end of `text`."""
        if self.end > len(text):
            raise ValueError(f"span [{self.start}, {self.end}) runs past the end of a text of {len(text)} characters")
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where a record stands: the page's source, and its place among that page's records, from 0."""

    source: str
    ordinal: int

    def to_dict(self) -> Json:
        return {"source": self.source, "ordinal": self.ordinal}


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One finished exchange of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date as precise as its page: 2026, 2026-03 or 2026-03-28. Raises ValueError for a day without a month."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day without a month")
        date(self.year, self.month or 1, self.day or 1)  # raises ValueError for what no calendar has

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """The date that `str()` printed. Raises ValueError for anything else."""
        if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
            raise ValueError(f"not a date: {text!r}; write 2026, 2026-03 or 2026-03-28")
        year, *rest = (int(part) for part in text.split("-"))
        return cls(year=year, month=rest[0] if rest else None, day=rest[1] if len(rest) > 1 else None)

    def bounds(self) -> tuple[date, date]:
        """The first and the last day it covers."""
        first_month, last_month = self.month or 1, self.month or 12
        last_day = self.day or calendar.monthrange(self.year, last_month)[1]
        return date(self.year, first_month, self.day or 1), date(self.year, last_month, last_day)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


# --- Pages, records, works -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One saved file, decoded, otherwise as found.

    `digest` is blake2b of the bytes; `path` the absolute path by which the file is known again; `page_year` dates what
    omits a year; `name` is what people call the page ("X's page").
    """

    source: str
    path: str
    digest: str
    page_year: int
    text: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one page says about one paper. None, or (), where the page is silent."""

    origin: Origin
    key: str = ""
    """Of its work; `works.py` sets it."""
    title: str | None = None
    url: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None
    authors: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    et_al: bool = False
    """The page cuts the list of authors short."""
    published: PartialDate | None = None
    category: str | None = None
    session: str | None = None
    has_code: Literal[True] | None = None
    """The mark stands, or silence."""
    score: float | None = None
    """The page's own score."""
    abstract: str = ""
    """The page's words exactly: white space folded inside a paragraph, paragraphs joined by two line feeds."""
    confidence: float = 1.0
    """How well its layout explains the page, 0..1; not in the JSON."""

    def text_of(self, field: str) -> str:
        """A field as quotable text: lists joined by ", ", else as the JSON prints it; "" where the page is silent."""
        value = getattr(self, field)
        if value is None:
            return ""
        if isinstance(value, tuple):
            return ", ".join(value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def to_dict(self) -> Json:
        """RECORD."""
        return {
            "key": self.key,
            "source": self.origin.source,
            "ordinal": self.origin.ordinal,
            "title": self.title,
            "authors": list(self.authors),
            "et_al": self.et_al,
            "affiliations": list(self.affiliations),
            "published": _text_or_none(self.published),
            "category": self.category,
            "has_code": self.has_code,
            "score": self.score,
            "session": self.session,
            "labels": list(self.labels),
            "url": self.url,
            "doi": self.doi,
            "arxiv_id": self.arxiv_id,
            "abstract": self.abstract,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A field on which the records of one work disagree, with each record's value; nothing is dropped.

    The UNION_FIELDS never conflict, and an author list cut by et al. agrees with any list that begins with it.
    """

    field: str
    values: tuple[tuple[Origin, str], ...]

    def to_dict(self) -> Json:
        return {"field": self.field, "values": [{**origin.to_dict(), "value": value} for origin, value in self.values]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One paper, however many pages carry it.

    `key` ("smith2024-tiny-transformers-3f1a") is made when the work is first seen, stored, and never changed.
    """

    key: str
    records: tuple[Record, ...]
    """In page order, never empty."""
    conflicts: tuple[Conflict, ...] = ()

    def __post_init__(self) -> None:
        if not self.records:
            raise ValueError(f"a work without records: {self.key}")

    @property
    def origins(self) -> tuple[Origin, ...]:
        return tuple(record.origin for record in self.records)

    @property
    def title(self) -> str | None:
        return self.merged().title

    def merged(self) -> Record:
        """Per field, the first value given; of author lists and dates that agree with the first, the fullest."""
        first = self.records[0]
        values: Json = {
            name: next(
                (value for record in self.records if (value := getattr(record, name)) not in (None, (), "")),
                getattr(first, name),
            )
            for name in _MERGED_FIELDS
        }
        listed = [record for record in self.records if record.authors]
        fullest = max(
            (record for record in listed if authors_agree(record, listed[0])),
            key=lambda record: (len(record.authors), not record.et_al),
            default=first,
        )
        dates = [record.published for record in self.records if record.published]
        agreeing = [other for other in dates if dates_agree(dates[0], other)]
        values["published"] = max(agreeing, key=lambda published: len(str(published)), default=None)
        return replace(first, key=self.key, authors=fullest.authors, et_al=fullest.et_al, **values)

    def union(self, field: str) -> tuple[str, ...]:
        """Every value of one of the UNION_FIELDS, each once, by first use. Raises ValueError for another field."""
        if field not in UNION_FIELDS:
            raise ValueError(f"{field} is not a union")
        values = (getattr(record, field) for record in self.records)
        flat = (item for value in values if value for item in ((value,) if isinstance(value, str) else value))
        return tuple(dict.fromkeys(flat))

    def to_dict(self) -> Json:
        """WORK."""
        merged = self.merged().to_dict()
        del merged["source"], merged["ordinal"]
        unions = {name: list(self.union(name)) for name in UNION_FIELDS}
        origins = [origin.to_dict() for origin in self.origins]
        return {
            **merged,
            **unions,
            "origins": origins,
            "conflicts": [conflict.to_dict() for conflict in self.conflicts],
        }


_MERGED_FIELDS = (
    "title",
    "url",
    "doi",
    "arxiv_id",
    "affiliations",
    "labels",
    "category",
    "session",
    "has_code",
    "score",
    "abstract",
)


def authors_agree(one: Record, other: Record) -> bool:
    """Whether two records can name the same authors: equal lists, or one cut by et al. that the other begins with."""
    short, long = sorted((one, other), key=lambda record: len(record.authors))
    if short.authors == long.authors:
        return True
    return short.et_al and long.authors[: len(short.authors)] == short.authors


def dates_agree(one: PartialDate, other: PartialDate) -> bool:
    """Whether two dates can be one: 2024 and 2024-03 can, 2024-02 and 2024-03 cannot."""
    return all(
        mine in (None, theirs) or theirs is None for mine, theirs in zip(_parts(one), _parts(other), strict=True)
    )


def _parts(published: PartialDate) -> tuple[int | None, ...]:
    return published.year, published.month, published.day


# --- What the index holds, and what a search finds -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A slice of one field, small enough to embed. Text that stands on several pages is chunked once."""

    id: str
    """A hash of header and text: the same on any machine for the same page year."""
    key: str
    """Of its work."""
    origin: Origin
    field: str
    """"abstract", or "title" for a work without one."""
    span: Span
    text: str
    """What the span covers."""
    header: str
    """title · authors · date: embedded and indexed too, never quoted."""

    @property
    def embedded_text(self) -> str:
        """What the embedder sees: the header, a line feed, the text."""
        return f"{self.header}\n{self.text}" if self.header else self.text


NAMED_AUTHORS = 5
"""Authors in a passage's heading: as many as in the headings that the reader was trained with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk found for a question. `score` is the last ranking's; `scores` holds bm25, cosine, blend, and of a
    reranker rerank and, where it read the passage, relevant: P(it is about what is asked)."""

    chunk: Chunk
    work: Work
    score: float
    scores: Mapping[str, float] = field(default_factory=dict, hash=False)

    @property
    def record(self) -> Record:
        """The record that the chunk was cut from."""
        return next(record for record in self.work.records if record.origin == self.chunk.origin)

    @property
    def heading(self) -> str:
        """What leads its text when a model reads it: a line of the work's title, a line of authors, date and category.

        "" where nothing of these is known, or the text is the title itself.
        """
        if self.chunk.field == "title":
            return ""
        merged = self.work.merged()
        facts = (", ".join(merged.authors[:NAMED_AUTHORS]), merged.text_of("published"), merged.text_of("category"))
        lines = (merged.title or "", " · ".join(fact for fact in facts if fact))
        return "\n".join(" ".join(line.split()) for line in lines if line.strip())

    def to_dict(self) -> Json:
        chunk = self.chunk
        return {
            "text": chunk.text,
            "field": chunk.field,
            "start": chunk.span.start,
            "end": chunk.span.end,
            "origin": chunk.origin.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A work found, ranked from 1, with its best passages (none among an answer's nearest)."""

    rank: int
    work: Work
    score: float
    passages: tuple[Passage, ...] = ()

    def to_dict(self) -> Json:
        """RESULT."""
        merged = self.work.merged()
        return {
            "rank": self.rank,
            "key": self.work.key,
            "score": self.score,
            "title": merged.title,
            "authors": list(merged.authors),
            "published": _text_or_none(merged.published),
            "origins": [origin.to_dict() for origin in self.work.origins],
            "passages": [passage.to_dict() for passage in self.passages],
        }


# --- Questions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What every work must meet; an empty field does not limit. Dates are inclusive; a year sets both."""

    authors: tuple[str, ...] = ()
    """All of them; of each following list, any."""
    first_authors: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    halls: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    has_code: Literal[True] | None = None
    text: str = ""

    def to_dict(self) -> Json:
        """LIMITS."""
        lists = ("authors", "first_authors", "affiliations", "categories", "labels", "halls", "sources")
        return {
            **{name: list(getattr(self, name)) for name in lists},
            "after": _text_or_none(self.after),
            "before": _text_or_none(self.before),
            "has_code": self.has_code,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A value that pages give for a field, and how many works have it."""

    value: str
    works: int

    def to_dict(self) -> Json:
        return {"value": self.value, "works": self.works}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Works counted by their values of a field: years and months in order, other values by count, then by name.

    A work counts once for each of its values, so that the groups of authors, affiliations, labels, halls and sources
    add up to more than `works` where a work has several.
    """

    by: GroupBy
    groups: tuple[Group, ...]
    works: int
    """That were counted: those that meet the limits."""
    unknown: int = 0
    """Of these, the works whose pages give no value, or not precisely enough."""
    cut_short: int = 0
    """By author: works whose page names some authors and leaves others out (et al.): they may be anybody's."""
    alike: tuple[tuple[str, str], ...] = ()
    """Values that may be one, of authors ("T. Ma", "Tomo Ma") and categories ("LG", "cs.LG"): they count as printed."""

    @property
    def total(self) -> int:
        """What the groups and the unknown works add up to: more than `works` where works have several values."""
        return sum(group.works for group in self.groups) + self.unknown

    def to_dict(self) -> Json:
        return {
            "by": self.by,
            "groups": [group.to_dict() for group in self.groups],
            "works": self.works,
            "unknown": self.unknown,
            "cut_short": self.cut_short,
            "alike": [list(pair) for pair in self.alike],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as typed, and as it reads without its history."""

    asked: str
    text: str
    kind: Kind = "passage"
    limits: Limits = Limits()
    context: str = ""
    """Words of the conversation that a follow-up leans on: searched for with it, but not asked."""

    @property
    def searched(self) -> str:
        """What passages are looked for and ranked by."""
        return f"{self.context} {self.text}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Sequence[Result]):
    """What `Assistant.search` returns: a sequence of its results."""

    question: Question
    results: tuple[Result, ...]
    seconds: float
    warnings: tuple[str, ...] = ()
    """Of a search that found nothing: which limits no work meets."""

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, index: Any) -> Any:
        return self.results[index]

    def to_dict(self) -> Json:
        return {
            "query": self.question.asked,
            "results": [result.to_dict() for result in self.results],
            "limits": self.question.limits.to_dict(),
            "warnings": list(self.warnings),
            "seconds": self.seconds,
        }


# --- Answers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of a record. `text` is cut from the record each time it is read: it cannot be misquoted.

    Raises ValueError when the span runs past the end of the field.
    """

    record: Record
    field: str
    span: Span

    def __post_init__(self) -> None:
        self.span.of(self.record.text_of(self.field))

    @property
    def text(self) -> str:
        return self.span.of(self.record.text_of(self.field))


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Ties a claim to words of source n."""

    n: int
    quote: Quote

    def to_dict(self) -> Json:
        quote = self.quote
        return {
            "n": self.n,
            "quote": quote.text,
            "field": quote.field,
            "start": quote.span.start,
            "end": quote.span.end,
            "origin": quote.record.origin.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of an answer without its marks.

    `span` is where it stands, marks and all, in Answer.text. `support` is the judge's probability for its weakest fact,
    0..1. A claim shown as supported cites something, but for a catalogue's counts, which rest on Answer.coverage.
    """

    text: str
    span: Span
    support: float
    verdict: Verdict
    citations: tuple[Citation, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a claim without text")
        if not 0.0 <= self.support <= 1.0:
            raise ValueError(f"support {self.support} is not within 0..1")

    def to_dict(self) -> Json:
        citations = [citation.to_dict() for citation in self.citations]
        return {"text": self.text, "support": self.support, "verdict": self.verdict, "citations": citations}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """How many of an answer's claims are supported."""

    supported: int
    claims: int

    @property
    def score(self) -> float | None:
        """supported ÷ claims; None without claims."""
        return self.supported / self.claims if self.claims else None

    def to_dict(self) -> Json:
        return {"score": self.score, "supported": self.supported, "claims": self.claims}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A cited work, numbered from 1 by first use; `quotes` are those of the claims that cite n, each once."""

    n: int
    work: Work
    quotes: tuple[str, ...] = ()

    def to_dict(self) -> Json:
        merged = self.work.merged()
        return {
            "n": self.n,
            "key": self.work.key,
            "title": merged.title,
            "authors": list(merged.authors),
            "published": _text_or_none(merged.published),
            "origins": [origin.to_dict() for origin in self.work.origins],
            "quotes": list(self.quotes),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much was looked at. `exhaustive`: every record was considered; `unknown`: works whose page does not say."""

    exhaustive: bool
    matched: int
    works: int
    records: int
    unknown: int = 0

    def to_dict(self) -> Json:
        return {
            "exhaustive": self.exhaustive,
            "matched": self.matched,
            "works": self.works,
            "records": self.records,
            "unknown": self.unknown,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the language model charged. `cost` in US dollars, None when unknown."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cost: float | None = None

    def __add__(self, other: Usage) -> Usage:
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            calls=self.calls + other.calls,
            cost=sum(costs) if costs else None,
        )

    def to_dict(self) -> Json:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "calls": self.calls,
            "cost": self.cost,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What made the answer: same question and receipt, same extractive answer. `index` digests what is indexed."""

    version: str
    index: str
    embedder: str
    judge: str
    prompt: str | None = None
    model: str | None = None

    def to_dict(self) -> Json:
        names = ("version", "index", "embedder", "judge", "prompt", "model")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Text with [n] marks, its claims, the sources they rest on.

    Raises ValueError when marks and sources do not match (1..n by first use, each cited by a claim), when a claim does
    not stand at its span, or when a declined answer has claims or any other has none.
    """

    question: Question
    text: str
    answerer: AnswererName
    coverage: Coverage
    receipt: Receipt
    seconds: float
    model: str | None = None
    reason: Reason | None = None
    usage: Usage = Usage()
    warnings: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    sources: tuple[Source, ...] = ()
    nearest: tuple[Result, ...] = ()
    discarded: str | None = None
    passages: tuple[Passage, ...] = ()
    """What the answerer read; for `-v` and evals, not in the JSON."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("an answer without text")
        if self.declined:
            if self.claims or self.sources:
                raise ValueError("a declined answer with claims or sources")
            return
        if not self.claims:
            raise ValueError("an answer without claims that is not declined")
        numbers = [source.n for source in self.sources]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"sources are numbered {numbers}")
        cited = list(dict.fromkeys(citation.n for claim in self.claims for citation in claim.citations))
        if sorted(cited) != numbers:
            raise ValueError(f"sources {numbers}, but claims cite {cited}")
        for claim in self.claims:
            if unmarked(claim.span.of(self.text)) != claim.text:
                raise ValueError(f"a claim does not stand at its span: {claim.text[:40]!r}")

    @property
    def declined(self) -> bool:
        return self.reason is not None

    @property
    def grounding(self) -> Grounding:
        return Grounding(supported=sum(claim.verdict == "supported" for claim in self.claims), claims=len(self.claims))

    def to_dict(self) -> Json:
        """ANSWER."""
        return {
            "question": self.question.asked,
            "standalone_question": self.question.text,
            "answer": self.text,
            "declined": self.declined,
            "reason": self.reason,
            "answerer": self.answerer,
            "model": self.model,
            "limits": self.question.limits.to_dict(),
            "claims": [claim.to_dict() for claim in self.claims],
            "sources": [source.to_dict() for source in self.sources],
            "nearest": [
                {
                    "key": near.work.key,
                    "title": near.work.title,
                    "origins": [o.to_dict() for o in near.work.origins],
                    "score": near.score,
                }
                for near in self.nearest
            ],
            "grounding": self.grounding.to_dict(),
            "coverage": self.coverage.to_dict(),
            "warnings": list(self.warnings),
            "discarded": self.discarded,
            "usage": self.usage.to_dict(),
            "seconds": self.seconds,
            "receipt": self.receipt.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What an ingest did. files … chunks count what the index holds now; added … removed count records."""

    files: int
    records: int
    works: int
    chunks: int
    added: int
    updated: int
    unchanged: int
    removed: int
    seconds: float
    rejected: tuple[tuple[str, str], ...] = ()
    """(source, reason) of each file that could not be read."""

    def to_dict(self) -> Json:
        counts = ("files", "records", "works", "added", "updated", "unchanged", "removed", "chunks")
        rejected = [{"source": source, "reason": reason} for source, reason in self.rejected]
        return {**{name: getattr(self, name) for name in counts}, "rejected": rejected, "seconds": self.seconds}


# --- What is said elsewhere, against the corpus or given passages ----------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What `rag verify FILE` found: the file's sentences as claims, whose spans are in its text, and the line of each.

    Raises ValueError unless each claim has a line, from 1.
    """

    claims: tuple[Claim, ...]
    lines: tuple[int, ...]
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        if len(self.lines) != len(self.claims) or any(line < 1 for line in self.lines):
            raise ValueError(f"{len(self.claims)} claims stand in the lines {self.lines}")

    @property
    def grounding(self) -> Grounding:
        return Grounding(supported=sum(claim.verdict == "supported" for claim in self.claims), claims=len(self.claims))

    def to_dict(self) -> Json:
        """The JSON of `rag verify`."""
        told = zip(self.claims, self.lines, strict=True)
        return {
            "claims": [{**claim.to_dict(), "line": line} for claim, line in told],
            "sources": [source.to_dict() for source in self.sources],
            "grounding": self.grounding.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A claim against given passages: the words (of the passage, from 0) that support or contradict it.

    All three are None where it is unsupported. `support` is P(supported). Raises ValueError when they do not match.
    """

    verdict: Verdict
    support: float
    passage: int | None = None
    quote: str | None = None
    span: Span | None = None

    def __post_init__(self) -> None:
        given = {value is None for value in (self.passage, self.quote, self.span)}
        if given != {self.verdict == "unsupported"}:
            raise ValueError(f"{self.verdict}, but passage {self.passage} is quoted with {self.quote!r}")
        if not 0.0 <= self.support <= 1.0:
            raise ValueError(f"support {self.support} is not within 0..1")

    def to_dict(self) -> Json:
        """A line of `rag verify --jsonl`, less its id."""
        return {
            "verdict": self.verdict,
            "support": self.support,
            "passage": self.passage,
            "quote": self.quote,
            "start": self.span.start if self.span else None,
            "end": self.span.end if self.span else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Words of a given passage (from 0) that answer a question; score 0..1."""

    passage: int
    span: Span
    text: str
    score: float

    def to_dict(self) -> Json:
        at = {"passage": self.passage, "start": self.span.start, "end": self.span.end}
        return {**at, "text": self.text, "score": self.score}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What given passages say to a question: P(answerable), and findings, best first."""

    answerable: float
    declined: bool
    spans: tuple[Finding, ...] = ()

    def to_dict(self) -> Json:
        """A line of `rag extract --jsonl`, less its id."""
        spans = [finding.to_dict() for finding in self.spans]
        return {"answerable": self.answerable, "declined": self.declined, "spans": spans}


# --- Marks -----------------------------------------------------------------------------------------------------------


def unmarked(text: str) -> str:
    """A sentence without its citation marks: unmarked("It is fast. [1][2]") == "It is fast."."""
    return MARK.sub("", text).strip()


def unbracketed(text: str) -> str:
    """Bracketed numbers of the corpus's own words in round brackets, so that no one takes them for citations.

    unbracketed("as in [3, 4]") == "as in (3, 4)"
    """
    return _BRACKETED_NUMBER.sub(lambda match: f"({match.group(1)})", text)


_BRACKETED_NUMBER = re.compile(r"[\[【](\s*\d+(?:\s*[,;–-]\s*\d+)*\s*)[\]】]")


def results_of(passages: Sequence[Passage]) -> Iterator[Result]:
    """Ranked passages → ranked works, one result each, its passages in their order."""
    grouped: dict[str, list[Passage]] = {}
    for passage in passages:
        grouped.setdefault(passage.work.key, []).append(passage)
    for rank, group in enumerate(grouped.values(), 1):
        yield Result(rank=rank, work=group[0].work, score=group[0].score, passages=tuple(group))


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)
