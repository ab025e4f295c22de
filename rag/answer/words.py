"""The words of a text, as far as two texts can be compared by them: small letters, without endings, without "the".

English endings and function words; words of other languages stay as they are.
"""

from __future__ import annotations

import re

# Longer than the search index's list by words of argument and of papers ("however", "method"): they tell a search
# little, but a comparison of two sentences nothing.
_FUNCTION = """
a about above after all also although an and any are as at be because been before being between both but by
can could did do does during each either else for from had has have how however i if in into is it its just
may might more most much must no nor not of off on once one only onto or other our out over own per rather
same shall should since so some such than that the their them then there these they this those through thus to
too under until up upon use used uses using very via was we were what when where whether which while who whom
whose why will with within without would you your paper papers author authors work method approach
"""
_FUNCTION_WORDS = frozenset(_FUNCTION.split())
_ENDING = re.compile(r"(?:ations?|ating|ated|ates?|ings?|edly|ed|ers?|ions?|ies|es|s|ly|ments?|al|e|y)$")
_SPELLED_OUT = "two three four five six seven eight nine ten eleven twelve"
_SPELLED = {word: str(number) for number, word in enumerate(_SPELLED_OUT.split(), 2)}
_NUMBER = re.compile(r"(?<!\w)(?<!\d[.,])\d+(?:[.,]\d+)*")


def content_words(text: str) -> list[str]:
    """The words that say what a text is about, in their order, numbers left out."""
    return [word for word in re.findall(r"[^\W\d_][\w’']*", text.casefold()) if word not in _FUNCTION_WORDS]


def stem(word: str) -> str:
    """A word without its ending, roughly: stem("training") == stem("trained")."""
    return _ENDING.sub("", word) if len(word) > 4 else word


def stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(text))


def numerals(text: str) -> frozenset[str]:
    """The numbers in digits: "3.5" of "3.5%", "1000" of "1,000", "7" of "7B", none of "GPT4"."""
    return frozenset(re.sub(r",(?=\d{3}(?!\d))", "", number) for number in _NUMBER.findall(text))


def numbers(text: str) -> frozenset[str]:
    """The numerals and, in digits, the small numbers that are spelled out: "3" of "three"."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return numerals(text) | {_SPELLED[word] for word in words if word in _SPELLED}


def plain(text: str) -> str:
    """A text's words in small letters with one space between: equal for texts that differ in punctuation only."""
    return " ".join(re.findall(r"\w+", text.casefold()))
