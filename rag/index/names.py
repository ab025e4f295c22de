"""When two spellings name the same thing: case, accents and punctuation do not count, and a person may be abbreviated.

A value is stored under all the forms by which someone may ask for it; asking looks up a few forms exactly, so that a
limit is an index look-up, not a scan.
"""

from __future__ import annotations

import unicodedata

_PARTICLE_WORDS = (
    "abu af al av ben bin bint da dal dalla das de degli dei del della den der di do dos du el ibn la le op st te ten "
    "ter van von zu zum zur"
)
PARTICLES = frozenset(_PARTICLE_WORDS.split())
_IRISH = frozenset(("Ó", "Ní", "Uí"))
"""Particles only with their accent: an O is an initial, Ni a name."""
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_PRIZE_WORDS = frozenset(("award", "awards", "prize", "prizes"))
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)} | {39: None, 96: None}
"""Apostrophes go, as above; a question is folded hundreds of times before it is understood."""


def fold(text: str) -> str:
    """Words alone, in lower case, without accents: fold("O'Brien-Łukasz, É.") == "obrien lukasz e"."""
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())  # the same, eight times as fast
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold().translate(_UNDECOMPOSED)
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def fold_label(text: str) -> str:
    """A label without the word for prize at its end: fold_label("Best Paper Award") == "best paper"."""
    words = fold(text).split()
    while len(words) > 1 and words[-1] in _PRIZE_WORDS:
        words.pop()
    return " ".join(words)


def category_forms(category: str) -> set[str]:
    """What a category answers to: "cs.LG" to itself, "lg" and "cs"; a bare "LG" also to any archive's ("=lg")."""
    whole = fold(category)
    archive, _, subject = whole.rpartition(" ")
    return {whole, subject, archive} if archive else {whole, f"={whole}"}


def category_wanted(category: str) -> set[str]:
    """The forms to look up for a category asked for."""
    whole = fold(category)
    archive, _, subject = whole.rpartition(" ")
    return {whole, f"={subject}"} if archive else {whole}


def person_forms(name: str) -> set[str]:
    """What a person's name answers to, folded: the full name, the surname, first name or initials and surname.

    A form that is all the page says is also kept marked, because a fuller question may mean it: "~t ma" for a
    page's "T. Ma" (a derived "t ma" of another person must not meet "Tomo Ma"), "=jo day" for a name without
    middle initials.
    """
    given, surnames = _given_and_surnames(name)
    if not given:
        return set(surnames)
    compound = _compound_surnames(given, surnames[-1])
    initials = [word[0] for word in given]
    heads = {" ".join(given), " ".join(_without_middle_initials(given)), given[0], " ".join(initials), initials[0]}
    forms = set(surnames) | {f"{head} {surname}" for head in heads for surname in surnames}
    if all(len(word) == 1 for word in given):
        forms |= {f"~{head} {surname}" for head in (" ".join(initials), initials[0]) for surname in surnames}
    return forms | {f"={' '.join(given)} {surname}" for surname in surnames} | compound


def _compound_surnames(given: list[str], surname: str) -> set[str]:
    """A surname of several words that a particle opens, with it and without: "Lopes" of "Maria da Conceição Lopes"."""
    opens = next((i for i, word in enumerate(given) if i and word in PARTICLES), None)
    if opens is None:
        return set()
    words = [*given[opens:], surname]
    bare = words[next(i for i, word in enumerate(words) if word not in PARTICLES) :]
    return {" ".join(words), " ".join(bare)}


def person_wanted(name: str) -> set[str]:
    """The forms to look up for a person asked for: "Tomo Ma" finds that name and a page's "T. Ma", not "Tara Ma"."""
    given, surnames = _given_and_surnames(name)
    if not given:
        return {surnames[-1]} if surnames else set()
    surname = surnames[-1]  # the longest: "Laurens van der Maaten" must not find a "Laurens Maaten"
    wanted = {f"{' '.join(given)} {surname}"}
    if any(len(word) > 1 for word in given):
        initials = [word[0] for word in given]
        wanted |= {f"~{' '.join(initials)} {surname}", f"~{initials[0]} {surname}"}
    return wanted | {f"={' '.join(_without_middle_initials(given))} {surname}"}


def _given_and_surnames(name: str) -> tuple[list[str], list[str]]:
    """Folded given names, and the surname without and with its particles: (["l"], ["maaten", "van der maaten"])."""
    last, comma, first = name.partition(",")
    if comma and fold(first) and fold(first) not in _SUFFIXES:
        name = f"{first} {last}"
    printed = [word for word in name.split() if fold(word)]
    parts = [fold(word) for word in printed]
    while len(parts) > 1 and parts[-1] in _SUFFIXES:
        parts.pop()
    if not parts:
        return [], []
    start = len(parts) - 1
    while start > 0 and _is_particle(printed[start - 1]) and (start > 1 or len(parts) == 2 or comma):
        start -= 1
    surnames = list(dict.fromkeys((parts[-1], " ".join(parts[start:]))))
    return [word for part in parts[:start] for word in part.split()], surnames


def _is_particle(word: str) -> bool:
    return fold(word) in PARTICLES or unicodedata.normalize("NFC", word) in _IRISH


def _without_middle_initials(given: list[str]) -> list[str]:
    return [given[0], *(word for word in given[1:] if len(word) > 1)]
