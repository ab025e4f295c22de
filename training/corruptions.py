"""True sentences made false by changing one thing: a number, a negation, a direction, two things swapped; or left true
in other words: numbers spelled, an enumeration in another order, a reporter's words in front.

Each function gives the changed text and the changed characters' spans in it, or None where the sentence offers nothing
to change. Seeded by the `rng` that is passed in; knows nothing of passages or models.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Changed = tuple[str, tuple[tuple[int, int], ...]]

_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")
_SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "twenty")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_SPELLED_NUMBER = re.compile(rf"\b({'|'.join(_SPELLED[1:])})\b")

_OPPOSITES = (
    ("increases", "decreases"), ("increase", "decrease"), ("increasing", "decreasing"), ("increased", "decreased"),
    ("improves", "worsens"), ("improve", "worsen"), ("improving", "worsening"), ("improved", "worsened"),
    ("higher", "lower"), ("highest", "lowest"), ("more", "fewer"), ("most", "least"), ("faster", "slower"),
    ("larger", "smaller"), ("large", "small"), ("better", "worse"), ("best", "worst"), ("before", "after"),
    ("with", "without"), ("outperforms", "underperforms"), ("outperform", "underperform"), ("exceeds", "falls below"),
    ("linear", "nonlinear"), ("supervised", "unsupervised"), ("labeled", "unlabeled"), ("labelled", "unlabelled"),
    ("local", "global"), ("online", "offline"), ("discrete", "continuous"), ("convex", "non-convex"),
    ("explicit", "implicit"), ("explicitly", "implicitly"), ("static", "dynamic"), ("sparse", "dense"),
    ("single", "multiple"), ("upper", "lower"), ("first", "second"), ("maximum", "minimum"),
    ("maximizes", "minimizes"), ("reduces", "raises"), ("reduce", "raise"), ("reducing", "raising"),
    ("lowers", "raises"), ("always", "never"), ("all", "none"), ("every", "no"), ("both", "neither"),
    ("rarely", "often"), ("strong", "weak"), ("stronger", "weaker"), ("simple", "complex"), ("easier", "harder"),
    ("cheap", "expensive"), ("deterministic", "stochastic"), ("shared", "separate"), ("jointly", "separately"),
    ("encoder", "decoder"), ("training", "inference"), ("known", "unknown"), ("positive", "negative"),
    ("early", "late"), ("short", "long"), ("longer", "shorter"), ("keeps", "drops"), ("adds", "removes"),
    ("succeeds", "fails"),
)  # fmt: skip
OPPOSITE = {a: b for pair in _OPPOSITES for a, b in (pair, pair[::-1])}
_DIRECTION = re.compile(rf"\b({'|'.join(sorted(OPPOSITE, key=len, reverse=True))})\b")

_AUXILIARY = re.compile(r"\b(is|are|was|were|can|could|does|do|has|have|will|should|must)\b(?! not)(?!n't)")
_NOT = re.compile(r"\b(is|are|was|were|can|could|does|do|has|have|will|should|must)( not|not)\b")
_VERB = re.compile(
    r"\b(achieves|requires|uses|needs|improves|reduces|allows|supports|relies on|depends on|learns|produces|provides"
    r"|outperforms)\b"
)
_NAME = re.compile(
    r"\b(?:[A-Z][\w-]*[A-Z\d][\w-]*|[A-Z][a-z]+(?:-[A-Z][\w]*)+|\w+-\d[\w.]*|(?<=[a-z,] )[A-Z][a-z]{2,})\b"
)
_APART = re.compile(r"^[^()]*\b[a-z]{2,}\b|,")
"""Two names with a word or a comma between them; not a long name and its short form."""
_ENUMERATING = re.compile(r"\s*(?:,|and|or|,\s*and|,\s*or|&)\s*")
"""What stands between neighbours in an enumeration, whose order says nothing unless others are given "respectively"."""
_PLAIN = (
    r"(?!(?:an?|the|its|their|our|this|that|these|those|each|all|any|no|not|which|other|more|less|most|such|both|of|in|on"
    r"|for|from|to|into|over|than|with|by|between|and|or|is|are|was|were|we|it|they|as|at|one|two|three|order)\b)[a-z][a-z-]+"
)
_PHRASE = re.compile(
    r"\b(?:the|a|an|its|their|of|in|on|for|from|into|over|than|with|by|between|after|before|under|across) "
    r"(_(?: _){0,2}?(?<!ed)(?<!ing)(?<!ly)(?<!s))"
    r"(?= (?:of|in|on|for|from|to|into|than|with|by|and|or|is|are|was|were|can|that|which|while|when|over|without|using"
    r"|after|before|under|across)\b|[,.;:])".replace("_", _PLAIN)
)
"""One to three plain words between a small word and another: mostly a thing, in the singular so that verbs agree."""
_FRAMES = (
    "The authors report that ", "The authors find that ", "According to the abstract, ", "According to the paper, ",
    "In this paper, ", "The paper says that ", "The study shows that ", "They state that ", "The abstract notes that ",
    "It is reported that ", "In this work, ", "The results suggest that ", "Yes, ", "Overall, ", "In short, ",
    "More specifically, ", "In addition, ", "Here, ",
)  # fmt: skip


def number(text: str, rng: random.Random) -> Changed | None:
    """One number made another of the same look: no rounding, never the same value."""
    found = [*_NUMBER.finditer(text), *_SPELLED_NUMBER.finditer(text)]
    if not found:
        return None
    place = rng.choice(found)
    return _put(text, place.start(), place.end(), _other_number(place.group(), rng))


def negation(text: str, rng: random.Random) -> Changed | None:  # noqa: ARG001 - called as the others are
    """A "not" taken away or put in."""
    denied = _NOT.search(text)
    if denied:
        word = denied.group(1)
        return text[: denied.start()] + word + text[denied.end() :], ((denied.start(), denied.start() + len(word)),)
    found = _AUXILIARY.search(text)
    if found:
        return _put(text, found.start(), found.end(), f"{found.group()} not")
    verb = _VERB.search(text)
    if verb is None:
        return None
    first, _, rest = verb.group().partition(" ")
    return _put(text, verb.start(), verb.end(), f"does not {_bare(first)}{' ' + rest if rest else ''}")


def direction(text: str, rng: random.Random) -> Changed | None:
    """A word of direction or degree turned into its opposite."""
    found = list(_DIRECTION.finditer(text))
    if not found:
        return None
    place = rng.choice(found)
    return _put(text, place.start(), place.end(), OPPOSITE[place.group()])


def swap(text: str, rng: random.Random) -> Changed | None:
    """Two different numbers, names or things of the sentence in each other's place, where the order says something."""
    pairs = [
        (a, b)
        for kind in (_NAME, _NUMBER, _PHRASE)
        for a, b in _pairs(kind, text)
        if _APART.search(text[a[1] : b[0]]) and _whole(text, *a) and _whole(text, *b) and not _listed(text, a, b)
    ]
    if not pairs:
        return None
    return _swapped(text, *rng.choice(pairs))


Span = tuple[int, int]


def _pairs(kind: re.Pattern[str], text: str) -> list[tuple[Span, Span]]:
    found = [match.span(kind.groups) for match in kind.finditer(text)]
    return [
        (a, b)
        for i, a in enumerate(found)
        for b in found[i + 1 : i + 4]
        if text[slice(*a)].lower() != text[slice(*b)].lower()
    ]


def _whole(text: str, start: int, end: int) -> bool:
    """Whether no other word of a name stands beside it."""
    return not re.search(r"[A-Z][\w-]*[ (/-]$", text[:start]) and not re.match(r"[ (/-]+[A-Z\d]|/", text[end:])


def _listed(text: str, a: Span, b: Span) -> bool:
    """Whether the two stand in one enumeration whose order is free."""
    between = [word for word in re.split(r"(\s*,\s*(?:and |or )?|\s+(?:and|or)\s+)", text[a[1] : b[0]]) if word.strip()]
    joined = all(_ENUMERATING.fullmatch(word) or len(word.split()) < 4 for word in between)
    linked = any(_ENUMERATING.fullmatch(word) for word in between)
    return linked and joined and "respectively" not in text


def _swapped(text: str, a: Span, b: Span) -> Changed:
    first, second = text[slice(*a)], text[slice(*b)]
    made = text[: a[0]] + second + text[a[1] : b[0]] + first + text[b[1] :]
    moved = b[0] + len(second) - len(first)
    return made, ((a[0], a[0] + len(second)), (moved, moved + len(first)))


def reordered(text: str, rng: random.Random) -> str | None:
    """Neighbours of an enumeration in each other's place: as true as before."""
    pairs = [
        (a, b)
        for a, b in _pairs(_NAME, text)
        if _ENUMERATING.fullmatch(text[a[1] : b[0]]) and "respectively" not in text and _whole(text, a[0], b[1])
    ]
    return _swapped(text, *rng.choice(pairs))[0] if pairs else None


def respelled(text: str, rng: random.Random) -> str | None:
    """A small number in letters instead of figures, or the other way: as true as before."""
    found = list(re.finditer(r"(?<=[a-z] )[1-9]\d?(?= [a-z])", text))
    found += list(re.finditer(rf"\b({'|'.join(sorted(_VALUES, key=len, reverse=True))})\b", text))
    if not found:
        return None
    place = rng.choice(found)
    word = place.group()
    other = str(_VALUES[word]) if word in _VALUES else _in_letters(int(word))
    return text[: place.start()] + other + text[place.end() :]


def framed(text: str, rng: random.Random) -> str:
    """What is said, in a reporter's words: true if it was, false if it was."""
    frame = rng.choice(_FRAMES)
    keeps = text[:2].isupper() or not text[1:2].islower() or any(c.isupper() for c in text.split(" ")[0][1:])
    return frame + (text if keeps else text[0].lower() + text[1:])


CORRUPTIONS: tuple[Callable[[str, random.Random], Changed | None], ...] = (number, negation, direction, swap)


def corrupted(text: str, rng: random.Random) -> Changed | None:
    """One corruption, chosen among those that fit."""
    for make in rng.sample(CORRUPTIONS, len(CORRUPTIONS)):
        if made := make(text, rng):
            return made
    return None


def _put(text: str, start: int, end: int, word: str) -> Changed:
    return text[:start] + word + text[end:], ((start, start + len(word)),)


def _other_number(number: str, rng: random.Random) -> str:
    if number in _SPELLED:
        return rng.choice([word for word in _SPELLED[1:] if word != number])
    plain = number.replace(",", "")
    decimals = len(plain.partition(".")[2])
    value = float(plain)
    while True:
        factor = rng.choice((0.25, 0.5, 0.7, 0.8, 0.9, 1.1, 1.2, 1.5, 2, 3, 10))
        other = value * factor + (rng.choice((1, 2, 3)) if value < 10 and not decimals else 0) or rng.choice((1, 2, 3))
        shown = f"{other:,.{decimals}f}" if "," in number else f"{other:.{decimals}f}"
        if shown != number:
            return shown


def _in_letters(value: int) -> str:
    if value < len(_UNITS):
        return _UNITS[value]
    tens, unit = divmod(value, 10)
    return _TENS[tens - 2] + (f"-{_UNITS[unit]}" if unit else "")


_VALUES = {_in_letters(value): value for value in range(2, 100)}


def _bare(verb: str) -> str:
    """uses → use, achieves → achieve, relies → rely."""
    return verb[:-3] + "y" if verb.endswith("ies") else verb[:-1]
