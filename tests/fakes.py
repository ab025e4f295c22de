"""Small true stand-ins for models. Chroma and SQLite have none: tests use the real ones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag.answer.grounding import Judgement
from rag.llm import Delta, Message
from rag.models.crossencoder import QuestionReading
from rag.models.pairs import PassageText
from rag.schema import Finding, Reading, Span, Usage


class HashingEmbedder:
    """Bag-of-hashed-words vectors of length 1: texts that share words are near. Keeps every text it was given."""

    def __init__(self, name: str = "hashing", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions
        self.embedded: list[str] = []

    def embed(
        self,
        texts: Sequence[str],
        role: Literal["query", "passage"] = "passage",  # noqa: ARG002
    ) -> NDArray[np.float32]:
        """(len(texts), dimensions), float32; the role makes no difference."""
        self.embedded += texts
        return np.stack([_vector(text, self.dimensions) for text in texts])


def _vector(text: str, dimensions: int) -> NDArray[np.float32]:
    vector = np.full(dimensions, 1e-3, dtype=np.float64)  # a text without words has a direction too
    for word in re.findall(r"\w+", text.lower()):
        number = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
        vector[number % dimensions] += 1.0 if number >> 63 else -1.0
    return (vector / np.linalg.norm(vector)).astype(np.float32)


class ScriptedLLM:
    """Replays replies, the last one again and again, and keeps what it was `asked`.

    A reply is text, which streams word by word, a list of pieces, or an error to raise.
    """

    def __init__(self, *replies: str | Sequence[str] | Exception, name: str = "scripted") -> None:
        self.name = name
        self.asked: list[list[Message]] = []
        self._replies = replies

    def complete(self, messages: Sequence[Message]) -> Iterator[Delta]:
        reply = self._replies[min(len(self.asked), len(self._replies) - 1)]
        self.asked.append(list(messages))
        if isinstance(reply, Exception):
            raise reply
        for piece in re.findall(r"\s*\S+|\s+$", reply) if isinstance(reply, str) else reply:
            yield Delta(piece)
        yield Delta("", Usage(prompt_tokens=10, completion_tokens=5, calls=1))

    def close(self) -> None:
        """Holds nothing open."""


class KeywordJudge:
    """Supports a claim to the share of its longer words (four letters and more) and numbers that the quote has.

    A quote that has the claim's words and "not" where the claim has none contradicts it.
    """

    name = "keywords"

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        return [self._judgement(_words(quote), _words(claim)) for quote, claim in pairs]

    def _judgement(self, quote: list[str], claim: list[str]) -> Judgement:
        telling = [word for word in claim if len(word) > 3 or word.isdigit()]
        share = sum(word in quote for word in telling) / max(1, len(telling))
        if "not" in quote and "not" not in claim:
            return Judgement(0.0, share)
        return Judgement(share)


class KeywordReader:
    """Finds the sentences that have a question's longer words, best first; `enough` is the share that answers it."""

    def __init__(self, enough: float = 0.5) -> None:
        self._enough = enough

    def read(self, question: str, passages: Sequence[str]) -> Reading:
        wanted = {word for word in _words(question) if len(word) > 3}
        found = []
        for i, passage in enumerate(passages):
            for match in re.finditer(r"\S[^.!?\n]*[.!?]?", passage):
                share = len(wanted.intersection(_words(match.group()))) / max(1, len(wanted))
                span = Span(match.start(), match.end())
                found.append(Finding(passage=i, span=span, text=match.group(), score=share))
        found = sorted((finding for finding in found if finding.score > 0), key=lambda finding: -finding.score)
        best = found[0].score if found else 0.0
        return Reading(answerable=best, declined=best < self._enough, spans=tuple(found))


class KeywordCrossEncoder:
    """Goes by the share of a question's longer words: in title and text for relevance, in a sentence for an answer.

    A passage states the answer as surely as its best sentence. Keeps every pair that it `read`.
    """

    def __init__(self) -> None:
        self.read: list[tuple[str, PassageText]] = []

    def questions(self, question: str, passages: Sequence[PassageText]) -> list[QuestionReading]:
        self.read += [(question, passage) for passage in passages]
        return [self._reading(question, passage) for passage in passages]

    def _reading(self, question: str, passage: PassageText) -> QuestionReading:
        wanted = {word for word in _words(question) if len(word) > 3}

        def share(text: str) -> float:
            return len(wanted.intersection(_words(text))) / max(1, len(wanted))

        found = tuple(share(span.of(passage.text)) for span in passage.sentences)
        whole = share(f"{passage.heading} {passage.text}")
        return QuestionReading(relevant=whole, answerable=max(found, default=0.0), sentences=found)


class FixedCrossEncoder:
    """Says what it is told of each passage in turn: P(answerable) and P of each sentence."""

    def __init__(self, *readings: tuple[float, tuple[float, ...]]) -> None:
        self._readings = readings

    def questions(self, question: str, passages: Sequence[PassageText]) -> list[QuestionReading]:  # noqa: ARG002
        told = zip(passages, self._readings, strict=True)
        return [QuestionReading(relevant=chance, answerable=chance, sentences=found) for _, (chance, found) in told]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
