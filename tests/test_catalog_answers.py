"""Questions about fields, answered from every record of an index of invented pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import ingestion
from rag.answer.extractive import ExtractiveAnswerer
from rag.answer.weighing import Bar
from rag.answering import Answering
from rag.index.store import Store
from rag.schema import Answer, Claim, Limits, Turn, Work
from rag.search.retriever import Retriever
from tests.catalogue import FENWICK, PAPERS, QUILL, Means, by, titles, write_pages
from tests.catalogue_questions import GOLD
from tests.fakes import HashingEmbedder, KeywordJudge, KeywordReader


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    folder: Path = tmp_path_factory.mktemp("catalogue")
    names, embedder = write_pages(folder), HashingEmbedder()
    with Store.open(folder / "home", embedder.name, chunk_words=180) as store:
        reading = ingestion.Reading(page_year=2025, page_names=names)
        ingestion.ingest(store, embedder, [folder / name for name in names], reading, chunk_words=180)
        yield Answering(
            store=store,
            retriever=Retriever(embedder, candidates=60, dense_weight=0.5),
            extractive=ExtractiveAnswerer(KeywordReader(enough=0.3)),
            judge=KeywordJudge(),
            bar=Bar(),
            passages=8,
            version="1",
            embedder=embedder.name,
        )


def ask(answering: Answering, question: str, limits: Limits = Limits()) -> Answer:
    *_, answer = answering.stream(question, limits=limits)
    assert isinstance(answer, Answer)
    return answer


def told(answer: Answer) -> set[str]:
    """The works of an answer as the table of invented papers calls them."""
    return {source.work.title or source.work.merged().abstract for source in answer.sources}


def works_of(answering: Answering) -> list[Work]:
    with answering.store.reading() as snapshot:
        return snapshot.works()


def test_the_pages_are_read_as_they_were_written(answering: Answering) -> None:
    assert {work.title or work.merged().abstract for work in works_of(answering)} == titles(lambda _: True)
    assert len(GOLD) >= 60


@pytest.mark.parametrize(("question", "means"), GOLD, ids=[question for question, _ in GOLD])
def test_a_question_about_fields_is_answered_with_exactly_the_works_it_means(
    answering: Answering, question: str, means: object
) -> None:
    answer = ask(answering, question)
    assert answer.answerer == "catalog"
    assert told(answer) == titles(means)  # type: ignore[arg-type]
    assert answer.coverage.exhaustive
    assert answer.coverage.matched == len(answer.sources)
    assert (answer.coverage.works, answer.coverage.records) == (len(works_of(answering)), 24)
    assert answer.grounding.score == 1.0
    assert not answer.declined


@pytest.mark.parametrize("question", [question for question, _ in GOLD[::6]])
def test_what_is_streamed_is_what_the_answer_holds(answering: Answering, question: str) -> None:
    *claims, answer = answering.stream(question)
    assert isinstance(answer, Answer)
    assert tuple(claims) == answer.claims
    assert all(isinstance(claim, Claim) and claim.verdict == "supported" for claim in claims)


# --- What the words say ----------------------------------------------------------------------------------------------


def test_a_count_says_over_what_it_is_complete_and_who_does_not_say(answering: Answering) -> None:
    answer = ask(answering, "How many papers did Orla Fenwick write?")
    assert answer.text.startswith(
        "8 of the 21 works indexed here are by Orla Fenwick; complete over 24 records. 4 more works do not say: "
        "their pages name no authors, or cut the list short."
    )
    assert answer.coverage.unknown == 4
    assert answer.claims[0].citations == ()


def test_a_page_that_is_asked_for_is_what_the_count_is_complete_over(answering: Answering) -> None:
    answer = ask(answering, "How many papers are on the Harbour digest page?")
    assert "complete over 3 records of “Harbour digest”" in answer.text


def test_one_work_is_spoken_of_in_the_singular(answering: Answering) -> None:
    answer = ask(answering, "Which papers did Rolf May and Orla Fenwick write together?")
    assert answer.text.startswith("1 of the 21 works indexed here is by Rolf May and Orla Fenwick;")


def test_a_listed_work_cites_the_words_that_met_the_limits(answering: Answering) -> None:
    answer = ask(answering, "Which papers by Zoe Hakansson are from 2023?")
    quotes = [(citation.quote.field, citation.quote.text) for citation in answer.claims[-1].citations]
    assert quotes == [("authors", "Zoë Håkansson"), ("published", "2023-06-12")]


def test_more_works_than_are_shown_are_sources_all_the_same(answering: Answering) -> None:
    answer = ask(answering, "How many papers are indexed?")
    assert len(answer.sources) == len(PAPERS) == 21
    assert "[20]" in answer.text
    assert "[21]" not in answer.text
    assert answer.text.endswith("The other one is shown by `rag list`.")


def test_nobody_of_a_name_is_an_answer(answering: Answering) -> None:
    answer = ask(answering, "Which papers did Jane Fenwick write with Bastian Quill?")
    assert "No record here names an author “Jane Fenwick”; the surname is borne by Orla Fenwick." in answer.text
    assert answer.sources == ()
    assert not answer.declined
    assert answer.question.limits.authors == (QUILL, "Jane Fenwick")


@pytest.mark.parametrize("name", ["Li", "J. Li"])
def test_a_name_of_two_people_says_so(answering: Answering, name: str) -> None:
    answer = ask(answering, f"Which papers are by {name}?")
    assert f"“{name}” matches 2 people here: Jian Li and Jun Li." in answer.text
    assert told(answer) == titles(lambda paper: bool({"Jian Li", "Jun Li"} & set(paper.authors)))


def test_limits_that_leave_nothing_say_which_of_them_does(answering: Answering) -> None:
    answer = ask(answering, "Did Bastian Quill publish anything in 2023?")
    assert "Each limit alone leaves 8 works by Bastian Quill and 3 works dated 2023." in answer.text


def test_a_missing_code_mark_is_silence(answering: Answering) -> None:
    answer = ask(answering, "Which papers have no code?")
    assert answer.sources == ()
    assert answer.coverage.unknown == 14
    assert "silence and not a no" in answer.text


def test_who_and_when(answering: Answering) -> None:
    answer = ask(answering, "Who wrote Gravel Roads to Convex Regret, and when?")
    assert answer.text == (
        "“Gravel Roads to Convex Regret” was written by Orla Fenwick, Mirela Okonjo and Jian Li (3 authors). [1] "
        "“Gravel Roads to Convex Regret” is dated 30 November 2023. [1]"
    )


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("Was Lanternfish published in 2023?", "Yes: “Lanternfish: Depth from Faint Glow” is dated 12 June 2023."),
        ("Was Lanternfish published in 2021?", "No: “Lanternfish: Depth from Faint Glow” is dated 12 June 2023."),
        ("Is Tidepool by Orla Fenwick?", "No: “Tidepool: Federated Tuning on Slow Links” was written by"),
        ("Does Tidepool have code?", "Yes: “Tidepool: Federated Tuning on Slow Links” is tagged as having code."),
        ("Is there code for Parsing Gossip with Sparse Memory?", "The page shows no code mark for “Parsing Gossip"),
    ],
)
def test_yes_and_no(answering: Answering, question: str, begins: str) -> None:
    assert ask(answering, question).text.startswith(begins)


def test_groups_count_the_works_without_a_value_too(answering: Answering) -> None:
    answer = ask(answering, "How many papers per year?")
    lines = [line.split(" [")[0] for line in answer.text.splitlines()[1:]]
    assert lines == [
        "2020: 1 work.",
        "2021: 3 works.",
        "2022: 2 works.",
        "2023: 3 works.",
        "2024: 4 works.",
        "2025: 1 work.",
        "No year: 7 works.",
    ]


def test_flags_limit_beside_the_words(answering: Answering) -> None:
    answer = ask(answering, "How many papers are from 2024?", Limits(authors=(FENWICK,)))
    assert told(answer) == titles(lambda paper: by(FENWICK)(paper) and paper.year == 2024)
    assert answer.question.limits.authors == (FENWICK,)


# --- What fields cannot decide ---------------------------------------------------------------------------------------

CONTENT = [
    "How many papers study robustness?",
    "How many papers by Bastian Quill are about federated learning?",
    "Which papers propose a replay buffer?",
    "Which long papers are by Quill?",
    "Papers by Quill or Fenwick",
    "How many works are by Bastian Quill but not Mirela Okonjo?",
    "Which papers by Quill are not with Okonjo?",
    "Are there more papers by Quill or by Fenwick?",
    "What papers did Quill publish in October 2021 and October 2022?",
    "Who are the authors?",
    "When was it published?",
    "List papers where Ida Best is last author",
    "How many papers mention Fenwick?",
    "Which papers on Jane Doe's page have code?",
    "What is Fenwick's newest paper about?",
    "Compare Thimble and Lanternfish",
    "long papers 2023",
    "papers like those of Quill",
    "papers from Tarnwick with Velmora Labs",
    "the first page of the ledger",
    "what came out of the gossip study",
]


@pytest.mark.parametrize("question", CONTENT)
def test_what_fields_cannot_decide_is_searched_for(answering: Answering, question: str) -> None:
    answer = ask(answering, question)
    assert answer.answerer == "extractive"
    assert not answer.coverage.exhaustive or answer.coverage.matched < 21


def test_a_limit_in_a_question_about_content_limits_what_is_read(answering: Answering) -> None:
    answer = ask(answering, "Which of Quill's 2024 papers use few data, and what do they find?")
    assert answer.question.limits.to_dict()["after"] == "2024-01-01"
    assert answer.question.limits.authors == ("Quill",)
    assert told(answer) <= titles(lambda paper: by(QUILL)(paper) and paper.year == 2024)
    assert answer.coverage.exhaustive
    assert answer.coverage.matched == 4


def test_limits_of_words_that_leave_nothing_are_taken_back(answering: Answering) -> None:
    answer = ask(answering, "What does Quill's 1999 paper say about few data?")
    assert answer.question.limits == Limits()
    assert any("without them" in warning for warning in answer.warnings)


def test_a_stranger_in_a_question_about_content_is_said(answering: Answering) -> None:
    answer = ask(answering, "What do Jane Doe's papers say about few data?")
    assert any("Jane Doe" in warning for warning in answer.warnings)


def test_how_many_of_them_counts_among_the_works_listed_before(answering: Answering) -> None:
    first = f"Which papers are by {QUILL}?"
    *_, listed = answering.stream(first)
    assert isinstance(listed, Answer)
    history = [Turn(first, listed.text)]
    *_, alone = answering.stream("How many papers are from 2022?")
    *_, among = answering.stream("How many of them are from 2022?", history=history)
    assert isinstance(alone, Answer)
    assert isinstance(among, Answer)
    assert among.answerer == "catalog"
    assert among.question.limits.authors == listed.question.limits.authors
    assert told(among) == told(listed) & told(alone)
    assert told(among) != told(alone)


def test_a_fragment_asks_the_same_of_another_year_or_person(answering: Answering) -> None:
    first = f"How many papers by {FENWICK} are from 2023?"
    *_, counted = answering.stream(first)
    assert isinstance(counted, Answer)
    history = [Turn(first, counted.text)]
    for asked, whole in (
        ("And in 2022?", f"How many papers by {FENWICK} are from 2022?"),
        (f"What about {QUILL}?", f"How many papers by {QUILL} are from 2023?"),
    ):
        *_, answer = answering.stream(asked, history=history)
        *_, expected = answering.stream(whole)
        assert isinstance(answer, Answer)
        assert isinstance(expected, Answer)
        assert answer.question.limits == expected.question.limits
        assert answer.text == expected.text


def test_fragments_follow_one_another(answering: Answering) -> None:
    history = [Turn(f"How many papers are by {FENWICK}?", ""), Turn("And in 2023?", "")]
    *_, answer = answering.stream("And in 2022?", history=history)
    *_, expected = answering.stream(f"How many papers by {FENWICK} are from 2022?")
    assert isinstance(answer, Answer)
    assert isinstance(expected, Answer)
    assert answer.text == expected.text


def test_of_them_after_another_kind_of_question_is_not_counted_over_everything(answering: Answering) -> None:
    history = [Turn("Why do sails tear?", "Because of the wind.")]
    *_, answer = answering.stream("How many of them are from 2023?", history=history)
    assert isinstance(answer, Answer)
    assert answer.answerer != "catalog"


def follow(answering: Answering, *questions: str) -> Answer:
    """The answer to the last of these questions, each asked after those before it."""
    history: list[Turn] = []
    for question in questions:
        *_, answer = answering.stream(question, history=history)
        assert isinstance(answer, Answer)
        history.append(Turn(question, answer.text))
    return answer


@pytest.mark.parametrize(
    ("questions", "means"),
    [
        (("Which papers are by Bastian Quill?", "which have code?"), lambda paper: by(QUILL)(paper) and paper.code),
        (
            ("papers by Orla Fenwick", "and in 2023?", "how many have code?"),
            lambda paper: by(FENWICK)(paper) and paper.year == 2023 and paper.code,
        ),
        (("Who wrote Tidepool?", "and Thimble?"), lambda paper: paper.title.startswith("Thimble")),
        (("When was Tidepool published?", "what about Lanternfish"), lambda paper: paper.title.startswith("Lantern")),
        (("Who wrote Tidepool?", "when was it published?"), lambda paper: paper.title.startswith("Tidepool")),
        (("How many papers per year?", "and for Quill?"), by(QUILL)),
        (("How many papers by Quill per year?", "and Fenwick?"), by(FENWICK)),
    ],
    ids=lambda value: " | ".join(value) if isinstance(value, tuple) else "",
)
def test_a_follow_up_means_these_works(answering: Answering, questions: tuple[str, ...], means: Means) -> None:
    answer = follow(answering, *questions)
    assert answer.answerer == "catalog"
    assert told(answer) == titles(means)


@pytest.mark.parametrize("first", [question for question, _ in GOLD[::4]])
@pytest.mark.parametrize("then", ["and in 2022?", "which have code?", "and Thimble?", "and per year?", "how many?"])
def test_no_pair_of_questions_is_too_strange(answering: Answering, first: str, then: str) -> None:
    follow(answering, first, then)


def test_what_it_finds_is_asked_of_the_one_work_listed(answering: Answering) -> None:
    answer = follow(answering, "papers by Pia Long", "what is the newest of them?", "what does it find?")
    assert "Whispered Prompts" in answer.question.text


def test_a_title_is_no_author_whom_no_page_names(answering: Answering) -> None:
    answer = follow(answering, "papers by Bastian Quill", "what about Thimble")
    assert answer.answerer != "catalog"


def test_who_has_the_most_counts_lists_cut_short_as_unknown(answering: Answering) -> None:
    answer = ask(answering, "Who has the most papers?")
    assert answer.coverage.unknown == 4  # three pages' entries name nobody, one list ends in et al.
    assert "name no authors, or cut the list short" in answer.text


def test_co_authors_of_a_list_cut_short_are_said_to_be_more(answering: Answering) -> None:
    answer = ask(answering, "Who has Tove Lindqvist written with?")
    assert "1 work cuts its list of authors short: there may be more." in answer.text


def test_the_fact_asked_of_one_work_limits_no_search(answering: Answering) -> None:
    assert ask(answering, "Does Tidepool have code?").question.limits == Limits()


def test_the_latest_works_cite_their_dates(answering: Answering) -> None:
    answer = ask(answering, "What are the three latest papers?")
    cited = [citation.quote.field for claim in answer.claims for citation in claim.citations]
    assert cited
    assert set(cited) == {"published"}
    most = ask(answering, "Which paper has the most authors?")
    assert {citation.quote.field for claim in most.claims for citation in claim.citations} == {"authors"}
