"""Whether the figures of a claim stand in a text: in digits, in words, in per cent, rounded where the claim says so.

A guard for judges, which read words better than figures: "71.2%" and "17.2%" look much the same to them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

ROUNDED = 0.06
"""How far from the text's figure one may be that the claim calls rough ("about 70" of 71.2), as a share of it."""

MOST_FIGURES = 30
"""A text with more is a table: what two of its figures make is anything."""

_NUMERAL = r"(?>\d+(?:,\d{3})*(?:\.\d+)?)"
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9, "trillion": 1e12}
_CLAIMED = re.compile(
    rf"""(?P<rough>(?:\b(?:about|around|roughly|nearly|almost|approximately|over|under|above|below|than|least|most|some
    |to|close\sto)\s+|[~≈<>]\s?))?(?<![\w.,])\$?(?P<number>{_NUMERAL})(?:\s?(?P<scale>k|m|b|thousand|million|billion
    |trillion)\b|(?P<percent>\s?%|\s+per\s?cent\b))?(?![\w]*[^\W\d_]\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_WRITTEN = re.compile(
    rf"(?P<number>{_NUMERAL}|(?<!\d)\.\d+)(?:\s?(?P<scale>k|m|b|thousand|million|billion|trillion)\b"
    r"|(?P<percent>\s?\\?%|\s+per\s?cent\b))?",
    re.IGNORECASE,
)
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS: dict[str, tuple[float, ...]] = {
    **{word: (float(n),) for n, word in enumerate(_UNITS)},
    **{word: (10.0 * n,) for n, word in enumerate(_TENS, 2)},
    **dict.fromkeys(("half", "halves", "halved", "halving"), (0.5, 50.0, 2.0)),
    **dict.fromkeys(("double", "doubles", "doubled", "doubling", "twice", "twofold", "both", "pair"), (2.0, 100.0)),
    **dict.fromkeys(("triple", "triples", "tripled", "thrice", "threefold", "third", "thirds"), (3.0,)),
    **dict.fromkeys(("quarter", "quarters", "fourfold"), (0.25, 25.0, 4.0)),
    **{"fivefold": (5.0,), "tenfold": (10.0,), "dozen": (12.0,), "hundred": (100.0,), "thousand": (1000.0,)},
}


def unstated(claim: str, text: str) -> frozenset[str]:
    """The numerals of a claim that the text states in no way, and that no two figures of it make (5 of "80" and "85").

    unstated("It keeps 97% of 1,500 maps.", "Of 1500 maps it loses 2 percent.") == {"97"}
    """
    claimed = list(_CLAIMED.finditer(claim))
    if not claimed:
        return frozenset()
    stated = frozenset(_stated(text))
    return frozenset(match["number"] for match in claimed if not _is_stated(match, stated))


def _is_stated(claimed: re.Match[str], stated: frozenset[float]) -> bool:
    values = frozenset(_values(claimed))
    allowed = ROUNDED if claimed["rough"] else 1e-9
    if any(math.isclose(value, other, rel_tol=allowed) for value in values for other in stated):
        return True
    if len(stated) > MOST_FIGURES:
        return False
    made = (figure for one in stated for other in stated for figure in _made(one, other))
    return any(math.isclose(value, figure, rel_tol=max(allowed, 1e-6)) for figure in made for value in values)


def _made(one: float, other: float) -> Iterator[float]:
    yield from (one - other, one + other, one * other)
    if other:
        yield one / other


def _values(match: re.Match[str]) -> Iterator[float]:
    """What a numeral with its unit may mean: 7, 7 billion and .07 are one to "7", "7B" and "7%"."""
    value = float(match["number"].replace(",", ""))
    yield value
    if match["scale"]:
        yield value * _SCALES[match["scale"].lower()]
    if match["percent"]:
        yield value / 100


def _stated(text: str) -> Iterator[float]:
    for match in _WRITTEN.finditer(text):
        yield from _values(match)
    for word in re.findall(r"[^\W\d_]+", text.casefold()):
        yield from _WORDS.get(word, ())
