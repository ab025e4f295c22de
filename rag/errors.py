"""Everything that can go wrong and that a user can do something about.

    RagError
    ├─ CorpusError           exit 1   PageUnreadableError  NothingToIngestError  UnknownKeyError  QuestionError
    ├─ ConfigError           exit 2   UsageError
    ├─ IndexUnusableError    exit 3   IndexMissingError  IndexStaleError  IndexBusyError  IndexDamagedError
    │                                 ModelFileError
    ├─ ModelError            exit 4   LLMUnreachableError  LLMRefusedError  LLMReplyError
    └─ GateFailedError       exit 5

Each carries a message (what happened) and a hint (the next step). `rag.cli` alone turns one into a line and an exit
code.
"""

from __future__ import annotations

from typing import ClassVar


class RagError(Exception):
    """Something the user can mend. `code` is its stable name in the JSON, `exit_code` the command's exit status."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def to_dict(self) -> dict[str, dict[str, str | None]]:
        """The error object of the interface's `--json`."""
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint or None}}


class CorpusError(RagError):
    """The pages, or what was asked of them, are at fault."""

    code = "corpus"
    exit_code = 1


class PageUnreadableError(CorpusError):
    """A file cannot be read as a page: missing, empty, binary, no permission."""

    code = "page_unreadable"


class NothingToIngestError(CorpusError):
    """No page could be read from the paths given."""

    code = "nothing_to_ingest"


class UnknownKeyError(CorpusError):
    """No work of the index has this key, or no page this source."""

    code = "unknown_key"


class QuestionError(CorpusError):
    """The question, or a line that should hold one, cannot be used."""

    code = "bad_question"


class ConfigError(RagError):
    """A setting, a flag or a configuration file is wrong."""

    code = "config"
    exit_code = 2


class UsageError(ConfigError):
    """The command was not called as it is meant to be."""

    code = "usage"


class IndexUnusableError(RagError):
    """There is no index that could answer."""

    code = "index_unusable"
    exit_code = 3


class IndexMissingError(IndexUnusableError):
    """Nothing has been ingested here."""

    code = "index_missing"


class IndexStaleError(IndexUnusableError):
    """The index was made with other settings, or by another version."""

    code = "index_stale"


class IndexBusyError(IndexUnusableError):
    """Another process is writing the index."""

    code = "index_busy"


class IndexDamagedError(IndexUnusableError):
    """The index's files cannot be read."""

    code = "index_damaged"


class ModelFileError(IndexUnusableError):
    """A model file that ships with the package is missing or altered."""

    code = "model_file"


class ModelError(RagError):
    """The language model, or its server, failed."""

    code = "model"
    exit_code = 4


class LLMUnreachableError(ModelError):
    """No reply: connection errors, time-outs, 429 and 5xx after the last retry."""

    code = "llm_unreachable"


class LLMRefusedError(ModelError):
    """The server turned the request down for good: bad key, unknown model, bad request."""

    code = "llm_refused"


class LLMReplyError(ModelError):
    """The server answered something that is no chat completion."""

    code = "llm_reply"


class GateFailedError(RagError):
    """A figure that was to be reached was not. The result that has it is printed all the same."""

    code = "gate_failed"
    exit_code = 5
