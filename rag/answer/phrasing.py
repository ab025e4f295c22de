"""How catalogue answers put things: limits, dates, names and counts in English sentences."""

from __future__ import annotations

import calendar
import shlex
from collections.abc import Iterator, Sequence
from datetime import date

from rag.plan import Plan
from rag.schema import Limits, PartialDate, Record, Work, unbracketed

NAMED_AUTHORS = 3
"""Authors that a line of a list names; of a longer list the first of them and how many there are."""

_SMALL = "no one two three four five six seven eight nine ten".split()


def listed(parts: Sequence[str], joint: str = "and") -> str:
    """["A", "B", "C"] → "A, B and C"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {joint} {parts[-1]}"


def counted(number: int, noun: str) -> str:
    """1 work, 1,200 works."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def dated(published: PartialDate) -> str:
    """2024, March 2024, 28 March 2024."""
    month = calendar.month_name[published.month] if published.month else ""
    return " ".join(str(part) for part in (published.day, month, published.year) if part)


def titled(work: Work) -> str:
    """A work's title, or how its text begins, in quotation marks."""
    record = work.merged()
    title = record.title or " ".join(record.abstract.split()[:8]) + " …"
    return f"“{unbracketed(' '.join(title.split()))}”"


def written_by(record: Record) -> str:
    """The authors of a line: "A, B and C", "A, B, C and 4 others"; "" where the page names none."""
    names = [" ".join(name.split()) for name in record.authors]
    if not names:
        return ""
    if len(names) > NAMED_AUTHORS + 1:
        names = [*names[:NAMED_AUTHORS], f"{len(names) - NAMED_AUTHORS} others"]
        return listed(names) + (" or more" if record.et_al else "")
    return f"{', '.join(names)} and others" if record.et_al else listed(names)


def line_of(work: Work) -> str:
    """A work in a list: its title, who wrote it, when."""
    record = work.merged()
    by = f" by {written_by(record)}" if record.authors else ""
    when = f", {dated(record.published)}" if record.published else ""
    return unbracketed(f"{titled(work)}{by}{when}") + "."


def limited_to(limits: Limits) -> str:
    """Limits in words: "by Ada Brook and dated 2023"; "" without any."""
    parts = met(Plan(ask="list", limits=limits))
    return listed(parts) if parts else ""


def met(plan: Plan) -> list[str]:
    """What the works of a plan are, each to stand after "is" or "are": ["by Ada Brook", "dated 2023"]."""
    return [*_of_limits(plan.limits, plan), *_of_conditions(plan)]


def _of_limits(limits: Limits, plan: Plan) -> Iterator[str]:
    if limits.authors:
        yield f"by {listed(limits.authors)}" + (" alone" if plan.alone else "")
    if limits.first_authors:
        yield f"by {listed(limits.first_authors, 'or')} as first author"
    if limits.after or limits.before:
        yield days(limits.after, limits.before)
    if limits.categories:
        yield f"in the category {listed(limits.categories, 'or')}"
    if limits.labels:
        yield f"marked {listed(limits.labels, 'and' if plan.every_label else 'or')}"
    if limits.halls:
        yield f"shown in {listed(limits.halls, 'or')}"
    if limits.affiliations:
        yield f"of the affiliation {listed(limits.affiliations, 'or')}"
    if limits.has_code:
        yield "tagged as having code"
    if limits.sources:
        yield f"on the page {listed([f'“{source}”' for source in limits.sources], 'or')}"
    if limits.text:
        yield f"using the words “{limits.text}”"


def _of_conditions(plan: Plan) -> Iterator[str]:
    if plan.alone and plan.limits.first_authors and not plan.limits.authors:
        yield "by nobody else"
    if plan.team:
        least, most = plan.team
        if most is None:
            yield f"by {least} or more authors"
        else:
            team = f"{number_word(least)} {'author' if least == 1 else 'authors'}"
            yield f"by {team}" if least == most else f"by {least} to {most} authors"
    if plan.missing:
        yield "said to have no code" if plan.missing == "has_code" else f"without {SILENT[plan.missing]}"


SILENT = {
    "authors": "named authors",
    "published": "a date",
    "category": "a category",
    "affiliations": "an affiliation",
    "labels": "a label",
    "session": "a session",
    "has_code": "code",
    "url": "a link",
    "doi": "a DOI",
    "arxiv_id": "an arXiv number",
}
"""What a work has none of, field by field."""


def days(after: date | None, before: date | None) -> str:
    """The days between two dates: "dated 2023", "dated March 2023", "dated since 1 May 2021", "dated 2021 to 2023"."""
    if after and before:
        for whole in (PartialDate(year=after.year), PartialDate(year=after.year, month=after.month), _day(after)):
            if whole.bounds() == (after, before):
                return f"dated {dated(whole)}"
        return f"dated {dated(_opening(after))} to {dated(_closing(before))}"
    if after:
        return f"dated {dated(_opening(after))} or later"
    assert before is not None
    return f"dated {dated(_closing(before))} or earlier"


def _day(day: date) -> PartialDate:
    return PartialDate(year=day.year, month=day.month, day=day.day)


def _opening(day: date) -> PartialDate:
    """The longest period that begins with a day: 2021 for 1 January."""
    if day.day > 1:
        return _day(day)
    return PartialDate(year=day.year) if day.month == 1 else PartialDate(year=day.year, month=day.month)


def _closing(day: date) -> PartialDate:
    if day.day < calendar.monthrange(day.year, day.month)[1]:
        return _day(day)
    return PartialDate(year=day.year) if day.month == 12 else PartialDate(year=day.year, month=day.month)


GROUP_NAMES = {
    "year": "year",
    "month": "month",
    "authors": "author",
    "category": "category",
    "affiliations": "affiliation",
    "labels": "label",
    "session": "session",
    "source": "page",
}

GROUPED = {
    "year": ("are from", "year"),
    "month": ("are from", "month"),
    "authors": ("name", "author"),
    "category": ("are in", "category"),
    "affiliations": ("name", "affiliation"),
    "labels": ("carry", "label"),
    "session": ("were shown in", "place"),
    "source": ("are on", "page"),
}
"""Group → how works have it: "They are from 6 years."."""

ORDERED = {
    "earliest": "earliest {}",
    "latest": "latest {}",
    "most authors": "{} with the most authors",
    "fewest authors": "{} with the fewest authors",
    "first listed": "{} that the page lists first",
    "last listed": "{} that the page lists last",
}
"""Order → the works that it puts first."""

_REASONS = (
    ("authors", "name no authors, or cut the list short"),
    ("first_authors", "name no authors"),
    ("after", "give no date, or none so precise"),
    ("before", "give no date, or none so precise"),
    ("categories", "give no category"),
    ("labels", "carry no label"),
    ("halls", "give no hall"),
    ("affiliations", "give no affiliation"),
    ("has_code", "carry no code mark, which is silence and not a no"),
)


def silence(plan: Plan) -> str:
    """What the pages of unknown works fail to say: "they name no authors, or give no date"."""
    reasons = [reason for name, reason in _REASONS if getattr(plan.limits, name)]
    if plan.leading and plan.group == "authors":
        reasons.append("name no authors, or cut the list short")
    elif plan.leading and plan.group:
        reasons.append(f"give no {GROUP_NAMES[plan.group]}")
    if plan.order in ("earliest", "latest"):
        reasons.append("give no date")
    if plan.team or plan.order in ("most authors", "fewest authors"):
        reasons.append("name no authors, or cut the list short")
    if plan.missing == "has_code":
        reasons.append("carry no code mark, which is silence and not a no")
    return "; or ".join(dict.fromkeys(reasons)) or "do not say"


def command(limits: Limits) -> str:
    """The `rag list` that shows the works of some limits."""
    words = ["rag", "list"]
    flags = (
        ("--author", limits.authors),
        ("--first-author", limits.first_authors),
        ("--affiliation", limits.affiliations),
        ("--category", limits.categories),
        ("--label", limits.labels),
        ("--hall", limits.halls),
        ("--source", limits.sources),
    )
    for flag, values in flags:
        words += [word for value in values for word in (flag, value)]
    for flag, day in (("--after", limits.after), ("--before", limits.before)):
        words += [flag, day.isoformat()] if day else []
    words += ["--has-code"] if limits.has_code else []
    words += ["--text", limits.text] if limits.text else []
    return " ".join(word if word.startswith("--") else shlex.quote(word) for word in words)


def number_word(number: int) -> str:
    """three, 12."""
    return _SMALL[number] if number < len(_SMALL) else f"{number:,}"


def of_one(reason: str) -> str:
    """ "name no authors, or cut the list short" → "names no authors, or cuts the list short"."""
    verbs = {"name": "names", "cut": "cuts", "give": "gives", "carry": "carries"}
    return " ".join(verbs.get(word, word) for word in reason.split(" "))
