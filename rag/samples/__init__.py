"""Pages written for this project: what `rag ingest --sample`, the demo, tests and evals read."""

from __future__ import annotations

from pathlib import Path


def sample_paths() -> list[Path]:
    """The sample pages as files, by name, wherever the package is installed."""
    from importlib.resources import files

    return sorted(Path(str(entry)) for entry in files("rag.samples").iterdir() if entry.name.endswith(".txt"))
