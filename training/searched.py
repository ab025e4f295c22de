"""Hand-written questions searched for on an index, and what the cross-encoder says of every candidate, kept in a file.

Shared by `rerank_weights.py` and `reader_choice.py`. Reading is slow and is done once; what is set afterwards is
arithmetic. Questions of the train part are those of abstracts held out of training. The index is that of
`benchmarks/handwritten.py`: the abstracts of judge.jsonl.gz and 3,000 more.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.index.embedding import BuiltinEmbedder
from rag.index.store import Store
from rag.models import onnx
from rag.models.crossencoder import CrossEncoder, QuestionReading
from rag.models.pairs import PassageText
from rag.schema import Passage, Question
from rag.search.retriever import Retriever
from training.reading_data import Row, held_out, open_rows

CHUNK_WORDS, CANDIDATES, DENSE_WEIGHT = 180, 50, 0.65  # as the settings have them
DEPTH = 100
DATA = Path(__file__).parents[2] / "shared" / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with its candidates in the blend's order; `gold` titles, `evidence` sentences; none: unanswerable."""

    text: str
    kind: str
    gold: tuple[str, ...]
    evidence: tuple[str, ...]
    passages: tuple[Passage, ...]


class Recorded:
    """A cross-encoder that reads a pair once and writes it down; `seconds` and `pairs` of what it really read."""

    def __init__(self, model: CrossEncoder, file: Path) -> None:
        self._model = model
        self._file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self._known: dict[str, Any] = dict(json.loads(line) for line in lines)
        self.seconds = 0.0
        self.pairs = 0

    def questions(self, question: str, passages: Sequence[PassageText]) -> list[QuestionReading]:
        keys = [json.dumps([self._model.name, question, passage.heading, passage.text]) for passage in passages]
        new = [(key, passage) for key, passage in zip(keys, passages, strict=True) if key not in self._known]
        started = time.perf_counter()
        readings = self._model.questions(question, [passage for _, passage in new])
        self.seconds += time.perf_counter() - started
        self.pairs += len(new)
        with self._file.open("a", encoding="utf-8") as file:
            for (key, _), reading in zip(new, readings, strict=True):
                self._known[key] = [reading.relevant, reading.answerable, reading.sentences]
                file.write(json.dumps([key, self._known[key]]) + "\n")
        return [
            QuestionReading(relevant=relevant, answerable=answerable, sentences=tuple(found))
            for relevant, answerable, found in (self._known[key] for key in keys)
        ]


def arguments(parser: argparse.ArgumentParser) -> argparse.Namespace:
    parser.add_argument("home", type=Path, help="the index of benchmarks/handwritten.py's page")
    parser.add_argument("--readings", type=Path, required=True, help="file that keeps what the model says")
    parser.add_argument("--models", type=Path, default=onnx.FOLDER, help="folder of reader.onnx and its manifest")
    parser.add_argument("--questions", type=int, default=300, help="how many, of each kind")
    parser.add_argument("--split", default="train", choices=("train", "dev"))
    return parser.parse_args()


def asked(flags: argparse.Namespace) -> list[Asked]:
    """Single questions, pairs of them put as one, and unanswerable ones, each searched for."""
    rows = [row for row in open_rows(DATA / "judge.jsonl.gz") if row["split"] == flags.split]
    if flags.split == "train":
        rows = [row for row in rows if held_out(row["arxiv_id"])]
    embedder = BuiltinEmbedder()
    retriever = Retriever(embedder, candidates=CANDIDATES, dense_weight=DENSE_WEIGHT)
    with Store.open(flags.home, embedder.name, chunk_words=CHUNK_WORDS) as store, store.reading() as snapshot:
        return [
            replace(one, passages=tuple(retriever.retrieve(snapshot, Question(asked=one.text, text=one.text))[:DEPTH]))
            for one in _questions(rows, flags.questions)
        ]


def _questions(rows: Sequence[Row], count: int) -> Iterator[Asked]:
    rng = random.Random(7)
    single = [_single(row, question) for row in rows for question in row["questions"]]
    yield from rng.sample(single, min(count, len(single)))
    for one, other in zip(rng.sample(single, count // 2), rng.sample(single, count // 2), strict=True):
        text = f"{one.text.rstrip('?')}, and {other.text[:1].lower()}{other.text[1:]}"
        yield Asked(
            text=text,
            kind="pair",
            gold=(*one.gold, *other.gold),
            evidence=(*one.evidence, *other.evidence),
            passages=(),
        )
    without = [question for row in rows for question in row["unanswerable"]]
    for question in rng.sample(without, min(count, len(without))):
        yield Asked(text=question, kind="unanswerable", gold=(), evidence=(), passages=())


def _single(row: Row, question: dict[str, Any]) -> Asked:
    evidence = tuple(" ".join(row["sentences"][i].split()) for i in question["evidence"])
    return Asked(text=question["q"], kind="single", gold=(title_of(row["title"]),), evidence=evidence, passages=())


def title_of(title: str | None) -> str:
    return " ".join((title or "").split()).casefold()
