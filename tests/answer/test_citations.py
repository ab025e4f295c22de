from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.citations import LONGEST_SENTENCE, Ledger, Sentence, numbers_in, split
from rag.schema import MARK, Origin, Quote, Record, Span, Work, unmarked


def said(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(sentence.text, sentence.numbers) for sentence in split([text])]


@pytest.mark.parametrize(
    ("inside", "numbers"),
    [
        ("1", (1,)),
        ("1, 2", (1, 2)),
        ("1,2;3", (1, 2, 3)),
        ("1 and 2", (1, 2)),
        ("1-3", (1, 2, 3)),
        ("1–3", (1, 2, 3)),
        ("1, 3 – 5", (1, 3, 4, 5)),
        ("2, 2", (2,)),
        ("3-1", (3, 1)),
        ("1-9999", (1, 9999)),
        ("0", (0,)),
        ("0, 1", None),
        ("0-5", None),
    ],
)
def test_the_numbers_between_brackets(inside, numbers):
    assert numbers_in(inside) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "It is fast. [1] It is small. [2]",
        "It is fast [1]. It is small [2].",
        "It is fast.[1] It is small.[2]",
        "It is fast[1]. It is small[2]",
        "It is fast.[1]It is small.[2]",
        "It is fast【1】. It is small【2†source】.",
        "[1] It is fast.\n\n[2] It is small.",
        "It is fast. [passage 1] It is small. [Source 2]",
        "It is fast. [1](http://example.org/a) It is small. [2]",
        "According to [1], it is fast. As stated in passage [2], it is small.",
        "[1] It is fast. [2] It is small.",
        "It is fast (see [1]). It is small ([2]).",
    ],
)
def test_a_mark_belongs_to_its_sentence_wherever_it_stands(text):
    sentences = said(text)
    assert [numbers for _, numbers in sentences] == [(1,), (2,)]
    assert [words.rstrip(".") for words, _ in sentences] == ["It is fast", "It is small"]


@pytest.mark.parametrize("marks", ["[1, 3]", "[1][3]", "[1] [3]", "[1],[3]", "[1]; [3]", "[1 and 3]"])
def test_several_marks_are_one_sentences(marks):
    assert said(f"It is fast. {marks} Then more.") == [("It is fast.", (1, 3)), ("Then more.", ())]


def test_marks_in_the_middle_of_a_sentence_are_its_own():
    assert said("It is fast [2], small [1] and cheap.") == [("It is fast, small and cheap.", (2, 1))]


@pytest.mark.parametrize("marks", ["[1], [3]", "[1] and [3]", "([1]; [3])"])
def test_what_joins_marks_goes_with_them(marks):
    assert said(f"It is fast {marks}. Then f() runs.") == [("It is fast.", (1, 3)), ("Then f() runs.", ())]


def test_an_interval_is_text_and_loses_its_square_brackets():
    assert said("Weights lie in [0, 1] here. [2]") == [("Weights lie in (0, 1) here.", (2,))]


def test_other_brackets_are_text():
    assert said("The [MASK] token and a[i] stay [1].") == [("The [MASK] token and a[i] stay.", (1,))]


def test_abbreviations_do_not_end_a_sentence():
    assert said("It beats e.g. Doe et al. [1] by 2.5 points, i.e. much [2]. Yes.") == [
        ("It beats e.g. Doe et al. by 2.5 points, i.e. much.", (1, 2)),
        ("Yes.", ()),
    ]


def test_scripts_without_spaces_are_cut_at_their_own_stops():
    assert said("它很快。[1]它很小。[2]") == [("它很快。", (1,)), ("它很小。", (2,))]


def test_markdown_is_taken_off_and_its_lines_stay_sentences():
    text = (
        "## Summary\n\nTwo **methods**:\n- **Alpha** is *fast* [1]\n- Beta is _small_. [2]\n\n"
        "1. It `runs` anywhere [1].\n> Quoted. [2]\n\n---\n```\nprint\n```"
    )
    assert list(split([text])) == [
        Sentence(text="Two methods:", lead="", numbers=()),
        Sentence(text="Alpha is fast", lead="\n", numbers=(1,)),
        Sentence(text="Beta is small.", lead="\n", numbers=(2,)),
        Sentence(text="It runs anywhere.", lead="\n\n", numbers=(1,)),
        Sentence(text="Quoted.", lead="\n", numbers=(2,)),
        Sentence(text="print", lead="\n\n", numbers=()),
    ]


def test_stars_and_underscores_of_formulas_and_names_stay():
    assert said("Use a*b*c, x**2 and learning_rate_max [1].") == [("Use a*b*c, x**2 and learning_rate_max.", (1,))]


def test_a_list_of_sources_after_the_answer_is_no_part_of_it():
    assert said("It is fast. [1]\n\n**References:**\n[1] A title\n[2] Another") == [("It is fast.", (1,))]


@pytest.mark.parametrize("text", ["", "  \n", "[1]", "[1] [2]\n\n[3]", "...", "---", "## Summary"])
def test_a_text_that_says_nothing_has_no_sentences(text):
    assert said(text) == []


def test_a_sentence_is_given_out_as_soon_as_the_next_has_begun():
    read: list[str] = []

    def pieces():
        for piece in ["It is fast.", " [1]", " [2]", " It", " is", " small."]:
            read.append(piece)
            yield piece

    assert next(split(pieces())).numbers == (1, 2)
    assert read == ["It is fast.", " [1]", " [2]", " It", " is"]


def test_text_without_an_end_is_cut_in_time_and_nothing_of_it_is_lost():
    words = "word, " * 20_000
    sentences = said("Begins. " + words)
    assert max(len(text) for text, _ in sentences) <= LONGEST_SENTENCE + 10
    assert sum(text.count("word") for text, _ in sentences) == 20_000


SNIPPETS = st.sampled_from(
    [
        "It is fast",
        "e.g. ",
        "Doe et al. ",
        ". ",
        "! ",
        "\n",
        "\n\n",
        "- ",
        "**",
        "*",
        "`",
        " [1]",
        "[2, 3]",
        "[",
        "]",
        "【4】",
        "[1-",
        "3]",
        " ",
        "2.5",
        "。",
        "它很快",
        "# ",
        "1. ",
        "according to ",
        ", ",
        "[0, 1]",
        "References:\n",
        "$",
        "(",
        ")",
    ]
)
REPLIES = st.lists(SNIPPETS, max_size=30).map("".join) | st.text(max_size=80)


@given(REPLIES, st.lists(st.integers(min_value=0, max_value=200)))
def test_where_a_stream_is_cut_does_not_change_its_sentences(text, cuts):
    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(bounds)]
    assert list(split(pieces)) == list(split([text]))


@given(REPLIES)
def test_no_sentence_keeps_what_could_be_taken_for_a_mark(text):
    for sentence in split([text]):
        assert sentence.text == sentence.text.strip() != ""
        assert "\n" not in sentence.text
        assert MARK.search(sentence.text) is None


@given(st.lists(st.tuples(st.sampled_from(["Fast.", "Small.", "Good."]), st.lists(st.integers(1, 9), max_size=3))))
def test_marks_that_are_set_after_sentences_are_read_back(sentences):
    text = " ".join(words + "".join(f" [{n}]" for n in numbers) for words, numbers in sentences)
    assert said(text) == [(words, tuple(dict.fromkeys(numbers))) for words, numbers in sentences]


# --- The ledger ------------------------------------------------------------------------------------------------------


def work(key: str) -> Work:
    record = Record(origin=Origin(key, 0), key=key, title=key.title(), abstract="It is fast. It is small.")
    return Work(key=key, records=(record,))


def quote(of: Work, start: int = 0, end: int = 11) -> Quote:
    return Quote(record=of.records[0], field="abstract", span=Span(start, end))


def test_works_are_numbered_by_first_use_and_cited_once_a_sentence():
    alpha, beta = work("alpha"), work("beta")
    ledger = Ledger()
    ledger.enter("One.", "", [(beta, quote(beta)), (beta, quote(beta, 12, 24))], 1.0, "supported")
    ledger.enter("Two.", "\n\n", [(alpha, quote(alpha)), (beta, quote(beta))], 1.0, "supported")
    assert ledger.text == "One. [1]\n\nTwo. [2][1]"
    assert [(source.n, source.work.key) for source in ledger.sources] == [(1, "beta"), (2, "alpha")]
    assert ledger.sources[0].quotes == ("It is fast.", "It is small.")


def test_every_claim_stands_at_its_span():
    alpha = work("alpha")
    ledger = Ledger()
    for text, lead, cited in [("One.", "", []), ("它。", "", [(alpha, quote(alpha))]), ("Three", "\n", [])]:
        ledger.enter(text, lead, cited, 0.0, "unsupported")
    assert [unmarked(claim.span.of(ledger.text)) for claim in ledger.claims] == ["One.", "它。", "Three"]
    assert ledger.text == "One. 它。 [1]\nThree"
