from __future__ import annotations

from datetime import date

import pytest

from rag.errors import UsageError
from rag.filters import limits_from
from rag.schema import Limits


def test_what_is_not_given_does_not_limit():
    assert limits_from({"author": None, "label": (), "text": "", "year": None, "has_code": False}) == Limits()


def test_one_value_is_as_good_as_a_list_of_one():
    assert limits_from({"author": "Ida Norrby"}) == limits_from({"author": ["Ida Norrby"]})


@pytest.mark.parametrize(
    ("filters", "after", "before"),
    [
        ({"year": 2023}, date(2023, 1, 1), date(2023, 12, 31)),
        ({"after": "2024-02"}, date(2024, 2, 1), None),
        ({"before": "2024-02"}, None, date(2024, 2, 29)),
        ({"year": 2023, "after": "2023-06-15"}, date(2023, 6, 15), date(2023, 12, 31)),
        ({"year": "2023", "before": 2022}, date(2023, 1, 1), date(2022, 12, 31)),
    ],
)
def test_dates_are_inclusive_and_the_narrowest_counts(filters, after, before):
    limits = limits_from(filters)
    assert (limits.after, limits.before) == (after, before)


@pytest.mark.parametrize(
    "filters",
    [
        {"year": "soon"},
        {"after": "2023-13"},
        {"before": "28 May"},
        {"autor": "x"},
        {"author": ["Ida", " "]},
        {"label": [""]},
        {"text": "?!"},
    ],
)
def test_what_is_no_filter_no_date_or_no_word_is_refused_with_a_hint(filters):
    with pytest.raises(UsageError) as caught:
        limits_from(filters)
    assert caught.value.hint
