"""Plain words → limits and plans: hundreds of phrasings over invented people and pages, and what must not be one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag import ingestion
from rag.index.store import Store
from rag.schema import Limits
from rag.search.understanding import Understood, beside, understand
from rag.search.vocabulary import Vocabulary
from tests.catalogue import write_pages
from tests.fakes import HashingEmbedder

JUDGED = Path(__file__).parents[3] / "shared" / "data" / "judge.jsonl.gz"


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    folder: Path = tmp_path_factory.mktemp("catalogue")
    names, embedder = write_pages(folder), HashingEmbedder()
    with Store.open(folder / "home", embedder.name, chunk_words=180) as store:
        reading = ingestion.Reading(page_year=2025, page_names=names)
        ingestion.ingest(store, embedder, [folder / name for name in names], reading, chunk_words=180)
        with store.reading() as snapshot:
            yield Vocabulary(snapshot)


def days(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    return (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


# --- Phrasings -------------------------------------------------------------------------------------------------------

ASKS = {
    "list": [
        "Which papers are {}?",
        "What publications are there {}?",
        "List all papers {}.",
        "papers {}",
        "Show me the works {}",
        "Can you give me every article {}?",
        "I am looking for preprints {}.",
        "Please name the papers {}",
    ],
    "count": [
        "How many papers are {}?",
        "How many works are there {}?",
        "What is the number of publications {}?",
        "Count the papers {}",
    ],
    "has": ["Are there any papers {}?", "Is there a paper {}?", "Do you have papers {}?"],
}
LIMITS: list[tuple[str, Limits]] = [
    ("by Orla Fenwick", Limits(authors=("Orla Fenwick",))),
    ("by Fenwick", Limits(authors=("Fenwick",))),
    ("by O. Fenwick", Limits(authors=("O. Fenwick",))),
    ("by Zoe Hakansson", Limits(authors=("Zoe Hakansson",))),
    ("written by Bastian Quill", Limits(authors=("Bastian Quill",))),
    ("authored by Quill", Limits(authors=("Quill",))),
    ("by Orla Fenwick and Bastian Quill", Limits(authors=("Orla Fenwick", "Bastian Quill"))),
    ("by Fenwick, Quill and Okonjo", Limits(authors=("Fenwick", "Quill", "Okonjo"))),
    ("by Fenwick together with Quill", Limits(authors=("Fenwick", "Quill"))),
    ("coauthored by Mirela Okonjo and Ida Best", Limits(authors=("Mirela Okonjo", "Ida Best"))),
    ("by Anselm van der Meer", Limits(authors=("Anselm van der Meer",))),
    ("by Dr. Okonjo", Limits(authors=("Okonjo",))),
    ("with Rolf May as first author", Limits(first_authors=("Rolf May",))),
    ("with Pia Long among the authors", Limits(authors=("Pia Long",))),
    ("in the category LG", Limits(categories=("LG",))),
    ("under category CL", Limits(categories=("CL",))),
    ("filed under cs.CV", Limits(categories=("cs.CV",))),
    ("with the affiliation velmora labs", Limits(affiliations=("velmora labs",))),
    ("from Tarnwick", Limits(affiliations=("Tarnwick",))),
    ("with code", Limits(has_code=True)),
    ("with code available", Limits(has_code=True)),
    ("on Orla Fenwick's page", Limits(sources=("Orla Fenwick",))),
    ("on the Harbour digest page", Limits(sources=("Harbour digest",))),
    ("in quill.txt", Limits(sources=("Bastian Quill",))),
    ("presented in Hall B2", Limits(halls=("Hall B2",))),
    ("marked Best Paper", Limits(labels=("Best Paper",))),
    ("labelled Oral", Limits(labels=("Oral",))),
]
DATES: list[tuple[str, tuple[date | None, date | None]]] = [
    ("", (None, None)),
    ("in 2023", days("2023-01-01", "2023-12-31")),
    ("from 2021", days("2021-01-01", "2021-12-31")),
    ("since 2022", days("2022-01-01", None)),
    ("after 2022", days("2023-01-01", None)),
    ("before 2022", days(None, "2021-12-31")),
    ("until 2022", days(None, "2022-12-31")),
    ("between 2021 and 2023", days("2021-01-01", "2023-12-31")),
    ("from 2021 to 2023", days("2021-01-01", "2023-12-31")),
    ("published in March 2023", days("2023-03-01", "2023-03-31")),
    ("since March 2023", days("2023-03-01", None)),
    ("dated 2023-06", days("2023-06-01", "2023-06-30")),
    ("from last year", days("2024-01-01", "2024-12-31")),
    ("from this year", days("2025-01-01", "2025-12-31")),
    ("from last month", days("2025-03-01", "2025-03-31")),
    ("in the last three months", days("2025-01-23", "2025-04-22")),
    ("in the 2020s", days("2020-01-01", "2029-12-31")),
    ("on 12 June 2023", days("2023-06-12", "2023-06-12")),
]


def expected(limits: Limits, dates: tuple[date | None, date | None]) -> dict[str, object]:
    after, before = dates
    told = limits.to_dict()
    return {**told, "after": after and after.isoformat(), "before": before and before.isoformat()}


def check(understood: Understood, ask: str, limits: dict[str, object]) -> None:
    assert understood.plan is not None
    assert understood.plan.ask == ask
    told = understood.limits.to_dict()
    assert {name: sorted(value) if isinstance(value, list) else value for name, value in told.items()} == {
        name: sorted(value) if isinstance(value, list) else value for name, value in limits.items()
    }
    assert understood.strangers == ()


@pytest.mark.parametrize(("limit", "date_"), list(product(range(len(LIMITS)), range(0, len(DATES), 3))))
def test_a_limit_and_a_date_are_understood(vocabulary: Vocabulary, limit: int, date_: int) -> None:
    (words, limits), (when, dates) = LIMITS[limit], DATES[date_]
    for ask, (form, *_) in ASKS.items():
        check(understand(form.format(f"{words} {when}".strip()), vocabulary), ask, expected(limits, dates))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ask=st.sampled_from([(ask, form) for ask, forms in ASKS.items() for form in forms]),
    limits=st.lists(st.sampled_from(range(len(LIMITS))), min_size=1, max_size=2, unique=True),
    when=st.sampled_from(DATES),
    first=st.booleans(),
)
def test_limits_in_any_order_and_question_mean_the_same(
    vocabulary: Vocabulary,
    ask: tuple[str, str],
    limits: list[int],
    when: tuple[str, tuple[date | None, date | None]],
    first: bool,
) -> None:
    chosen = [LIMITS[number] for number in limits]
    fields = [name for _, limit in chosen for name, value in limit.to_dict().items() if value]
    if (
        len(fields) > len(set(fields))
        or {"labels", "halls"} <= set(fields)
        or {"authors", "first_authors"} <= set(fields)
    ):
        return  # two of a kind mean any of them, or more: other tests say what
    both = Limits()
    for _, limit in chosen:
        both = beside(both, limit)
    said = [words for words, _ in chosen]
    if len(said) == 2 and said[1].startswith(("by", "with Pia")) and "from" in said[0]:
        return
    parts = [when[0], *said] if first else [*said, when[0]]
    question = ask[1].format(" ".join(part for part in parts if part))
    check(understand(question, vocabulary), ask[0], expected(both, when[1]))


PEOPLE = ["Orla Fenwick", "Quill", "Mirela Okonjo", "van der Meer", "Best", "Long"]
OF_PEOPLE = [
    ("What has {} written?", "list"),
    ("Which papers did {} write?", "list"),
    ("What did {} publish?", "list"),
    ("{}'s papers", "list"),
    ("Show me {}'s publications", "list"),
    ("How many papers has {} published?", "count"),
    ("How many of the papers are {}'s?", "count"),
    ("Has {} written anything?", "has"),
    ("Did {} publish anything?", "has"),
    ("Does {} have any papers?", "has"),
    ("Which papers is {} an author of?", "list"),
    ("Which papers name {} as an author?", "list"),
    ("How many papers per year did {} publish?", "groups"),
    ("In which years did {} publish?", "groups"),
    ("Who are {}'s coauthors?", "groups"),
    ("Who has {} written with?", "groups"),
    ("Which categories do {}'s papers belong to?", "groups"),
    ("What is {}'s latest paper?", "list"),
    ("What was the first paper by {}?", "list"),
    ("the three newest papers by {}", "list"),
]


@pytest.mark.parametrize(("form", "ask"), OF_PEOPLE)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_is_understood_in_every_place_of_a_sentence(
    vocabulary: Vocabulary, form: str, ask: str, name: str
) -> None:
    understood = understand(form.format(name), vocabulary)
    assert understood.plan is not None
    assert (understood.plan.ask, understood.limits) == (ask, Limits(authors=(name,)))


@pytest.mark.parametrize(("form", "ask"), OF_PEOPLE[:14])
def test_a_person_whom_no_page_names_is_said_not_dropped(vocabulary: Vocabulary, form: str, ask: str) -> None:
    understood = understand(form.format("Wanda Nowhere"), vocabulary)
    if "of the papers are" in form or "is {} an" in form or "name {}" in form or "have any" in form:
        assert understood.plan is None
        return
    assert understood.plan is not None
    assert understood.plan.ask == ask
    assert understood.strangers == ("Wanda Nowhere",)
    assert understood.limits == Limits(authors=("Wanda Nowhere",))


@pytest.mark.parametrize(
    ("question", "order", "number"),
    [
        ("What is the latest paper?", "latest", 1),
        ("Which is the oldest paper with code?", "earliest", 1),
        ("the 4 most recent papers", "latest", 4),
        ("List the last two papers by Quill", "latest", 2),
        ("What are Fenwick's three earliest papers?", "earliest", 3),
        ("Which paper has the most authors?", "most authors", 1),
        ("Which paper has the longest author list?", "most authors", 1),
        ("Which paper by Quill has the fewest authors?", "fewest authors", 1),
        ("first paper on the Orla Fenwick page", "first listed", 1),
        ("the last two papers on the Harbour digest page", "last listed", 2),
        ("what's at the top of Quill's page", "first listed", 1),
        ("oldest paper on the Orla Fenwick page", "earliest", 1),
        ("what did Quill publish recently?", "latest", 5),
    ],
)
def test_an_order_is_understood(vocabulary: Vocabulary, question: str, order: str, number: int) -> None:
    plan = understand(question, vocabulary).plan
    assert plan is not None
    assert (plan.order, plan.number) == (order, number)


@pytest.mark.parametrize(
    ("question", "group", "leading"),
    [
        ("How many papers per year?", "year", ""),
        ("Number of papers by category", "category", ""),
        ("Count the papers for each author", "authors", ""),
        ("How many papers are there by month in 2024?", "month", ""),
        ("papers per affiliation", "affiliations", ""),
        ("Which year has the most papers?", "year", "most"),
        ("Who wrote the most papers?", "authors", "most"),
        ("Which author has the most papers in 2021?", "authors", "most"),
        ("Which categories are there?", "category", ""),
        ("How many pages are indexed?", "source", ""),
        ("How many different authors are there?", "authors", ""),
    ],
)
def test_a_grouping_is_understood(vocabulary: Vocabulary, question: str, group: str, leading: str) -> None:
    plan = understand(question, vocabulary).plan
    assert plan is not None
    assert (plan.ask, plan.group, plan.leading) == ("groups", group, leading)


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("Who wrote Gravel Roads to Convex Regret?", ("authors",)),
        ("who are the authors of thimble: budgeted replay for lifelong agents", ("authors",)),
        ("By whom was Tidepool written?", ("authors",)),
        ("Who introduced Lanternfish?", ("authors",)),
        ("How many authors does Moss Grows Slowly have?", ("authors",)),
        ("When was Thimble posted?", ("published",)),
        ("In which year was Lanternfish published?", ("published",)),
        ("What is the publication date of Brick by Brick Attention?", ("published",)),
        ("Who wrote Tidepool, and when?", ("authors", "published")),
        ("Does Thimble have code?", ("has_code",)),
        ("Is there code for Lanternfish?", ("has_code",)),
        ("What category is Whispered Prompts and Loud Answers in?", ("category",)),
        ("Which affiliations does Tidepool have?", ("affiliations",)),
        ("Give me the link to Thimble", ("url",)),
    ],
)
def test_a_question_for_fields_of_one_work_is_understood(
    vocabulary: Vocabulary, question: str, facts: tuple[str, ...]
) -> None:
    plan = understand(question, vocabulary).plan
    assert plan is not None
    assert plan.facts == facts
    assert plan.work


# --- What is none ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "How many papers does the survey of gossip protocols review?",
        "Which papers study federated learning?",
        "How many authors were interviewed about their writing?",
        "When does Lanternfish use depth?",
        "Who labels the images for Copper Wire Segmentation?",
        "The 2017 transformer architecture: how many heads has it?",
        "Which model was trained on papers published in 2023?",
        "Why does Long attention need code with best first search?",
        "What did the 2021 challenge find about Best arm identification?",
        "How does the Fenwick tree count inversions?",
        "What does the Li-Quill bound say?",
        "Which benchmark lists code by category and year?",
        "Does Tidepool generate code?",
        "Does Thimble release memory after each task?",
        "Who wrote the prompts in Whispered Prompts and Loud Answers?",
        "In 2023, which optimizer was best?",
        "not by Fenwick: which papers from 2023 treat regret?",
        "first author bias in citation graphs",
        "oral history of May 1968 in Hall effect sensors",
        "number of parameters per layer",
        "What is the most recent method for depth?",
        "List the steps of the algorithm.",
        "How many tasks and how many years does the data cover?",
        "?",
        "the of and",
    ],
)
def test_a_question_about_content_is_no_plan_and_sets_no_limit(vocabulary: Vocabulary, question: str) -> None:
    assert understand(question, vocabulary) == Understood()


@pytest.mark.parametrize(
    ("question", "limits"),
    [
        ("What does Fenwick's paper since 2023 on regret find?", Limits(authors=("Fenwick",), after=date(2023, 1, 1))),
        ("What does the 2023 paper on regret find?", Limits(after=date(2023, 1, 1), before=date(2023, 12, 31))),
        ("Which papers by Bastian Quill use prompts?", Limits(authors=("Bastian Quill",))),
        ("Which papers published since 2024 study slow links?", Limits(after=date(2024, 1, 1))),
        ("Which papers on Orla Fenwick's page treat saddle points?", Limits(sources=("Orla Fenwick",))),
        ("What do Quill and Okonjo's papers say about planning?", Limits(authors=("Quill", "Okonjo"))),
        ("What did Fenwick and Quill propose for lifelong agents?", Limits(authors=("Fenwick", "Quill"))),
    ],
)  # fmt: skip
def test_certain_limits_hold_in_questions_about_content(vocabulary: Vocabulary, question: str, limits: Limits) -> None:
    understood = understand(question, vocabulary)
    assert understood.plan is None
    assert understood.limits == limits


@pytest.mark.parametrize(
    "question",
    ["papers " * 70, "who wrote " + "x" * 19_000, "in the last " + "9" * 5000 + " years papers", "'s 's by", "“”"],
)
def test_no_question_is_too_strange(vocabulary: Vocabulary, question: str) -> None:
    assert understand(question, vocabulary).limits == Limits()


_SOUP = """who when which how many papers by Quill Fenwick in 2023 since and or first author code with the latest per
year's Best""".split()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120) | st.lists(st.sampled_from(
    _SOUP
), max_size=14).map(" ".join))  # fmt: skip
def test_any_text_is_understood_without_an_error(vocabulary: Vocabulary, text: str) -> None:
    understood = understand(text, vocabulary)
    assert understood.plan is None or understood.plan.limits == understood.limits


@pytest.mark.skipif(not JUDGED.is_file(), reason="../shared/data is not beside this checkout")
def test_questions_about_abstracts_are_no_questions_about_a_catalogue(vocabulary: Vocabulary) -> None:
    with gzip.open(JUDGED, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    asked = [question["q"] for row in rows if row["split"] == "train" for question in row["questions"]][::4]
    assert len(asked) > 900
    assert [question for question in asked if understand(question, vocabulary) != Understood()] == []


def test_a_flag_wins_over_words_of_the_same_kind() -> None:
    given_, said = Limits(labels=("Oral",), after=date(2022, 1, 1)), Limits(labels=("Poster",), after=date(2021, 1, 1))
    assert beside(given_, said) == given_
