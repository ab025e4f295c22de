"""The sample pages read as they are meant, and the questions over them rest on words that stand there."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rag.corpus.chunking import chunk
from rag.corpus.pages import read_page
from rag.corpus.parsing import Parsed, parse
from rag.corpus.works import Grouped, group
from rag.samples import sample_paths
from rag.schema import Record

CASES = Path(__file__).parents[2] / "evals" / "data" / "sample_cases.jsonl"

ATTENTION = "Attention Is All You Need"
BATCH_NORM = "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift"


@pytest.fixture(scope="module")
def pages() -> dict[str, Parsed]:
    return {path.name: parse(read_page(path, f"sample/{path.name}", page_year=2030)) for path in sample_paths()}


@pytest.fixture(scope="module")
def works(pages: dict[str, Parsed]) -> Grouped:
    return group([record for page in pages.values() for record in page.records])


def brief(page: Parsed) -> list[tuple[object, ...]]:
    return [
        (r.title, r.text_of("authors"), r.et_al, r.text_of("published"), r.category, r.has_code) for r in page.records
    ]


def test_there_is_a_page_for_each_layout_and_each_is_fully_explained(pages: dict[str, Parsed]):
    assert {name: page.layout for name, page in pages.items()} == {
        "author-profile.txt": "profile",
        "author-three-lines.txt": "fused",
        "award-page.txt": "awards",
        "blog-index.txt": "blog",
        "search-listing.txt": "listing",
    }
    assert all(page.warnings == () and page.years_filled == 0 for page in pages.values())
    assert all(page.confidence > 0.9 for page in pages.values())


def test_the_search_listing_gives_titles_and_texts_alone(pages: dict[str, Parsed]):
    assert brief(pages["search-listing.txt"]) == [
        (title, "", False, "", None, None)
        for title in (
            "Deep Residual Learning for Image Recognition",
            "LoRA: Low-Rank Adaptation of Large Language Models",
            BATCH_NORM,
            ATTENTION,
        )
    ]


def test_the_page_of_three_lines_a_paper_gives_every_field(pages: dict[str, Parsed]):
    assert brief(pages["author-three-lines.txt"]) == [
        (ATTENTION, "Ashish Vaswani, Noam Shazeer, Niki Parmar", True, "2017-06-12", "CL", True),
        ("Adam: A Method for Stochastic Optimization", "Diederik P. Kingma, Jimmy Ba", False, "2014-12-22", "LG", None),
        (
            "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
            "Jacob Devlin, Ming-Wei Chang, Kenton Lee",
            True,
            "2018-10-11",
            "CL",
            True,
        ),
        (
            "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale",
            "Alexey Dosovitskiy, Lucas Beyer, Alexander Kolesnikov",
            True,
            "2020-10-22",
            "CV",
            True,
        ),
    ]
    records = pages["author-three-lines.txt"].records
    assert [r.affiliations for r in records] == [("google",), ("amsterdam", "toronto"), ("google",), ("google",)]
    assert [r.score for r in records] == [None, None, 96.4, None]


def test_the_profile_gives_its_name_and_every_field(pages: dict[str, Parsed]):
    page = pages["author-profile.txt"]
    assert page.name == "Robin Sample"
    assert brief(page) == [
        (
            "Denoising Diffusion Probabilistic Models",
            "Jonathan Ho, Ajay Jain, Pieter Abbeel",
            False,
            "2020-06-19",
            "LG",
            True,
        ),
        (
            "U-Net: Convolutional Networks for Biomedical Image Segmentation",
            "Olaf Ronneberger, Philipp Fischer, Thomas Brox",
            False,
            "2015-05-18",
            "CV",
            True,
        ),
        (
            "Mastering Chess and Shogi by Self-Play with a General Reinforcement Learning Algorithm",
            "David Silver, Thomas Hubert, Julian Schrittwieser",
            True,
            "2017-12-05",
            "AI",
            None,
        ),
    ]
    assert [r.affiliations for r in page.records] == [("berkeley",), ("freiburg",), ("deepmind",)]
    assert [r.score for r in page.records] == [None, None, 95.2]


def test_the_award_page_gives_labels_halls_and_author_lists(pages: dict[str, Parsed]):
    records = pages["award-page.txt"].records
    assert [(r.title, r.labels, r.session, len(r.authors), r.authors[-1]) for r in records] == [
        (None, ("Test of Time Award", "Poster"), "Hall B 1-4", 5, "David Warde-Farley"),
        (None, ("Test of Time Award", "Oral"), "Room 217", 1, "Ilya Sutskever"),
        (None, ("Test of Time Award", "Oral"), "Hall A", 5, "David Warde-Farley"),
        (None, ("Test of Time Award", "Oral"), "Hall A", 2, "Christian Szegedy"),
    ]


def test_the_blog_index_mends_broken_titles_and_keeps_paragraphs_and_captions(pages: dict[str, Parsed]):
    records = pages["blog-index.txt"].records
    assert [(r.title, r.abstract.count("\n\n") + 1) for r in records] == [
        ("Learning Transferable Visual Models From Natural Language Supervision", 4),
        ("Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 4),
        ("Mastering the Game of Go with Deep Neural Networks and Tree Search", 4),
    ]
    assert [r.abstract.count("Figure 1: ") for r in records] == [1, 1, 0]


def test_eighteen_records_are_fifteen_works_that_agree_in_everything(works: Grouped):
    assert Counter(len(work.records) for work in works.works) == {1: 12, 2: 3}
    assert all(work.conflicts == () for work in works.works)


def test_a_text_without_a_title_gets_its_title_from_the_other_page(works: Grouped):
    [work] = [work for work in works.works if work.title == BATCH_NORM]
    assert [origin.source for origin in work.origins] == ["sample/award-page.txt", "sample/search-listing.txt"]
    assert work.merged().authors == ("Sergey Ioffe", "Christian Szegedy")


def test_every_work_can_be_found(works: Grouped):
    assert all(chunk(work) for work in works.works)


def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


def test_every_case_rests_on_words_of_its_records_and_its_answer_has_its_nuggets(pages: dict[str, Parsed]):
    records: dict[tuple[str, int], Record] = {
        (r.origin.source, r.origin.ordinal): r for page in pages.values() for r in page.records
    }
    for case in cases():
        gold = {(one["source"], one["ordinal"]) for one in case["gold"]}
        assert {(one["source"], one["ordinal"]) for one in case["evidence"]} == gold, case["id"]
        assert bool(gold) == (case["type"] != "unanswerable"), case["id"]
        for one in case["evidence"]:
            assert one["quote"] in records[one["source"], one["ordinal"]].abstract, case["id"]
        assert all(re.search(nugget["regex"], case["answer"]) for nugget in case["nuggets"]), case["id"]


def test_a_case_names_every_record_of_the_works_that_answer_it(works: Grouped):
    by_origin = {origin: work for work in works.works for origin in work.origins}
    places = {(origin.source, origin.ordinal): work for origin, work in by_origin.items()}
    for case in cases():
        gold = {(one["source"], one["ordinal"]) for one in case["gold"]}
        whole = {(o.source, o.ordinal) for place in gold for o in places[place].origins}
        assert gold == whole, case["id"]


def test_cases_have_ids_of_their_own_and_all_types_but_metadata():
    assert len({case["id"] for case in cases()}) == len(cases()) >= 16
    assert {case["type"] for case in cases()} == {"fact", "paraphrase", "multi", "followup", "unanswerable"}
