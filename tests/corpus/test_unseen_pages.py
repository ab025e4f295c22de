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
