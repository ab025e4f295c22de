"""Question → passages, best first.

BM25 and dense similarity each bring their candidates; both scores are then taken for every candidate, so that what one
half alone found is compared fairly, and blended. A reranker has the last word, if there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.schema import Passage, Question
from rag.search.fusion import blend

if TYPE_CHECKING:
    from rag.index.embedding import Embedder
    from rag.index.snapshot import Snapshot
    from rag.search.reranking import Reranker


class Retriever:
    """Finds the passages of one index generation that may answer a question.

    `candidates` chunks are taken from each half; `dense_weight` is the share of dense similarity in the blend (0 is
    BM25 alone, 1 dense alone). Without a reranker the blend's order stands.
    """

    def __init__(
        self, embedder: Embedder, *, candidates: int, dense_weight: float, reranker: Reranker | None = None
    ) -> None:
        self._embedder = embedder
        self._reranker = reranker
        self._candidates = candidates
        self._dense_weight = dense_weight

    def retrieve(self, snapshot: Snapshot, question: Question, *, candidates: int | None = None) -> list[Passage]:
        """All candidates within the limits, best first, with scores bm25, cosine, blend and the reranker's."""
        within = snapshot.chunk_ids(question.limits)
        if within is not None and not within:
            return []
        wanted = max(self._candidates, candidates or 0)
        vector = self._embedder.embed([question.searched], "query")[0]
        found = {
            *snapshot.lexical(question.searched, wanted, within),
            *snapshot.dense(vector, wanted, within),
        }
        bm25 = snapshot.lexical_scores(question.searched, found)
        cosine = snapshot.cosines(vector, found)
        scale = snapshot.idf_total(question.searched)
        blended = blend(bm25, cosine, dense_weight=self._dense_weight, lexical_scale=scale)
        chunks = snapshot.passages(list(blended))
        passages = [
            Passage(
                chunk=chunks[id][0],
                work=chunks[id][1],
                score=score,
                scores={"bm25": bm25[id], "cosine": cosine[id], "blend": score},
            )
            for id, score in blended.items()
        ]
        return passages if self._reranker is None else self._reranker.rerank(question.searched, passages)
