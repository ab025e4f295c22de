"""Bylines, and titles fused with them; all people invented."""

from __future__ import annotations

import pytest

from rag.corpus.bylines import cut_fused, gather, read_byline


@pytest.mark.parametrize(
    "text",
    [
        "Ada Roe, Ben van Dam, Li Wei",
        "Ada Roe · Ben van Dam · Li Wei",
        "Ada Roe; Ben van Dam; Li Wei",
        "Ada Roe, Ben van Dam, and Li Wei",
        "Ada Roe, Ben van Dam & Li Wei",
    ],
)
def test_lists_of_names_are_split_however_they_are_joined(text: str) -> None:
    byline, score = read_byline(text)
    assert byline.authors == ("Ada Roe", "Ben van Dam", "Li Wei")
    assert score > 0.5


def test_affiliations_stand_behind_a_dot_or_in_parentheses() -> None:
    assert read_byline("Ada Roe, Li Wei · Port Alder University, mit")[0].affiliations == (
        "Port Alder University",
        "mit",
    )
    assert read_byline("Ada Roe (Inria) · Li Wei (KAIST)")[0].affiliations == ("Inria", "KAIST")


@pytest.mark.parametrize("cut", ["et al.", "et al", "and others", "+ 12 authors", "and 12 more"])
def test_a_list_that_is_cut_short_says_so(cut: str) -> None:
    byline, _ = read_byline(f"Ada Roe, Li Wei {cut}")
    assert (byline.authors, byline.et_al) == (("Ada Roe", "Li Wei"), True)


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Counting Swifts by Their Shadows", "Ada Roe"),
        ("Caching under PPO", "Jonah Reed"),
        ("Prompts That Please LLMs", "Ada Roe"),
        ("Do Swifts Sleep?", "J. R. Okonkwo"),
        ("The Hive-7", "Tomás McAvoy"),
        ("Compilers That Apologise (and Mean It)", "Siobhán O'Neil"),
        ("Noise, Silence, and Time", "Li Wei"),
        ("Maps for the $L_2$", "Ines van der Meer"),
        ("LEARNING BIRD SONGS BY EAR", "Ada Roe"),
        ('On the "Sunday Swifts"', "Zofia Peng"),
        ("Learning Tides with Vision", "Émile Dior"),
        ("Plan B", "Kim Ode"),
    ],
)
def test_a_title_is_cut_from_the_first_of_several_authors(title: str, first: str) -> None:
    for tail, et_al in ((", Ben Hale, Mia Torres et al. · mit", True), (", Ben Hale, Mia Torres", False)):
        cut = cut_fused(title + first + tail)
        assert (cut.title, cut.byline.authors, cut.byline.et_al) == (title, (first, "Ben Hale", "Mia Torres"), et_al)


def test_a_camel_case_name_is_kept_whole_where_the_page_uses_the_titles_last_word() -> None:
    evidence = gather(["We remove the noise of the wind."], [])
    cut = cut_fused("Sound without NoiseMcKenna Lee, Ben Hale et al.", evidence)
    assert (cut.title, cut.byline.authors[0]) == ("Sound without Noise", "McKenna Lee")


def test_a_word_that_the_page_uses_is_not_torn() -> None:
    evidence = gather(["DeepTide is a model of tides, and this is a report on it."], [])
    cut = cut_fused("DeepTide Technical ReportDeepTide Team, Ben Hale et al.", evidence)
    assert (cut.title, cut.byline.authors) == ("DeepTide Technical Report", ("DeepTide Team", "Ben Hale"))


def test_a_person_known_from_the_page_decides_a_cut() -> None:
    evidence = gather([], ["Tides by SonarMar Ito, Ben Hale, DeMar Ito et al."], ["Mar Ito"] * 3)
    assert cut_fused("Swifts and SonarMar Ito, Ben Hale", evidence).byline.authors[0] == "Mar Ito"


def test_a_title_alone_is_not_cut() -> None:
    evidence = gather(["We study networks, layers and their gradients."], [])
    assert not cut_fused("ReLU Networks and MaxPool Layers", evidence).believed


def test_a_group_may_be_the_only_author() -> None:
    cut = cut_fused("Swift-3 Technical ReportHarbour Team", gather(["This is the report of a model."], []))
    assert cut.believed
    assert (cut.title, cut.byline.authors) == ("Swift-3 Technical Report", ("Harbour Team",))


def test_a_group_with_a_one_word_name_that_the_page_uses_is_cut_off() -> None:
    cut = cut_fused("Swift-3 Technical ReportOpenSea", gather(["This report of OpenSea describes a model."], []))
    assert cut.believed
    assert (cut.title, cut.byline.authors) == ("Swift-3 Technical Report", ("OpenSea",))
