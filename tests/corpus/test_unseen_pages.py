"""Pages unlike those that the parser was written on: other banners, labels, names and titles."""

from __future__ import annotations

import pytest

from rag.corpus.parsing import Parsed, parse
from rag.schema import Page


def read(*lines: str) -> Parsed:
    page = Page(source="page.txt", path="/page.txt", digest="", page_year=2026, text="\n".join(lines))
    return parse(page)


SWIFTS = "Swifts fly too fast to be counted. We count the shadows that they throw on a wall, and correct for the hour."
TARIFFS = "A tariff has rules and exceptions. We give them types, and find that four of nine contradict themselves."
ROOMS = "Cold rooms leak. From one camera we draw where, and a technician who had the drawing found each leak at once."


# --- Banners above a listing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["Subscribe", "Sign up", "Follow", "Join"])
@pytest.mark.parametrize("banner", [["Find what matters.", "Each morning."], ["New preprints, ranked by readers"]])
def test_slogans_above_a_title_that_a_button_is_fused_with_are_no_record(button: str, banner: list[str]) -> None:
    parsed = read(*banner, f"{button}Counting in Twilight", SWIFTS, "Tariffs as Programs", TARIFFS)
    assert [record.title for record in parsed.records] == ["Counting in Twilight", "Tariffs as Programs"]
    assert parsed.warnings == ()


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("“Too Fast to Count”: Swifts at Dusk", SWIFTS),
        ("eSwift Counts by Shadow", SWIFTS + " We call it eSwift."),
        (
            "counting swifts by their shadows",
            SWIFTS + " Counting costs little, but counting twice is better.",
        ),
        ("3SwiftBench: Counting in Crowds", SWIFTS + " People who subscribe count more."),
        ("SwiftNet", SWIFTS + " SwiftNet is free."),
    ],
)
def test_a_button_is_cut_off_titles_of_any_shape(title: str, text: str) -> None:
    parsed = read("Find what matters.", "Each morning.", f"Subscribe{title}", text, "Tariffs as Programs", TARIFFS)
    assert [record.title for record in parsed.records] == [title, "Tariffs as Programs"]


@pytest.mark.parametrize(
    "title", ["FollowNet: Counting in Crowds", "ShareLight Counts by Shadow", "Followers of Swifts", "Joint Counts"]
)
def test_a_first_title_that_begins_with_a_buttons_word_stays_whole_below_a_banner(title: str) -> None:
    text = SWIFTS + " ShareLight needs a wall; followers of swifts and joint counts need none."
    parsed = read("Find what matters.", "Each morning.", title, text, "Tariffs as Programs", TARIFFS)
    assert title in [record.title for record in parsed.records]


# --- Labels of other conferences -------------------------------------------------------------------------------------


def award(*labels: str, names: str = "Ada Roe · Li Wei", room: str = "Room 301", text: str = SWIFTS) -> list[str]:
    return [*labels, names, "", f"[ {room} ]", "", "Abstract", "", text, ""]


@pytest.mark.parametrize(
    "label",
    [
        "Best Systems Paper",
        "Outstanding Late-Breaking Report",
        "Distinguished Artifact",
        "Influential Paper Award (10 years)",
        "10-Year Lasting Impact Award",
        "Best Paper Award in Robot Manipulation",
        "Honorable Mention for Outstanding Paper",
        "Community Favourite",
    ],
)
def test_labels_of_any_conference_are_labels(label: str) -> None:
    parsed = read(*award(label, "Poster"), *award("Best Paper", "Oral", text=TARIFFS), *award("Spotlight", text=ROOMS))
    assert [record.labels for record in parsed.records] == [(label, "Poster"), ("Best Paper", "Oral"), ("Spotlight",)]
    assert [record.title for record in parsed.records] == [None, None, None]


def test_a_lone_author_with_an_odd_name_below_a_label_is_no_label() -> None:
    parsed = read(*award("Best Paper", "Oral", names="Sami Adel Or Rahman"), *award("Spotlight", text=TARIFFS))
    assert (parsed.records[0].labels, parsed.records[0].authors) == (("Best Paper", "Oral"), ("Sami Adel Or Rahman",))


def test_titles_about_prizes_are_no_labels() -> None:
    titles = ["Do Best Paper Awards Matter?", "Best Paper Awards: Who Gets Them?", "Origami from Waste Paper"]
    parsed = read(*(line for pair in zip(titles, (SWIFTS, TARIFFS, ROOMS), strict=True) for line in pair))
    assert [record.title for record in parsed.records] == titles


@pytest.mark.parametrize(
    "names",
    ["Rui Dias · Inês d'Orta", "王小雨 · 李青山", "김하늘 · 박바다", "Cherokee · Ada Roe", "Jan van 't Veld · Ada Roe"],
)
def test_names_set_apart_by_dots_are_people_whatever_their_shape(names: str) -> None:
    parsed = read(*award("Best Paper", names=names), *award("Spotlight", text=TARIFFS), *award("Oral", text=ROOMS))
    assert parsed.records[0].authors == tuple(names.split(" · "))
    assert parsed.records[0].affiliations == ()


# --- Author pages ----------------------------------------------------------------------------------------------------


def fused(*lines: str) -> Parsed:
    texts = (SWIFTS, TARIFFS, ROOMS, SWIFTS.replace("Swifts", "Swallows"), TARIFFS.replace("tariff", "toll"))
    marks = (f"BO{month} 3, 2021" for month in ("Jan", "Feb", "Mar", "Apr", "May"))
    return read(*(line for record in zip(marks, lines, texts, strict=False) for line in record))


PLAIN_LINES = (
    "Shadows on a WallAda Roe, Li Wei et al. · mit",
    "Typed TariffsBen Okri, Ada Roe",
    "Leaks FoundLi Wei, Jo Ek",
)


@pytest.mark.parametrize(
    ("line", "title", "authors"),
    [
        ("Of Swifts and What Flies betweenMei Lind", "Of Swifts and What Flies between", ("Mei Lind",)),
        ("Quiet, ReconsideredMei Lind · mit", "Quiet, Reconsidered", ("Mei Lind",)),
        ("Counting by RulesTia Ngo Mba, NDo Jean Kuba", "Counting by Rules", ("Tia Ngo Mba", "NDo Jean Kuba")),
    ],
)
def test_a_page_of_fused_lines_has_its_odd_ones_cut_as_well(line: str, title: str, authors: tuple[str, ...]) -> None:
    record = fused(*PLAIN_LINES, line).records[3]
    assert (record.title, record.authors) == (title, authors)


def test_no_cut_parts_a_name_that_the_page_uses() -> None:
    text = "Walls differ. We train WallNets on shadows; every WallNet counts swifts on a wall of its own, by the hour."
    parsed = read("BOJan 3, 2021", "Counting with WallNetRaz Lind, Al Dub", text)
    assert (parsed.records[0].title, parsed.records[0].authors) == ("Counting with WallNet", ("Raz Lind", "Al Dub"))


@pytest.mark.parametrize(
    "names", ["Cherokee, Ada Roe", "Xu, Ng · unsw", "SwiftLab · mit", "佐藤 健, 鈴木 花子 · u-tokyo"]
)
def test_bylines_that_cannot_be_told_by_their_shape_are_told_by_their_place(names: str) -> None:
    lines = [("Jan 3, 2021", "Shadows on a Wall", names, SWIFTS), ("Feb 3, 2021", "Typed Tariffs", "Li Wei", TARIFFS)]
    lines.append(("Mar 3, 2021", "Leaks Found by Camera", "Ada Roe, Li Wei", ROOMS))
    parsed = read(*(part for date, title, by, text in lines for part in (f"BO{date}", title, "", by, "", text, "")))
    assert [record.title for record in parsed.records] == [title for _, title, _, _ in lines]
    assert parsed.records[0].authors == tuple(names.partition(" · ")[0].split(", "))


def test_a_fused_line_that_cannot_be_cut_keeps_its_record_whole() -> None:
    record = fused(*PLAIN_LINES, "鳥の影の数え方佐藤 健, 鈴木 花子 · u-tokyo").records[3]
    assert record.text_of("title").startswith("鳥の影の数え方")
    assert (record.category, str(record.published), record.abstract[:8]) == ("BO", "2021-04-03", "Swallows")


# --- Blogs -----------------------------------------------------------------------------------------------------------


def blog(*posts: tuple[list[str], list[str]]) -> Parsed:
    return read(
        *(line for title, texts in posts for line in (*title, "", "", *(x for t in texts for x in (t, "")), ""))
    )


def test_an_index_of_posts_with_one_paragraph_each_is_read() -> None:
    long = "Towards counting that asks nobody: An exploratory study of swifts, walls and citizens who look up in towns"
    parsed = blog(([long], [SWIFTS]), (["Typed Tariffs"], [TARIFFS]), (["Leaks Found"], [ROOMS, "A room, cold"]))
    assert [record.title for record in parsed.records] == [long, "Typed Tariffs", "Leaks Found"]


@pytest.mark.parametrize(
    "title",
    [
        ["Counting Swifts without Counters:", "A Wall-Free and Shadow-Free Approach"],
        ["Do pictures of walls", "say how many swifts there are?"],
        ["Hawks vs. Swifts: Who Is", "Counted First"],
    ],
)
def test_titles_broken_in_two_are_put_together(title: list[str]) -> None:
    parsed = blog((["Typed Tariffs"], [TARIFFS, ROOMS]), (title, [SWIFTS, ROOMS]), (["Leaks Found"], [ROOMS, TARIFFS]))
    assert [record.title for record in parsed.records] == ["Typed Tariffs", " ".join(title), "Leaks Found"]
    assert parsed.records[1].authors == ()


@pytest.mark.parametrize("title", ["Whirr! Flap! Gone! Swifts by Their Sounds", "“Why?”", "Hawks vs. Swifts"])
def test_cries_and_quotes_stand_in_titles(title: str) -> None:
    parsed = blog((["Typed Tariffs"], [TARIFFS, ROOMS]), ([title], [SWIFTS, ROOMS]))
    assert [record.title for record in parsed.records] == ["Typed Tariffs", title]
