"""`python -m evals`, as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rag import Assistant

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds the sample pages."""
    folder = tmp_path_factory.mktemp("home")
    with Assistant.open(home=folder, offline=True) as assistant:
        assistant.ingest(sample=True)
    return folder


@pytest.fixture(scope="module")
def cases(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A question that the sample pages answer, and one that they do not."""
    with Assistant.open(home=home, offline=True) as assistant:
        lora = next(work for work in assistant.works() if (work.title or "").startswith("LoRA"))
    rows = [
        {
            "id": "fact",
            "type": "fact",
            "question": "By how much does LoRA cut the parameters that are trained?",
            "gold": [lora.origins[0].to_dict()],
            "nuggets": [{"text": "10,000 times", "regex": "10,000"}],
        },
        {"id": "none", "type": "unanswerable", "question": "Who baked the harbour's bread?", "gold": []},
    ]
    path = tmp_path_factory.mktemp("cases") / "cases.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def evals(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evals", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_it_prints_each_metric_with_its_interval_and_n(cases: Path, home: Path) -> None:
    run = evals(cases, "--home", home)
    assert run.returncode == 0, run.stderr
    assert "R@1     1.000  [1.000, 1.000]  n = 1" in run.stdout
    assert run.stderr == ""


def test_answers_are_scored_where_it_is_asked_for(cases: Path, home: Path) -> None:
    run = evals(cases, "--home", home, "--answers", "--json")
    assert run.returncode == 0, run.stderr
    metrics = json.loads(run.stdout)["metrics"]
    assert metrics["nugget recall"]["value"] == 1.0
    assert metrics["refused, answerable"] == {"value": 0.0, "low": 0.0, "high": 0.0, "n": 1}
    assert metrics["refused, unanswerable"]["n"] == 1


def test_each_case_is_a_line_where_it_is_asked_for(cases: Path, home: Path) -> None:
    fact, none, report = map(json.loads, evals(cases, "--home", home, "--each").stdout.splitlines())
    assert (fact["id"], fact["values"]["MRR"]) == ("fact", 1.0)
    assert (none["id"], none["values"]["MRR"]) == ("none", None)
    assert report["cases"] == 2


def test_the_bundled_cases_run_on_the_sample_pages_without_an_index() -> None:
    run = evals("--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["metrics"]["R@5"]["n"] > 0


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("none.jsonl",), 1, "error: none.jsonl: cannot be read"),
        (("--home", "none", "CASES"), 3, "error: nothing has been ingested"),
    ],
)
def test_what_is_wrong_is_one_line_with_a_hint_and_an_exit_code(
    cases: Path, args: tuple[str, ...], code: int, said: str
) -> None:
    run = evals(*(cases if arg == "CASES" else arg for arg in args))
    first, second = run.stderr.splitlines()
    assert (run.returncode, run.stdout) == (code, "")
    assert first.startswith(said)
    assert second.startswith("hint: ")


def test_two_stored_runs_are_compared(cases: Path, home: Path, tmp_path: Path) -> None:
    stored = tmp_path / "run.jsonl"
    stored.write_text(evals(cases, "--home", home, "--each").stdout, encoding="utf-8")
    run = evals("compare", stored, stored)
    assert run.returncode == 0, run.stderr
    assert "R@1     +0.000  [+0.000, +0.000]  n = 1" in run.stdout
    wrong = evals("compare", stored, "none")
    assert (wrong.returncode, wrong.stderr.splitlines()[0][:32]) == (1, "error: none: cannot be read: [Er")
