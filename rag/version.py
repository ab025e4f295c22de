"""Which version this is."""

from __future__ import annotations

from pathlib import Path


def version() -> str:
    """The installed version; in a checkout that is not installed, what pyproject.toml says."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("rag")
    except PackageNotFoundError:
        import tomllib

        text = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
        return f"{tomllib.loads(text)['project']['version']} (checkout)"
