"""BibTeX that compiles, whatever a page's title holds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.bibtex import bibtex, escaped
from rag.schema import Origin, PartialDate, Record, Work


def work(**fields: Any) -> Work:
    return Work(key="bergstrom2024-small-folds-1a2b", records=(Record(origin=Origin("page.txt", 0), **fields),))


def test_a_full_entry_has_every_field_once_under_its_key():
    entry = bibtex(
        work(
            title="Small Folds",
            authors=("Ada Bergström", "Bo Li"),
            published=PartialDate.parse("2024-03-28"),
            doi="10.1000/182_x",
            arxiv_id="2403.01234",
            url="https://example.org/a_b#c",
        )
    )
    assert entry == (
        "@article{bergstrom2024-small-folds-1a2b,\n"
        "  title = {Small Folds},\n"
        "  author = {Ada Bergström and Bo Li},\n"
        "  year = {2024},\n"
        "  month = mar,\n"
        "  doi = {10.1000/182_x},\n"
        "  eprint = {2403.01234},\n"
        "  archiveprefix = {arXiv},\n"
        "  url = {https://example.org/a_b#c}\n"
        "}\n"
    )


def test_a_work_of_which_little_is_known_is_still_an_entry():
    assert bibtex(work(abstract="It folds.")) == "@misc{bergstrom2024-small-folds-1a2b\n}\n"


def test_a_list_of_authors_that_the_page_cuts_short_ends_in_others():
    assert "author = {Ada Bergström and others}" in bibtex(work(authors=("Ada Bergström",), et_al=True))


def test_an_author_with_and_in_its_name_stays_one_author():
    assert "author = {{Snow and Ice Lab} and Bo Li}" in bibtex(work(authors=("Snow and Ice Lab", "Bo Li")))


def test_words_with_capitals_inside_keep_them():
    assert "title = {Folding with {iFOLD}: a {GPU-Free} Fold}" in bibtex(
        work(title="Folding with iFOLD: a GPU-Free Fold")
    )


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("R&D at 50% of #1", r"R\&D at 50\% of \#1"),
        (
            "snake_case {x} ~ ^ \\",
            r"snake\_case \textbraceleft{}x\textbraceright{} \textasciitilde{} \textasciicircum{} \textbackslash{}",
        ),
        (r"folds $\ell_2$ by $x^{2}$ & more", r"folds $\ell_2$ by $x^{2}$ \& more"),
        ("from $5 to $10", r"from \$5 to \$10"),
        ("$a{b$ is no formula", r"\$a\textbraceleft{}b\$ is no formula"),
        (r"50\% and \$5 already", r"50\% and \$5 already"),
    ],
)
def test_special_characters_are_escaped_outside_formulas(text: str, tex: str):
    assert escaped(text) == tex


@given(st.text(alphabet=st.sampled_from("aB $\\{}%&_#~^\n1"), max_size=30), st.text(max_size=20))
def test_braces_balance_for_any_title_and_address(title: str, url: str):
    entry = bibtex(work(title=title, authors=(title or "x",), url=url or None))
    depth = 0
    for brace in re.findall(r"[{}]", entry):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
