"""What the tests of the command line share: a clean environment, `python -m rag`, and one small ingested home."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("no deadline", deadline=None)  # time limits belong in benchmarks: machines are shared
settings.load_profile("no deadline")

ROOT = Path(__file__).parent.parent
CONTRACT = ROOT.parent / "shared" / "contract.py"

LISTING = """\
Skip to content
Search
Subscribe

Quiet Gradients for Deep Networks
We train deep networks with gradients whose noise falls over time. On eight cards the training takes twelve hours, a \
third of what the noisy baseline needs, and the difference grows with the number of layers and with the length of the \
texts that are read. Accuracy on the harbour benchmark rises from 71 to 78 percent.
Lantern: Retrieval Without an Index
Lantern answers questions by reading a corpus in one pass. It keeps no index and needs four gigabytes of memory. \
On long documents it is twice as fast as dense retrieval.
Tides of Attention
Attention weights in long contexts rise and fall like tides. We measure this in nine language models and find that \
the period grows with depth. A simple schedule that follows the period saves a fifth of the compute.
Pebble Maps for Robot Navigation
A robot that drops virtual pebbles finds its way back without a map. In forty houses it returned in every trial. \
The method needs no camera calibration.
"""

AUTHOR = """\
81.3LGMay 28, 2023Code
Lantern: Retrieval Without an Index
Ann Ashdown, Bo Bergström et al. · Nowhere University
Lantern answers questions by reading a corpus in one pass. It keeps no index and needs four gigabytes of memory. \
On long documents it is twice as fast as dense retrieval.

64.0CLJan 3, 2022
Grammar Seeds: Syntax From Very Little Text
Ann Ashdown, Chidi Okafor · Nowhere University, Institute of Examples
We show that forty sentences are enough to teach a small model the order of words in a language. The seeds are chosen \
by a greedy rule.
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Whatever started the tests in the background ignores Ctrl-C, and so would they and every program they start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two small written pages."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "listing.txt").write_text(LISTING, encoding="utf-8")
    (folder / "ashdown.txt").write_text(AUTHOR, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def clean_environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """This environment without what configures rag, and with an empty home."""
    dropped = ("RAG_", "OPENAI_", "XDG_", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "HOME": str(tmp_path_factory.mktemp("home")), "PYTHONPATH": str(ROOT), "TERM": "xterm"}


@pytest.fixture(scope="session")
def rag(clean_environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs `python -m rag …` as its own process, in an empty folder unless `cwd` says otherwise."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run(
        *args: str | Path, stdin: str | bytes = "", cwd: Path = elsewhere, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "rag", *map(str, args)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=cwd,
            env={**clean_environ, **environ},
            timeout=120,
            check=False,
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert "Traceback" not in out + err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run


@pytest.fixture(scope="session")
def sample_home(rag: Run, pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which the two pages were ingested, once for all tests: read it, do not change it."""
    home = tmp_path_factory.mktemp("index") / "home"
    done = rag("ingest", pages, "--home", home, "-q")
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a whole reader that has learned nothing (tests/models/tiny/README.md), beside its tokenizer."""
    folder = tmp_path_factory.mktemp("models")
    for file in ("manifest.json", "reader.onnx"):
        shutil.copy(ROOT / "tests" / "models" / "tiny" / file, folder)
    shutil.copy(ROOT / "rag" / "models" / "embedder-tokenizer.json", folder)
    return folder


@pytest.fixture(scope="session")
def contract() -> ModuleType:
    """The checker of the fixed JSON, which stands beside the repository."""
    if not CONTRACT.exists():
        pytest.skip(f"{CONTRACT.name} is not beside this checkout")
    spec = importlib.util.spec_from_file_location("contract", CONTRACT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["contract"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="session")
def json_lines() -> Callable[[str], Sequence[dict[str, Any]]]:
    """The objects of a text that holds one a line."""
    return _lines
