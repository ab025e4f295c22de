from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.index import lexical
from rag.index.snapshot import Snapshot
from rag.index.store import Store
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import SmallCorpus, corpus, id_of, ingest, paper

GARDEN = corpus(
    paper(0, "Mosses grow on the résumé of a naïve gardener.", title="Slow plants", authors=("Łucja Brandt",)),
    paper(1, "Ferns unroll.", title="Unrolling", authors=("Omar Diallo",)),
    paper(2, "Ferns and mosses share the shade.", title="Shade", authors=("Ida Moss",)),
    paper(3, "What is it that was here?", title="It", authors=()),
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with Store.open(tmp_path_factory.mktemp("home"), "hashing", chunk_words=180) as store:
        ingest(store, GARDEN, HashingEmbedder())
        with store.reading() as reading:
            yield reading


def keys(found: dict[str, float], given: SmallCorpus = GARDEN) -> list[str]:
    return [next(chunk.key for chunk in given.chunks if chunk.id == id) for id in found]


def test_words_match_whatever_their_ending_case_or_accents(snapshot: Snapshot) -> None:
    assert keys(snapshot.lexical("NAIVELY resumes", 10)) == ["work-0"]


def test_titles_and_authors_are_searched_too(snapshot: Snapshot) -> None:
    assert keys(snapshot.lexical("diallo", 10)) == ["work-1"]
    assert keys(snapshot.lexical("slow plant", 10)) == ["work-0"]


def test_the_rarer_word_counts_more(snapshot: Snapshot) -> None:
    assert keys(snapshot.lexical("ferns that unroll", 10))[0] == "work-1"


def test_scores_are_positive_and_best_first_and_ties_go_by_id(snapshot: Snapshot) -> None:
    found = snapshot.lexical("moss fern shade", 10)
    assert all(score > 0 for score in found.values())
    assert list(found) == sorted(found, key=lambda id: (-found[id], id))
    assert dict(list(found.items())[:2]) == snapshot.lexical("moss fern shade", 2)


def test_a_chunk_without_any_word_of_the_query_scores_zero(snapshot: Snapshot) -> None:
    ids = [id_of(GARDEN, "work-1"), id_of(GARDEN, "work-3")]
    scores = snapshot.lexical_scores("unroll", ids)
    assert scores[ids[0]] == snapshot.lexical("unroll", 1)[ids[0]] > 0
    assert scores[ids[1]] == 0.0


def test_a_search_within_chunks_finds_only_those(snapshot: Snapshot) -> None:
    within = frozenset({id_of(GARDEN, "work-2"), "no such chunk"})
    assert keys(snapshot.lexical("mosses", 10, within)) == ["work-2"]


def test_stop_words_are_looked_for_when_nothing_else_is_asked(snapshot: Snapshot) -> None:
    assert keys(snapshot.lexical("What was it?", 10))[0] == "work-3"
    assert keys(snapshot.lexical("What was a fern?", 10)) == ["work-1", "work-2"]


@pytest.mark.parametrize("query", ["", "   ", "?!", '"', "\0", "\ud800", "_", "NEAR( AND OR NOT *", "title:x ^y -z"])
def test_no_query_is_an_error(snapshot: Snapshot, query: str) -> None:
    assert snapshot.lexical(query, 5) == {} or keys(snapshot.lexical(query, 5))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=80))
def test_no_text_is_an_error(snapshot: Snapshot, query: str) -> None:
    snapshot.lexical(query, 5)
    snapshot.document_frequency(lexical.terms(query))


def test_of_an_enormous_question_the_rarest_words_are_looked_for(snapshot: Snapshot) -> None:
    noise = " ".join(f"noise{n}" for n in range(50_000))
    assert keys(snapshot.lexical(f"mosses {noise[:90_000]}", 10)) == keys(snapshot.lexical("mosses", 10))
    assert snapshot.idf_total(f"mosses {noise[:90_000]}") == snapshot.idf_total("mosses")


def test_terms_are_those_that_the_index_holds(snapshot: Snapshot) -> None:
    assert lexical.terms("Mosses, résumés!") == ["moss", "resum"]
    assert snapshot.document_frequency(["moss", "resum", "cactus"]) == {"moss": 0.5, "resum": 0.25, "cactus": 0.0}


def test_content_terms_leave_the_question_words_out() -> None:
    assert lexical.content_terms("What is the Growth of mosses, and of moss?") == ["growth", "moss"]
    assert lexical.content_terms("what is it") == []


def test_the_commonest_words_of_a_large_index_add_to_the_score_of_what_the_rarer_ones_find() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE chunks (n INTEGER PRIMARY KEY, title TEXT, authors TEXT, text TEXT)")
    connection.executescript(lexical.TABLES)
    rows = [(n, "Growth" if n % 3 else "Decay", f"in plot{n // 2}") for n in range(lexical.LARGE_INDEX)]
    connection.executemany("INSERT INTO chunks VALUES (?, ?, '', ?)", rows)
    found = lexical.scores(connection, "growth in plot60")  # chunk 120 decays, 121 grows
    assert sorted(found) == [120, 121]
    assert found[120] == lexical.scores(connection, "plot60")[120]
    assert found[121] > found[120]
    assert len(lexical.scores(connection, "growth")) == sum(title == "Growth" for _, title, _ in rows)
    connection.close()
