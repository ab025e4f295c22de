"""The judge and the reader that are measured, by name; each opens what ships with the package."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.judging.scoring import ClaimJudge, Reader

Models = tuple[ClaimJudge, Reader]


def similarity() -> Models:
    """Those that go by likeness: the packaged embedder, cosines and shared words."""
    from rag.answer.extractive import SimilarityReader
    from rag.answer.grounding import SimilarityJudge
    from rag.index.embedding import BuiltinEmbedder

    embedder = BuiltinEmbedder(workers=2)
    judge = SimilarityJudge(lambda texts: embedder.embed(texts, "passage"))
    return judge, SimilarityReader(lambda texts: embedder.embed(texts, "passage"))


MODELS: Mapping[str, Callable[[], Models]] = {"similarity": similarity}
DEFAULT = "similarity"
