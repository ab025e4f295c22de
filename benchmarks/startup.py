"""How long the command line takes to start, as ratios to what it cannot go below, in one run.

    python -m benchmarks.startup [--runs N]

`rag --help` against an empty Python; a cold `rag search` (a process of its own, on the sample pages) against importing
chromadb and onnxruntime. Aims: help within 0.4 s, search within 3 times the imports. The runs of the four take turns,
so that another program's load meets all of them; medians are printed.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

HELP_AIM_S = 0.4
SEARCH_AIM = 3.0
_LIBRARIES = ("chromadb", "onnxruntime", "typer")

_RAG = [sys.executable, "-m", "rag"]
_COMMANDS: dict[str, list[str]] = {
    "python": [sys.executable, "-c", "pass"],
    "imports": [sys.executable, "-c", "import chromadb, onnxruntime"],
    "help": [*_RAG, "--help"],
    "search": [*_RAG, "--offline", "search", "attention without recurrence"],
}


def main(args: Sequence[str] | None = None) -> int:
    """Measures and prints; 1 when an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="runs of each (default 9)")
    flags = parser.parse_args(args)
    with tempfile.TemporaryDirectory() as home:
        seconds = measure(home, flags.runs)
    print("\n".join(report(seconds, flags.runs)))
    missed = seconds["help"] > HELP_AIM_S or seconds["search"] > SEARCH_AIM * seconds["imports"]
    return int(missed)


def measure(home: str, runs: int) -> dict[str, float]:
    """Median seconds of each command; one run of each beforehand fills the disk cache and writes the bytecode."""
    env = {**os.environ, "RAG_HOME": home}
    _seconds([*_RAG, "--offline", "ingest", "--sample"], env)
    for command in _COMMANDS.values():
        _seconds(command, env)
    taken: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for _ in range(runs):
        for name, command in _COMMANDS.items():
            taken[name].append(_seconds(command, env))
    return {name: median(times) for name, times in taken.items()}


def _seconds(command: Sequence[str], env: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def report(seconds: dict[str, float], runs: int) -> list[str]:
    """What was measured, a line a row, with the date and the versions it holds for."""
    versions = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    help_ratio, search_ratio = seconds["help"] / seconds["python"], seconds["search"] / seconds["imports"]
    return [
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores; {versions}",
        f"medians of {runs} runs, in seconds",
        f"python -c pass                  {seconds['python']:.3f}",
        f"import chromadb, onnxruntime    {seconds['imports']:.3f}",
        f"rag --help                      {seconds['help']:.3f}  {help_ratio:.1f} × python; aim {HELP_AIM_S} s",
        f"rag search, cold                {seconds['search']:.3f}  {search_ratio:.2f} × imports; aim {SEARCH_AIM} ×",
    ]


if __name__ == "__main__":
    sys.exit(main())
