"""One written page a layout, each in another order of fields than usual, all people and papers invented."""

from __future__ import annotations

from pathlib import Path

from rag.corpus.pages import read_page
from rag.corpus.parsing import Parsed, parse

PAGES = Path(__file__).parents[1] / "pages"


def read(name: str) -> Parsed:
    return parse(read_page(PAGES / name, name, page_year=2026))


def test_titles_fused_with_authors_are_cut_where_the_meta_line_comes_last() -> None:
    page = read("fused_abstract_before_meta.txt")
    assert [(record.title, record.authors, record.et_al) for record in page.records] == [
        ("Sorting Networks for Streaming Graphs", ("Ines van der Meer", "Siobhán O'Neil", "Bartosz Łuczak"), True),
        ("How Long Does a Tide Gauge Remember?", ("J. R. Okonkwo", "Ines van der Meer"), False),
        ("A Lower Bound for Caching under PPO", ("DeShawn Harper", "Mei-Ling Zhao", "Ines van der Meer"), True),
        ("Weighing Bees with Microphones: The Hive-7", ("Tomás McAvoy", "J. R. Okonkwo", "Ines van der Meer"), True),
        ("Compilers That Apologise (and Mean It)", ("Ines van der Meer",), False),
    ]
    assert [(str(r.published), r.category, r.has_code, r.score) for r in page.records] == [
        ("2021-03-04", "DS", True, None),
        ("2019-10-30", "AO", None, None),
        ("2026-01-09", "LG", None, 88.4),
        ("2026-02-17", "SD", None, None),
        ("2023-11-02", "PL", True, None),
    ]
    assert [record.affiliations for record in page.records] == [
        ("delft", "trinity-college"),
        (),
        ("kaist",),
        ("cork",),
        (),
    ]
    assert (page.layout, page.name, page.years_filled, page.warnings) == ("fused", "Ines van der Meer", 2, ())


def test_a_profile_is_read_where_title_and_authors_come_before_the_meta_line() -> None:
    page = read("profile_meta_after_authors.txt")
    assert [(r.title, r.authors, str(r.published), r.category, r.has_code) for r in page.records] == [
        (
            "Types for Spreadsheets That Nobody Wants to Check",
            ("Mei-Ling Zhao", "Bartosz Łuczak", "DeShawn Harper"),
            "2022-05-12",
            "cs.PL",
            None,
        ),
        (
            "Fuzzing Railway Interlockings with Grammars",
            ("Siobhán O'Neil", "Mei-Ling Zhao"),
            "2020-08-03",
            "cs.SE",
            True,
        ),
        ("Notes on Undo", ("Mei-Ling Zhao",), "2017", "cs.HC", None),
        ("Blame-Free Version Histories", ("Mei-Ling Zhao", "Tomás McAvoy"), "2026-09-19", "cs.SE", None),
    ]
    assert page.records[0].affiliations == ("University of Port Alder", "Inria")
    assert page.records[0].abstract.endswith("an editor.\n\nIt was used by eleven accountants for a month.")
    assert [record.et_al for record in page.records] == [False, False, False, True]
    assert (page.layout, page.name, page.years_filled, page.warnings) == ("profile", "Mei-Ling Zhao", 1, ())


def test_awards_are_read_where_the_room_comes_first() -> None:
    page = read("awards_room_first.txt")
    assert [(record.session, record.authors, record.labels) for record in page.records] == [
        (
            "Exhibit Hall 2 #41",
            ("Ines van der Meer", "Tomás McAvoy", "J. R. Okonkwo"),
            ("Outstanding Paper Award", "Spotlight Poster"),
        ),
        ("Ballroom West", ("Siobhán O'Neil", "Mei-Ling Zhao"), ("Honorable Mention", "Oral")),
        (
            "Room 118",
            ("Bartosz Łuczak", "DeShawn Harper", "Ji-ho Park", "Amara N. Diallo"),
            ("Outstanding Paper Award", "Oral"),
        ),
        ("Exhibit Hall 2 #41", ("Siobhán O'Neil", "Mei-Ling Zhao"), ("Honorable Mention", "Poster")),
    ]
    assert page.records[0].abstract.startswith("We ask how many sensors")
    assert page.records[2].abstract.startswith("A treaty can be read")
    assert page.records[1].abstract == page.records[3].abstract
    assert all(record.title is None for record in page.records)
    assert (page.layout, page.name, page.warnings) == ("awards", None, ())


def test_a_listing_is_read_where_each_abstract_stands_above_its_title() -> None:
    page = read("listing_abstract_first.txt")
    assert [(record.title, record.abstract[:24]) for record in page.records] == [
        ("Drawing the Sea Floor from 1,000 Soundings", "Maps of the sea floor ar"),
        ("ShareBench: How Fairly Do Allocation Agents Split a Pie?", "A survey instrument was "),
        ("SignNet Features Are Not What You Think", "Does a robot that hesita"),
        ("Ice on the Lena, Seen from Above", "Rivers freeze from the b"),
    ]
    assert page.warnings == ()


def test_a_blog_is_read_with_bylines_and_dates_under_its_titles() -> None:
    page = read("blog_with_bylines.txt")
    assert [(record.title, record.authors, str(record.published)) for record in page.records] == [
        ("Teaching a Crane to Wait", ("Tomás McAvoy", "Amara N. Diallo"), "2024-03-12"),
        ("Why Our Seals Sing", ("Ji-ho Park",), "2024-02-02"),
        ("Small Models, Long Winters", ("Mei-Ling Zhao", "DeShawn Harper"), "2024-01-19"),
    ]
    crane, seals, _ = page.records
    assert len(crane.abstract.split("\n\n")) == 4
    assert "Figure 1: The load's swing" in crane.abstract
    assert seals.abstract.startswith("Seals sing below the ice")
    assert "\n\nrecordings from the second buoy\n\n" in seals.abstract
    assert (page.layout, page.warnings) == ("blog", ())
