# ruff: noqa: ARG001 - fits share one signature
"""How well a block fits a field: log-odds by eye, from -6 over 0 (could be) to 4 (can be nothing else).

Fits look at one block alone; that fields follow each other is for the layout to say. The numbers were set by reading
pages, and are held by the tests of the layouts.
"""

from __future__ import annotations

import math
import re

from rag.corpus.blocks import Block, is_unfinished
from rag.corpus.bylines import cut_fused, read_byline
from rag.corpus.names import Evidence

IMPOSSIBLE = -math.inf
LEAST_TITLE = -1.5
"""A line that fits worse is no title, however well what follows it fits: it is a sentence of running text."""

_CAPTION = re.compile(
    r"(?:fig(?:ure)?\.?|table|tl;?\s?dr|image|photo|video|caption|credit)\b\s*[\d:.;(]", re.IGNORECASE
)
_URL = re.compile(r"https?://|www\.")
_PLACE = re.compile(r"(?:[A-Z]\w* ){0,2}(?:Hall|Room|Ballroom|Auditorium|Theater|Theatre)\b[\w\s#/,-]{0,40}")


def fits_title(block: Block, evidence: Evidence) -> float:
    if block.meta is not None or block.session or block.repeats:
        return IMPOSSIBLE
    words = block.words
    if words > 45 or len(block.text) > 400:
        return IMPOSSIBLE
    fit = -0.5 if words == 1 else 0.3 if words == 2 else 1.0 if words <= 18 else 0.3 if words <= 25 else -1.0
    fit += 0.8 if block.capitals > 0.6 else -0.4 if block.capitals < 0.25 else 0.0
    loud = min(block.breaks, block.text.count("! ") + block.text.count("? "))  # titles call out and ask, texts state
    fit -= 2.0 * min(block.breaks - loud, 2) + 0.8 * min(loud, 2)
    fit -= 1.5 * (_is_ended(block) or block.text[-1] in ",;")
    fit -= 1.0 * (block.text[-1] == "." and words >= 8)
    fit -= 3.0 * (block.label + block.announced + block.byline_end + bool(_URL.search(block.text)))
    fit -= 4.0 * bool(_CAPTION.match(block.text))
    fit -= 1.5 * (block.text[0].islower() and block.text.split()[0].islower())
    fit -= _lists_people(block, evidence)
    return fit if fit >= LEAST_TITLE else IMPOSSIBLE


def _is_ended(block: Block) -> bool:
    """Ends as sentences do and titles do not."""
    return block.closed and block.text.rstrip("\"'”’")[-1:] not in {"?", "!", ")"}


def _lists_people(block: Block, evidence: Evidence) -> float:
    """How much speaks for a byline, whole or fused, of several people; 0 where nothing does."""
    if not re.search("[,;·]| and ", block.text):
        return 0.0
    byline, score = read_byline(block.text, evidence)
    if len(byline.authors) >= 2 and score > 0.5:
        return 2.5
    cut = cut_fused(block.text, evidence)
    return 2.0 if cut.score > 2.0 and len(cut.byline.authors) >= 2 else 0.0


def continues_title(block: Block, before: Block, evidence: Evidence) -> float:
    """As the second line of a title that a page broke in two."""
    if block.gap > 0:
        return IMPOSSIBLE
    short = block.words <= 15 and not _is_ended(block) and not (block.meta or block.label or block.session)
    return max(fits_title(block, evidence) - 0.3, 1.6 if short and before.words <= 20 else IMPOSSIBLE)


def continues_unfinished_title(block: Block, before: Block, evidence: Evidence) -> float:
    """The same on a page that sets titles directly above other lines: the line before has to ask for more."""
    asks = is_unfinished(before.text) or block.text[0].islower()
    return (fits_title(block, evidence) if block.gap == 0 else IMPOSSIBLE) + (0.0 if asks else -2.5)


def fits_heading(block: Block, evidence: Evidence) -> float:
    """A title set off by blank lines: by more of them than paragraphs are, on a page that has both."""
    if block.gap == 0:
        return IMPOSSIBLE
    width = {True: 1.5, False: -2.0, None: 0.0}[block.wide_gap]
    framed = block.wide_gap is True and block.gap_after >= block.gap and not block.closed
    return fits_title(block, evidence) + width + 1.0 * framed


def fits_text(block: Block, evidence: Evidence) -> float:
    words = block.words
    fit = 2.5 if words >= 60 else 1.5 if words >= 30 else 0.5 if words >= 15 else -0.7 if words >= 8 else -1.5
    fit += 0.8 * block.closed + 0.7 * (block.breaks > 0) + 2.5 * block.announced + 1.0 * block.repeats
    fit += 1.0 * bool(_CAPTION.match(block.text))
    fit -= 0.5 * (block.capitals > 0.7 and not block.closed)
    fit -= 1.0 * (words < 20 and not block.closed and not block.announced)
    fit -= 3.0 * (block.meta is not None or block.session or block.label)
    if words <= 60:
        fit -= 3.0 if block.byline_end else 1.2 * _lists_people(block, evidence)
    elif _is_long_byline(block, evidence):
        fit -= 5.0
    return fit


def _is_long_byline(block: Block, evidence: Evidence) -> bool:
    if block.breaks > 3 or max(block.text.count(mark) for mark in ",;·") * 5 < block.words:
        return False
    return read_byline(block.text, evidence)[1] > 0.5


def continues_text(block: Block, before: Block, evidence: Evidence) -> float:
    """As a further paragraph of a text, or a further line of a paragraph."""
    return fits_text(block, evidence)


def continues_single_text(block: Block, before: Block, evidence: Evidence) -> float:
    """The same where a text is one line as a rule."""
    return fits_text(block, evidence) - 1.0


def fits_paragraph(block: Block, evidence: Evidence) -> float:
    """Text among which captions and other short lines stand."""
    return max(fits_text(block, evidence), -0.5)


def continues_paragraph(block: Block, before: Block, evidence: Evidence) -> float:
    return fits_paragraph(block, evidence)


def fits_names(block: Block, evidence: Evidence) -> float:
    if block.meta is not None or block.session or block.label or block.repeats or block.breaks > 3:
        return IMPOSSIBLE
    byline, score = read_byline(block.text, evidence)
    if block.asked_for and not byline.et_al:
        score -= 2.0
    if score < 0.0:
        # One or two capitalised words can be a group; a line between blank lines has to be something.
        group = len(" ".join(byline.authors).split()) <= 2 and block.text[0].isupper() and not block.closed
        return -1.0 if group else max(1.5 * score, -4.0)
    return min(score + 1.5, 3.5) if len(byline.authors) > 1 or byline.et_al else min(score, 1.5)


def fits_fused(block: Block, evidence: Evidence) -> float:
    """A title with a byline fused to its end; a bare title will do when the page does not name the authors."""
    if block.meta is not None or block.session or block.label:
        return IMPOSSIBLE
    if block.words > 70 and (block.breaks > 2 or block.text.count(",") * 5 < block.words):
        return IMPOSSIBLE  # running text
    cut = cut_fused(block.text, evidence)
    several = len(cut.byline.authors) > 1
    if cut.byline.et_al and cut.score > -2.0:
        return 3.5
    if several and cut.score > 1.0:
        return 2.5
    fit = fits_title(block, evidence) - 0.8
    if cut.score > 1.5:
        return max(fit, 1.2)
    # Names that it cannot tell apart, in a script without capitals: the lines around it have to say what it is.
    if block.words <= 35 and not block.breaks and (block.byline_end or read_byline(block.text)[1] > 0.0):
        return max(fit, 0.5 if block.byline_end else -1.5)
    return fit


def fits_meta(block: Block, evidence: Evidence) -> float:
    if block.meta is None:
        return IMPOSSIBLE
    return {1: 0.8, 2: 2.5}.get(block.meta.parts, 3.5)


def fits_label(block: Block, evidence: Evidence) -> float:
    if block.label:
        return 2.5
    short = block.words <= 5 and block.text[0].isupper() and not block.closed and not re.search("[,;·]", block.text)
    if not short or block.meta is not None or block.session:
        return IMPOSSIBLE
    return 0.8 if block.times >= 3 else 0.0 if block.beside_label else IMPOSSIBLE


def continues_labels(block: Block, before: Block, evidence: Evidence) -> float:
    return fits_label(block, evidence)


def fits_session(block: Block, evidence: Evidence) -> float:
    if block.session:
        return 3.5
    return 2.0 if block.words <= 8 and _PLACE.fullmatch(block.text) else IMPOSSIBLE
