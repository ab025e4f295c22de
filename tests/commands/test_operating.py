from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow


def test_config_shows_each_value_and_where_it_comes_from(rag, tmp_path: Path):
    (tmp_path / "config.yaml").write_text("rag: {search: {passages: 3}}")
    done = rag("config", "--json", cwd=tmp_path, RAG_LLM_MODEL="small")
    assert done.returncode == 0
    settings = json.loads(done.stdout)["settings"]
    assert settings["search.passages"] == {"value": 3, "from": "config.yaml"}
    assert settings["llm.model"] == {"value": "small", "from": "RAG_LLM_MODEL"}
    assert settings["answer.min_support"] == {"value": 0.5, "from": "default"}


def test_config_shows_no_secret(rag):
    for flags in ([], ["--json"], ["-v"]):
        done = rag("config", *flags, OPENAI_API_KEY="sk-very-secret", OPENAI_BASE_URL="http://u:pass@localhost/v1?k=v")
        assert done.returncode == 0
        assert "OPENAI_API_KEY" in done.stdout
        assert not any(secret in done.stdout + done.stderr for secret in ("very-secret", "pass@", "k=v"))


def test_config_runs_with_a_broken_configuration_and_says_what_is_wrong(rag, tmp_path: Path):
    (tmp_path / "config.yaml").write_text("rag: {search: {passages: many}, llm: {modle: x}}")
    done = rag("config", "--json", cwd=tmp_path)
    assert done.returncode == 0
    shown = json.loads(done.stdout)
    assert shown["settings"]["search.passages"]["value"] == 8
    assert len(shown["problems"]) == 2
    plain = rag("config", cwd=tmp_path).stdout
    assert "problem: config.yaml: search.passages must be a whole number" in plain
    assert "did you mean `model` under `llm:`?" in plain


def test_config_says_which_file_was_passed_over(rag, tmp_path: Path):
    (tmp_path / "config.yaml").write_text("services: {}\n")
    assert "config.yaml: passed over" in rag("config", cwd=tmp_path).stdout


def test_help_runs_with_a_broken_configuration(rag, tmp_path: Path):
    (tmp_path / "config.yaml").write_text("rag: {nonsense: 1}")
    assert rag("--help", cwd=tmp_path).returncode == 0
    assert rag("ask", "--help", cwd=tmp_path).returncode == 0


def test_a_variable_near_a_known_one_is_a_warning(rag):
    done = rag("status", "--path", RAG_LLM_MODLE="x")
    assert done.returncode == 0
    assert "RAG_LLM_MODLE" in done.stderr
    assert rag("status", "--path", "-q", RAG_LLM_MODLE="x").stderr == ""


def test_verbose_says_which_files_were_read(rag, tmp_path: Path):
    (tmp_path / "config.yaml").write_text("other: 1\n")
    assert "passed over" in rag("status", "--path", "-v", cwd=tmp_path).stderr
    assert rag("status", "--path", cwd=tmp_path).stderr == ""


def test_eval_scores_the_bundled_cases_in_a_home_that_goes_away_again(rag, contract: ModuleType, tmp_path: Path):
    done = rag("eval", "--json", RAG_HOME=str(tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert contract.problems(report, contract.EVAL) == []
    assert report["metrics"]["R@5"]["n"] > 0
    assert report["metrics"]["refusal F1"]["n"] == report["cases"] == len(report["each"])
    assert not (tmp_path / "home").exists()


def test_eval_scores_cases_of_ones_own_on_the_index_in_force(rag, sample_home: Path, tmp_path: Path):
    case = {
        "id": "own",
        "type": "fact",
        "question": "How much memory does Lantern need?",
        "gold": [{"source": "listing.txt", "ordinal": 1}],
        "nuggets": [{"text": "four gigabytes", "regex": "four gigabytes"}],
    }
    (tmp_path / "cases.jsonl").write_text(json.dumps(case))
    done = rag("eval", "--cases", tmp_path / "cases.jsonl", "--home", sample_home)
    assert done.returncode == 0, done.stderr
    assert "nugget recall          1.000  [1.000, 1.000]  n = 1" in done.stdout


def test_eval_names_the_line_of_a_bad_case(rag, sample_home: Path, tmp_path: Path):
    path = tmp_path / "cases.jsonl"
    path.write_text('\n{"id": "a", "type": "x", "question": "?"}\n')
    done = rag("eval", "--cases", path, "--json", "--home", sample_home)
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert (error["code"], error["message"]) == ("bad_case", f"{path}:2: gold: expected a list, found nothing")
    assert error["hint"]


def test_eval_without_an_index_says_what_to_do(rag, tmp_path: Path):
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id": "a", "type": "x", "question": "?", "gold": [{"source": "a", "ordinal": 0}]}\n')
    assert rag("eval", "--cases", path, "--home", tmp_path / "none").returncode == 3
