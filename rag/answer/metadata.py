"""Claims about who wrote a paper, when, and what the page marks it with: checked against the record's fields by rule.

A language model reads "Ada Brook and Ben Stone" and "Ben Brook" as nearly the same. A rule does not, and these claims
are made of few kinds of words: the paper's name, the fields' values, and the words that tie them ("was written by").
A claim with any other telling word is none of these, and is left to the judge.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence

from rag.answer.headings import Headed
from rag.answer.judging import Evidence, Judgement
from rag.answer.words import stem
from rag.schema import Quote, Record

SURE = 0.97
"""Probability of what a field says: the page may err, and a name may be borne by two."""

_TYING = """
paper papers work works article publication preprint study title titled called entitled written wrote writes write
author authors authored coauthor coauthors coauthored co by published publish appeared appears released posted dated
date year month come comes came from joint together first last lead senior is are was were be been has have had it its
this that these the a an of in on at and with also both who which whose among one two three four five six seven eight
nine ten people researcher researchers affiliated affiliation university institute award awarded awards won wins winning
received receives prize oral poster spotlight presented session hall category categories listed labelled labeled marked
under page named names name list lists s et al there others
"""
_TIES = frozenset(_TYING.split())
_SAYS_AUTHOR = re.compile(
    r"\b(?:written|authored|co-?authored|coauthored|published|paper|papers|work|article|study)\s+by\b"
    r"|\b(?:wrote|(?:co-?)?authors?|co-?authored)\b",
    re.IGNORECASE,
)
_SAYS_DATE = re.compile(r"\b(?:published|appeared|appears|released|posted|dated|date|year|month|written|from)\b", re.I)
_ORDER = re.compile(r"\b(first|last|senior|lead|sole|only|single|alone|not|never|no)\b", re.IGNORECASE)
_MONTHS = {
    name.casefold(): i for names in (calendar.month_name, calendar.month_abbr) for i, name in enumerate(names) if name
}
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_WORD = re.compile(r"[^\W_]+")

LEAST_OF_TITLE = 0.5
"""Share of the title's words by which a claim names the paper, where it is to be contradicted; or the name before its
colon: nothing may be held against a paper that the claim is not about."""


def said_by_fields(claim: str, headed: Headed) -> Judgement | None:
    """What the record's fields say to a claim about authors, dates and marks; None where it is about anything else.

    Contradicted is what names the paper and gives it a year, or an author, that a complete field does not have.
    """
    if headed.passage is None or _ORDER.search(claim):
        return None
    record = headed.passage.work.merged()
    words = _WORD.findall(claim)
    telling = [word for word in words if word.casefold() not in _TIES]
    used, unknown = _used(telling, headed, record)
    about = _names_paper(words, record)
    if not unknown:
        evidence = tuple(_whole(field) for field in used)
        answers = any(field.field != "title" for field in used)
        return Judgement(SURE, 0.0, evidence) if answers and _is_cued(claim, used) else None
    return _contradiction(claim, unknown, headed, record) if about else None


def _used(telling: Sequence[str], headed: Headed, record: Record) -> tuple[list[Quote], list[str]]:
    """The fields that the telling words of a claim come from, and the words that come from none."""
    used, unknown = dict[str, Quote](), list[str]()
    in_title = _stems(record.title or "")
    for word in telling:
        field = next((each for each in headed.fields if _stands_in(word, each, record)), None)
        if field is not None and (field.field != "title" or field.field not in used):
            used[field.field] = field
        elif field is None and stem(word.casefold()) not in in_title:
            unknown.append(word)
    return list(used.values()), unknown


def _stands_in(word: str, field: Quote, record: Record) -> bool:
    if field.field == "published":
        published = record.published
        month = _MONTHS.get(word.casefold())
        if published is None:
            return False
        numbers = (str(published.year), *(str(part) for part in (published.day,) if part))
        return word in numbers or (month is not None and month == published.month)
    if field.field == "title":
        return stem(word.casefold()) in _stems(field.text)
    return word.casefold() in {each.casefold() for each in _WORD.findall(field.text)}


def _is_cued(claim: str, used: Sequence[Quote]) -> bool:
    """Whether the claim ties the fields in a way that the rule knows: a name in a title is not yet an author."""
    names = {field.field for field in used}
    if "authors" in names and not _SAYS_AUTHOR.search(claim):
        return False
    return "published" not in names or bool(_SAYS_DATE.search(claim)) or bool(_SAYS_AUTHOR.search(claim))


def _names_paper(words: Sequence[str], record: Record) -> bool:
    title = record.title or ""
    said = {stem(word.casefold()) for word in words}
    of_title = _stems(title) - _TIES
    name, colon, _ = title.partition(":")
    named = bool(colon) and bool(_stems(name)) and _stems(name) <= said
    return named or (bool(of_title) and len(of_title & said) >= LEAST_OF_TITLE * len(of_title))


def _contradiction(claim: str, unknown: Sequence[str], headed: Headed, record: Record) -> Judgement | None:
    fields = {field.field: field for field in headed.fields}
    years = all(_YEAR.fullmatch(word) for word in unknown)
    if years and "published" in fields and _SAYS_DATE.search(claim):
        return Judgement(1 - SURE, SURE, (_whole(fields["published"]),))
    after = _SAYS_AUTHOR.search(claim)
    names = all(word[:1].isupper() and not word.isupper() for word in unknown)
    whole = "authors" in fields and not record.et_al
    if names and whole and after and " by " in after.group().casefold() + " ":
        return Judgement(1 - SURE, SURE, (_whole(fields["authors"]),))
    return None


def _whole(field: Quote) -> Evidence:
    return Evidence(field.span, 1.0, field.field)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word.casefold()) for word in _WORD.findall(text))
