"""The way of any text through the search: a real index, a fake embedder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import QuestionError
from rag.index.snapshot import Snapshot
from rag.index.store import Store
from rag.schema import Limits, Passage
from rag.search.question import standalone
from rag.search.retriever import Retriever
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import corpus, ingest, page, paper

GIVEN = corpus(
    paper(0, "Moss grows on the north side of stones.", key="moss", authors=("Mira Solberg",), published="2023-06-14"),
    paper(1, "Fern grows fast AND far: NOT near (water).", key="fern", authors=("Nils Brekke",), published="2021"),
    paper(2, 'Algae drift; "quotes" and stars * are kept.', key="algae", published="2022-06"),
    paper(3, "灯笼 hängt im Wald. Мох растёт медленно.", key="lantern"),
    paper(4, "", key="title-alone", title="What is it?"),
    pages=(page("list.txt"),),
)
RETRIEVER = Retriever(HashingEmbedder(), candidates=3, dense_weight=0.5)

OPERATORS = st.lists(
    st.sampled_from(
        [
            "AND",
            "OR",
            "NOT",
            "NEAR(",
            ")",
            "(",
            '"',
            '""',
            "'",
            "*",
            "^",
            ":",
            "title:",
            "-",
            "+",
            "\0",
            ";--",
            "moss",
            "灯笼",
        ]
    ),
    max_size=12,
).map(" ".join)
STOPS = st.lists(st.sampled_from("what is it that the of and who".split()), min_size=1, max_size=6).map(" ".join)
QUERIES = st.one_of(st.text(max_size=60), OPERATORS, STOPS)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with Store.open(tmp_path_factory.mktemp("home"), "hashing", chunk_words=180) as store:
        ingest(store, GIVEN, HashingEmbedder())
        with store.reading() as reading:
            yield reading


def search(snapshot: Snapshot, query: str, limits: Limits = Limits()) -> list[Passage]:
    try:
        question = standalone(query, limits=limits)
    except QuestionError:
        return []
    return RETRIEVER.retrieve(snapshot, question)


@settings(max_examples=150)
@given(QUERIES)
def test_any_text_is_searched_and_the_best_comes_first(snapshot: Snapshot, query: str) -> None:
    found = search(snapshot, query)
    assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)
    assert len({passage.chunk.id for passage in found}) == len(found)
    assert all(passage.chunk.span.of(passage.record.text_of(passage.chunk.field)) for passage in found)
    assert search(snapshot, query) == found


@settings(max_examples=60)
@given(QUERIES, st.sampled_from(["Solberg", "Brekke", "Nobody"]), st.none() | st.integers(2019, 2025))
def test_nothing_outside_the_limits_is_found(snapshot: Snapshot, query: str, author: str, year: int | None) -> None:
    limits = Limits(authors=(author,), after=date(year, 1, 1) if year else None)
    allowed = {work.key for work in snapshot.works(limits)}
    assert {passage.work.key for passage in search(snapshot, query, limits)} <= allowed


@pytest.mark.parametrize(
    "query",
    [
        "moss " * 20_000,
        "moss_" * 20_000,
        "x" * 100_000,
        '"' * 100_000,
        " ".join(f"word{n}" for n in range(15_000)) + " moss",
    ],
    ids=["a word again and again", "one token of many", "one long word", "quotes", "many words"],
)
def test_a_hundred_kilobytes_are_searched(snapshot: Snapshot, query: str) -> None:
    assert search(snapshot, query)


@pytest.mark.parametrize("query", ["moss", '"moss"', "MOSS*", "title:moss", "moss) OR (", "mosses, growing?"])
def test_operators_and_quotes_mean_nothing(snapshot: Snapshot, query: str) -> None:
    assert search(snapshot, query)[0].work.key == "moss"


def test_words_of_other_scripts_are_found(snapshot: Snapshot) -> None:
    assert search(snapshot, "灯笼")[0].work.key == "lantern"
    assert search(snapshot, "МОХ")[0].work.key == "lantern"
