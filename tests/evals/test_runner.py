from __future__ import annotations

import pytest

from evals.fields import CaseError
from evals.runner import search_rows
from rag.schema import Origin, Turn
from tests.evals.written import RankingAssistant, case

B = Origin("one.txt", 1)


def test_a_work_on_two_pages_is_found_by_either_of_its_records() -> None:
    assistant = RankingAssistant({"?": "bac"})
    for gold in (Origin("one.txt", 0), Origin("two.txt", 4)):
        (row,) = search_rows(assistant, [case("q", gold)])
        assert row.values == {"R@1": 0.0, "R@5": 1.0, "R@10": 1.0, "MRR": 0.5, "all@10": 1.0}


def test_two_records_of_one_work_are_one_thing_to_find() -> None:
    (row,) = search_rows(RankingAssistant({"?": "a"}), [case("q", Origin("one.txt", 0), Origin("two.txt", 4))])
    assert row.values["all@10"] == 1.0


def test_a_question_without_gold_is_left_out_and_not_even_asked() -> None:
    assistant = RankingAssistant({})
    (row,) = search_rows(assistant, [case("u")])
    assert set(row.values.values()) == {None}
    assert assistant.histories == []


def test_a_follow_up_is_put_with_its_history() -> None:
    assistant = RankingAssistant({"And it?": "b"})
    history = (Turn("Who?", "Ann."),)
    list(search_rows(assistant, [case("f", B, question="And it?", history=history)]))
    assert assistant.histories == [history]


def test_a_gold_record_that_is_not_indexed_is_named_before_anything_is_asked() -> None:
    assistant = RankingAssistant({"?": "b"})
    with pytest.raises(CaseError, match=r"case q2: its gold record 9 of three\.txt is not in the index"):
        list(search_rows(assistant, [case("q1", B), case("q2", Origin("three.txt", 9))]))
    assert assistant.histories == []
