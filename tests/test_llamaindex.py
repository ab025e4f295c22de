"""The assistant as LlamaIndex sees it, over the sample pages; an answer out of the catalogue is made by hand."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.response.schema import Response
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import MetadataMode, NodeWithScore

from rag import Assistant
from rag.llamaindex import AssistantRetriever, response_of
from rag.schema import (
    Answer,
    Citation,
    Claim,
    Coverage,
    Limits,
    Origin,
    Question,
    Quote,
    Receipt,
    Record,
    Source,
    Span,
    Work,
)

pytestmark = pytest.mark.slow

QUESTION = "How many parameters does ViT-H/14 have?"
PATCHES = "images as sequences of patches"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(home=tmp_path_factory.mktemp("home"), offline=True) as opened:
        opened.ingest(sample=True)
        yield opened


def keys(nodes: list[NodeWithScore]) -> list[str]:
    return [found.node.metadata["key"] for found in nodes]


def test_the_retriever_finds_what_a_search_finds_awaited_or_not(assistant: Assistant):
    retriever = assistant.as_retriever(k=2)
    assert isinstance(retriever, BaseRetriever)
    passages = [passage for result in assistant.search(PATCHES, k=2) for passage in result.passages]
    for nodes in (retriever.retrieve(PATCHES), asyncio.run(retriever.aretrieve(PATCHES))):
        assert keys(nodes) == [passage.chunk.key for passage in passages]
        assert [found.node.node_id for found in nodes] == [passage.chunk.id for passage in passages]
        assert [found.score for found in nodes] == pytest.approx([passage.score for passage in passages])


def test_a_node_says_where_its_text_stands_to_the_character(assistant: Assistant):
    records = {(record.origin.source, record.origin.ordinal): record for record in assistant.records()}
    for found in assistant.as_retriever(k=5).retrieve(PATCHES):
        place = found.node.metadata
        text = records[place["source"], place["ordinal"]].text_of(place["field"])
        assert text[place["start"] : place["end"]] == found.node.get_content(MetadataMode.NONE)
        assert (found.node.start_char_idx, found.node.end_char_idx) == (place["start"], place["end"])
        assert "ordinal" not in found.node.get_content(MetadataMode.LLM)


def test_an_awaited_search_leaves_the_event_loop_free():
    where: list[int] = []

    class Watched:
        def search(self, _: str, **__: object) -> tuple[()]:
            where.append(threading.get_ident())
            return ()

    retriever = AssistantRetriever(Watched(), k=1, limits=Limits())
    assert asyncio.run(retriever.aretrieve(PATCHES)) == []
    assert where != [threading.get_ident()]


def test_both_keep_within_the_limits_of_a_search(assistant: Assistant):
    found = assistant.as_retriever(k=10, year=2020).retrieve(PATCHES)
    assert set(keys(found)) == {work.key for work in assistant.works(assistant.search("x", year=2020).question.limits)}
    response = assistant.as_query_engine(limits=Limits(authors=("Nobody At All",))).query(QUESTION)
    assert "no work is by “Nobody At All”" in str(response)
    assert response.source_nodes == []


def test_the_query_engine_answers_as_ask_does_with_its_verdicts(assistant: Assistant):
    engine, answer = assistant.as_query_engine(), assistant.ask(QUESTION)
    assert isinstance(engine, BaseQueryEngine)
    for response in (engine.query(QUESTION), asyncio.run(engine.aquery(QUESTION))):
        assert isinstance(response, Response)
        assert str(response) == answer.text
        assert response.metadata is not None
        assert response.metadata["answer"]["claims"] == answer.to_dict()["claims"]
        assert {claim["verdict"] for claim in response.metadata["answer"]["claims"]} == {"supported"}
        assert [found.node.node_id for found in response.source_nodes] == [p.chunk.id for p in answer.passages]


def test_an_answer_that_read_no_passage_gives_the_words_it_cites():
    record = Record(origin=Origin("page.txt", 4), key="k", title="Moss", authors=("Mira Solberg",), abstract="Slow.")
    work, text = Work(key="k", records=(record,)), "Moss is by Mira Solberg. [1]"
    citation = Citation(n=1, quote=Quote(record=record, field="authors", span=Span(0, 12)))
    claim = Claim(text=text[:-4], span=Span(0, len(text)), support=1.0, verdict="supported", citations=(citation,))
    answer = Answer(
        question=Question(asked="Who?", text="Who?", kind="catalog"),
        text=text,
        answerer="catalog",
        coverage=Coverage(exhaustive=True, matched=1, works=1, records=1),
        receipt=Receipt(version="1", index="i", embedder="e", judge="j"),
        seconds=0.0,
        claims=(claim,),
        sources=(Source(n=1, work=work, quotes=("Mira Solberg",)),),
    )
    (found,) = response_of(answer).source_nodes
    assert found.node.get_content(MetadataMode.NONE) == "Mira Solberg"
    assert (found.node.metadata["field"], found.node.metadata["start"], found.node.metadata["end"]) == (
        "authors",
        0,
        12,
    )


def test_the_embedding_makes_the_vectors_of_the_index(assistant: Assistant):
    embedding = assistant.as_embedding()
    assert isinstance(embedding, BaseEmbedding)
    texts = ["quiet nets", "loud nets"]
    one = embedding.get_text_embedding(texts[0])
    assert embedding.get_text_embedding_batch(texts)[0] == pytest.approx(one, abs=1e-5)
    assert asyncio.run(embedding.aget_text_embedding_batch(texts))[0] == pytest.approx(one, abs=1e-5)
    assert asyncio.run(embedding.aget_query_embedding("nets")) == embedding.get_query_embedding("nets")
    assert sum(value * value for value in one) == pytest.approx(1.0, abs=1e-5)
    assert embedding.model_name == assistant.status().embedder
