"""Which fields of one work a question asks for; see asking.py."""

from __future__ import annotations

import re

from rag.search.wording import AUTHORED

_WRITE = rf"(?:{'|'.join(sorted(AUTHORED, key=len, reverse=True))})"
_MADE = r"behind|proposed|introduced|invented|developed|created|designed|came up"
_OUT = (
    r"published|posted|written|released|dated|appear|appeared|come out|came out|made public|submitted|uploaded"
    r"|put (?:out|online)|out|publish|write|post|release"
)
_PLACES = r"universit\w+|institut\w+|organi[sz]ations?|compan\w+|labs?"
_HAS = r"have|has|with|release|released|provide|provides"

_ASKED: dict[str, tuple[str, ...]] = {
    "authors": (
        rf"\b(?:who|whom)\b.*\b(?:{_WRITE}|authors?|{_MADE})\b",
        r"\bauthors? (?:names )?(?:of|for|on|behind)\b",
        r"\b(?:written|authored) by whom\b|\bby whom\b|\bwho (?:is|are|s|was|were)\b.*\bby\b",
        r"\bwhose (?:paper|work)\b|^whose\b",
        r"\b(?:list|name|give|tell|show)\b.*\bauthors?\b|^authors?\b|\bauthors?$",
        r"\bhow many (?:authors|people|co ?authors|researchers|writers)\b",
        rf"^(?:is|was|did|has|have|are|were)\b.*<PERSON>.*\b(?:{_WRITE}|authors?)\b",
        r"^(?:is|was|were|are)\b.*\bby <PERSON>",
        r"\b(?:first|lead|last|senior) authors?\b|<FIRST>",
    ),
    "published": (
        rf"\bwhen\b.*\b(?:{_OUT})\b|\bwhen (?:is|was)\b.*\bfrom\b",
        r"\b(?:publication|release|posting) (?:date|year)\b|\b(?:date|year) of\b|\bwhat is the date\b",
        r"\b(?:what|which) (?:year|month|date|day)\b",
        r"^(?:was|is|did|has|were)\b.*<DATE>",
        r"\band when$|^when\b.*\band (?:by )?who(?:m)?\b|\bwho\b.*\band when\b",
        r"\bhow old is\b|\bdated$",
    ),
    "affiliations": (
        rf"\baffiliat\w+\b|\b(?:which|what) (?:{_PLACES})\b",
        r"\bwhere (?:are|is|do|does|were|was)\b.*\bauthors?\b",
    ),
    "category": (
        r"\b(?:which|what) (?:arxiv )?(?:categor\w+|subject)\b",
        r"\bcategor(?:y|ies) (?:of|is|does|has)\b",
    ),
    "session": (
        r"\b(?:which|what) (?:hall|room|session)\b|\b(?:session|hall) of\b",
        r"\bwhere\b.*\b(?:presented|shown|given|held)\b",
    ),
    "labels": (
        r"\b(?:which|what) (?:awards?|prizes?|labels?|marks?)\b",
        r"\b(?:win|won|receive|received|get|got)\b.*\b(?:awards?|prizes?)\b",
        r"<LABEL>|<PRIZE>",
    ),
    "has_code": (
        r"<CODE>|\bcode tag\b|\bcode (?:for|of|available|released|public)\b",
        r"\b(?:is|was) (?:there )?(?:any |a |the )?(?:source )?code\b",
        rf"\b(?:{_HAS}) (?:a |the |its |any |their |public )?(?:source )?code\b",
    ),
    "url": (r"\b(?:link|url|web address)\b",),
    "doi": (r"\bdoi\b",),
    "arxiv_id": (r"\barxiv (?:id|identifier|number)\b",),
}


def facts_asked(canonical: str) -> tuple[str, ...]:
    """The fields that a question about one work asks for, in their order here; () where it asks for something else."""
    asked = [field for field, patterns in _ASKED.items() if any(re.search(each, canonical) for each in patterns)]
    if "affiliations" in asked and not re.search(r"\b(?:who|whom|how many)\b", canonical):
        asked = [field for field in asked if field != "authors"]  # where the authors are from
    return tuple(asked)


def is_yes_or_no(canonical: str) -> bool:
    return re.match(r"(?:<\w+> )?(?:is|are|was|were|has|have|had|did|does|do)\b", canonical) is not None
