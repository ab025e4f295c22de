"""Names of people and lists of them, told from titles and sentences by their shape and by the rest of the page."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.corpus.lexicon import FUNCTION_WORDS, PARTICLES

if TYPE_CHECKING:
    from rag.corpus.bylines import Byline, Cut

ODD_SHARE = 0.1
ODD_SHARE_BARRED = 0.5
"""How many of a list's names may look odd; dots or semicolons between them say that they are names."""

_MONONYM = -1.2
"""The likeness of a single capitalised word; between two people it is the third."""

_NAME_WORD = re.compile(r"['’‘ʻ-]?[^\W\d_](?:[^\W\d_]|['’`‘\-‐.])*\.?")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV|\d{4}")
TEAM = re.compile(r"(?:[A-Z0-9][\w.-]* ){1,4}(?:Team|Group|Labs?|Consortium|Collaboration|Authors)")
STRONG = re.compile(r"\s+[·•|]\s+|\s*[·•;]\s*")
BETWEEN = re.compile(r"\s*;\s*|\s*,\s+and\s+|\s*,\s*&\s+|\s+and\s+|\s+&\s+|\s*,\s*")
_PARTICLE = re.compile(r"(?:De|Del|Della|Di|Da|Dos|Das|Du|La|Le|Los|Van|Von|Der|Den|Ben|Bin|Ibn|El|Al|St\.?|\w\.?)")
INSTITUTION = re.compile(
    r"[a-z0-9&.-]+|[A-Z]{2,6}|ETH .*|"
    r".*(?:Univ|Institut|College|School|Academy|Research\b|Labs?\b|Inc\b|Google|AI\b|Tech\b).*"
)
_ELIDED = re.compile(r"(?:d|l|o|dell|dall|nell|n|t)['’][^\W\d_]|['’]t$", re.IGNORECASE)
"""d'Orey, dell'Acqua; and van 't Hoff."""

_CAMEL = re.compile(r"^(?:Mc|Mac|De|Di|Du|Da|La|Le|Van|Von|Fitz|O['’]|D['’]|[A-Z][a-z]+-)?[A-Z][^A-Z]*$")
_GROUP = re.compile(
    r".*\b(?:Team|Group|Lab|Labs|Consortium|Collaboration|Project|Institute|Foundation|Research)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page says elsewhere about which words are words and which are people."""

    words: Counter[str] = field(default_factory=Counter)
    """Words of its running text that stand there in lower case."""
    terms: Counter[str] = field(default_factory=Counter)
    """Words of its running text as written."""
    people: Counter[str] = field(default_factory=Counter)
    """Names that stand where nothing is fused with them."""
    given: Counter[str] = field(default_factory=Counter)
    """The first words of those names."""
    fused: list[str] = field(default_factory=list)
    """Lines that are plainly titles fused with bylines."""
    cuts: dict[str, Cut] = field(default_factory=dict)
    """Cuts already made with this evidence, and below bylines already read: layouts ask again and again."""
    bylines: dict[str, tuple[Byline, float]] = field(default_factory=dict)

    def meet(self, people: Iterable[str]) -> None:
        for person in people:
            self.people[person] += 1
            self.given[person.split()[0]] += 1
        self.cuts.clear()
        self.bylines.clear()


def likeness(text: str, evidence: Evidence | None = None) -> float:
    """How much a text looks like one person's name: above 0 it does, 1.5 is "Ada B. Roe", -5 is a sentence."""
    words = text.split()
    if not words or len(words) > 8 or len(text) > 80 or len(text) == 1:
        return -5.0
    if TEAM.fullmatch(text):
        return 0.9
    if len(words) == 1 and 2 <= len(text) <= 5 and text.isalpha() and text.lower() == text.upper():
        return 0.8  # scripts without case write a whole name as one word
    counted = sum(word not in PARTICLES and not _PARTICLE.fullmatch(word) for word in words)
    counted = max(counted, min(len(words), 2))  # Van Le
    score = {1: _MONONYM, 2: 1.2, 3: 1.0, 4: 0.4, 5: -0.3}.get(counted, -1.5)
    for position, word in enumerate(words):
        score += _word_likeness(word, first=position == 0, last=position == len(words) - 1)
        if evidence is not None:
            score += _word_evidence(word, evidence)
        if score < -5.0:
            return -5.0
    if evidence is not None and evidence.people[text] >= 2:
        score = max(score, 0.8)
    if INSTITUTION.fullmatch(text) and not _GROUP.match(text):
        score -= 1.0
    if len(words) >= 2 and len(words[-1].rstrip(".")) == 1:
        score -= 0.5  # people end in a surname; "Ada R." happens, "Vitamin C" is commoner
    return score


def _word_likeness(word: str, *, first: bool, last: bool) -> float:
    if not first and _SUFFIX.fullmatch(word.rstrip(",")):
        return 0.0
    if word.lower() in FUNCTION_WORDS and not (word in PARTICLES and not last):
        # Or, An, Do, To and In are people's names as well.
        if word[0].isupper() and len(word) <= 3:
            return -0.2 if len(word) == 1 else -1.2
        return -4.0
    if not _NAME_WORD.fullmatch(word) or word.endswith((",", "-")):
        return -4.0
    if word in PARTICLES:
        return -0.1 if not first and not last else -1.0
    letters = word.rstrip(".").removeprefix("-")  # "C. -C. Kuo"
    if not letters[0].isupper():
        # Scripts without case, and "al-Kindi" after a given name.
        if not letters[0].islower() or _ELIDED.match(letters):
            return 0.0
        if first:
            return -3.0
        return -0.6 if "-" in word or (len(letters) <= 3 and not last) else -1.6
    if len(letters) == 1:
        return 0.1 if word.endswith(".") else -0.3
    if "." in letters:
        return 0.0 if re.fullmatch(r"(?:[^\W\d_]\.-?)+[^\W\d_]?", word) else -3.0  # J.-P. or K.R.
    if letters.isupper():
        return -0.3 if len(letters) <= 2 else (-0.6 if not first else -1.0)
    if re.search(r"[^\W\d_]{3}\.$", word) and word not in {"Jr.", "Sr.", "Wm.", "Chr."}:
        return -1.0  # the end of a sentence
    if _CAMEL.match(word) or not has_camel(letters):
        return 0.0
    return -1.5 if re.match(r"[A-Z]{2,}[a-z]", letters) else -0.8


def has_camel(word: str) -> bool:
    return any(a.islower() and b.isupper() for a, b in itertools.pairwise(word)) or bool(
        re.match(r"[A-Z]{2,}[a-z]", word)
    )


def _word_evidence(word: str, evidence: Evidence) -> float:
    plain = word.strip(".,").lower()
    if len(plain) >= 4 and (seen := evidence.words[plain]):
        return -0.6 if seen == 1 else -1.1
    return 0.0


def read_names(text: str, evidence: Evidence | None = None) -> tuple[tuple[str, ...], float]:
    """The people that a text lists, and how much it looks like such a list: the mean likeness, pulled to its worst.

    read_names("Ada Roe, Ben van Dam and Li Wei")[0] == ("Ada Roe", "Ben van Dam", "Li Wei")
    """
    parts = [part for part in STRONG.split(text) if part] if STRONG.search(text) else []
    names = tuple(name for name in (parts or BETWEEN.split(text)) if name)
    mixed = any("," in part for part in parts)
    if mixed:
        names = tuple(name for part in parts for name in BETWEEN.split(part) if name)
    names = tuple(name for name in names if any(map(str.isalpha, name)))
    if not names:
        return (), -5.0
    scores = [likeness(name, evidence) for name in names]
    if len(names) >= (2 if parts else 3):
        scores = [-0.3 if score == _MONONYM else score for score in scores]
    if (
        len(scores) == 1
        and re.fullmatch(r"(?:The )?[A-Z][\w-]*(?: [A-Z][\w-]*){0,3}", names[0])
        and _GROUP.match(names[0])
    ):
        return names, 0.6
    mean = sum(max(score, -1.0) for score in scores) / len(scores)
    # One odd name among thirty is a person with an odd name; one among two is no list of people.
    odd = sum(score < -0.5 for score in scores) / len(scores)
    tolerated = len(scores) >= 3 and odd <= (ODD_SHARE_BARRED if parts else ODD_SHARE)
    return names, (mean if tolerated else min(mean, min(scores) + 0.6)) - 1.0 * mixed
