"""The one work that a question names by its title, or by the name before the title's colon."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.index.names import fold
from rag.search.vocabulary import Vocabulary
from rag.search.wording import FACT_CUES, GLUE, POINTING
from rag.search.words import Word, Words

ENOUGH = 0.6
"""Share of a title's telling words by which a question names it."""

_QUOTED = re.compile(r"“([^”]{2,})”|\"([^\"]{2,})\"|«([^»]{2,})»|‘([^’]{6,})’|(?<!\w)'([^']{6,})'(?!\w)")


def quoted_title(text: str) -> str:
    """What a question puts in quotation marks, "" without."""
    match = _QUOTED.search(text)
    return next(part for part in match.groups() if part) if match else ""


def titled_work(words: Words, vocabulary: Vocabulary) -> tuple[str, frozenset[str]] | None:
    """Key and folded words of the one work whose title the question gives; None for none, or for several.

    Every word that is not one of a question about a catalogue must stand in the title.
    """
    quoted = quoted_title(words.text)
    said = set(fold(words.text).split())
    telling = [word for word in words.words if _tells(word)]
    if quoted:
        asked, wanted = quoted, Counter(fold(quoted).split())
    else:
        asked = " ".join(word.text for word in telling) or words.text
        free = {id(word) for word in words.left()}
        wanted = Counter(part for word in telling if id(word) in free for part in word.plain.split())
    candidates = [
        (_fit(fold(title).split(), title, said, bool(quoted)), key, frozenset(fold(title).split()))
        for key, title in vocabulary.titled(asked)
        if _holds(title, wanted) and (wanted or _exact(title, words))
    ]
    fits = sorted((each for each in candidates if each[0] >= ENOUGH), key=lambda each: -each[0])
    if not fits or (len(fits) > 1 and fits[0][0] == fits[1][0]):
        return None
    return fits[0][1], fits[0][2]


def _holds(title: str, wanted: Counter[str]) -> bool:
    """Whether a title has every word as often as the question: a word said twice is not only the title's."""
    return wanted <= Counter(fold(title).split())


def _fit(title: Sequence[str], printed: str, said: set[str], quoted: bool) -> float:
    """How much of a title is said: 2 for all of it, 1.5 for the name before its colon, else the share, up to 1."""
    telling = [word for word in title if word not in GLUE] or list(title)
    name, colon, _ = printed.partition(":")
    head = fold(name).split()
    if set(title) <= said:
        return 2.0 + len(title) / 1000
    if colon and head and set(head) <= said and any(word not in GLUE for word in head):
        return 1.5
    share = len(set(telling) & said) / len(set(telling))
    return share if len(set(telling) & said) > 1 or quoted else 0.0


def _exact(title: str, words: Words) -> bool:
    """Whether the title or its name stands in the question word by word, where every word of it is a common one."""
    name, colon, _ = title.partition(":")
    text = f" {' '.join(fold(words.text).split())} "
    named = (title, name) if colon else (title,)
    return any(f" {fold(each)} " in text and not set(fold(each).split()) <= GLUE for each in named)


def _tells(word: Word) -> bool:
    return word.plain not in GLUE and word.plain not in FACT_CUES and word.plain not in POINTING and word.plain != "'s"
