"""The command line: registers the commands, and turns what goes wrong into a line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.exceptions import Abort, TyperException

from rag.commands.asking import ask, search
from rag.commands.chatting import chat
from rag.commands.checking import extract, verify
from rag.commands.interrupting import interrupts_after_imports
from rag.commands.library import forget, ingest, list_works, parse, show, status
from rag.commands.lines import put_lines
from rag.commands.operating import config, evaluate
from rag.commands.running import put_json, taking_shared_flags, with_flags
from rag.console import printable
from rag.errors import GateFailedError, RagError, UsageError
from rag.version import version

INTERRUPTED = 130

_COMMANDS: dict[str, Callable[..., int | None]] = {
    "ingest": ingest,
    "ask": ask,
    "chat": chat,
    "search": search,
    "verify": verify,
    "extract": extract,
    "list": list_works,
    "show": show,
    "parse": parse,
    "forget": forget,
    "status": status,
    "config": config,
    "eval": evaluate,
}


def main(args: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code; nothing that goes wrong inside gets past here as a traceback."""
    given = list(sys.argv[1:] if args is None else args)
    _speak_utf8()
    try:
        with interrupts_after_imports():
            code = app(args=given, prog_name="rag", standalone_mode=False)
        if code == INTERRUPTED:
            return _fail(given, "interrupted", "interrupted", "", INTERRUPTED)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except GateFailedError as error:
        return _fail(("--",), error.code, error.message, error.hint, error.exit_code)  # stdout holds the result
    except RagError as error:
        return _fail(given, error.code, error.message, error.hint, error.exit_code)
    except TyperException as error:
        path = getattr(getattr(error, "ctx", None), "command_path", "rag")
        message = " ".join(error.format_message().split())
        return _fail(given, UsageError.code, message, f"`{path} --help` shows what there is", UsageError.exit_code)
    except (KeyboardInterrupt, Abort):
        return _fail(given, "interrupted", "interrupted", "", INTERRUPTED)
    except BrokenPipeError:
        return _leave_pipe()
    except SystemExit as left:  # typer's and rich's way with a closed pipe
        if not isinstance(left.__context__, BrokenPipeError):
            raise
        return _leave_pipe()
    except Exception as error:
        if os.environ.get("RAG_DEBUG"):
            raise
        said = " ".join(str(error).split())
        hint = "RAG_DEBUG=1 shows where it happened"
        return _fail(given, "internal", f"{type(error).__name__}: {said}", hint, 1)


def _fail(given: Sequence[str], code: str, message: str, hint: str, exit_code: int) -> int:
    """Says on stderr what went wrong and what to do, and on stdout as JSON where JSON was asked for."""
    try:
        flags, said = _before_words(given), {"error": {"code": code, "message": message, "hint": hint or None}}
        if "--jsonl" in flags:
            put_lines([said])
        elif "--json" in flags:
            put_json(said)
        print(f"error: {printable(message)}", file=sys.stderr)
        if hint:
            print(f"hint: {printable(hint)}", file=sys.stderr)
    except BrokenPipeError:
        _leave_pipe()
    return exit_code


def _before_words(given: Sequence[str]) -> Sequence[str]:
    """The arguments that can be flags: those before a `--`."""
    return given[: given.index("--")] if "--" in given else given


def _leave_pipe() -> int:
    """The reader of stdout has gone (`rag list | head`): nothing is wrong, and nothing more can be said."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _speak_utf8() -> None:
    """UTF-8 on any locale; what is no character is written as its escape, which JSON reads as it is."""
    for name, errors in (("stdin", "replace"), ("stdout", "backslashreplace"), ("stderr", "backslashreplace")):
        if getattr(sys, name) is None:  # closed by the shell (`>&-`)
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
        reconfigure: Any = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors=errors)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"rag {version()}")
        raise typer.Exit


def _top(
    ctx: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    """Answers questions over saved pages of papers, and shows the words that each sentence rests on."""
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


app = typer.Typer(
    rich_markup_mode=None,  # rich would cost `--help` half its time
    pretty_exceptions_enable=False,  # they print local variables, hence keys
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.callback(invoke_without_command=True)(taking_shared_flags(_top))
for _name, _body in _COMMANDS.items():
    app.command(_name)(with_flags(_body))
