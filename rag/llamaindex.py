"""The assistant as LlamaIndex objects: a retriever and a query engine for pipelines that speak LlamaIndex.

Imported by `Assistant.as_retriever` and `as_query_engine` when they are called: llama_index.core costs over a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.schema import Answer, Passage


class AssistantRetriever(BaseRetriever):
    """Finds passages as `Assistant.search` does: a node a passage, those of the best work first."""

    def __init__(self, assistant: Assistant, *, k: int) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant = assistant
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        results = self._assistant.search(query_bundle.query_str, k=self._k)
        return [node_of(passage) for result in results for passage in result.passages]


class AssistantQueryEngine(BaseQueryEngine):
    """Answers as `Assistant.ask` does; the whole ANSWER stands in the response's metadata under "answer"."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant = assistant

    def _query(self, query_bundle: QueryBundle) -> Response:
        return response_of(self._assistant.ask(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return response_of(await self._assistant.aask(query_bundle.query_str))

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def response_of(answer: Answer) -> Response:
    """An answer as LlamaIndex's response: its text, and a node for each passage that the answerer read."""
    nodes = [node_of(passage) for passage in answer.passages]
    return Response(response=answer.text, source_nodes=nodes, metadata={"answer": answer.to_dict()})


def node_of(passage: Passage) -> NodeWithScore:
    """A passage as LlamaIndex's node: the chunk's text, and in its metadata the key, title, source and ordinal."""
    chunk = passage.chunk
    metadata = {"key": chunk.key, "title": passage.work.title, **chunk.origin.to_dict()}
    return NodeWithScore(node=TextNode(id_=chunk.id, text=chunk.text, metadata=metadata), score=passage.score)
