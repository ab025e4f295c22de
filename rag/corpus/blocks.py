"""A page's lines → blocks: each non-blank line with what can be seen of it without knowing any layout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.corpus import lexicon
from rag.corpus.metalines import Meta, read_meta

PAGE_EDGE = 99
"""The gap before a page's first line and after its last: as wide as any."""

RARE_GAPS = 0.05
"""The share below which a narrower gap is a slip."""

_SENTENCE_BREAK = re.compile(r"[a-z0-9)\]$%”\"](?<!\bvs)(?<!\bal)\.['\"”’)]?\s+(?=[A-Z\"“'(])")
_UNFINISHED = re.compile(
    r"(?:[,:–—-]|\b(?:a|an|and|by|for|from|in|of|on|or|over|the|through|to|under|using|via|with|without))$",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"[.?!…:]['\"”’)\]]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A line with its features. `text` has its white space folded; `index` counts a page's blocks, `line` its lines."""

    text: str
    index: int
    line: int
    gap: int
    """Blank lines before it."""
    gap_after: int
    wide_gap: bool | None
    """More blank lines stand before it than before most lines; None on a page whose gaps are all alike."""
    times: int
    """How often the page has this very line."""
    repeats: bool
    """Says again what stands directly before it."""
    words: int
    capitals: float
    """The share of its words of four and more letters that begin with a capital."""
    breaks: int
    """How many sentences end inside it; questions and cries not counted, which stand in titles too."""
    closed: bool
    """Ends as a sentence does."""
    label: bool
    session: bool
    byline_end: bool
    """Cuts a list of names short: "et al." stands at its end, or before its last separator."""
    meta: Meta | None
    beside_label: bool = False
    """Stands directly above or below a label."""
    asked_for: bool = False
    """The line directly above it cannot end there: "… Pose Estimation:"."""
    announced: bool = False
    """A heading such as "Abstract" stands before it."""


def read_blocks(text: str) -> list[Block]:
    """The blocks of a page's text, in order."""
    lines = [(number, folded) for number, line in enumerate(text.split("\n")) if (folded := fold(line))]
    times = Counter(folded for _, folded in lines)
    gaps = [PAGE_EDGE if at == 0 else lines[at][0] - lines[at - 1][0] - 1 for at in range(len(lines))]
    usual = _usual_gap(gaps)
    several = any(usual < gap < PAGE_EDGE for gap in gaps)
    blocks: list[Block] = []
    for index, (number, folded) in enumerate(lines):
        gap_after = gaps[index + 1] if index + 1 < len(gaps) else PAGE_EDGE
        before = [block.text for block in blocks[-2:]]
        blocks.append(
            _block(
                folded,
                index=index,
                line=number,
                gap=gaps[index],
                gap_after=gap_after,
                wide_gap=gaps[index] > usual if several else None,
                times=times[folded],
                repeats=_says_again(folded, before),
            )
        )
    return [_among(block, blocks) for block in blocks]


def _among(block: Block, blocks: Sequence[Block]) -> Block:
    """The block with what its neighbours say of it."""
    above = blocks[block.index - 1] if block.index > 0 and block.gap == 0 else None
    below = blocks[block.index + 1] if block.index + 1 < len(blocks) and block.gap_after == 0 else None
    beside_label = any(other is not None and other.label for other in (above, below))
    asked_for = above is not None and is_unfinished(above.text)
    return replace(block, beside_label=beside_label, asked_for=asked_for) if beside_label or asked_for else block


def is_unfinished(line: str) -> bool:
    """Whether a line asks for more: it ends in a mark or a word that nothing ends in."""
    return _UNFINISHED.search(line[-20:]) is not None


def fold(text: str) -> str:
    """Each run of white space as one space, none at the ends; invisible marks left out."""
    return " ".join(text.translate(_INVISIBLE).split())


_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\u2060\x00\xad"))


def _block(
    text: str, *, index: int, line: int, gap: int, gap_after: int, wide_gap: bool | None, times: int, repeats: bool
) -> Block:
    words = text.split()
    long_words = [word for word in words if len(word) >= 4 and word[0].isalpha()]
    short = len(text) <= 90
    return Block(
        text=text,
        index=index,
        line=line,
        gap=gap,
        gap_after=gap_after,
        wide_gap=wide_gap,
        times=times,
        repeats=repeats,
        words=len(words),
        capitals=sum(word[0].isupper() for word in long_words) / len(long_words) if long_words else 0.5,
        breaks=len(_SENTENCE_BREAK.findall(text)),
        closed=_CLOSED.search(text[-8:]) is not None,
        label=lexicon.is_label(text),
        session=short and re.fullmatch(r"\[[^\[\]]{1,80}\]", text) is not None,
        byline_end=_cuts_names_short(text),
        meta=read_meta(text) if short else None,
    )


def _cuts_names_short(text: str) -> bool:
    if len(text) > 1000:
        return False
    return any(
        match.end() == len(text) or re.match(r"\s*[·•|]", text[match.end() :])
        for match in lexicon.ET_AL.finditer(text)
        if match.start() > 0
    )


def _says_again(text: str, before: Sequence[str]) -> bool:
    same = _letters(text)
    return bool(same) and any(_letters(" ".join(before[-count:])) == same for count in range(1, len(before) + 1))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text[:400].lower())) if len(text) <= 400 else ""


def _usual_gap(gaps: Sequence[int]) -> int:
    """The commonest number of blank lines between lines that blank lines part; at least 1.

    Where none is wider, a narrower one: an index of short posts has more titles than further paragraphs.
    """
    parted = Counter(gap for gap in gaps if 0 < gap < PAGE_EDGE)
    usual = min(parted, key=lambda gap: (-parted[gap], gap), default=1)
    if usual < max(parted, default=1):
        return usual
    return max((gap for gap in parted if gap < usual and parted[gap] >= RARE_GAPS * parted[usual]), default=usual)
