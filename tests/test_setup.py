"""`make` on a machine that lacks something says in one line what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_ENSUREPIP = f"""#!/bin/sh
case "$*" in *ensurepip*) exit 1;; esac
exec "{sys.executable}" "$@"
"""


def make(folder: Path, *args: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "Makefile", folder)
    env = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    env["PATH"] = path or env["PATH"]
    command = [shutil.which("make") or "make", "--no-print-directory", ".venv/bin/python", *args]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)


def said(run: subprocess.CompletedProcess[str]) -> list[str]:
    """What it printed, but for make's own line that a recipe failed."""
    return [line for line in (run.stdout + run.stderr).splitlines() if not line.startswith("make")]


def python(folder: Path, script: str) -> Path:
    path = folder / "fake-python"
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.slow
def test_a_python_without_ensurepip_is_told_which_package_to_install(tmp_path: Path) -> None:
    run = make(tmp_path, f"PYTHON={python(tmp_path, WITHOUT_ENSUREPIP)}")
    assert run.returncode
    (line,) = said(run)
    assert f"install python{sys.version_info.major}.{sys.version_info.minor}-venv" in line
    assert not (tmp_path / ".venv").exists()


@pytest.mark.slow
def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    run = make(tmp_path, f"PYTHON={python(tmp_path, OLD)}")
    assert run.returncode
    (line,) = said(run)
    assert "fake-python is older than Python 3.11, or missing" in line


@pytest.mark.slow
def test_a_machine_without_python_is_told_so(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "bash"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    run = make(tmp_path, path=str(tools))
    assert run.returncode
    (line,) = said(run)
    assert "needs Python 3.11 or newer" in line
