from __future__ import annotations

from evals.scorers import citation_precision, nugget_recall, refused_answerable, refused_unanswerable, score
from rag.schema import Origin
from tests.evals.written import WORKS, answer, case

ANSWERABLE = case("q", Origin("two.txt", 4))
UNANSWERABLE = case("u")
DECLINED = answer("The corpus does not say.", reason="not_stated")


def test_recall_is_the_share_of_facts_that_the_answer_states() -> None:
    assert nugget_recall(ANSWERABLE, answer("It took two days.", WORKS[0])).value == 0.5
    assert nugget_recall(ANSWERABLE, answer("It took two days.", WORKS[0])).why == "missing: by hand"


def test_a_fact_is_found_across_a_citation_mark() -> None:
    assert nugget_recall(ANSWERABLE, answer("Two days, by hand.", WORKS[0], WORKS[1])).value == 1.0


def test_a_refusal_states_no_fact_even_where_its_words_would() -> None:
    assert nugget_recall(ANSWERABLE, answer("Nothing on two days by hand.", reason="not_stated")).value == 0.0


def test_a_citation_is_right_when_its_work_is_gold_by_any_of_its_pages() -> None:
    assert citation_precision(ANSWERABLE, answer("So.", WORKS[0], WORKS[1])).value == 0.5


def test_refusals_are_counted_apart_for_questions_with_and_without_an_answer() -> None:
    assert refused_answerable(ANSWERABLE, DECLINED).value == 1.0
    assert refused_answerable(ANSWERABLE, answer("So.", WORKS[0])).value == 0.0
    assert refused_unanswerable(UNANSWERABLE, DECLINED).value == 1.0


def test_what_does_not_apply_is_none_and_never_zero() -> None:
    values = {name: scored.value for name, scored in score(UNANSWERABLE, answer("So.", WORKS[0])).items()}
    assert values == {
        "nugget recall": None,
        "citation precision": None,
        "refused, answerable": None,
        "refused, unanswerable": 0.0,
    }
    assert citation_precision(ANSWERABLE, DECLINED).value is None
