"""Which works meet which limits, asked of a real index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.index.snapshot import Snapshot
from rag.index.store import Store
from rag.schema import Limits
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import corpus, ingest, page, paper

EVERYTHING = {"moss", "fern", "lichen", "algae"}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    given = corpus(
        paper(
            0,
            "Moss grows slowly.\n\nOn the north side.",
            key="moss",
            authors=("Mira Solberg", "Ines van der Hoek"),
            affiliations=("Northern Institute of Technology",),
            published="2023-06-14",
            category="cs.LG",
            has_code=True,
        ),
        paper(1, "Fern grows fast.", key="fern", authors=("Nils Solberg",), et_al=True, published="2023"),
        paper(
            0, "Lichen is two things.", source="awards/2024.txt", key="lichen", labels=("Poster",), session="Hall C 4-9"
        ),
        paper(
            1,
            "Lichen is two things.",
            source="awards/2024.txt",
            key="lichen",
            labels=("Oral", "Best Paper Award"),
            session="Hall A1",
        ),
        paper(2, "Algae drift.", key="algae", authors=("Ines van der Hoek", "Mira Solberg"), published="2022-06"),
        pages=(page("list.txt", name="Mira Solberg"), page("awards/2024.txt", name="Garden awards")),
    )
    with Store.open(tmp_path_factory.mktemp("home"), "hashing", chunk_words=180) as store:
        ingest(store, given, HashingEmbedder())
        with store.reading() as reading:
            yield reading


@pytest.mark.parametrize(
    ("limits", "keys"),
    [
        ({}, EVERYTHING),
        ({"authors": ("Solberg",)}, {"moss", "fern", "algae"}),
        ({"authors": ("Mira Solberg",)}, {"moss", "algae"}),
        ({"authors": ("M. Solberg", "van der Hoek")}, {"moss", "algae"}),
        ({"authors": ("Mira Solberg", "Nils Solberg")}, set()),
        ({"first_authors": ("Hoek", "Nils Solberg")}, {"algae", "fern"}),
        ({"affiliations": ("northern institute",)}, {"moss"}),
        ({"affiliations": ("north",)}, set()),
        ({"affiliations": ("---",)}, set()),
        ({"categories": ("LG", "CV")}, {"moss"}),
        ({"labels": ("poster",)}, {"lichen"}),
        ({"labels": ("best paper",)}, {"lichen"}),
        ({"labels": ("paper",)}, set()),
        ({"halls": ("hall a1",)}, {"lichen"}),
        ({"halls": ("Hall C",)}, {"lichen"}),
        ({"halls": ("Hall A",)}, set()),
        ({"sources": ("list.txt",)}, {"moss", "fern", "algae"}),
        ({"sources": ("awards/2024.txt",)}, {"lichen"}),
        ({"sources": ("2024.TXT",)}, {"lichen"}),
        ({"sources": ("2024",)}, {"lichen"}),
        ({"sources": ("awards-2024.txt",)}, set()),
        ({"sources": ("garden awards", "mira solberg")}, EVERYTHING),
        ({"after": date(2023, 1, 1), "before": date(2023, 12, 31)}, {"moss", "fern"}),
        ({"after": date(2023, 6, 14), "before": date(2023, 6, 14)}, {"moss"}),
        ({"after": date(2023, 6, 15)}, set()),
        ({"after": date(2023, 6, 1)}, {"moss"}),
        ({"before": date(2022, 6, 30)}, {"algae"}),
        ({"before": date(2022, 6, 29)}, set()),
        ({"has_code": True}, {"moss"}),
        ({"text": "grows"}, {"moss", "fern"}),
        ({"text": "side GROWING"}, {"moss"}),
        ({"text": "grows drift"}, set()),
        ({"text": 'AND "* )('}, set()),
        ({"text": "!!!"}, EVERYTHING),
        ({"authors": ("Solberg",), "text": "fast"}, {"fern"}),
    ],
)
def test_a_work_is_found_when_it_meets_every_limit(snapshot: Snapshot, limits: dict[str, Any], keys: set[str]) -> None:
    asked = Limits(**limits)
    assert {work.key for work in snapshot.works(asked)} == keys
    assert snapshot.matched(asked) == len(keys)
    ids = snapshot.chunk_ids(asked)
    found = EVERYTHING if ids is None else {work.key for _, work in snapshot.passages(ids).values()}
    assert found == keys


@pytest.mark.parametrize(
    ("limits", "unknown"),
    [
        ({}, 0),
        ({"authors": ("Mira Solberg",)}, 2),  # one list is cut by et al., one page names nobody
        ({"first_authors": ("Mira Solberg",)}, 1),
        ({"categories": ("LG",)}, 3),
        ({"labels": ("oral",)}, 3),
        ({"has_code": True}, 3),
        ({"after": date(2023, 3, 1)}, 2),  # "2023", and no date
        ({"after": date(2023, 1, 1), "before": date(2023, 12, 31)}, 1),
        ({"after": date(2022, 6, 2), "before": date(2022, 6, 20)}, 2),
        ({"categories": ("LG",), "text": "drift"}, 1),
        ({"sources": ("list.txt",), "labels": ("oral",)}, 3),
    ],
)
def test_a_work_is_unknown_when_only_its_pages_silence_keeps_it_out(
    snapshot: Snapshot, limits: dict[str, Any], unknown: int
) -> None:
    assert snapshot.unknown(Limits(**limits)) == unknown


def test_records_come_in_page_order_and_only_from_the_pages_asked_for(snapshot: Snapshot) -> None:
    places = [(record.origin.source, record.origin.ordinal) for record in snapshot.records()]
    assert places == [("awards/2024.txt", 0), ("awards/2024.txt", 1), ("list.txt", 0), ("list.txt", 1), ("list.txt", 2)]
    assert [record.key for record in snapshot.records(Limits(sources=("Garden Awards",)))] == ["lichen", "lichen"]


def test_the_values_that_limits_can_name_are_given_as_printed(snapshot: Snapshot) -> None:
    assert snapshot.values("authors") == ["Ines van der Hoek", "Mira Solberg", "Nils Solberg"]
    assert snapshot.values("labels") == ["Best Paper Award", "Oral", "Poster"]
    assert snapshot.values("sessions") == ["Hall A1", "Hall C 4-9"]
    assert snapshot.values("pages") == ["Garden awards", "Mira Solberg"]
    assert snapshot.values("sources") == ["awards/2024.txt", "list.txt"]
    with pytest.raises(ValueError, match="scores"):
        snapshot.values("scores")


def test_a_page_renamed_answers_to_its_new_name_alone(tmp_path: Path) -> None:
    given = corpus(paper(0, "Moss."), pages=[page("list.txt", name="Old name")])
    renamed = corpus(paper(0, "Moss."), pages=[page("list.txt", name="New name")])
    with Store.open(tmp_path, "hashing", chunk_words=180) as store:
        ingest(store, given, HashingEmbedder())
        ingest(store, renamed, HashingEmbedder())
        with store.reading() as snapshot:
            assert snapshot.matched(Limits(sources=("new name",))) == 1
            assert snapshot.matched(Limits(sources=("old name",))) == 0
