"""Pages written for this project: what `rag ingest --sample`, the demo, tests and evals read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def sample_paths() -> Iterator[list[Path]]:
    """The sample pages as files, by name, wherever the package is installed. The paths hold inside the `with`."""
    from importlib.resources import as_file, files

    with as_file(files("rag.samples")) as folder:
        yield sorted(folder.glob("*.txt"))
