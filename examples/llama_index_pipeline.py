"""The index in a LlamaIndex pipeline: our retriever, our query engine, and the Chroma collection opened by LlamaIndex.

python examples/llama_index_pipeline.py            the bundled sample pages
python examples/llama_index_pipeline.py pages/     your own
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence

import chromadb
from chromadb.config import Settings
from llama_index.core import VectorStoreIndex
from llama_index.core.base.response.schema import Response
from llama_index.core.schema import NodeWithScore
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag import Assistant

QUESTION = "What does LoRA add to the frozen weights?"


def main(paths: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as home, Assistant.open(home=home, offline=True) as assistant:
        assistant.ingest(paths, sample=not paths)

        print("Retriever")
        show(assistant.as_retriever(k=2).retrieve(QUESTION))
        print("Retriever, asynchronous, within the limits of a search")
        show(asyncio.run(assistant.as_retriever(k=2, before=2020).aretrieve(QUESTION)))

        print("Query engine")
        response = assistant.as_query_engine().query(QUESTION)
        assert isinstance(response, Response)
        print(f"  {response}")
        answer = (response.metadata or {})["answer"]
        for claim in answer["claims"]:
            print(f"  {claim['verdict']} ({claim['support']:.2f}): {claim['text']}")
        print(f"  passages read: {len(response.source_nodes)}")

        print("LlamaIndex over the Chroma collection")
        show(plain_index(assistant).as_retriever(similarity_top_k=2).retrieve(QUESTION))


def plain_index(assistant: Assistant) -> VectorStoreIndex:
    """Nothing of ours but the vectors and the embedder that made them: dense search alone, no limits, no verdicts."""
    status = assistant.status()
    client = chromadb.PersistentClient(str(status.home / "chroma"), Settings(anonymized_telemetry=False))
    collection = client.get_collection(status.collection, embedding_function=None)
    store = ChromaVectorStore(chroma_collection=collection)
    return VectorStoreIndex.from_vector_store(store, embed_model=assistant.as_embedding())


def show(nodes: Sequence[NodeWithScore]) -> None:
    for found in nodes:
        place = found.node.metadata
        where = f"{place['source']} #{place['ordinal']}, {place['field']} [{place['start']}, {place['end']})"
        print(f"  {found.score or 0:.2f} {place['key']}: {where}")


if __name__ == "__main__":
    main(sys.argv[1:])
