"""Bylines: lists of people, and where a title ends that is fused with one: "… in LLMsAda Roe, Li Wei et al. · mit".

Every place where a capital follows directly on another character may be the cut. Each is scored by how its two sides
read: a title that ends in a word the page uses, a person with the shape of a name, people named elsewhere on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.corpus.lexicon import ET_AL, FUNCTION_WORDS
from rag.corpus.names import BETWEEN, INSTITUTION, TEAM, Evidence, has_camel, likeness, read_names

LONGEST_BYLINE = 4000
"""Characters. Award pages list a hundred authors; what is longer is text."""

LONGEST_FUSED = 4000
LEAST_ALONE = 1.5
"""The score from which a single name without an affiliation is believed to be cut off a title."""

MOST_PLACES = 60
"""Capitals that follow directly on a character; a line with more of them is no title."""

LEAST_FUSED = 3
USUAL_CUT = 1.0
"""What a cut gains on a page on which as many lines are plainly fused."""

PLAIN = 4.0
"""The score of a cut that other cuts may learn from."""

_WORD = re.compile(r"[^\W\d_]+")
_BARRED = re.compile(r"\s+[·•|]\s+|\s*[·•]\s*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_HALF_WORD = re.compile(r"[A-Z]+[a-z]*|[^\W\d_]+")
_FIRST = re.compile(r"[,;·•]| and | & | \(")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote something, as a page lists them."""

    authors: tuple[str, ...] = ()
    et_al: bool = False
    affiliations: tuple[str, ...] = ()


def gather(running: Iterable[str], lines: Sequence[str], people: Iterable[str] = ()) -> Evidence:
    """Evidence from a page's running texts, its short lines, and people known otherwise.

    People are met in two rounds: first those that nothing is fused with, then those whom these make plain.
    """
    evidence = Evidence()
    for text in running:
        for word in _WORD.findall(_ADDRESS.sub(" ", text)):
            evidence.terms[word] += 1
            if word.islower():
                evidence.words[word] += 1
    evidence.meet(people)
    fused = [line for line in lines if "," in line or "·" in line]
    evidence.meet([person for line in fused for person in people_unfused(line)])
    evidence.fused.extend([line for line in fused if cut_fused(line, evidence).score > PLAIN])
    evidence.meet([cut_fused(line, evidence).byline.authors[0] for line in evidence.fused])
    return evidence


# --- Whole bylines ---------------------------------------------------------------------------------------------------


def read_byline(text: str, evidence: Evidence | None = None) -> tuple[Byline, float]:
    """The byline that a whole line is, and how much it looks like one: above 0.5 it does; -5.0 for anything else."""
    if len(text) > LONGEST_BYLINE:
        return Byline(), -5.0
    evidence = evidence or Evidence()
    if text not in evidence.bylines:
        evidence.bylines[text] = _best_reading(text, evidence)
    return evidence.bylines[text]


def _best_reading(text: str, evidence: Evidence) -> tuple[Byline, float]:
    readings = [
        _read_split(head, tail, et_al, evidence)
        for head, tail, et_al in _splits(text)
        if not (tail and _BARRED.search(head))  # dots that part names do not part affiliations off as well
    ]
    return max(readings, key=lambda reading: reading[1], default=(Byline(), -5.0))


def _read_split(head: str, tail: str, et_al: bool, evidence: Evidence | None) -> tuple[Byline, float]:
    head, in_parentheses = _parenthesised(head)
    names, score = read_names(head, evidence)
    affiliations = tuple(dict.fromkeys((*in_parentheses, *_affiliations(tail))))
    if tail:
        score += _affiliation_likeness(affiliations) - (0.0 if "," in head or et_al or len(names) > 1 else 0.2)
    return Byline(names, et_al, affiliations), score + (1.5 if et_al and score > -1.5 else 0.0)


def _splits(text: str) -> list[tuple[str, str, bool]]:
    """(names, affiliations, whether et al. stands between) in every way that a line can be split."""
    cut = [match for match in ET_AL.finditer(text) if match.start() > 0]
    for match in reversed(cut):
        rest = text[match.end() :]
        bar = re.match(r"\s*[·•|]\s*", rest)
        if not rest.strip(" .") or bar:
            return [(text[: match.start()], rest[bar.end() :] if bar else "", True)]
    bars = list(_BARRED.finditer(text))
    # A hundred names set apart by dots need not be tried with affiliations from each dot on.
    tried = bars if len(bars) <= 6 else []
    return [(text, "", False)] + [(text[: bar.start()], text[bar.end() :], False) for bar in tried if bar.start() > 0]


def _parenthesised(head: str) -> tuple[str, tuple[str, ...]]:
    """Names without "(MIT)" behind them, and what stood there."""
    inside = re.findall(r"\(([^()]{2,60})\)", head)
    if not inside:
        return head, ()
    return re.sub(r"\s*\([^()]{2,60}\)", "", head), tuple(dict.fromkeys(inside))


def _affiliations(tail: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"\s*[,;·•|]\s+|\s+[·•|]\s*", tail.strip()) if part)


def _affiliation_likeness(affiliations: Sequence[str]) -> float:
    if not affiliations or any(len(name.split()) > 8 for name in affiliations):
        return -3.0
    share = sum(INSTITUTION.fullmatch(name) is not None for name in affiliations) / len(affiliations)
    people = sum(likeness(name) > 0.8 and not INSTITUTION.fullmatch(name) for name in affiliations) / len(affiliations)
    return 0.3 * share - 0.6 * (1 - share) - 0.6 * people


# --- Titles fused with bylines ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cut:
    """A line cut into title and byline."""

    title: str
    byline: Byline
    score: float

    @property
    def believed(self) -> bool:
        """Whether the cut is likelier than none. One name alone may as well be half of a camel-case word."""
        people = [author for author in self.byline.authors if not TEAM.fullmatch(author)]
        alone = self.byline.authors == tuple(people[:1]) and not self.byline.affiliations
        return self.byline.et_al or self.score > (LEAST_ALONE if alone else 0.0)


NOT_CUT = -9.0


def cut_fused(text: str, evidence: Evidence | None = None) -> Cut:
    """The best cut of a title fused with a byline; the whole line as title, scored NOT_CUT, where there is no place."""
    evidence = evidence or Evidence()
    if text not in evidence.cuts:
        evidence.cuts[text] = _best_cut(text, evidence)
    return evidence.cuts[text]


def _best_cut(text: str, evidence: Evidence) -> Cut:
    whole = Cut(text, Byline(), NOT_CUT)
    if len(text) > LONGEST_FUSED:
        return whole
    cuts = [
        _cut_at(head, place, tail, et_al, evidence)
        for head, tail, et_al in _splits(text)
        if len(places := _places(head)) <= MOST_PLACES
        for place in places
    ]
    best = max(cuts, key=lambda cut: cut.score, default=whole)
    usual = len(evidence.fused) >= LEAST_FUSED and best.score > NOT_CUT
    return replace(best, score=best.score + USUAL_CUT) if usual else best


def _places(head: str) -> list[int]:
    """Where a name could begin directly behind the title's last character."""
    return [
        at
        for at in range(2, len(head))
        if (head[at].isupper() or (head[at].isalpha() and not head[at].islower() and head[at - 1].isascii()))
        and not head[at - 1].isspace()
        and head[at - 1] not in "-‐–—'’‘`(/[{“&+·,;\\_^"
        and not (head[at - 1] in '"$' and head.count(head[at - 1], 0, at) % 2)
        and likeness(_FIRST.split(head[at : at + 90], maxsplit=1)[0]) > -3.0
        and not (head[at - 1] == "." and re.search(r"(?:^|[\s.,-])[^\W\d_]\.$", head[:at]))
    ]


def _cut_at(head: str, place: int, tail: str, et_al: bool, evidence: Evidence) -> Cut:
    title, people = head[:place], head[place:]
    byline, names_score = _read_split(people, tail, et_al, evidence)
    if not byline.authors or names_score <= -4.0:
        return Cut(title, byline, NOT_CUT)
    first = byline.authors[0]
    score = 0.7 * names_score + 0.9 * likeness(first, evidence)
    score += _seam(title, people) + _title_end(title, people, evidence) + _known(first, evidence)
    score -= 0.8 * sum(likeness(part.strip()) > 0.8 for part in title.split(",")[1:-1])  # people left in the title
    ending = title.rpartition(",")[2].strip()  # the first half of a name in the list: "…RulesAda Roe, N|Dah Rey"
    if "," in title and re.fullmatch(r"[A-Z]\w*", ending):
        score -= 1.5 if len(ending) <= 2 else 0.0 if evidence.terms[ending] else 1.0
    if len(byline.authors) == 1 and not et_al:
        score -= 0.3 if tail else 0.8
    return Cut(title, byline, score - (1.5 if et_al else 0.0) * 0.5)


def _seam(title: str, people: str) -> float:
    """How natural the two characters at the cut are as end and beginning."""
    before, after = title[-1], people[1:2]
    if before.islower():
        return 1.0
    if before.isdigit() or not before.isalnum():
        return 1.0
    # Among capitals the last one before small letters begins the name: LLMS|Ada, PPO|J. Roe.
    if after.islower() or after in {".", "'", "’"}:
        return 0.7
    return -0.8


def _title_end(title: str, people: str, evidence: Evidence) -> float:
    """How well a title ends in its last word."""
    words = title.split()
    if not words:
        return -3.0
    torn = -2.5 if words[-1][-1].isalpha() and _tears_a_word(words[-1], people, evidence) else 0.0
    last = re.split(r"[-–—/:]", words[-1].rstrip("?!.)\"'”’$"))[-1]
    score = torn + (-1.5 if len(words) < 2 else -0.3 if len(words) == 2 else 0.0)
    if not last or not last.isalpha():
        return score + 0.3
    lower = last.lower()
    if lower in FUNCTION_WORDS:
        return score - (0.0 if last.islower() else 1.0)
    if evidence.words[lower] or evidence.terms[last] or evidence.terms[last + "s"]:
        return score + 1.2
    if any(evidence.words[form] for form in _other_forms(lower)):
        return score + 0.9
    if last.isupper():
        return score + (0.2 if 2 <= len(last) <= 6 else 0.0 if len(last) > 6 else -0.4)
    if re.fullmatch(r"[A-Z]{2,}s", last):
        return score + 0.4
    # A camel-case word that the page never uses: "NoiseMc" before "Kenna Lee".
    return score - (0.8 if has_camel(last) else 0.2 if len(last) > 2 else 0.9)


def _tears_a_word(last: str, people: str, evidence: Evidence) -> bool:
    """Whether the page uses a word that the cut would part: "MiMo", "DeepResearch", "DuET" before "DuET-PDAda Roe"."""
    before, after = _HALF_WORD.findall(last), _HALF_WORD.findall("".join(_WORD.findall(people)[:1]))
    words = {"".join(before[-i:] + after[:j]) for i in range(1, len(before) + 1) for j in range(1, len(after) + 1)}
    return any(evidence.terms[word] or evidence.terms[word + "s"] or (last + people).count(word) > 1 for word in words)


def _other_forms(word: str) -> Iterable[str]:
    if word.endswith("s"):
        yield word[:-1]
    yield word + "s"
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("ing"):
        yield word[:-3]
        yield word[:-3] + "e"


def _known(first: str, evidence: Evidence) -> float:
    """What the rest of the page knows of the first author."""
    if evidence.people[first]:
        return 2.5
    given = first.split()[0]
    if given == first and has_camel(first) and all(evidence.terms[part] for part in _WORD.findall(first)):
        return 5.0  # a group that the page speaks of, named by one word
    return 0.8 if evidence.given[given] and len(given) > 1 else 0.0


def people_unfused(text: str) -> tuple[str, ...]:
    """The names of a fused line that nothing is fused with: all but the first, where the line surely is a byline."""
    if len(text) > LONGEST_FUSED:
        return ()
    for head, _, et_al in _splits(text):
        names = [name for name in BETWEEN.split(head) if name][1:]
        people: list[str] = []
        for name in reversed(names):
            if likeness(name) < 0.5:
                break
            people.append(name)
        if et_al or len(people) == len(names) > 0:
            return tuple(people)
    return ()
