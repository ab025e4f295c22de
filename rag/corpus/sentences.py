"""The project's one sentence splitter: rules for scientific prose, exact offsets, linear time.

A stop ends a sentence when white space follows it, what stands before it is no abbreviation, and what comes next can
begin a sentence. It knows nothing about chunks, pages or answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.schema import Span

_NEVER_LAST = frozenset(
    """
    e.g eg i.e ie cf viz vs v.s c.f fig figs eq eqs eqn eqns secs thm appx refs approx ca incl excl esp resp w.r.t wrt
    s.t a.k.a aka dept univ assn eds proc symp int'l nat'l intl natl assoc
    """.split()
)
"""Abbreviations that want a word after them, so that none ends a sentence."""

_TITLES = frozenset("Dr Drs Mr Mrs Ms Mx Prof Profs St Mt Gen Sen Rep Gov Capt Lt Col Sgt Rev Hon Messrs".split())
"""The same for forms of address, which differ from words and units ("5 ms.") by their capital."""

_BEFORE_NUMBER = frozenset(
    """
    no nos nr vol vols pp p art ex par sec ch chap tab alg lem prop cor def defn app ref ver ed jan feb mar apr jun jul
    aug sep sept oct nov dec
    """.split()
)
"""Abbreviations where a number or a small word follows; words, or ends of sentences, elsewhere."""

_SOMETIMES_LAST = frozenset("al inc ltd co corp jr sr ph.d m.sc b.sc i.i.d iid a.m p.m u.s u.k u.n e.u d.c".split())
"""Abbreviations that may also end a sentence: they do when a word that often begins one follows."""

_OPENERS = frozenset(
    """
    a after additionally all also although an and another as at based because besides beyond both building but by code
    compared consequently conversely crucially current despite due during each empirically even existing experiments
    extensive finally first following for from further furthermore given hence here how however if importantly in indeed
    inspired instead it its last lastly leveraging many more moreover most motivated nevertheless no nonetheless notably
    on once one only other our overall particularly previous prior recent recently results second secondly several
    similarly since so some specifically state such surprisingly that the their then there therefore these they third
    this those though through throughout thus to together two ultimately under unfortunately unlike using via we what
    when whereas whether which while why with within without yet
    """.split()
)
"""Words that often begin a sentence, and are no one's family name."""

_BEFORE_NAME = frozenset("and author by for from in of professor see to with".split())
"""Small words after which a single capital is an initial ("by J. Smith"), not a letter by itself ("vitamin C.")."""

_CITATION = r"\[\d{1,4}(?:[,;–-] ?\d{1,4})*\]"
_CLOSERS = rf"(?:[\"'”’»)\]}}*_$]|{_CITATION})*+"
_STOP = re.compile(
    # A stop and what closes with it, before white space; the look-behind and the possessive + keep "....x" linear.
    rf"(?<![.!?…])(?P<stop>[.!?…]++)(?P<closers>{_CLOSERS})(?:\s++{_CITATION}(?=\s|$))*+(?=\s)"
    r"|(?P<wide>[。！？｡]+)[”’」』）》】\"')\]]*"  # scripts that do not space their sentences
    r"|\n[^\S\n]*\n"  # a paragraph's end
    r"|\n(?=[^\S\n]*(?:[-*•‣◦▪–—]|\(?\d{1,2}[.)]|\(?[a-z]\))[^\S\n])"  # before a bullet
)
_MATH = re.compile(r"\$\$[^$]{1,2000}\$\$|\$(?![\s$])[^$\n]{1,400}(?<!\s)\$(?!\d)")
_NEXT = re.compile(r"\s+(?P<stop>[.!?…,;])?(?:[\"'“‘«(\[{*_]*)(?P<word>[^\W_]*)")
_BULLET_NUMBER = re.compile(
    r"(?:^|[\n:;.,])\s*\(?\d{1,2}$"  # "1. Fold the sheet"
    r"|(?:^|[\n.!?])\s*(?:Figure|Table|Algorithm|Theorem|Lemma|Step|Stage|Phase|Part)\s+\d{1,2}$"  # "Figure 1. A fold"
)
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")
_ROMAN = re.compile(r"[IVXLC]+|[A-Z]")


def sentences(text: str) -> list[Span]:
    """The sentences of `text`: trimmed, in order, together every character that is no white space.

    A paragraph's end always ends one; so does a line before a bullet. TeX between dollars is never cut.
    """
    spans = []
    start = 0
    for end in [*_breaks(text), len(text)]:
        if piece := text[start:end].strip():
            first = text.index(piece[0], start)
            spans.append(Span(first, first + len(piece)))
        start = end
    return spans


def _breaks(text: str) -> Iterator[int]:
    """Where one sentence ends and the next may begin."""
    maths = _MATH.finditer(text)
    math = next(maths, None)
    for match in _STOP.finditer(text):
        while math and math.end() < match.end():
            math = next(maths, None)
        if not (match["stop"] or match["wide"]):
            yield match.start() + 1
        elif math and math.start() < match.end() < math.end():
            continue
        elif match["wide"] or _ends_sentence(text, match):
            yield match.end()


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    """Whether the stop, followed by white space, ends a sentence."""
    following = _NEXT.match(text, match.end())
    word = following["word"] if following else ""
    if following and following["stop"]:
        return False  # a stray stop or comma belongs to what it follows
    small = word[:1].islower() and not _is_name(word)
    if match["stop"] != "." or (")" in match["closers"] and small):
        return not small
    before = _word_before(text, match.start("stop"))
    if before.isdigit() and _BULLET_NUMBER.search(text, max(0, match.start() - 16), match.start()):
        return False
    if len(before) == 1 and before.isupper():
        return not _is_initial(text, match.start("stop") - 1, word)
    return not _is_abbreviation(before, word)


def _word_before(text: str, end: int) -> str:
    """The word, inner stops included, that ends at `end`: "U.S" of "(the U.S."."""
    start = end
    while start > 0 and end - start < 24 and (text[start - 1].isalnum() or text[start - 1] in ".'-"):
        start -= 1
    return text[start:end].lstrip("-.'")


def _is_abbreviation(before: str, word: str) -> bool:
    """Whether the stop after `before` belongs to it, seen that `word` follows."""
    short = before.lower()
    if before in _TITLES or (short in _NEVER_LAST and not (before.isupper() and before.isalpha())):
        return True
    if short == "etc":
        return word.islower()
    if short in _BEFORE_NUMBER:
        return word.isdigit() or word.islower() or (before[0].isupper() and _ROMAN.fullmatch(word) is not None)
    if short in _SOMETIMES_LAST or _DOTTED.fullmatch(before):
        return not word or word[0].isdigit() or word.islower() or word.lower() not in _OPENERS
    return False


def _is_initial(text: str, start: int, word: str) -> bool:
    """Whether the single capital at `start` is of a name: "by J. Smith", not "vitamin C. The"."""
    if word.lower() in _OPENERS or not word[:1].isupper():
        return False
    left = text[max(0, start - 24) : start].split()
    return not left or left[-1][0].isupper() or left[-1][-1] in ".,(" or left[-1] in _BEFORE_NAME


def _is_name(word: str) -> bool:
    """Whether a word that begins small is a name all the same: iGPT, m6A, k8s."""
    return not word.islower() or any(char.isdigit() for char in word)
