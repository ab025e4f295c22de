"""Headers of profiles, navigation, labels and links: lines that are no field of a record."""

from __future__ import annotations

import pytest

from rag.corpus.blocks import read_blocks
from rag.corpus.header import Header, read_header
from rag.corpus.lexicon import is_label, is_navigation
from rag.corpus.links import Link, read_link


def test_a_header_gives_the_name_and_covers_its_lines() -> None:
    blocks = read_blocks(
        "Sign in\nInes van der Meer\n\nLG\nh-index41\n12papers\n3,104citations\n\nA Title of Some Kind\n"
    )
    header = read_header(blocks)
    assert header.name == "Ines van der Meer"
    assert [block.text for block in blocks if block.index not in header.indices] == ["A Title of Some Kind"]


def test_a_page_without_numbers_about_a_person_has_no_header() -> None:
    assert read_header(read_blocks("Ines van der Meer\n\nA Title\nA text about 3 papers.")) == Header()


@pytest.mark.parametrize(
    "line",
    [
        "Sign in",
        "Skip to main content",
        "Get papers in your inbox daily!",
        "© 2024 A Society",
        "1 2 3 … 9 Next",
        "PDF | Code",
    ],
)
def test_furniture_is_recognised(line: str) -> None:
    assert is_navigation(line)


@pytest.mark.parametrize(
    "line",
    [
        "Get More from Less: Small Models",
        "Follow the Leader",
        "Sharing Maps",
        "Cookies Considered Harmful",
        "We sign in ink.",
    ],
)
def test_titles_and_sentences_are_not_furniture(line: str) -> None:
    assert not is_navigation(line)


@pytest.mark.parametrize(
    "line",
    [
        "Poster",
        "Spotlight Poster",
        "Outstanding Paper Award",
        "Honorable Mention",
        "Oral (top 2%)",
        "Dana Field Memorial Prize",
    ],
)
def test_labels_are_recognised(line: str) -> None:
    assert is_label(line)


@pytest.mark.parametrize(
    "line", ["Poster Layout with Diffusion", "Papers", "Test of Strength", "Ada Roe", "Best of Both Worlds"]
)
def test_titles_and_names_are_no_labels(line: str) -> None:
    assert not is_label(line)


@pytest.mark.parametrize(
    ("line", "link"),
    [
        ("https://arxiv.org/abs/2101.00001", Link("https://arxiv.org/abs/2101.00001", None, "2101.00001")),
        ("arXiv:2101.00001v3 [cs.LG]", Link(None, None, "2101.00001v3")),
        ("Code: https://github.com/ada/roe", Link("https://github.com/ada/roe", is_code=True)),
        ("doi: 10.1234/abc.5", Link(None, "10.1234/abc.5")),
        ("Code is available at https://github.com/ada/roe.", None),
        ("A Title without a Link", None),
    ],
)
def test_a_line_is_a_link_when_it_says_nothing_else(line: str, link: Link | None) -> None:
    assert read_link(line) == link
