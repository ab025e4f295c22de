import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import QuestionError
from rag.schema import Turn
from rag.search.question import standalone

HISTORY = [Turn("Which optimizer estimates the diagonal of the Hessian?", "Brisk does. [1]")]


def test_a_question_without_history_stands_as_it_is_typed() -> None:
    question = standalone("  How fast\n is it? ")
    assert (question.asked, question.text) == ("  How fast\n is it? ", "How fast is it?")


def test_a_follow_up_is_searched_for_with_what_it_leans_on_and_asked_without() -> None:
    question = standalone("And how fast is it?", HISTORY)
    assert question.text == "And how fast is Brisk?"
    assert (
        question.searched == "Which optimizer estimates the diagonal of the Hessian? Brisk does. And how fast is Brisk?"
    )


def test_a_new_topic_is_not_dragged_to_the_old_one() -> None:
    asked = "Which method removes haze from satellite images taken at dawn?"
    assert standalone(asked, HISTORY).text == asked


@pytest.mark.parametrize("asked", ["", "   ", "\n\t", "\x00\x01"])
def test_an_empty_question_is_an_error_with_a_hint(asked: str) -> None:
    with pytest.raises(QuestionError) as caught:
        standalone(asked)
    assert "empty" in caught.value.message
    assert caught.value.hint


def test_an_enormous_question_is_cut_not_refused() -> None:
    assert len(standalone("why " * 100_000).text) <= 20_000


@given(st.text(), st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_any_text_becomes_a_printable_question_or_a_clear_error(asked: str, turns: list[tuple[str, str]]) -> None:
    try:
        question = standalone(asked, [Turn(*turn) for turn in turns])
    except QuestionError:
        return
    assert question.asked == asked
    assert question.text.strip()
    assert not any(ord(c) < 32 for c in question.text)
    question.text.encode("utf-8")
