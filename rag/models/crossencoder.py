"""Reads a question or a claim together with a passage, and says what the one has to do with the other.

One model for three uses: how relevant a passage is and whether it answers a question (ranking, refusal), which of its
sentences do (answers), and whether it supports or contradicts a claim (judging). All figures are probabilities,
calibrated as the manifest says. Knows nothing of records, indexes or where sentences end: spans are handed in.

**What is too long is read in windows** (`pairs.py`), each led by the passage's heading; nothing is left out:
- A passage is as relevant, and answers as surely, as its best window; so is a sentence that stands in several.
- A passage supports a claim as its best window does. It contradicts it as that window does which has the most to say
  (the least neutral one), but never more than 1 - supports: other pages of a text may well be silent.
- Of a question of more than 128 pieces the first and the last 64 are read: there stands what is asked.
- A claim of more is read in even parts; the least supported part stands for all of it.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from rag.errors import ModelFileError
from rag.models import onnx
from rag.models.pairs import CLAIM, QUESTION, Pair, PassageText, Row, cut, run
from rag.schema import Span

KEY = "reader"
MAX_WORKERS = 4
REMEMBERED = 1024
"""Readings kept, the latest used: the reranker reads what the answerer asks for a moment later. A few megabytes,
as nothing longer than REMEMBERED_LENGTH characters is kept."""
REMEMBERED_LENGTH = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReading:
    """Probabilities: the passage is about what is asked, it states the answer, each of its sentences is part of it."""

    relevant: float
    answerable: float
    sentences: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReading:
    """Probabilities, which add up to 1, that the passage supports a claim, contradicts it, or leaves it open.

    `sentences` are those that each sentence of the passage is evidence, for or against. `words` are the claim's, each
    with the (uncalibrated) probability that the passage does not support it.
    """

    supports: float
    contradicts: float
    neutral: float
    sentences: tuple[float, ...] = ()
    words: tuple[tuple[Span, float], ...] = ()


class CrossEncoder:
    """The packaged reader. Loads at the first text; threads may share one. Raises ModelFileError where files are bad.

    A reading depends on nothing but its pair: each window runs alone, on one thread, `workers` at a time.
    """

    def __init__(self, *, workers: int | None = None, folder: Path = onnx.FOLDER) -> None:
        self._workers = workers or min(onnx.processors(), MAX_WORKERS)
        self._folder = folder
        self._loading, self._remembering = Lock(), Lock()
        self._model: onnx.PackagedModel | None = None
        self._remembered: OrderedDict[object, QuestionReading | ClaimReading] = OrderedDict()

    @property
    def name(self) -> str:
        """The manifest's name and 8 digits of the file's checksum; reads no model file."""
        return self._entry.id

    def threshold(self, name: str) -> float:
        """A probability that the manifest's `thresholds` set. Raises ModelFileError without one of that name."""
        if name not in self._entry.thresholds:
            raise ModelFileError(f"the list of packaged models sets no threshold {name!r}", hint=onnx.REINSTALL)
        return self._entry.thresholds[name]

    def questions(self, question: str, passages: Sequence[PassageText]) -> list[QuestionReading]:
        """What each passage says to a question, in their order; nothing at all where either holds no word piece."""
        pairs = [(question, passage) for passage in passages]
        return self._readings(QUESTION, pairs, self._question_reading)

    def claims(self, pairs: Sequence[tuple[str, PassageText]]) -> list[ClaimReading]:
        """What each passage says to its claim, (claim, passage) in their order; neutral where either is empty."""
        return self._readings(CLAIM, pairs, self._claim_reading)

    # --- Each pair once ---

    def _readings(
        self, task: int, pairs: Sequence[tuple[str, PassageText]], reading: Callable[[Pair, list[Row]], _Reading]
    ) -> list[_Reading]:
        keys = [(task, query, passage) for query, passage in pairs]
        with self._remembering:
            found: dict[object, Any] = {key: self._remembered[key] for key in keys if key in self._remembered}
        new = [key for key in dict.fromkeys(keys) if key not in found]
        if new:
            cuts = [cut(self._loaded, *key) for key in new]
            found.update(zip(new, map(reading, cuts, self._run(cuts)), strict=True))
        with self._remembering:
            for key in keys:
                if len(key[2].text) <= REMEMBERED_LENGTH:
                    self._remembered[key] = found[key]
                    self._remembered.move_to_end(key)
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return [found[key] for key in keys]

    def _run(self, pairs: Sequence[Pair]) -> list[list[Row]]:
        """The model's outputs for every window of every pair."""
        model = self._loaded
        jobs = [(pair, window) for pair in pairs for window in pair.windows]
        if len(jobs) < 2 or self._workers == 1:
            rows = [run(model, *job) for job in jobs]
        else:
            with ThreadPoolExecutor(self._workers, thread_name_prefix="read") as pool:
                rows = list(pool.map(lambda job: run(model, *job), jobs))
        remaining = iter(rows)
        return [[next(remaining) for _ in pair.windows] for pair in pairs]

    # --- From logits to probabilities ---

    def _question_reading(self, pair: Pair, rows: Sequence[Row]) -> QuestionReading:
        if not rows:
            return QuestionReading(relevant=0.0, answerable=0.0, sentences=(0.0,) * len(pair.sentences))
        calibration = self._calibration
        return QuestionReading(
            relevant=_logistic(calibration.relevant, max(row.sequence[0] for row in rows)),
            answerable=_logistic(calibration.answerable, max(row.sequence[1] for row in rows)),
            sentences=self._sentences(pair, rows),
        )

    def _claim_reading(self, pair: Pair, rows: Sequence[Row]) -> ClaimReading:
        if not rows:
            return ClaimReading(supports=0.0, contradicts=0.0, neutral=1.0, sentences=(0.0,) * len(pair.sentences))
        parts = dict.fromkeys(row.window.query for row in rows)
        weakest = min(
            (self._stance([row for row in rows if row.window.query == part]) for part in parts),
            key=lambda stance: stance[0],
        )
        supports, contradicts = weakest
        return ClaimReading(
            supports=supports,
            contradicts=contradicts,
            neutral=max(0.0, 1.0 - supports - contradicts),
            sentences=self._sentences(pair, rows),
            words=_words(pair, rows),
        )

    def _stance(self, rows: Sequence[Row]) -> tuple[float, float]:
        """P(supported) and P(contradicted) over the windows of a passage; see the module."""
        stances = [self._calibration.claim(row.sequence[2:]) for row in rows]
        supports = max(stance[0] for stance in stances)
        telling = min(stances, key=lambda stance: stance[2])
        return supports, min(telling[1], 1.0 - supports)

    def _sentences(self, pair: Pair, rows: Sequence[Row]) -> tuple[float, ...]:
        scores = []
        for begin, end in pair.sentences:
            means = []
            for row in rows:
                low, high = max(begin, row.window.begin), min(end, row.window.end)
                if low < high:
                    inside = row.evidence[low - row.window.begin : high - row.window.begin]
                    means.append(float(inside.mean()))
            scores.append(_logistic(self._calibration.sentence, max(means)) if means else 0.0)
        return tuple(scores)

    # --- What is loaded, each when it is first needed ---

    @cached_property
    def _entry(self) -> onnx.ModelEntry:
        return onnx.entry(KEY, self._folder)

    @cached_property
    def _calibration(self) -> _Calibration:
        return _calibration(self._entry)

    @property
    def _loaded(self) -> onnx.PackagedModel:
        with self._loading:
            self._model = self._model or onnx.PackagedModel(KEY, self._folder)
            return self._model


_Reading = TypeVar("_Reading", QuestionReading, ClaimReading)


# --- What the manifest says ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calibration:
    """Slope and offset for each logit; for the three stances to a claim a temperature and an offset each."""

    relevant: tuple[float, float]
    answerable: tuple[float, float]
    sentence: tuple[float, float]
    temperature: float
    bias: tuple[float, float, float]

    def claim(self, logits: Sequence[float]) -> tuple[float, float, float]:
        scaled = [logit / self.temperature + bias for logit, bias in zip(logits, self.bias, strict=True)]
        powers = [math.exp(value - max(scaled)) for value in scaled]
        supports, contradicts, neutral = (power / sum(powers) for power in powers)
        return supports, contradicts, neutral


def _calibration(entry: onnx.ModelEntry) -> _Calibration:
    said = entry.calibration
    try:
        slopes = {}
        for name in ("relevant", "answerable", "sentence"):
            slope, offset = (float(value) for value in said[name])
            slopes[name] = slope, offset
        of_support, of_contradiction, of_neither = (float(value) for value in said["claim"]["bias"])
        return _Calibration(
            **slopes,
            temperature=float(said["claim"]["temperature"]),
            bias=(of_support, of_contradiction, of_neither),
        )
    except (KeyError, TypeError, ValueError) as error:
        hint = onnx.REINSTALL
        raise ModelFileError(
            f"the list of packaged models calibrates {entry.name} in no usable way", hint=hint
        ) from error


def _logistic(line: tuple[float, float], logit: float) -> float:
    slope, offset = line
    value = slope * logit + offset
    return 1.0 / (1.0 + math.exp(-value)) if value >= 0 else math.exp(value) / (1.0 + math.exp(value))


def _words(pair: Pair, rows: Sequence[Row]) -> tuple[tuple[Span, float], ...]:
    """A word is as little supported as its worst piece, and that as in the window that supports it best."""
    best: dict[int, float] = {}
    for row in rows:
        for place, logit in enumerate(row.unsupported.tolist(), row.window.query[0]):
            best[place] = min(logit, best.get(place, logit))
    found: dict[int, tuple[Span, float]] = {}
    for place, logit in sorted(best.items()):
        word, (start, end) = pair.query.words[place], pair.query.spans[place]
        if start < end:
            before, worst = found.get(word, (Span(start, end), logit))
            found[word] = Span(before.start, max(before.end, end)), max(worst, logit)
    return tuple((span, _logistic((1.0, 0.0), logit)) for span, logit in found.values())
