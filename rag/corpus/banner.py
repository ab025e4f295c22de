"""The banner above a listing: slogans, and a button whose label is fused with the first title: "SubscribeDeep …"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.corpus.blocks import Block
from rag.corpus.layouts.drafts import is_used, split_buttons
from rag.corpus.lexicon import BUTTONS, COINED_ENDINGS, COINED_FROM
from rag.corpus.names import Evidence

MOST_LINES = 5
LONGEST_LINE_WORDS = 18

_BUTTON = re.compile(rf"({'|'.join(sorted(BUTTONS, key=len, reverse=True))})(?=\S)")
_FIRST_WORD = re.compile(r"[^\W_]+")


def without_banner(content: Sequence[Block], evidence: Evidence) -> list[Block]:
    """The blocks without the short lines above a title that a button is fused with, and without the button.

    One line is the banner when others stand above the title, known furniture included: so the words of a button that
    begin coined names too ("FollowNet") need less evidence here than anywhere else.
    """
    for at, block in enumerate(content[: MOST_LINES + 1]):
        title = _first_title(block, evidence)
        if title is not None:
            return [replace(block, text=title, gap=content[0].gap), *content[at + 1 :]]
        if block.words > LONGEST_LINE_WORDS or block.meta or block.session or block.label or block.announced:
            break
    return list(content)


def _first_title(block: Block, evidence: Evidence) -> str | None:
    """The title that a button is fused with; None where no button is."""
    match = _BUTTON.match(block.text)
    if match is None or block.announced:
        return None
    buttons, title = split_buttons(block.text, evidence)
    if buttons and buttons[0] in BUTTONS:
        return title
    button, rest = match.group(1), block.text[match.end() :]
    second = _FIRST_WORD.search(rest)
    if second is None or (rest[0].isalpha() and is_used((button.split()[-1] + rest).split()[0], evidence)):
        return None
    if second.group()[0].islower() and not _is_word(second.group(), evidence, coined=button.lower() in COINED_FROM):
        return None
    if evidence.terms[second.group()]:
        return rest
    ending = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", second.group())[0].lower() in COINED_ENDINGS
    return rest if block.index > 0 and not ending else None


def _is_word(word: str, evidence: Evidence, *, coined: bool) -> bool:
    """Whether a word in lower case begins a title, and does not end the word that the button's label begins."""
    if re.search("[A-Z]", word):
        return True  # iHDR, eBPF, scRNA
    return not coined and len(word) > 2 and evidence.words[word] > 0
