"""True sentences made false by changing one thing: a number, a negation, a direction, two names swapped.

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
_NAME = re.compile(r"\b(?:[A-Z][\w-]*[A-Z\d][\w-]*|[A-Z][a-z]+(?:-[A-Z][\w]*)+|\w+-\d[\w.]*)\b")


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
    """Two different names of the sentence in each other's place."""
    names = list(_NAME.finditer(text))
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if a.group().lower() != b.group().lower()]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    made = text[: a.start()] + b.group() + text[a.end() : b.start()] + a.group() + text[b.end() :]
    second = b.start() + len(b.group()) - len(a.group())
    return made, ((a.start(), a.start() + len(b.group())), (second, second + len(a.group())))


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
        other = value * factor + (rng.choice((1, 2, 3)) if value < 10 and not decimals else 0)
        shown = f"{other:,.{decimals}f}" if "," in number else f"{other:.{decimals}f}"
        if shown != number:
            return shown


def _bare(verb: str) -> str:
    """uses → use, achieves → achieve, relies → rely."""
    return verb[:-3] + "y" if verb.endswith("ies") else verb[:-1]
