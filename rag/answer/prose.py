"""The sentences of any text, Markdown's signs taken off, and where each stands in it.

What states nothing is passed over: headings, code, tables, rules, front matter, lists of references.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from rag.answer.citations import numbers_in
from rag.corpus.sentences import sentences
from rag.schema import Span, unbracketed


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A sentence without its marks, on one line; its place in the text, its first line (from 1), its paragraph."""

    text: str
    span: Span
    line: int
    paragraph: int


def stated(text: str) -> Iterator[Stated]:
    """The sentences of a text in their order; a number in brackets is taken for a citation and left out."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for paragraph, block in enumerate(_blocks(text)):
        clean, origins = _clean(text, block)
        for span in sentences(clean):
            words = unbracketed(" ".join(span.of(clean).split()))
            if any(char.isalnum() for char in words):
                place = Span(origins[span.start], origins[span.end - 1] + 1)
                line = bisect_right(starts, place.start)
                yield Stated(text=words, span=place, line=line, paragraph=paragraph)


# --- Paragraphs ------------------------------------------------------------------------------------------------------

_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}#{1,6}(?:\s|$)")
_RULE = re.compile(r"\s*(?:[-*_=]\s?){3,}\s*$")
_TABLE = re.compile(r"\s*\|")
_REFERENCE = re.compile(r"\s*\[[^\]]+\]:\s")
_ITEM = re.compile(r"\s*(?:[-*+•‣▪–]|\d{1,3}[.)])\s+")
_QUOTED = re.compile(r"\s*(?:>\s?)+")
_SOURCES = re.compile(
    r"[\s#*_]*(?:\d+\.?\s+)?(?:references|sources|citations|works cited|bibliography)[\s:*_]*$", re.IGNORECASE
)


def _blocks(text: str) -> Iterator[list[Span]]:
    """The paragraphs and list items of a text, each as its lines without what begins them."""
    block, quoted = list[Span](), False
    for start, line in _lines(text):
        underline = _RULE.match(line)
        if underline and len(block) == 1 and line[0] in "=-" and block[0].of(text).rstrip()[-1:] not in tuple(".!?"):
            block = []  # the line before was a heading
        if underline or not line.strip():
            yield block
            block = []
            continue
        quote, item = _QUOTED.match(line), _ITEM.match(line)
        if item or (quote is not None) > quoted:
            yield block
            block = []
        quoted = quote is not None
        lead = quote or item
        begin = start + (lead.end() if lead else 0)
        if begin < start + len(line):
            block.append(Span(begin, start + len(line)))
    yield block


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line with the place where it begins; "" for one that is no prose. A heading's signs are left out."""
    fence, listing = "", False
    position = _front_matter(text)
    for line in text[position:].splitlines(keepends=True):
        start, position = position, position + len(line)
        sign, heading = _FENCE.match(line), _HEADING.match(line)
        if _SOURCES.match(line) or heading:
            listing = _SOURCES.match(line) is not None
        if sign or fence:
            mark = sign.group().strip() if sign else ""
            fence = mark if not fence else "" if mark == fence else fence
            yield start, ""
        elif heading and not listing and line.rstrip(" #\n")[-1:] in tuple(".!?"):
            yield start, ""  # a sentence that is set as a heading stands alone
            yield start + heading.end(), line[heading.end() :]
            yield position, ""
        elif listing or heading or _TABLE.match(line) or _REFERENCE.match(line):
            yield start, ""
        else:
            yield start, line


def _front_matter(text: str) -> int:
    """Where the text begins after a head of "---", lines, "---"."""
    found = re.match(r"---[^\S\n]*\n(?:[^\n]*\n){0,200}?(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", text)
    return found.end() if found and ":" in found.group() else 0


# --- Signs -----------------------------------------------------------------------------------------------------------

_NUMBER = r"\d{1,4}(?:\s*[-–—]\s*\d{1,4})?"
_SIGN = re.compile(
    rf"""
    (?P<mark> [ \t]?(?:\[\^?(?P<square>{_NUMBER}(?:\s*[,;]\s*{_NUMBER})*)\](?!\()
        |【(?P<wide>{_NUMBER}(?:\s*[,;]\s*{_NUMBER})*)】))
    | (?P<image> !\[[^\]\n]*\]\([^()\s]*\))
    | \[(?P<link>[^\]\n]{{1,300}})\]\([^()\n]{{0,500}}\)
    | (?P<tag> </?[a-zA-Z][^<>\n]{{0,200}}>|<!--.{{0,2000}}?-->)
    | (?P<bold> (?<!\w)[*_]{{1,3}}(?=[^\s*_])|(?<=[^\s*_])[*_]{{1,3}}(?!\w)|`+)
    """,
    re.VERBOSE,
)


def _clean(text: str, block: list[Span]) -> tuple[str, list[int]]:
    """A paragraph without signs, on one line, and where each of its characters stands in the text."""
    raw = "".join(span.of(text) for span in block)
    origins = [i for span in block for i in range(span.start, span.end)]
    kept = list[int]()
    cursor = 0
    for sign in _SIGN.finditer(raw):
        kept += range(cursor, sign.start())
        if sign["link"]:
            kept += range(sign.start("link"), sign.end("link"))
        elif sign["mark"] and numbers_in(sign["square"] or sign["wide"]) is None:
            kept += range(sign.start(), sign.end())  # an interval
        cursor = sign.end()
    kept += range(cursor, len(raw))
    return "".join(" " if _is_control(raw[i]) else raw[i] for i in kept), [origins[i] for i in kept]


def _is_control(char: str) -> bool:
    return char < " " or "\x7f" <= char < "\xa0" or "\ud800" <= char <= "\udfff"
