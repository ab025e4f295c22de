from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.openai_server import OpenAIServer, Reply, Status

pytestmark = pytest.mark.slow

QUESTION = "How much memory does Lantern need?"


@pytest.fixture(scope="module")
def index(rag, sample_home: Path, contract: ModuleType, json_lines) -> Any:
    records = json_lines(rag("list", "--records", "--jsonl", "--home", sample_home).stdout)
    return contract.Index(records, json_lines(rag("list", "--jsonl", "--home", sample_home).stdout))


def test_an_answer_keeps_every_promise_about_its_json(rag, sample_home: Path, contract: ModuleType, index):
    done = rag("ask", QUESTION, "--home", sample_home, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert contract.answer_problems(answer, index) == []
    assert not answer["declined"]
    assert "four gigabytes" in answer["answer"]


def test_an_answer_for_people_names_what_it_rests_on(rag, sample_home: Path):
    done = rag("ask", QUESTION, "--home", sample_home)
    assert done.returncode == 0
    assert "four gigabytes of memory. [1]" in done.stdout
    assert "[1] Lantern: Retrieval Without an Index" in done.stdout
    assert "listing.txt #" in done.stdout
    assert "ashdown.txt #" in done.stdout
    assert done.stderr == ""


def test_a_question_that_the_pages_do_not_answer_is_declined_with_exit_0(
    rag, sample_home: Path, contract: ModuleType, index
):
    done = rag("ask", "What wages did zeppelin upholsterers earn?", "--home", sample_home, "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["declined"]
    assert contract.answer_problems(answer, index) == []


def test_a_question_may_come_from_stdin_or_as_several_words(rag, sample_home: Path):
    piped = json.loads(rag("ask", "-", "--home", sample_home, "--json", stdin=QUESTION + "\n").stdout)
    spread = json.loads(rag("ask", *QUESTION.split(), "--home", sample_home, "--json").stdout)
    assert piped["question"] == spread["question"] == QUESTION
    assert piped["answer"] == spread["answer"]


def test_lines_are_answered_in_order_and_a_bad_one_in_its_place(
    rag, sample_home: Path, contract: ModuleType, index, json_lines
):
    given = [
        json.dumps({"id": "a", "question": QUESTION}),
        "{broken",
        "",
        json.dumps({"id": "b", "question": "And how fast is it?", "history": [[QUESTION, "Four gigabytes."]]}),
        json.dumps({"id": "c", "question": ""}),
    ]
    done = rag("ask", "--jsonl", "--home", sample_home, stdin="\n".join(given))
    assert done.returncode == 1
    first, bad, second, empty = json_lines(done.stdout)
    assert (first["id"], bad["line"], second["id"], empty["id"]) == ("a", 2, "b", "c")
    for answer in (first, second):
        assert contract.answer_problems({k: v for k, v in answer.items() if k != "id"}, index) == []
    assert {bad["error"]["code"], empty["error"]["code"]} == {"bad_question"}


def test_lines_may_come_from_a_file(rag, sample_home: Path, tmp_path: Path, json_lines):
    (tmp_path / "questions.jsonl").write_text(json.dumps({"id": 1, "question": QUESTION}) + "\n")
    done = rag("ask", "--jsonl", tmp_path / "questions.jsonl", "--home", sample_home)
    assert [answer["id"] for answer in json_lines(done.stdout)] == [1]


def test_an_answer_stays_within_the_filters(rag, sample_home: Path):
    done = rag("ask", "What is trained?", "--author", "Okafor", "--home", sample_home, "--json")
    answer = json.loads(done.stdout)
    assert answer["limits"]["authors"] == ["Okafor"]
    assert all("Chidi Okafor" in source["authors"] for source in answer["sources"])


def test_a_search_ranks_works_as_the_interface_says(rag, sample_home: Path, contract: ModuleType):
    done = rag("search", "retrieval", "without", "index", "-k", "2", "--home", sample_home, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert contract.problems(found, contract.SEARCH) == []
    assert [result["rank"] for result in found["results"]] == [1, 2]
    assert found["results"][0]["title"] == "Lantern: Retrieval Without an Index"
    assert len(found["results"][0]["origins"]) == 2
    plain = rag("search", "retrieval without index", "--home", sample_home)
    assert plain.stdout.startswith("1  Lantern: Retrieval Without an Index\n")


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (["--after", "2024", "--before", "2023"], "no day is both 2024-01-01 or later and 2023-12-31 or earlier"),
        (["--year", "2023", "--after", "2024"], "no day is both 2024-01-01 or later and 2023-12-31 or earlier"),
        (["--author", "Okafor", "--year", "2023"], "no work both is by “Okafor” (1) and is dated 2023 (1)"),
        (["--label", "[1]"], "no work is labelled “[1]”"),
    ],
)
def test_limits_that_no_work_meets_are_named_by_search_and_answer(rag, sample_home: Path, flags: list[str], why: str):
    found = rag("search", "retrieval", *flags, "--home", sample_home, "--json")
    assert json.loads(found.stdout)["results"] == []
    assert why in json.loads(found.stdout)["warnings"][0]
    assert why in found.stderr
    line = rag("search", "--jsonl", *flags, "--home", sample_home, stdin='{"id": 1, "query": "retrieval"}')
    assert why in json.loads(line.stdout)["warnings"][0]
    answer = json.loads(rag("ask", QUESTION, *flags, "--home", sample_home, "--json").stdout)
    assert answer["declined"]
    assert why.replace("[1]", "(1)") in answer["answer"]


def test_lines_of_queries_may_say_how_many_works_they_want(rag, sample_home: Path, contract: ModuleType, json_lines):
    given = [{"id": 1, "query": "robots", "k": 1}, {"id": 2, "query": "attention", "history": [["q", "a"]]}, {"id": 3}]
    done = rag("search", "--jsonl", "--home", sample_home, stdin="\n".join(map(json.dumps, given)))
    one, two, bad = json_lines(done.stdout)
    assert done.returncode == 1
    assert contract.problems(one, contract.SEARCH_LINE) == []
    assert (one["id"], len(one["results"]), two["id"], len(two["results"]) > 1) == (1, 1, 2, True)
    assert set(one) == {"id", "results", "limits", "warnings"}
    assert (bad["id"], bad["error"]["code"]) == (3, "bad_question")


def test_a_model_writes_the_answer_where_one_is_named(rag, sample_home: Path, contract: ModuleType, index):
    with OpenAIServer(Reply("Lantern needs four gigabytes of memory. [1]")) as server:
        done = rag("ask", QUESTION, "-m", "any", "--home", sample_home, "--json", OPENAI_BASE_URL=server.url)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert contract.answer_problems(answer, index) == []
    assert (answer["answerer"], answer["model"]) == ("llm", "any")
    assert len(server.chats()) == 1


def test_a_server_that_is_not_there_is_exit_4_or_an_extractive_answer_that_says_so(rag, sample_home: Path):
    nowhere = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "RAG_LLM_MAX_RETRIES": "0"}
    refused = rag("ask", QUESTION, "-m", "any", "--answerer", "llm", "--home", sample_home, "--json", **nowhere)
    assert refused.returncode == 4
    assert json.loads(refused.stdout)["error"]["code"] == "llm_unreachable"
    answered = rag("ask", QUESTION, "-m", "any", "--home", sample_home, "--json", **nowhere)
    assert answered.returncode == 0
    assert json.loads(answered.stdout)["answerer"] == "extractive"
    assert json.loads(answered.stdout)["warnings"]
    printed = rag("ask", QUESTION, "-m", "any", "--home", sample_home, **nowhere)
    assert "without the model" in printed.stderr
    assert "without the model" not in printed.stdout


def test_offline_asks_no_server(rag, sample_home: Path):
    with OpenAIServer() as server:
        done = rag("ask", QUESTION, "-m", "any", "--offline", "--home", sample_home, OPENAI_BASE_URL=server.url)
    assert done.returncode == 0
    assert server.requests == []


def test_a_key_is_never_shown_when_the_server_turns_it_down(rag, sample_home: Path):
    with OpenAIServer(Status(401, "Incorrect API key provided: sk-very-secret")) as server:
        environ = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-very-secret"}
        done = rag("ask", QUESTION, "-m", "any", "--home", sample_home, "--json", **environ)
    assert done.returncode == 4
    assert "very-secret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "question",
    ["How many papers are indexed?", "How many papers per year?", "Which papers have code?", "papers since 2020"],
)
def test_a_catalogue_answer_keeps_every_promise_about_its_json(
    rag, sample_home: Path, contract: ModuleType, index, question: str
):
    answer = json.loads(rag("ask", question, "--home", sample_home, "--json").stdout)
    assert answer["answerer"] == "catalog"
    assert contract.answer_problems(answer, index) == []


def test_a_catalogue_answer_for_people_has_a_line_a_work(rag, sample_home: Path):
    done = rag("ask", "How many papers are there since 2020?", "--home", sample_home)
    assert done.returncode == 0
    assert "complete over" in done.stdout
    assert "\n“" in done.stdout
    assert "works match" in done.stdout


def test_limits_in_the_words_of_a_query_are_shown(rag, sample_home: Path):
    found = json.loads(
        rag("search", "papers about memory published since 1990", "--home", sample_home, "--json").stdout
    )
    assert found["limits"]["after"] is None  # what is about something else is not limited on a guess
    found = json.loads(rag("search", "papers published since 1990", "--home", sample_home, "--json").stdout)
    assert found["limits"]["after"] == "1990-01-01"
    assert "Only works dated 1990 or later." in rag("search", "papers since 1990", "--home", sample_home).stdout
