import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.search.leaning import leans_on_history, names, pronoun

LEANING = [
    "How fast is it?",
    "And on images?",
    "What about larger models?",
    "Why?",
    "Did they release the weights?",
    "Cost?",
    "Who wrote it?",
    "Who are the authors?",
    "When was it published?",
    "Is the code available?",
    "How many parameters?",
    "Which tokenizer?",
    "Which optimizers beat it?",
    "Which universities are its authors from?",
    "And the training cost?",
    "What is the effect of its loss?",
    "Which known methods do they come close to?",
    "How often does one have to occur for that to work?",
    "What does the second one gain?",
    "Which of these is faster?",
    "And the other paper?",
    "What do the two encoders each do in it?",
    "Why did they choose this method?",
    "And what did building and tuning it cost in total?",
    "Who wrote the first paper we spoke of?",
    "Tell me more.",
    "Are there any others?",
    "What is the batch size?",
    "How did she measure that?",
]

WHOLE = [
    "Which optimizer estimates the diagonal of the Hessian?",
    "How does contrastive pretraining change the transferability of speech encoders?",
    "Does Brisk improve when its layers are frozen?",
    "Do models forget when they are trained twice?",
    "What is Lantern-2 and how does it answer?",
    "Which data was PebbleNet trained on?",
    "What is Brisk?",
    "What is contrastive learning?",
    "Why do speech encoders fail when they hear an accent?",
    "Which papers have code?",
    "How many papers are there per year?",
    "And which papers remove haze from satellite images?",
    "Is it possible to prune attention heads of a translation model?",
    "Which papers were published this year?",
    "Can agents improve their own prompts?",
    "Why would networks that memorise noise still generalise to new images?",
    "In the survey of pruning methods, which criterion wins when a network is cut to a tenth of its size, and is it"
    " cheap to compute?",
    "sparse attention for long documents",
    "And what did Ada Brook write?",
    "Does training a planner from the start help robots to avoid detours?",
    "How does Brisk differ from earlier work?",
    "Who wrote Pebble Maps?",
]


@pytest.mark.parametrize("question", LEANING)
def test_pronouns_ordinals_openings_and_ellipses_lean_on_what_was_said(question: str) -> None:
    assert leans_on_history(question)


@pytest.mark.parametrize("question", WHOLE)
def test_a_question_that_names_its_subject_does_not_lean(question: str) -> None:
    assert not leans_on_history(question)


def test_a_pronoun_that_the_question_explains_itself_points_at_nothing_outside() -> None:
    found = pronoun("Does Brisk help, and how does it compare with Pebble?")
    assert found is None


def test_names_are_words_with_capitals_where_no_sentence_begins() -> None:
    assert names("Does GSM8K help Brisk or As-ViT? Not here.") == ["GSM8K", "Brisk", "As-ViT"]
    assert names("WHY ALL THIS SHOUTING?") == []


@settings(max_examples=50)
@given(st.text())
def test_any_text_leans_or_does_not(text: str) -> None:
    assert leans_on_history(text) in (True, False)
