"""What a question about the catalogue asks for, once its limits are found: the shape of the Plan.

Works on the canonical question ("how many papers by <PERSON> in <DATE>"), of which every word is known to be one that
questions about catalogues are made of. What fits no rule is no such question: None.
"""

from __future__ import annotations

import re
from typing import Any

from rag.plan import Plan
from rag.schema import Limits
from rag.search.wording import AUTHORED, PAPERS, POINTING

_NUMBERS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}
_NUMBER = rf"(?:{'|'.join(_NUMBERS)}|\d{{1,3}})"
_PAPER = rf"(?:{'|'.join(sorted(PAPERS, key=len, reverse=True))})"
_WRITE = rf"(?:{'|'.join(sorted(AUTHORED, key=len, reverse=True))})"

_FIELDS = {
    "year": r"years?",
    "month": r"months?",
    "authors": r"(?:co ?)?(?:authors?|writers?|people|persons?|researchers?)|who",
    "category": r"categor(?:y|ies)",
    "affiliations": r"affiliations?|institut(?:ion|e)s?|universit(?:y|ies)|organi[sz]ations?|compan(?:y|ies)|labs?",
    "labels": r"labels?|awards?|prizes?",
    "session": r"sessions?|halls?|rooms?",
    "source": r"pages?|sources?|files?",
}
"""Group → the words for it."""

_MOST = r"(?:most(?! recent| prolific)|largest number of|highest number of|greatest number of|biggest number of)"
_FEWEST = r"(?:fewest|least|smallest number of|lowest number of)"
_LIST_OF_AUTHORS = r"(?:(?:co ?)?authors?|author lists?|list of authors|number of authors|team|teams|people)"


DEGREES = frozenset(
    "prolific longest largest biggest shortest smallest highest lowest greatest else collaborators top bottom".split()
)
"""Further words of questions about a catalogue, each of which a rule here must have use for."""

_UNHEARD = re.compile(
    r"\b(?:last|senior|main|second|third|corresponding|middle|non) (?:co )?authors?\b"
    r"|\b(?:more|fewer|less|least|fewest|than|most(?! recent)|longest|largest|biggest|shortest|smallest|highest|lowest"
    r"|greatest|second|third|prolific|else|collaborators|years?|months?|every other|top|bottom)\b"
    rf"|\b{_PAPER} (?:just )?like\b"
)
"""What a list of works by limits alone would leave out of account."""
_NOUNS = (
    (r"affiliat\w+|institutions?|institutes?|universit\w+|organi[sz]ations?|compan\w+|labs?", "AFFILIATION"),
    (r"categor\w+|classified|class", "CATEGORY"),
    (r"sessions?|halls?|rooms?", "HALL"),
    (r"awards?|prizes?|labels?|labell?ed|won|wins?|winning", "LABEL"),
)
"""Words for a field, which mean something only beside one of its values."""


def counts_pages(canonical: str) -> bool:
    """Whether pages are what is counted, or counted by."""
    return (
        re.search(
            r"\b(?:how many|per|which|what|each|every|by|number of|list(?: the| all)?) (?:pages?|sources?|files?)\b",
            canonical,
        )
        is not None
    )


def _unheard(canonical: str) -> bool:
    tags = canonical.replace("PRIZE", "LABEL")
    return bool(_UNHEARD.search(canonical)) or any(
        re.search(rf"\b(?:{words})\b", canonical) and f"<{tag}>" not in tags for words, tag in _NOUNS
    )


def plan_of(canonical: str, limits: Limits, shape: dict[str, Any]) -> Plan | None:
    """The plan of a question all of whose words are known; `shape` holds what was found beside the limits."""
    if not _asks(canonical):
        return None
    for rule in (_coauthors, _team_order, _groups, _order):
        found = rule(canonical)
        if found is not None:
            if str(found.get("order")).endswith("listed") and len(limits.sources) != 1:
                return None
            return Plan(limits=limits, **{**shape, **found})
    if limits == Limits() and not shape and not _means_all(canonical):
        return None
    return _works(canonical, limits, shape)


_APPEARED = re.compile(
    r"(?:what|which ones?) (?:(?:'s|is|are|was|were|has|have|will|be|been|all|did) )*"
    r"(?:appear|appeared|came out|come out|released|posted|published|new|out|on|presented|shown|given|listed|there)"
    r"(?: (?:in|at|on|from|during|there|here|with|and))*(?: <(?:DATE|HALL|PAGE|CODE|LABEL|CATEGORY)>)+$"
)
"""Papers are what appears and what is shown, where nothing else is said to be."""


def _asks(canonical: str) -> bool:
    """Whether papers or their makers are what it is about, and no pronoun points elsewhere."""
    subject = _APPEARED.match(canonical) or _ON_PAGE.search(canonical)
    subject = subject or re.search(
        rf"\b(?:{_PAPER}|{_WRITE}|co ?authors?|authors?|writers?|oral|published)\b|<LABEL>|<PRIZE>|<HALL>", canonical
    )
    counted = re.search(
        r"\b(?:prolific|years?|categor(?:y|ies)|affiliations?|institutions?|pages?|records?|labels?|halls?)\b",
        canonical,
    )
    anchored = "<" in canonical or _has_order(canonical) or re.search(r"\b(?:how many|number of|all|list)\b", canonical)
    pointing = POINTING & set(re.findall(r"[\w']+", canonical))
    return bool((subject or counted or "<PERSON>" in canonical) and (not pointing or anchored))


def _means_all(canonical: str) -> bool:
    return bool(
        re.search(r"\b(?:how many|number of|all|list|count|every|each|total|indexed|index|corpus|collection|library|"
                  r"database|catalog(?:ue)?|you have|available|there)\b", canonical)
    ) and not POINTING - {"there", "them"} & set(canonical.split())  # fmt: skip


def _coauthors(canonical: str) -> dict[str, Any] | None:
    """Who has X written with; X's co-authors."""
    if not re.search("<PERSON>|<STRANGER>|<FIRST>", canonical):
        return None
    if re.match(r"(?:are|is|were|was|have|has|did|do|does)\b", canonical):
        return None
    person = r"(?:<PERSON>|<STRANGER>)"
    patterns = (
        rf"\b(?:co ?authors?|collaborators?) (?:of|for|does|did|has) {person}",
        rf"{person} (?:most |main )?(?:co ?authors?|collaborators?)\b",
        rf"\b(?:who|whom|people|authors?|researchers?)\b.*{person}.*\bwith$",
        rf"\bwith whom\b.*{person}",
        rf"^who (?:has|have|else|all|ever|\s)*(?:{_WRITE}|worked|collaborate[sd])\b(?: \w+)*? with {person}",
        rf"\bwho (?:are|were|is) {person} co ?authors?",
        rf"\b(?:people|authors|researchers) (?:has|have|did|does) {person} (?:{_WRITE}|worked|collaborated)",
        rf"\b(?:people|authors|researchers|who) (?:has|have) (?:{_WRITE}|worked|collaborated) with {person}",
    )
    if not any(re.search(pattern, canonical) for pattern in patterns):
        return None
    return {"ask": "groups", "group": "authors", "coauthors": True, "leading": _leading(canonical)}


def _team_order(canonical: str) -> dict[str, Any] | None:
    """Which paper has the most authors, or the longest list of them."""
    for order, degree in (
        ("most authors", rf"{_MOST}|longest|largest|biggest"),
        ("fewest authors", rf"{_FEWEST}|shortest|smallest"),
    ):
        papers = rf"(?:which|what) (?:\w+ |<\w+> )*?{_PAPER}\b.*\b(?:{degree}) {_LIST_OF_AUTHORS}\b"
        other = rf"\b{_PAPER} (?:<\w+> )*(?:with|having) (?:the )?(?:{degree}) {_LIST_OF_AUTHORS}\b"
        if re.search(papers, canonical) or re.search(other, canonical):
            return {"ask": "list", "order": order, "number": 1}
    return None


def _leading(canonical: str) -> str:
    if re.search(rf"\b{_MOST}\b", canonical):
        return "most"
    return "fewest" if re.search(rf"\b{_FEWEST}\b", canonical) else ""


_EACH = (
    r"per|for (?:each|every)|in (?:each|every)|of each|across|each|every|over the"
    r"|(?:grouped|group|broken down|break down|split|counted|distribution|count|breakdown) (?:by|over|across)"
)
_THEN = r"for|of|in|on|since|has|did|does|<"
_WHICH = r"which|what|how many|number of|all(?: the)?|(?:list|name)(?: all| every)?(?: the)?"


def _groups(canonical: str) -> dict[str, Any] | None:
    """Per year; by category; which year has the most papers; which categories there are."""
    leading = _leading(canonical)
    if re.search(r"\bmost prolific\b", canonical):
        return {"ask": "groups", "group": "authors", "leading": "most"}
    for group, words in _FIELDS.items():
        plain = words.removesuffix("|who")
        split = rf"\b(?:{_EACH}) (?:publication )?(?:{plain})\b"
        counted = rf"\b{_PAPER} (?:(?:are|is) )?(?:there )?by (?:publication )?(?:{plain})(?: (?:{_THEN})|$)"
        if re.search(split, canonical) or re.search(counted, canonical):
            return {"ask": "groups", "group": group, "leading": leading}
    if _has_order(canonical):
        return None
    for group, words in _FIELDS.items():
        asked = rf"(?:\b(?:{_WHICH})(?: (?:different|distinct|individual|the))*|^) ?\b(?:{words})\b"
        match = re.search(asked, canonical)
        if match and _is_asked(match, canonical, group):
            if group == "authors" and leading == "" and match.group().strip() == "who" and "<" not in canonical:
                return None
            return {"ask": "groups", "group": group, "leading": leading}
    return None


def _is_asked(match: re.Match[str], canonical: str, group: str) -> bool:
    """Whether the field is what is asked for: no papers were asked for before it."""
    before = canonical[: match.start()]
    if re.search(rf"\b(?:which|what|how many|how often|list|name|count)\b.*\b(?:{_PAPER}|<LABEL>)\b", before + " "):
        return False
    if match.group().strip() == "who" or group == "authors":
        after = canonical[match.end() :]
        return not re.match(r"(?: is| are| was)? <PERSON>", after) and not re.search(
            r"^ (?:is|are|was|were) the authors?$", after
        )
    return bool(match.group().strip())


def _has_order(canonical: str) -> bool:
    return _ordering(canonical) is not None


_LATEST = r"(?:latest|newest|most recent|most recently|recent|recently|lately|last)"
_EARLIEST = r"(?:earliest|oldest|first|very first)"


_ON_PAGE = re.compile(
    rf"\b(?:(?P<first>first|top)|last|bottom)(?: (?P<n>{_NUMBER}))?(?: (?:{_PAPER}|entry|listed|one|shown|named))*"
    r"(?: (?:on|of|in|at|from|that|is|are|the))* <PAGE>"
)
"""The first paper on a page is the one that stands there first, not the earliest of those that stand there."""


def _ordering(canonical: str) -> tuple[str, int] | None:
    listed = _ON_PAGE.search(canonical)
    if listed and "<PERSON>" not in canonical:
        count = listed["n"] or "one"
        return f"{'first' if listed['first'] else 'last'} listed", _NUMBERS.get(count) or int(count)
    for order, words in (("latest", _LATEST), ("earliest", _EARLIEST)):
        match = re.search(rf"\b{words} (?P<n>{_NUMBER})\b|\b(?P<m>{_NUMBER}) {words}\b|\b{words}\b", canonical)
        if match and not re.match(r" (?:co )?(?:authors?|authored|name|names)\b", canonical[match.end() :]):
            count = match["n"] or match["m"]
            plural = re.match(rf" (?:<\w+> )*(?:{_PAPER})", canonical[match.end() :])
            number = _NUMBERS.get(count or "", int(count) if count and count.isdecimal() else 0)
            several = bool(plural and re.search(r"(?:s|works|studies|stuff)$", plural.group()) and not count)
            several = several or match.group() in ("recently", "lately")
            return order, number or (5 if several else 1)
    return None


def number_asked(canonical: str) -> int:
    """The number in "the 4 latest", 0 without."""
    found = _ordering(canonical)
    return found[1] if found else 0


def _order(canonical: str) -> dict[str, Any] | None:
    """The latest paper; the three earliest."""
    found = _ordering(canonical)
    if found is None or re.search(r"\b(?:how many|number of)\b", canonical):
        return None
    order, number = found
    facts = {"facts": ("authors",)} if re.match(r"(?:<\w+> )?who\b", canonical) else {}
    return {"ask": "list", "order": order, "number": number, **facts}


def _works(canonical: str, limits: Limits, shape: dict[str, Any]) -> Plan | None:
    """Which works, how many, or whether there are any; None where the words ask for something else."""
    papers = _APPEARED.match(canonical) or re.search(rf"\b{_PAPER}\b|<LABEL>|<PRIZE>", canonical)
    papers = papers or re.fullmatch(r"<PERSON>(?: <(?:DATE|CODE)>)+", canonical)
    writes = re.search(
        rf"\b{_WRITE}\b|\bauthors?\b|<FIRST>|\bauthored\b|\btogether\b|\bwork(?:ed)?\b|\bcollaborated?\b", canonical
    )
    if (not papers and not writes) or _unheard(canonical):
        return None
    if re.match("whose\\b", canonical):
        return Plan(ask="list", limits=limits, facts=("authors",), **shape)
    if re.search(r"\bhow many (?:years|months|pages|words|citations)\b", canonical) or re.match(
        r"(?:when|where|why)\b", canonical
    ):
        return Plan(ask="list", limits=limits, **shape) if re.match(r"when\b", canonical) and limits.authors else None
    if re.search(r"\b(?:how many|how often|number of|count|how much|total)\b", canonical):
        return Plan(ask="count", limits=limits, **shape)
    if re.match(r"(?:<\w+> )*(?:is|are|was|were|has|have|had|did|does|do|any)\b", canonical):
        return Plan(ask="has", limits=limits, **shape)
    return Plan(ask="list", limits=limits, **shape)


def any_of(canonical: str, tag: str) -> bool:
    """Whether two things of one tag are joined by "or" or "and", as in "orals and posters"."""
    noun = r"(?: (?:awards?|papers?|presentations?))?"
    return re.search(rf"<{tag.upper()}>{noun} (?:or|and) (?:an? |the )?<{tag.upper()}>", canonical) is not None
