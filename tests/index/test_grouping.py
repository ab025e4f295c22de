"""How many works have each value of a field, counted in a real index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from rag.index.snapshot import Snapshot
from rag.index.store import Store
from rag.schema import GroupBy, Limits
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import corpus, ingest, page, paper

GIVEN = corpus(
    paper(0, "Moss.", key="moss", authors=("Mira Solberg", "José Ibarra"), published="2023-06-14", category="cs.LG"),
    paper(1, "Fern.", key="fern", authors=("Jose Ibarra",), et_al=True, published="2021", category="LG"),
    paper(2, "Algae.", key="algae", authors=("M. Solberg", "José Ibarra"), published="2023-06", category="CV"),
    paper(3, "Bark.", key="bark", published="2023-01-02"),
    paper(0, "Lichen.", source="awards.txt", key="lichen", labels=("Poster",), session="Hall C"),
    paper(1, "Lichen.", source="awards.txt", key="lichen", labels=("Oral", "Poster"), session="Hall A"),
    paper(9, "Moss.", source="awards.txt", key="moss", title="Paper 0"),
    pages=(page("list.txt"), page("awards.txt")),
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with Store.open(tmp_path_factory.mktemp("home"), "hashing", chunk_words=180) as store:
        ingest(store, GIVEN, HashingEmbedder())
        with store.reading() as reading:
            yield reading


@pytest.mark.parametrize(
    ("by", "groups", "unknown"),
    [
        ("year", [("2021", 1), ("2023", 3)], 1),
        ("month", [("2023-01", 1), ("2023-06", 2)], 2),  # one page says the year alone
        ("author", [("José Ibarra", 3), ("M. Solberg", 1), ("Mira Solberg", 1)], 2),
        ("category", [("cs.LG", 1), ("CV", 1), ("LG", 1)], 2),
        ("source", [("list.txt", 4), ("awards.txt", 2)], 0),
        ("label", [("Poster", 1), ("Oral", 1)], 4),
        ("hall", [("Hall A", 1), ("Hall C", 1)], 4),
        ("affiliation", [], 5),
    ],
)
def test_a_work_counts_once_for_each_value_and_those_without_are_unknown(
    snapshot: Snapshot, by: GroupBy, groups: list[tuple[str, int]], unknown: int
) -> None:
    found = snapshot.group(by)
    assert sorted((group.value, group.works) for group in found.groups) == sorted(groups)
    assert (found.works, found.unknown) == (5, unknown)
    assert found.total == sum(works for _, works in groups) + unknown


def test_years_come_in_order_and_other_values_by_count_then_by_name(snapshot: Snapshot) -> None:
    assert [group.value for group in snapshot.group("year").groups] == ["2021", "2023"]
    authors = [group.value for group in snapshot.group("author").groups]
    assert authors == ["José Ibarra", "M. Solberg", "Mira Solberg"]


def test_lists_that_leave_authors_out_and_names_that_may_be_one_are_told(snapshot: Snapshot) -> None:
    found = snapshot.group("author")
    assert found.cut_short == 1
    assert found.alike == (("M. Solberg", "Mira Solberg"),)
    assert snapshot.group("category").alike == (("cs.LG", "LG"),)


@pytest.mark.parametrize(
    ("limits", "groups", "unknown"),
    [
        ({"authors": ("Mira Solberg",)}, {"2023": 2}, 0),
        ({"labels": ("poster",)}, {}, 1),
        ({"authors": ("Nobody",)}, {}, 0),
    ],
)
def test_only_the_works_that_meet_the_limits_count(
    snapshot: Snapshot, limits: dict[str, Any], groups: dict[str, int], unknown: int
) -> None:
    found = snapshot.group("year", Limits(**limits))
    assert {group.value: group.works for group in found.groups} == groups
    assert (found.works, found.unknown) == (snapshot.matched(Limits(**limits)), unknown)


@pytest.mark.parametrize("by", get_args(GroupBy))
def test_no_group_is_larger_than_what_a_limit_to_its_value_finds(snapshot: Snapshot, by: GroupBy) -> None:
    limit = {"author": "authors", "category": "categories", "source": "sources", "label": "labels", "hall": "halls"}
    for group in snapshot.group(by).groups if by in limit else ():
        assert group.works <= snapshot.matched(Limits(**{limit[by]: (group.value,)}))  # type: ignore[arg-type]


@pytest.mark.parametrize("by", get_args(GroupBy))
def test_an_index_without_works_has_no_groups(tmp_path: Path, by: GroupBy) -> None:
    with Store.open(tmp_path, "hashing", chunk_words=180) as store:
        ingest(store, corpus(pages=[page()]), HashingEmbedder())
        with store.reading() as snapshot:
            found = snapshot.group(by)
    assert (found.groups, found.works, found.unknown) == ((), 0, 0)
