"""What a user installs: locks that fit pyproject.toml, a wheel that holds what it should, and works elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(path: str) -> dict[str, set[str]]:
    """Name → versions; more than one where they differ by Python version."""
    versions: dict[str, set[str]] = {}
    text = (ROOT / path).read_text(encoding="utf-8")
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE):
        versions.setdefault(normalised(name), set()).add(version)
    return versions


def required(*, groups: tuple[str, ...] = ()) -> list[str]:
    listed = [line for group in groups for line in PYPROJECT["dependency-groups"][group]]
    return listed or [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["build"]]


def meets(version: str, bounds: str) -> bool:
    """Whether a version lies within bounds like ">=1.5,<2"; meets("1.10", ">=1.5,<2")."""
    compare = {">=": lambda a, b: a >= b, "<": lambda a, b: a < b, "==": lambda a, b: a == b, ">": lambda a, b: a > b}
    parts = [re.fullmatch(r"(>=|<|==|>)\s*([\d.]+)", bound.strip()) for bound in bounds.split(",") if bound.strip()]
    return all(part is not None and compare[part[1]](numbers(version), numbers(part[2])) for part in parts)


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


@pytest.mark.parametrize(("lock", "groups"), [("requirements.lock", ()), ("tests/requirements.lock", ("dev",))])
def test_locks_hold_what_pyproject_asks_for(lock: str, groups: tuple[str, ...]) -> None:
    """`make lock` mends it."""
    versions = locked(lock)
    for line in required(groups=groups):
        found = re.fullmatch(r"([\w.-]+)(.*)", line)
        assert found is not None
        held = versions.get(normalised(found[1]), set())
        assert held, f"{found[1]} is not in {lock}"
        assert all(meets(version, found[2]) for version in held), f"{line}, but {lock} has {held}"


def test_the_two_locks_agree() -> None:
    run, dev = locked("requirements.lock"), locked("tests/requirements.lock")
    assert {name: versions for name, versions in dev.items() if name in run and versions - run[name]} == {}


def test_every_locked_package_has_a_hash() -> None:
    for lock in ("requirements.lock", "tests/requirements.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        bare = [line for line in re.findall(r"^[\w.-]+==.*$", text, re.MULTILINE) if not line.endswith("\\")]
        assert not bare


def test_changelog_names_the_version() -> None:
    version = PYPROJECT["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# --- The wheel -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_the_package_its_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"rag", "evals"}
    checkout = {path for folder in ("rag", "evals") for path in (ROOT / folder).rglob("*") if path.is_file()}
    wanted = {path.relative_to(ROOT).as_posix() for path in checkout if "__pycache__" not in path.parts}
    wanted |= {f"rag/_prompts/{path.name}" for path in (ROOT / "prompts").glob("*.md")}
    held = {name for name in names if ".dist-info/" not in name}
    assert held == wanted
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the locked packages and the wheel, outside of the repository."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "install", "-qq", "--no-compile", "--no-deps"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")], check=True)
    subprocess.run([*pip, str(wheel)], check=True)
    return folder


def run_rag(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_", "PYTHON"))}
    env = {**kept, "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "cfg")}
    command = [str(folder / "venv" / "bin" / "rag"), "--offline", *args]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.slow
def test_the_wheel_answers_a_question_outside_of_the_repository(elsewhere: Path) -> None:
    run = run_rag(elsewhere, "ingest", "--sample")
    assert run.returncode == 0, run.stderr
    run = run_rag(elsewhere, "ask", "How many parameters does ViT-H/14 have?", "--json")
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert "632 million" in answer["answer"]
    assert answer["sources"][0]["quotes"]


@pytest.mark.slow
def test_the_wheel_carries_its_prompts_and_its_evals(elsewhere: Path) -> None:
    code = "from rag import prompts; print(prompts.load('answer').name, prompts.load('standalone').name)"
    command = [str(elsewhere / "venv" / "bin" / "python"), "-I"]
    run = subprocess.run([*command, "-c", code], cwd=elsewhere, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["answer", "standalone"]
    run = subprocess.run([*command, "-m", "evals", "--json"], cwd=elsewhere, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout)["metrics"]["R@5"]["n"] > 0
