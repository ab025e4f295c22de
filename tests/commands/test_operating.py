from __future__ import annotations

import json
from pathlib import Path

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
