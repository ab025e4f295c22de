"""Which limit leaves nothing, said in words, over a real index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.index.snapshot import Snapshot
from rag.index.store import Store
from rag.schema import Limits
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import corpus, ingest, page, paper

GIVEN = corpus(
    paper(0, "Moss grows.", key="moss", authors=("Mira Solberg",), published="2023-06-14", category="cs.LG"),
    paper(1, "Fern grows.", key="fern", authors=("Nils Brekke",), published="2021", labels=("Oral",), has_code=True),
    paper(2, "Algae drift.", key="algae", published="2022-06"),
    pages=(page("list.txt", name="Garden list"),),
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with Store.open(tmp_path_factory.mktemp("home"), "hashing", chunk_words=180) as store:
        ingest(store, GIVEN, HashingEmbedder())
        with store.reading() as reading:
            yield reading


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (
            {"after": date(2024, 1, 1), "before": date(2023, 12, 31)},
            "no day is both 2024-01-01 or later and 2023-12-31 or earlier",
        ),
        (
            {"authors": ("Mira Sollberg",)},
            "no work is by “Mira Sollberg” (nearest: “Mira Solberg”); of 1 work the pages do not say",
        ),
        (
            {"authors": ("Mira Solberg",), "after": date(2022, 1, 1), "before": date(2022, 12, 31), "text": "grows"},
            "no work both is dated 2022 (1) and has all the words “grows” (2)",
        ),
        (
            {"authors": ("Mira Solberg", "Nils Brekke")},
            "no work both is by “Mira Solberg” (1) and is by “Nils Brekke” (1); of 1 work the pages do not say",
        ),
        ({"labels": ("Oral",), "halls": ("Hall Z",)}, "no work is shown in “Hall Z”; of 3 works the pages do not say"),
        (
            {"sources": ("nowhere.txt",), "text": "zeppelin"},
            "no work stands on the page “nowhere.txt” and none has all the words “zeppelin”",
        ),
        ({"after": date(2023, 6, 15)}, "no work is dated 2023-06-15 or later"),
        (
            {"after": date(2022, 6, 2), "before": date(2022, 6, 9)},
            "no work is dated from 2022-06-02 to 2022-06-09; of 1 work the pages do not say",
        ),
        ({"has_code": True, "text": "drift"}, None),
        ({"categories": ("LG", "CL", "CV", "AI", "RO"), "text": "drift"}, None),
    ],
)
def test_the_limits_that_leave_nothing_are_named(snapshot: Snapshot, limits: dict[str, Any], why: str | None) -> None:
    said = snapshot.why_empty(Limits(**limits))
    if why is not None:
        assert said == why
    else:
        assert said.startswith("no work both ")


def test_nothing_is_said_where_something_is_found(snapshot: Snapshot) -> None:
    assert snapshot.why_empty(Limits()) == ""
    assert snapshot.why_empty(Limits(authors=("Solberg",), text="GROW")) == ""


def test_a_limit_of_many_words_or_values_is_named_in_short(snapshot: Snapshot) -> None:
    assert len(snapshot.why_empty(Limits(text="zeppelin " * 10_000))) < 200
    assert len(snapshot.why_empty(Limits(labels=tuple(f"prize {n}" for n in range(3_000))))) < 200


STRANGE = st.one_of(
    st.text(max_size=30), st.sampled_from(["", '"', "' OR 1=1 --", "%", "_", "NEAR(a b)", "a*", "[1]", "Ma"])
)
LISTS = st.lists(STRANGE, max_size=3).map(tuple)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_asked_for_a_reason_is_given_exactly_where_nothing_is_found(
    snapshot: Snapshot, data: st.DataObject
) -> None:
    names = ("authors", "first_authors", "affiliations", "categories", "labels", "halls", "sources")
    asked = Limits(
        **{name: data.draw(LISTS) for name in data.draw(st.sets(st.sampled_from(names), max_size=2))},
        after=data.draw(st.none() | st.dates()),
        before=data.draw(st.none() | st.dates()),
        text=data.draw(STRANGE),
    )
    assert bool(snapshot.why_empty(asked)) == (snapshot.matched(asked) == 0)
    assert len(snapshot.works(asked)) == snapshot.matched(asked)
    assert snapshot.unknown(asked) >= 0


@pytest.mark.parametrize(
    "limits",
    [
        Limits(text=" ".join(f"word{n}" for n in range(12_000))),
        Limits(text="moss" * 25_000),
        Limits(text="a.b" * 30_000),
        Limits(affiliations=("institute " * 10_000,)),
        Limits(authors=tuple(f"Person Number{n}" for n in range(2_000))),
        Limits(halls=tuple(f"Hall {n}" for n in range(2_000))),
        Limits(sources=("\ud800", "nul\0l")),
        Limits(text="nul\0l \ud800"),
        Limits(authors=("\ud800", "\0")),
    ],
    ids=["words", "a word", "a phrase", "an affiliation", "authors", "halls", "no character", "nul", "no name"],
)
def test_limits_of_any_size_are_looked_up(snapshot: Snapshot, limits: Limits) -> None:
    assert snapshot.works(limits) == []
    assert snapshot.why_empty(limits)
