"""Blocks with their fields → a record: the page's words put where they belong, nothing reworded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.corpus import dates, lexicon
from rag.corpus.blocks import Block
from rag.corpus.bylines import Byline, cut_fused, read_byline
from rag.corpus.names import Evidence
from rag.schema import Origin, Page, Record


@dataclass(frozen=True, slots=True)
class Draft:
    """A record without its ordinal. `year_filled`: the page omits the year of its date."""

    record: Record
    year_filled: bool = False


def make_draft(page: Page, fields: Iterable[tuple[str, Block]], evidence: Evidence) -> Draft:
    """The record that labelled blocks make. Fields: title, fused, names, meta, labels, session, text."""
    held: dict[str, list[Block]] = {}
    for name, block in fields:
        held.setdefault(name, []).append(block)
    title, byline = _title_and_byline(held, evidence)
    buttons: tuple[str, ...] = ()
    if title is not None:
        buttons, title = split_buttons(title, evidence)
    record = Record(
        origin=Origin(page.source, 0),
        title=title,
        authors=byline.authors,
        et_al=byline.et_al,
        affiliations=byline.affiliations,
        labels=tuple(dict.fromkeys((*(block.text for block in held.get("labels", ())), *_labels_among(buttons)))),
        session=next((block.text.strip("[] ") for block in held.get("session", ())), None),
        has_code=True if any(button.lower() in lexicon.CODE_MARKS for button in buttons) else None,
        abstract=_join(held.get("text", ()), title),
    )
    return _with_meta(record, held.get("meta", ()), page.page_year)


def _title_and_byline(held: dict[str, list[Block]], evidence: Evidence) -> tuple[str | None, Byline]:
    lines = [block.text for block in held.get("title", ())]
    if "fused" in held:
        whole = " ".join(block.text for block in held["fused"])
        cut = cut_fused(whole, evidence)
        if cut.believed:
            return cut.title, cut.byline
        lines.append(whole)
    names = ", ".join(block.text.rstrip(",;") for block in held.get("names", ()))
    return " ".join(lines) or None, read_byline(names, evidence)[0] if names else Byline()


def _labels_among(buttons: Iterable[str]) -> Iterable[str]:
    return (button for button in buttons if lexicon.is_label(button))


def _with_meta(record: Record, lines: Sequence[Block], page_year: int) -> Draft:
    year_filled = False
    for block in lines:
        meta = block.meta
        if meta is None:
            continue
        date = dates.read(meta.date, page_year) if meta.date is not None else None
        year_filled = year_filled or (date is not None and date.filled)
        record = replace(
            record,
            category=record.category or meta.category,
            published=record.published or (date.date if date is not None else None),
            score=record.score if record.score is not None else meta.score,
            has_code=True if meta.has_code else record.has_code,
        )
    return Draft(record, year_filled)


# --- Texts -----------------------------------------------------------------------------------------------------------


def _join(blocks: Sequence[Block], title: str | None) -> str:
    """Paragraphs joined by two line feeds, lines of one by a space; without a heading or the title said again."""
    text = ""
    for block in blocks:
        words = block.text
        if not text:
            if title is not None and _letters(words) == _letters(title):
                continue
            words = lexicon.ABSTRACT_PREFIX.sub("", words, count=1)
        text += ("\n\n" if block.gap else " ") * bool(text) + words
    return text


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


# --- Buttons fused with titles ---------------------------------------------------------------------------------------

_FUSED_WORDS = sorted(
    {*lexicon.BUTTONS, "PDF", "Code", "Poster", "Oral", "Spotlight", "Abstract"}, key=len, reverse=True
)
_FUSED_BUTTON = re.compile(rf"({'|'.join(_FUSED_WORDS)})(?=[\"“‘'($¿\[]*[A-Z0-9][^\s]*\s)")
_HALF = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def split_buttons(title: str, evidence: Evidence) -> tuple[tuple[str, ...], str]:
    """The labels of buttons fused with a title's beginning, and the title.

    ("Subscribe",), "Learning to Rank" for "SubscribeLearning to Rank"; coined names like "ShareBench" stay whole.
    """
    buttons: list[str] = []
    while (match := _FUSED_BUTTON.match(title)) and not _is_coined(match.group(1), title, evidence):
        buttons.append(match.group(1))
        title = title[match.end() :]
    return tuple(buttons), title


def _is_coined(button: str, title: str, evidence: Evidence) -> bool:
    """Whether a button's word only begins a coined name: the page uses the name, or what follows is half a name."""
    if " " in button:
        return False  # no name is coined from two words
    word, rest = _first_word(title), title[len(button) :]
    second = _HALF.match(rest)
    if second is None or len(rest.split()) < 2 or is_used(word, evidence):
        return True
    named = title[len(word) : len(word) + 1] == ":"
    used = is_used(_first_word(rest), evidence)
    may_coin = button not in lexicon.BUTTONS or button.lower() in lexicon.COINED_FROM
    if second.group().lower() in lexicon.COINED_ENDINGS:
        coined_itself = evidence.terms[_first_word(rest)] > 0 and _first_word(rest) != second.group()
        return may_coin or (not coined_itself and (named or not used))
    return may_coin and (named or not used)


def _first_word(text: str) -> str:
    return re.split(r"[\s:,]", text, maxsplit=1)[0]


def is_used(word: str, evidence: Evidence) -> bool:
    """Whether the page's running text has the word, or the first part of it."""
    parts = re.findall(r"[^\W\d_]{2,}", word)
    return bool(parts) and (evidence.terms[parts[0]] > 0 or evidence.words[parts[0].lower()] > 0)
