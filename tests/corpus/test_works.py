"""What becomes one work, under which key, and that nothing is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.works import Grouped, group
from rag.schema import UNION_FIELDS, Origin, PartialDate, Record, Work

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"

TEXT = "We fold paper cranes with a gripper of two fingers and reach a success rate of nine in ten on unseen sheets."
OTHER_TEXT = "A robot learns to fold paper from forty demonstrations; nine of ten cranes stand up without further help."
TITLE = "Folding Cranes with Two Fingers"
PEOPLE = ("Ada Bergström", "Bo Li", "Carla O'Neil")


def record(place: int = 0, *, source: str = "page.txt", **fields: Any) -> Record:
    return Record(origin=Origin(source, place), **fields)


def sizes(grouped: Grouped) -> list[int]:
    return [len(work.records) for work in grouped.works]


# --- One work or two -------------------------------------------------------------------------------------------------


def test_the_same_text_and_title_on_two_pages_is_one_work_with_both_origins():
    grouped = group([record(3, title=TITLE, abstract=TEXT), record(source="other.txt", title=TITLE, abstract=TEXT)])
    assert [work.origins for work in grouped.works] == [(Origin("other.txt", 0), Origin("page.txt", 3))]


def test_texts_that_differ_only_in_case_spaces_and_punctuation_are_the_same():
    broken = TEXT.replace("fingers", "fin- gers").upper()
    assert sizes(group([record(0, abstract=TEXT), record(1, abstract=broken)])) == [2]


def test_a_record_without_a_title_joins_the_titled_one_of_the_same_text():
    assert sizes(group([record(0, abstract=TEXT), record(1, title=TITLE, abstract=TEXT)])) == [2]


def test_the_same_text_under_different_titles_is_two_works():
    records = [record(0, title=TITLE, abstract=TEXT), record(1, title="Unfolding Maps at Sea", abstract=TEXT)]
    assert sizes(group(records)) == [1, 1]


def test_a_record_without_a_title_never_bridges_two_titles():
    records = [
        record(0, title=TITLE, abstract=TEXT, authors=PEOPLE),
        record(1, abstract=TEXT),
        record(2, title="Unfolding Maps at Sea", abstract=TEXT, authors=("Dev Rao",)),
    ]
    assert sizes(group(records)) == [1, 1, 1]


def test_between_two_titles_a_record_without_one_joins_that_of_its_authors():
    records = [
        record(0, title=TITLE, abstract=TEXT, authors=PEOPLE),
        record(1, title="Unfolding Maps at Sea", abstract=TEXT, authors=("Dev Rao",)),
        record(2, abstract=TEXT, authors=("D. Rao",)),
    ]
    assert [work.origins[-1].ordinal for work in group(records).works] == [0, 2]


def test_the_same_title_and_authors_are_one_work_though_the_texts_differ():
    records = [
        record(0, title=TITLE, abstract=TEXT, authors=PEOPLE),
        record(1, title=TITLE + ".", abstract=OTHER_TEXT, authors=PEOPLE),
    ]
    assert sizes(group(records)) == [2]


@pytest.mark.parametrize(
    "authors",
    [
        (),
        PEOPLE[:2],
        ("A. Bergström", "B. Li", "C. O'Neil"),
        ("Bergström, Ada", "Li, Bo"),
        ("Ada Bergström, Jr.",),
        PEOPLE[::-1],
    ],
)
def test_author_lists_that_are_cut_abbreviated_turned_or_missing_agree(authors: tuple[str, ...]):
    records = [
        record(0, title=TITLE, abstract=TEXT, authors=PEOPLE),
        record(1, title=TITLE, abstract=OTHER_TEXT, authors=authors, et_al=True),
    ]
    assert sizes(group(records)) == [2]


def test_the_same_title_by_other_people_is_another_work():
    records = [
        record(0, title=TITLE, abstract=TEXT, authors=PEOPLE),
        record(1, title=TITLE, abstract=OTHER_TEXT, authors=("Lei Wang", "Eve Stone")),
        record(2, title=TITLE, abstract=OTHER_TEXT + " Again.", authors=("Yu Wang",)),
    ]
    assert sizes(group(records)) == [1, 1, 1]


def test_where_two_works_share_a_title_a_record_without_authors_joins_neither():
    records = [
        record(0, title=TITLE, authors=PEOPLE),
        record(1, title=TITLE, authors=("Lei Wang",)),
        record(2, title=TITLE, abstract=TEXT),
    ]
    assert sizes(group(records)) == [1, 1, 1]


@pytest.mark.parametrize("title", ["Introduction", "Call for Papers", "Dropout", "Table of Contents"])
def test_a_title_that_says_little_joins_nothing_by_itself(title: str):
    records = [record(0, title=title), record(1, title=title), record(2, title=title, abstract=TEXT)]
    assert sizes(group(records)) == [1, 1, 1]


def test_a_few_words_that_stand_under_many_papers_do_not_join_them():
    records = [
        record(0, abstract="No abstract available.", authors=PEOPLE),
        record(1, abstract="No abstract available.", authors=("Lei Wang",)),
        record(2, abstract="No abstract available.", authors=PEOPLE),
    ]
    assert [work.origins[-1].ordinal for work in group(records).works] == [2, 1]


def test_records_without_any_text_or_title_stay_apart():
    assert sizes(group([record(0), record(1), record(2, abstract="—"), record(3, abstract="—")])) == [1, 1, 1, 1]


# --- Conflicts -------------------------------------------------------------------------------------------------------


def one_work(*records: Record) -> Work:
    [work] = group(records).works
    return work


def test_values_that_disagree_are_kept_with_where_each_stands():
    work = one_work(
        record(0, title=TITLE, abstract=TEXT, category="RO"),
        record(1, title=TITLE, abstract=TEXT, category="LG"),
        record(2, title=TITLE, abstract=TEXT),
    )
    [conflict] = work.conflicts
    assert (conflict.field, conflict.values) == (
        "category",
        ((Origin("page.txt", 0), "RO"), (Origin("page.txt", 1), "LG")),
    )


def test_a_less_precise_date_agrees_with_one_that_it_covers_and_the_work_has_the_more_precise():
    work = one_work(
        record(0, abstract=TEXT, published=PartialDate(year=2024)),
        record(1, abstract=TEXT, published=PartialDate(year=2024, month=3)),
    )
    assert (str(work.merged().published), work.conflicts) == ("2024-03", ())


def test_different_months_of_a_year_disagree():
    work = one_work(
        record(0, abstract=TEXT, published=PartialDate(year=2024, month=2)),
        record(1, abstract=TEXT, published=PartialDate(year=2024, month=3)),
    )
    assert [conflict.field for conflict in work.conflicts] == ["published"]


def test_an_author_list_cut_by_et_al_agrees_with_the_full_one_and_the_full_one_stays():
    work = one_work(record(0, abstract=TEXT, authors=PEOPLE[:2], et_al=True), record(1, abstract=TEXT, authors=PEOPLE))
    assert (work.merged().authors, work.merged().et_al, work.conflicts) == (PEOPLE, False, ())


# --- Keys ------------------------------------------------------------------------------------------------------------


def key_of(**fields: Any) -> str:
    return group([record(**fields)]).works[0].key


def test_a_key_is_surname_year_telling_words_and_digits_of_the_text():
    key = key_of(title=f"On the {TITLE}", authors=PEOPLE, published=PartialDate(year=2024), abstract=TEXT)
    assert re.fullmatch(r"bergstrom2024-folding-cranes-two-[0-9a-f]{4}", key)


def test_a_key_without_author_date_and_title_takes_words_of_the_text():
    assert re.fullmatch(r"anonnd-fold-cranes-gripper-[0-9a-f]{4}", key_of(abstract=TEXT))


@pytest.mark.parametrize(
    "name", ["王小明", "Иван Петров", "Łukasz Żółć", "Jürgen Ångström, Jr.", "O'Neil-Smith", "É", "?"]
)
def test_any_name_and_title_gives_a_stable_key_in_plain_characters(name: str):
    key = key_of(title="Über die Faltung 折り紙", authors=(name,), abstract=TEXT)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", key)
    assert key == key_of(title="Über die Faltung 折り紙", authors=(name,), abstract=TEXT)


def test_two_people_whose_names_have_no_plain_letters_get_different_keys():
    assert key_of(authors=("王小明",), abstract=TEXT) != key_of(authors=("李四",), abstract=TEXT)


def test_works_that_would_share_a_key_get_different_ones():
    grouped = group([record(place, title="Introduction") for place in range(50)])
    assert len({work.key for work in grouped.works}) == 50


def test_a_key_that_leads_to_a_living_work_is_not_given_to_another():
    key = key_of(title=TITLE, abstract=TEXT)
    living = record(0, title="Unfolding Maps at Sea", abstract=OTHER_TEXT, key="old-key")
    grouped = group([living, record(1, title=TITLE, abstract=TEXT)], taken={"old-key": "old-key", key: "old-key"})
    assert grouped.works[1].key.startswith(key)
    assert grouped.works[1].key != key
    assert grouped.aliases[key] == "old-key"


def test_a_paper_that_was_forgotten_comes_back_under_its_key():
    first = group([record(0, title=TITLE, abstract=TEXT)])
    again = group([record(0, title=TITLE, abstract=TEXT)], taken=first.aliases)
    assert (again.works, again.aliases) == (first.works, first.aliases)


def test_a_keyed_record_keeps_its_key_whatever_joins_it():
    grouped = group([record(0, abstract=TEXT, key="kept"), record(source="a.txt", title=TITLE, abstract=TEXT)])
    assert [work.key for work in grouped.works] == ["kept"]
    assert {r.key for r in grouped.works[0].records} == {"kept"}


def test_of_two_works_that_merge_the_elder_key_stays_and_the_other_leads_to_it():
    records = [
        record(0, abstract=TEXT, key="younger"),
        record(1, title=TITLE, abstract=TEXT, authors=PEOPLE, key="elder"),
    ]
    grouped = group(records, taken={"elder": "elder", "eldest": "elder", "younger": "younger"})
    assert grouped.works[0].key == "elder"
    assert grouped.aliases == {"elder": "elder", "eldest": "elder", "younger": "elder"}


@pytest.mark.parametrize(
    "new", [{"title": TITLE, "authors": PEOPLE, "abstract": OTHER_TEXT}, {"title": TITLE, "abstract": TEXT}]
)
def test_a_changed_page_hands_its_keys_down_to_the_same_works(new: dict[str, Any]):
    former = [record(0, title=TITLE, authors=PEOPLE, abstract=TEXT, key="first-seen")]
    grouped = group([record(7, **new)], former, {"first-seen": "first-seen"})
    assert [work.key for work in grouped.works] == ["first-seen"]


def test_a_key_that_still_names_a_work_is_not_handed_down():
    former = [record(0, title=TITLE, authors=PEOPLE, abstract=TEXT, key="shared")]
    living = record(source="b.txt", title="Unfolding Maps at Sea", abstract=OTHER_TEXT, key="shared")
    grouped = group([living, record(1, title=TITLE, authors=PEOPLE, abstract=TEXT)], former)
    assert [work.key == "shared" for work in grouped.works] == [True, False]


def test_when_a_work_falls_apart_the_key_stays_with_the_words_that_made_it():
    key = key_of(title=TITLE, abstract=TEXT)
    records = [record(0, title="Unfolding Maps at Sea", abstract=OTHER_TEXT, key=key)]
    records += [record(1, title=TITLE, abstract=TEXT, key=key)]
    grouped = group(records, taken={key: key})
    assert [work.key == key for work in grouped.works] == [False, True]


def test_grouping_what_was_grouped_changes_nothing():
    first = group([record(i, title=TITLE, abstract=text) for i, text in enumerate([TEXT, OTHER_TEXT, TEXT])])
    keyed = [r for work in first.works for r in work.records]
    assert group(keyed, taken=first.aliases) == first


# --- Promises for any records ----------------------------------------------------------------------------------------

records_of_any_kind = st.builds(
    Record,
    origin=st.builds(Origin, st.sampled_from(["a.txt", "b.txt"]), st.integers(0, 40)),
    key=st.sampled_from(["", "", "", "k1", "k2"]),
    title=st.sampled_from([None, TITLE, TITLE.upper(), "Introduction", "Unfolding Maps at Sea"]),
    authors=st.sampled_from([(), PEOPLE, PEOPLE[:1], PEOPLE[:2], ("Lei Wang",)]),
    et_al=st.booleans(),
    labels=st.sampled_from([(), ("Poster",), ("Oral", "Best Paper")]),
    url=st.sampled_from([None, "https://example.org/1", "https://example.org/2"]),
    published=st.sampled_from([None, *(PartialDate.parse(day) for day in ("2024", "2024-03", "2024-03-28", "2025"))]),
    category=st.sampled_from([None, "LG", "RO"]),
    has_code=st.sampled_from([None, True]),
    score=st.sampled_from([None, 92.5, 1.0]),
    abstract=st.sampled_from(["", TEXT, TEXT.lower(), OTHER_TEXT, "Soon."]),
)
pages = st.lists(records_of_any_kind, max_size=12, unique_by=lambda r: r.origin)


@given(pages)
def test_merging_loses_nothing(records: list[Record]):
    grouped = group(records)
    assert sorted(r.origin for work in grouped.works for r in work.records) == sorted(r.origin for r in records)
    given_records = {r.origin: r for r in records}
    for work in grouped.works:
        for origin in work.origins:
            for field in ("title", "authors", "published", "category", "has_code", "score", "abstract", *UNION_FIELDS):
                assert is_kept(given_records[origin], field, work), (field, origin)


def is_kept(one: Record, field: str, work: Work) -> bool:
    value, merged = getattr(one, field), getattr(work.merged(), field)
    if value in (None, (), ""):
        return True
    if field in UNION_FIELDS:
        return set(value if isinstance(value, tuple) else [value]) <= set(work.union(field))
    if any(c.field == field and (one.origin, one.text_of(field)) in c.values for c in work.conflicts):
        return True
    if field == "authors":
        return bool(value == merged or (one.et_al and merged[: len(value)] == value))
    return str(merged).startswith(str(value)) if field == "published" else bool(value == merged)


@given(pages, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(records: list[Record], random: Any):
    shuffled = list(records)
    random.shuffle(shuffled)
    assert group(shuffled) == group(records)


@given(pages)
def test_works_are_disjoint_in_page_order_and_hold_one_title_and_one_key(records: list[Record]):
    grouped = group(records, taken={"k2": "k2", "k1": "k1"})
    assert all(one.records[0].origin < other.records[0].origin for one, other in pairwise(grouped.works))
    assert len({work.key for work in grouped.works}) == len(grouped.works)
    for work in grouped.works:
        assert len({r.title.casefold() for r in work.records if r.title}) <= 1
        assert all(r.key == work.key for r in work.records)
        assert list(work.origins) == sorted(work.origins)


@given(pages, pages)
def test_every_key_ever_given_leads_in_one_step_to_the_present_one(old: list[Record], new: list[Record]):
    first = group(old)
    former = [r for work in first.works for r in work.records]
    second = group([r for r in new if not r.key], former, first.aliases)
    living = {work.key for work in second.works}
    assert set(first.aliases) | living <= set(second.aliases)
    assert all(second.aliases[key] == key for key in living)
    assert all(second.aliases[target] == target for target in second.aliases.values())


def test_forty_thousand_records_are_grouped_without_comparing_all_pairs():
    records = [record(i, title=f"Study {i // 2} of paper folding", abstract=f"{TEXT} {i}") for i in range(40_000)]
    assert len(group(records).works) == 20_000


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}")
def test_the_corpus_of_five_pages_holds_445_works():
    parsing, reading = pytest.importorskip("rag.corpus.parsing"), pytest.importorskip("rag.corpus.pages")
    records: Sequence[Record] = [
        found
        for path in sorted(CORPUS.iterdir())
        for found in parsing.parse(reading.read_page(path, path.name, page_year=2026)).records
    ]
    assert (len(records), len(group(records).works)) == (456, 445)
