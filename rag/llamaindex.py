"""The assistant as LlamaIndex objects: a retriever, a query engine and an embedding for pipelines of LlamaIndex's.

Imported by `Assistant.as_retriever`, `as_query_engine` and `as_embedding` when they are called: llama_index.core costs
over a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.response.schema import Response
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index.embedding import Embedder
    from rag.schema import Answer, Citation, Limits, Origin, Passage, Span, Work

_PLACE = ("key", "source", "ordinal", "field", "start", "end")
"""Metadata that say where a node stands: for programs, not for a model to read."""


class AssistantRetriever(BaseRetriever):
    """Finds passages as `Assistant.search` does: a node a passage, those of the best work first."""

    def __init__(self, assistant: Assistant, *, k: int, limits: Limits) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant = assistant
        self._k = k
        self._limits = limits

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        results = self._assistant.search(query_bundle.query_str, k=self._k, limits=self._limits)
        return [node_of(passage) for result in results for passage in result.passages]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """In a thread: a search computes, and the event loop has others to serve."""
        return await asyncio.to_thread(self._retrieve, query_bundle)


class AssistantQueryEngine(BaseQueryEngine):
    """Answers as `Assistant.ask` does; the whole ANSWER stands in the response's metadata under "answer"."""

    def __init__(self, assistant: Assistant, *, limits: Limits) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant = assistant
        self._limits = limits

    def _query(self, query_bundle: QueryBundle) -> Response:
        return response_of(self._assistant.ask(query_bundle.query_str, limits=self._limits))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return response_of(await self._assistant.aask(query_bundle.query_str, limits=self._limits))

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


class AssistantEmbedding(BaseEmbedding):
    """The vectors that the index is made of, for a VectorStoreIndex over the Chroma collection."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.name, callback_manager=CallbackManager([]))
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        (vector,) = self._embedder.embed([query], "query").tolist()
        return list(vector)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return list(self._embedder.embed(texts, "passage").tolist())

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)


def response_of(answer: Answer) -> Response:
    """An answer as LlamaIndex's response: its text, and a node for each passage that the answerer read.

    An answer out of the catalogue read no passages: its nodes are the words that it cites, each once.
    """
    cited = (citation for claim in answer.claims for citation in claim.citations)
    nodes = [node_of(passage) for passage in answer.passages] or _cited_nodes(answer, cited)
    return Response(response=answer.text, source_nodes=nodes, metadata={"answer": answer.to_dict()})


def node_of(passage: Passage) -> NodeWithScore:
    """A passage as LlamaIndex's node: the chunk's id and text, where it stands, and what is known of its work."""
    chunk = passage.chunk
    node = _node(chunk.id, chunk.text, passage.work, chunk.origin, chunk.field, chunk.span)
    return NodeWithScore(node=node, score=passage.score)


def _cited_nodes(answer: Answer, citations: Iterable[Citation]) -> list[NodeWithScore]:
    works = {source.n: source.work for source in answer.sources}
    nodes = {}
    for citation in citations:
        quote = citation.quote
        origin, span = quote.record.origin, quote.span
        id = f"{origin.source}#{origin.ordinal}:{quote.field}[{span.start}:{span.end}]"
        nodes[id] = _node(id, quote.text, works[citation.n], origin, quote.field, span)
    return [NodeWithScore(node=node, score=1.0) for node in nodes.values()]


def _node(id: str, text: str, work: Work, origin: Origin, field: str, span: Span) -> TextNode:
    """Offsets are those of `field` of the record at `origin`, both in LlamaIndex's own fields and in the metadata."""
    merged = work.merged()
    metadata = {
        "key": work.key,
        "title": merged.title,
        "authors": list(merged.authors),
        "published": merged.text_of("published") or None,
        **origin.to_dict(),
        "field": field,
        "start": span.start,
        "end": span.end,
    }
    return TextNode(
        id_=id,
        text=text,
        start_char_idx=span.start,
        end_char_idx=span.end,
        metadata=metadata,
        excluded_llm_metadata_keys=list(_PLACE),
        excluded_embed_metadata_keys=list(_PLACE),
    )
