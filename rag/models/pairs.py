"""A query and a passage as the cross-encoder reads them: in word pieces, in windows that fit, one window a run.

Which pieces stand where, and what the masks say, is described in `training/crossencoder_graph.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.models import onnx
from rag.models.windows import even, windows
from rag.schema import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FIRST, END = 101, 102  # [CLS] and [SEP] of the vocabulary
QUESTION, CLAIM = 2, 3  # [unused1] and [unused2], which training gave their meaning
SPECIALS = 4  # [CLS], the task, two [SEP]

QUERY_PIECES = 128
HEADING_PIECES = 64
"""Of a longer heading the beginning leads the windows; a title is rarely half as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageText:
    """A passage to be read. `sentences` are spans of `text`, in order; `heading`, its title, leads every window."""

    text: str
    sentences: tuple[Span, ...] = ()
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces [begin, end) of a passage, read with one part of the query."""

    query: tuple[int, int]
    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A query and a passage in pieces; no windows where there is nothing to read. Sentences are ranges of pieces."""

    task: int
    query: onnx.Pieces
    heading: tuple[int, ...]
    body: tuple[int, ...]
    sentences: tuple[tuple[int, int], ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The model's output for a window: five logits, one for each of its pieces, one for each of the query's."""

    window: Window
    sequence: list[float]
    evidence: NDArray[np.float32]
    unsupported: NDArray[np.float32]


def cut(model: onnx.PackagedModel, task: int, query: str, passage: PassageText) -> Pair:
    """The pair in windows, each of which leaves room for the longest part of the query and for the heading."""
    asked, body = model.located(query), model.located(passage.text)
    if task == QUESTION and len(asked.ids) > QUERY_PIECES:
        asked = _ends(asked)
    heading = model.located(passage.heading).ids[:HEADING_PIECES]
    starts = [start for start, _ in body.spans]
    sentences = tuple((bisect_left(starts, span.start), bisect_left(starts, span.end)) for span in passage.sentences)
    parts = even(len(asked.ids), QUERY_PIECES) if asked.ids and body.ids else []
    longest = max((end - begin for begin, end in parts), default=0)
    room = model.entry.max_pieces - SPECIALS - longest - len(heading)
    cuts = windows([begin for begin, _ in sentences], len(body.ids), room)
    return Pair(
        task=task,
        query=asked,
        heading=heading,
        body=body.ids,
        sentences=sentences,
        windows=tuple(Window(part, *cut) for part in parts for cut in cuts),
    )


def _ends(pieces: onnx.Pieces) -> onnx.Pieces:
    half = QUERY_PIECES // 2
    ids, spans, words = ((*of[:half], *of[-half:]) for of in (pieces.ids, pieces.spans, pieces.words))
    return onnx.Pieces(ids=ids, spans=spans, words=words)


def run(model: onnx.PackagedModel, pair: Pair, window: Window) -> Row:
    """One window, alone in its run."""
    import numpy as np

    query = pair.query.ids[slice(*window.query)]
    passage = (*pair.heading, *pair.body[window.begin : window.end])
    ids = np.array([[FIRST, pair.task, *query, END, *passage, END]], dtype=np.int64)
    asked, read = np.zeros(ids.shape, dtype=np.float32), np.zeros(ids.shape, dtype=np.float32)
    asked[0, 2 : 2 + len(query)] = 1
    read[0, 3 + len(query) : -1] = 1
    segments = (np.arange(ids.shape[1])[None] >= 3 + len(query)).astype(np.int64)
    sequence, pieces = model.run(
        {"input_ids": ids, "token_type_ids": segments, "query_mask": asked, "passage_mask": read}
    )
    return Row(
        window=window,
        sequence=sequence[0].tolist(),
        evidence=pieces[0, 3 + len(query) + len(pair.heading) : -1],
        unsupported=pieces[0, 2 : 2 + len(query)],
    )
