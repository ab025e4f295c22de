"""Answers questions over saved pages of papers and shows, for every sentence, the words it rests on.

    from rag import Assistant, Turn, ask

The names below are the package's public face; they are imported when they are first used, so that the command line
starts light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.assistant import Assistant as Assistant
    from rag.assistant import Status as Status
    from rag.assistant import ask as ask
    from rag.errors import ConfigError as ConfigError
    from rag.errors import CorpusError as CorpusError
    from rag.errors import GateFailedError as GateFailedError
    from rag.errors import IndexUnusableError as IndexUnusableError
    from rag.errors import ModelError as ModelError
    from rag.errors import RagError as RagError
    from rag.schema import Answer as Answer
    from rag.schema import Check as Check
    from rag.schema import Citation as Citation
    from rag.schema import Claim as Claim
    from rag.schema import Finding as Finding
    from rag.schema import Group as Group
    from rag.schema import Grouping as Grouping
    from rag.schema import IngestReport as IngestReport
    from rag.schema import Limits as Limits
    from rag.schema import Reading as Reading
    from rag.schema import Record as Record
    from rag.schema import Result as Result
    from rag.schema import Search as Search
    from rag.schema import Source as Source
    from rag.schema import Turn as Turn
    from rag.schema import Verification as Verification
    from rag.schema import Work as Work

_HOMES = {
    "rag.assistant": ("Assistant", "Status", "ask"),
    "rag.errors": ("ConfigError", "CorpusError", "GateFailedError", "IndexUnusableError", "ModelError", "RagError"),
    "rag.schema": (
        "Answer",
        "Check",
        "Citation",
        "Claim",
        "Finding",
        "Group",
        "Grouping",
        "IngestReport",
        "Limits",
        "Reading",
        "Record",
        "Result",
        "Search",
        "Source",
        "Turn",
        "Verification",
        "Work",
    ),
}

__all__ = sorted(name for names in _HOMES.values() for name in names)


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module 'rag' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
