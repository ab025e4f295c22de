"""Pages → records: what every page keeps, stretches of several layouts, plain records."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus.blocks import fold, read_blocks
from rag.corpus.bylines import gather
from rag.corpus.header import read_header
from rag.corpus.layouts.drafts import split_buttons
from rag.corpus.lexicon import ABSTRACT_HEADING, ABSTRACT_PREFIX, CODE_MARKS, is_navigation
from rag.corpus.links import read_link
from rag.corpus.parsing import Parsed, parse
from rag.schema import Page, Record

PAGES = sorted((Path(__file__).parents[1] / "pages").glob("*.txt"))


def page(text: str, *, year: int = 2026, name: str | None = None) -> Page:
    return Page(source="page.txt", path="/page.txt", digest="", page_year=year, text=text, name=name)


def read(text: str) -> Parsed:
    return parse(page(text))


TITLES = ("Counting Swifts by Their Shadows", "Tariffs as Typed Programs", "Heat Maps of Cold Rooms")
TEXTS = (
    "Swifts fly too fast to be counted. We count the shadows that they throw on a wall, and correct for the hour.",
    "A tariff has rules and exceptions. We give them types, and find that four of nine tariffs contradict themselves.",
    "Cold rooms leak. From one camera we draw where, and a technician who had the drawing found each leak in minutes.",
)
LISTING = "\n".join(line for pair in zip(TITLES, TEXTS, strict=True) for line in pair)


# --- Whole pages -----------------------------------------------------------------------------------------------------


def test_a_button_fused_with_the_first_title_is_cut_off() -> None:
    parsed = read("Get new papers in your inbox!\nSubscribe" + LISTING)
    assert [record.title for record in parsed.records] == list(TITLES)
    assert parsed.warnings == ()


def test_ordinals_count_from_0_and_records_have_no_key() -> None:
    parsed = read(LISTING)
    assert [(record.origin.source, record.origin.ordinal, record.key) for record in parsed.records] == [
        ("page.txt", 0, ""),
        ("page.txt", 1, ""),
        ("page.txt", 2, ""),
    ]


def test_two_layouts_on_one_page_are_read_each_in_its_stretch() -> None:
    fused, awards = (next(path for path in PAGES if path.name.startswith(name)) for name in ("fused", "awards"))
    texts = [path.read_text("utf-8") for path in (fused, awards)]
    together = read("\n\n\n".join(texts))
    alone = [record for text in texts for record in read(text).records]
    assert [(r.title, r.authors, r.abstract) for r in together.records] == [
        (r.title, r.authors, r.abstract) for r in alone
    ]
    assert set(together.layout.split("+")) == {"fused", "awards"}


def test_prose_becomes_plain_records_with_a_warning() -> None:
    prose = (
        "it rained for three days and nobody came to the harbour, so that the nets were left where they were.\n\n" * 8
    )
    parsed = read(prose)
    assert parsed.layout == "plain"
    assert parsed.warnings
    assert sum(record.abstract.count("it rained") for record in parsed.records) == 8


def test_a_page_cut_in_a_record_keeps_what_is_there() -> None:
    parsed = read(LISTING[: LISTING.index("Heat Maps") + 15])
    assert [record.title for record in parsed.records[:2]] == list(TITLES[:2])
    assert "Heat Maps of Co" in "".join((record.title or "") + record.abstract for record in parsed.records)


def test_a_page_that_begins_in_a_text_does_not_shift_titles_to_the_wrong_texts() -> None:
    parsed = read("and so the count was too low by a third, which we correct for in what follows.\n" + LISTING)
    assert [(record.title, record.abstract) for record in parsed.records[-3:]] == list(zip(TITLES, TEXTS, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "  \t\n"),
        lambda text: text.replace(" ", "\N{NO-BREAK SPACE}"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: "\n".join("    " + line for line in text.split("\n")),
    ],
    ids=["trailing", "no-break", "double-spaced", "indented"],
)
def test_white_space_does_not_change_what_a_listing_says(change) -> None:  # type: ignore[no-untyped-def]
    assert [(r.title, r.abstract) for r in read(change(LISTING)).records] == list(zip(TITLES, TEXTS, strict=True))


def test_links_and_code_marks_between_the_fields_belong_to_their_record() -> None:
    lines = LISTING.split("\n")
    lines[2:2] = ["PDF https://arxiv.org/abs/2101.00001v2", "Code"]
    lines.append("doi: 10.1234/abc.5")
    swifts, tariffs, heat = read("\n".join(lines)).records
    assert (swifts.arxiv_id, swifts.url, swifts.has_code) == (
        "2101.00001v2",
        "https://arxiv.org/abs/2101.00001v2",
        True,
    )
    assert (tariffs.url, tariffs.has_code) == (None, None)
    assert heat.doi == "10.1234/abc.5"


def test_a_name_that_was_given_names_the_page() -> None:
    assert parse(page(LISTING, name="Field notes")).name == "Field notes"


def test_the_year_that_a_page_omits_is_the_pages() -> None:
    lines = [
        line
        for title, text in zip(TITLES, TEXTS, strict=True)
        for line in ("LGFeb 29", title + "Ada Roe, Li Wei", text)
    ]
    leap, common = (parse(page("\n".join(lines), year=year)) for year in (2024, 2025))
    assert {str(record.published) for record in leap.records} == {"2024-02-29"}
    assert {str(record.published) for record in common.records} == {"2025-02"}  # no 29 February that year
    assert leap.years_filled == 3


# --- Fused buttons ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "SignNet Learns to Read Contracts",
        "ShareBench: Who Gets the Last Slice?",
        "CodeMix for Bilingual Sentences",
        "FollowGPT Obeys Too Much",
        "SaveFormer Compresses Checkpoints Well",
        "PosterLayout: Arranging Figures by Weight",
        "SubscribeNet: Predicting Who Leaves",
        "Sharing Is Not Caring in Sensor Networks",
        "Code Review without Reviewers",
    ],
)
def test_titles_that_begin_with_a_buttons_word_stay_whole(title: str) -> None:
    assert split_buttons(title, gather([], [])) == ((), title)


@pytest.mark.parametrize(
    ("fused", "button", "title"),
    [
        ("SubscribeTariffs as Typed Programs", "Subscribe", "Tariffs as Typed Programs"),
        ("Sign in3D Maps of Quiet Rooms", "Sign in", "3D Maps of Quiet Rooms"),
        ("UpvoteHeat Maps of Cold Rooms", "Upvote", "Heat Maps of Cold Rooms"),
    ],
)
def test_a_button_is_cut_off_where_a_title_follows(fused: str, button: str, title: str) -> None:
    assert split_buttons(fused, gather([], [])) == ((button,), title)


def test_a_button_is_cut_off_a_coined_name_that_the_page_uses() -> None:
    evidence = gather(["We present AgentWall, a wall around agents."], [])
    title = "AgentWall: A Wall around Agents"
    assert split_buttons("Subscribe" + title, evidence) == (("Subscribe",), title)


def test_a_word_that_may_begin_a_name_is_cut_off_only_before_a_word_that_the_page_uses() -> None:
    evidence = gather(["We study tariffs and their exceptions in nine countries."], [])
    assert split_buttons("ShareTariffs as Typed Programs", evidence) == (("Share",), "Tariffs as Typed Programs")
    assert split_buttons("ShareTariffs as Typed Programs", gather([], [])) == ((), "ShareTariffs as Typed Programs")


# --- Promises for any text -------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *LISTING.split("\n"),
        *(line for path in PAGES for line in path.read_text("utf-8").split("\n")),
        "Ada Roe, Li Wei et al. · mit",
        "92.5AIMar 11Code",
        "Best Paper",
        "Abstract",
        "[ Hall B ]",
        "",
        "",
    ]
)
LINES = st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=25)
ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def words_of(record: Record) -> str:
    fields = ("title", "authors", "affiliations", "labels", "session", "url", "doi", "arxiv_id", "abstract")
    return "".join(record.text_of(field) for field in fields)


def letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def is_furniture(line: str) -> bool:
    return is_navigation(line) or ABSTRACT_HEADING.fullmatch(line) is not None or line.lower() in CODE_MARKS


@ANY
@given(LINES)
def test_every_line_is_in_a_record_or_is_furniture(lines: list[str]) -> None:
    text = "\n".join(lines)
    said = "".join(letters(words_of(record)) for record in read(text).records)
    blocks = read_blocks(text)
    header = read_header(blocks)
    for block in blocks:
        if (
            block.index in header.indices
            or is_furniture(block.text)
            or read_link(block.text)
            or block.meta
            or block.repeats
        ):
            continue
        line = ABSTRACT_PREFIX.sub("", block.text)
        for part in filter(None, map(letters, line.split())):
            assert (
                part in said
                or any(part.endswith(end) and part[: -len(end)] in said for end in ("al", "and"))
                or (part in ("et", "al", "and", "others", "more", "authors"))
            ), block.text


@ANY
@given(LINES)
def test_white_space_in_texts_is_folded(lines: list[str]) -> None:
    for record in read("\n".join(lines)).records:
        assert all(paragraph == fold(paragraph) for paragraph in record.abstract.split("\n\n") if paragraph)
        assert record.title is None or record.title == fold(record.title)


@ANY
@given(LINES)
def test_a_page_is_read_the_same_every_time(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert read(text) == read(text)


@ANY
@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    parsed = read(text)
    assert 0.0 <= parsed.confidence <= 1.0
    assert [record.origin.ordinal for record in parsed.records] == list(range(len(parsed.records)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "word Word, " * 450_000,
        "aB" * 2_500_000,
        "\n" * 5_000_000 + "end",
        (LISTING + "\n") * 12_000,
    ],
    ids=["one-line", "one-word", "blank", "listing"],
)
def test_five_megabytes_are_read_in_a_minute(text: str) -> None:
    started = time.monotonic()
    read(text)
    assert time.monotonic() - started < 60


def test_a_title_that_calls_out_is_a_title() -> None:
    papers = [
        ("Ring! Ring! Hello? Dialling Experts by Voice", "We let a caller pick an expert. It takes two seconds."),
        ("A Plain Survey of Folding Robots", "Robots that fold shirts differ widely. We compare eleven of them."),
        ("Look! No Hands: Balancing on One Wheel", "A unicycle falls over. We train a policy that keeps it upright."),
    ]
    text = "".join(f"{title}\n{abstract}\n" for title, abstract in papers)
    assert [(record.title, record.abstract) for record in read(text).records] == papers


def test_a_page_of_navigation_alone_is_warned_about() -> None:
    parsed = read("Subscribe\nSign in\nSkip to main content\n")
    assert (parsed.records, parsed.warnings) == ((), ("no paper was found on the page",))
