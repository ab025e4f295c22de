"""Page → records: the layouts that together explain most of it; the rest becomes plain records, with a warning.

Nothing is dropped but navigation that the lexicon recognises, the header of a profile and the banner of a listing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.corpus import lexicon
from rag.corpus.banner import without_banner
from rag.corpus.blocks import Block, read_blocks
from rag.corpus.bylines import gather
from rag.corpus.header import Header, read_header
from rag.corpus.layouts import LAYOUTS
from rag.corpus.layouts.drafts import make_draft
from rag.corpus.layouts.layout import Entry, Explanation
from rag.corpus.links import Link, read_link
from rag.corpus.names import Evidence
from rag.schema import Page, Record

SWITCH_COST = 3.0
"""Of changing from one layout to another, so that a page is not patched together from two that it resembles."""

UNEXPLAINED_COST = 1.0
LONGEST_TITLE_WORDS = 35
SAMPLED_BLOCKS = 1000
LEAST_SHARE = 0.05
PLAIN = "plain"
PLAIN_CONFIDENCE = 0.1
GROUP_WORDS = 250
"""A plain record ends with the paragraph that reaches this many words."""


class Layout(Protocol):
    @property
    def name(self) -> str: ...

    def explain(self, page: Page, blocks: Sequence[Block], evidence: Evidence) -> Explanation:
        """The records that this layout finds among the blocks, and the share of characters they explain."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a page holds. Records have no key yet; `years_filled` counts those whose date omits the year."""

    records: tuple[Record, ...]
    name: str | None
    confidence: float
    layout: str
    years_filled: int
    warnings: tuple[str, ...] = ()


def parse(page: Page, layouts: Sequence[Layout] = LAYOUTS) -> Parsed:
    """The records of a page, in page order."""
    blocks = read_blocks(page.text)
    header = read_header(blocks)
    content, asides = _sort_out(blocks, header)
    evidence = _evidence(content, header)
    content = without_banner(content, evidence)
    promising = _promising(page, content, evidence, layouts)
    pieces = _cover([(layout.name, layout.explain(page, content, evidence)) for layout in promising], len(content))
    found = [piece for stretch in _stretches(pieces, len(content)) for piece in _fill(page, stretch, content, evidence)]
    records = _finish(found, content, asides)
    return Parsed(
        records=tuple(records),
        name=page.name or header.name or _commonest_author(records),
        confidence=_weighted_confidence(records),
        layout=_layout_names(found),
        years_filled=sum(piece.entry.draft.year_filled for piece in found),
        warnings=_warnings(found),
    )


# --- Blocks that are no field of a record ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Aside:
    """A line that belongs to the record it stands in without being one of its fields: a link, a code mark."""

    index: int
    link: Link | None


def _sort_out(blocks: Sequence[Block], header: Header) -> tuple[list[Block], list[_Aside]]:
    """The blocks that layouts see, and the lines set aside. A heading "Abstract" becomes a mark of what follows it."""
    content: list[Block] = []
    asides: list[_Aside] = []
    gap, announced = 0, False
    for block in blocks:
        gap = max(gap, block.gap)
        link = read_link(block.text)
        if link is not None or block.text.lower() in lexicon.CODE_MARKS:
            asides.append(_Aside(block.index, link))
        elif lexicon.ABSTRACT_HEADING.fullmatch(block.text):
            announced = True
        elif block.repeats and not block.closed and block.words <= LONGEST_TITLE_WORDS:
            pass  # a title said again
        elif block.index not in header.indices and not (lexicon.is_navigation(block.text) and block.meta is None):
            announced = announced or lexicon.ABSTRACT_PREFIX.match(block.text) is not None
            content.append(replace(block, gap=gap, announced=announced))
            gap, announced = 0, False
            continue
        gap = max(gap, 1)  # what was taken out parts what stood around it
    return content, asides


def _evidence(content: Sequence[Block], header: Header) -> Evidence:
    running = [block.text for block in content if _is_running(block)]
    lines = [block.text for block in content if (block.words <= 70 and not block.closed) or block.byline_end]
    return gather(running, lines, [header.name] * 3 if header.name else [])


def _is_running(block: Block) -> bool:
    """Whether a block is text that people wrote in sentences, were it one: its words say what words the page uses."""
    if block.words >= 25:
        return block.breaks > 0 or block.closed
    return block.words >= 10 and block.text[-1] == "." and block.capitals < 0.5 and not block.byline_end


def _promising(page: Page, content: Sequence[Block], evidence: Evidence, layouts: Sequence[Layout]) -> Sequence[Layout]:
    """The layouts worth trying: all but on an enormous page, where each has to explain something of a sample."""
    if len(content) <= 3 * SAMPLED_BLOCKS:
        return layouts
    starts = (0, len(content) // 3, 2 * len(content) // 3)
    samples = [content[start : start + SAMPLED_BLOCKS] for start in starts]
    share = {layout.name: max(layout.explain(page, sample, evidence).share for sample in samples) for layout in layouts}
    return [layout for layout in layouts if share[layout.name] >= max(LEAST_SHARE, max(share.values()) / 2)]


# --- The best cover --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """An entry with the name of the layout that found it."""

    layout: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class _Way:
    """The best cover up to some block whose last piece is of a certain layout."""

    score: float
    piece: _Piece | None = None
    before: _Way | None = None


def _cover(explanations: Sequence[tuple[str, Explanation]], length: int) -> list[_Piece]:
    """The pieces, each block in one at most, that together explain most, in page order."""
    ending: dict[int, list[_Piece]] = {}
    for name, explanation in explanations:
        for entry in explanation.entries:
            ending.setdefault(entry.end, []).append(_Piece(name, entry))
    costs = {name: explanation.cost for name, explanation in explanations}
    ways: list[dict[str, _Way]] = [{"": _Way(0.0)}]
    for at in range(1, length + 1):
        here = {name: replace(way, score=way.score - UNEXPLAINED_COST) for name, way in ways[-1].items()}
        for piece in ending.get(at, ()):
            way = _best_before(piece, ways[piece.entry.start], costs[piece.layout])
            if way.score > here.get(piece.layout, _Way(float("-inf"))).score:
                here[piece.layout] = way
        ways.append(here)
    return _walk_back(max(ways[-1].values(), key=lambda way: way.score))


def _best_before(piece: _Piece, ways: dict[str, _Way], cost: float) -> _Way:
    def total(name: str) -> float:
        if name == piece.layout:
            return ways[name].score
        return ways[name].score - cost - (SWITCH_COST if name else 0.0)

    name = max(ways, key=total)
    return _Way(total(name) + piece.entry.score, piece, ways[name])


def _walk_back(way: _Way | None) -> list[_Piece]:
    pieces: list[_Piece] = []
    while way is not None:
        if way.piece is not None:
            pieces.append(way.piece)
        way = way.before
    return pieces[::-1]


# --- What no layout explains -----------------------------------------------------------------------------------------


def _stretches(pieces: Sequence[_Piece], length: int) -> Iterator[_Piece | tuple[int, int]]:
    """The pieces, and between them the stretches [start, end) of blocks that none explains."""
    at = 0
    for piece in pieces:
        if at < piece.entry.start:
            yield at, piece.entry.start
        yield piece
        at = piece.entry.end
    if at < length:
        yield at, length


def _fill(
    page: Page, stretch: _Piece | tuple[int, int], content: Sequence[Block], evidence: Evidence
) -> Iterator[_Piece]:
    if isinstance(stretch, _Piece):
        yield stretch
        return
    start, end = stretch
    for first, last in _groups(content, start, end):
        draft = make_draft(page, [("text", block) for block in content[first:last]], evidence)
        yield _Piece(PLAIN, Entry(first, last, 0.0, draft))


def _groups(content: Sequence[Block], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Paragraph groups: split where a gap is wide, and after GROUP_WORDS words."""
    first, words = start, 0
    for at in range(start, end):
        if at > first and content[at].gap and (content[at].wide_gap or words >= GROUP_WORDS):
            yield first, at
            first, words = at, 0
        words += content[at].words
    yield first, end


# --- Records ---------------------------------------------------------------------------------------------------------


def _finish(found: Sequence[_Piece], content: Sequence[Block], asides: Sequence[_Aside]) -> list[Record]:
    """The records with ordinals, confidence, and what stands aside in them."""
    confidence = _confidences(found, content)
    records = [
        replace(
            piece.entry.draft.record,
            origin=replace(piece.entry.draft.record.origin, ordinal=ordinal),
            confidence=confidence[piece.layout],
        )
        for ordinal, piece in enumerate(found)
    ]
    starts = [content[piece.entry.start].index for piece in found]
    place = -1
    for aside in asides:
        while place + 1 < len(starts) and starts[place + 1] < aside.index:
            place += 1
        if place >= 0:
            records[place] = _with_aside(records[place], aside)
    return records


def _with_aside(record: Record, aside: _Aside) -> Record:
    if aside.link is None:
        return replace(record, has_code=True)
    link = aside.link
    return replace(
        record,
        url=link.url if record.url is None else record.url,
        doi=record.doi or link.doi,
        arxiv_id=record.arxiv_id or link.arxiv_id,
        has_code=True if link.is_code else record.has_code,
    )


def _confidences(found: Sequence[_Piece], content: Sequence[Block]) -> dict[str, float]:
    """For each layout, how much of the page is explained, and how well it does its part: 0..1."""
    scores: dict[str, float] = {}
    blocks: Counter[str] = Counter()
    for piece in found:
        scores[piece.layout] = scores.get(piece.layout, 0.0) + piece.entry.score
        blocks[piece.layout] += piece.entry.end - piece.entry.start
    plain = sum(len(b.text) for p in found if p.layout == PLAIN for b in content[p.entry.start : p.entry.end])
    share = 1.0 - plain / (sum(len(block.text) for block in content) or 1)
    squeezed = {name: share * min(1.0, 0.5 + scores[name] / blocks[name] / 4.0) for name in blocks}
    return {**{name: round(value, 3) for name, value in squeezed.items()}, PLAIN: PLAIN_CONFIDENCE}


def _weighted_confidence(records: Sequence[Record]) -> float:
    """The mean over the records, by the length of what they say."""
    weights = [len(record.abstract) + len(record.title or "") + 1 for record in records]
    total = sum(weight * record.confidence for weight, record in zip(weights, records, strict=True))
    return round(total / sum(weights), 3) if records else 0.0


def _layout_names(found: Sequence[_Piece]) -> str:
    counts = Counter(piece.layout for piece in found)
    return "+".join(sorted(counts, key=lambda name: (name == PLAIN, -counts[name], name))) or PLAIN


def _warnings(found: Sequence[_Piece]) -> tuple[str, ...]:
    if not found:
        return ("no paper was found on the page",)
    plain = sum(piece.layout == PLAIN for piece in found)
    if not plain:
        return ()
    what = "no layout explains the page" if plain == len(found) else "no layout explains part of the page"
    return (f"{what}: {plain} plain {'record' if plain == 1 else 'records'}, one a group of paragraphs",)


def _commonest_author(records: Sequence[Record]) -> str | None:
    """The author of a clear majority of the records that name authors."""
    listed = [record.authors for record in records if record.authors]
    counts = Counter(author for authors in listed for author in set(authors))
    if len(listed) < 3 or not counts:
        return None
    (name, count), *others = counts.most_common(2)
    clear = not others or count > others[0][1]
    return name if clear and 2 * count > len(listed) else None
