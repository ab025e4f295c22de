"""One run of a command: the flags that every command takes, and where its result and its notes go."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rag.console import STEERING, printable
from rag.errors import UsageError
from rag.filters import limits_from
from rag.schema import Limits

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.config import Settings
    from rag.console import Screen

Color = Literal["auto", "always", "never"]
Option = typer.Option


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The flags that every command takes, and what follows from them."""

    json: bool = False
    home: str | None = None
    config: str | None = None
    offline: bool = False
    quiet: bool = False
    verbose: bool = False
    color: Color = "auto"

    def settings(self, flags: Mapping[str, object] | None = None) -> Settings:
        """The settings in force under these flags and the command's own; what is odd about them goes to stderr."""
        from rag.config import read_settings

        reading = read_settings({**self._shared(), **(flags or {})}, config=self.config)
        for warning in reading.warnings:
            self.note(f"warning: {warning}")
        for note in reading.notes if self.verbose else ():
            self.note(note)
        if reading.problems:
            raise reading.problems[0]
        return reading.settings

    def _shared(self) -> Mapping[str, object]:
        return {"home": self.home, "offline": True if self.offline else None}

    def assistant(self, flags: Mapping[str, object] | None = None) -> Assistant:
        """The assistant under these settings; a context manager."""
        from rag.assistant import Assistant

        return Assistant.open(settings=self.settings(flags))

    def screen(self) -> Screen:
        """What draws results for people."""
        from rag.console import Screen

        return Screen(color=self.color)

    def note(self, text: str) -> None:
        """One line on stderr, unless -q."""
        if not self.quiet:
            print(printable(text), file=sys.stderr, flush=True)

    def rejected(self, rejected: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> None:
        """Names what could not be read."""
        for source, reason in rejected:
            self.note(f"rejected: {source}: {reason}")


def put_json(value: object) -> None:
    """One JSON value on stdout: a line for a program, indented for a person."""
    print(json_text(value, indent=2 if sys.stdout.isatty() else None), flush=True)


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON in which what could steer a terminal is escaped, so that it means the same and may be looked at."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def confirm(question: str, *, yes: bool) -> None:
    """Asks before something is deleted. Raises UsageError without --yes where nobody can be asked, or on a no."""
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("this deletes, and nobody can be asked", hint="add --yes")
    print(f"{printable(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("nothing was deleted")


# --- Flags -----------------------------------------------------------------------------------------------------------


def shared_flags(
    *,
    json: Annotated[bool, Option("--json", help="Print the result as JSON.")] = False,
    home: Annotated[str | None, Option("--home", metavar="DIR", help="Folder that holds the index.")] = None,
    config: Annotated[str | None, Option("--config", metavar="FILE", help="Configuration file.")] = None,
    offline: Annotated[bool, Option("--offline", help="Never open a connection.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="No notes on stderr.")] = False,
    verbose: Annotated[bool, Option("--verbose", "-v", help="More notes on stderr.")] = False,
    color: Annotated[Color | None, Option("--color", help="Colour; auto looks at the terminal.")] = None,
) -> Run:
    """The flags of every command."""
    return Run(
        json=json, home=home, config=config, offline=offline, quiet=quiet, verbose=verbose, color=color or "auto"
    )


_DATE = "2023, 2023-05 or 2023-05-28"


def limit_flags(
    *,
    author: Annotated[list[str] | None, Option("--author", metavar="NAME", help="Repeated: all of them.")] = None,
    first_author: Annotated[list[str] | None, Option("--first-author", metavar="NAME")] = None,
    affiliation: Annotated[list[str] | None, Option("--affiliation", metavar="NAME")] = None,
    category: Annotated[list[str] | None, Option("--category", metavar="NAME")] = None,
    label: Annotated[list[str] | None, Option("--label", metavar="NAME", help="A prize, poster, oral …")] = None,
    hall: Annotated[list[str] | None, Option("--hall", metavar="NAME")] = None,
    source: Annotated[list[str] | None, Option("--source", metavar="SOURCE", help="Repeated: any of them.")] = None,
    year: Annotated[int | None, Option("--year", min=1, max=9999, metavar="N", help="Published in that year.")] = None,
    after: Annotated[str | None, Option("--after", metavar="DATE", help=f"From {_DATE} on.")] = None,
    before: Annotated[str | None, Option("--before", metavar="DATE", help="Up to that date, inclusive.")] = None,
    has_code: Annotated[bool, Option("--has-code", help="The page says that there is code.")] = False,
    text: Annotated[str, Option("--text", metavar="WORDS", help="Words that stand in title or text.")] = "",
) -> Limits:
    """The filters of `list`, `search` and `ask`. Raises UsageError for a date that is none."""
    return limits_from(locals())


def with_flags(body: Callable[..., int | None]) -> Callable[..., int | None]:
    """A command for typer: `body`, with its parameters of type Run and Limits spelled out as flags."""
    signature = inspect.signature(body, eval_str=True)
    groups: dict[object, Callable[..., object]] = {Run: shared_flags, Limits: limit_flags}
    expanded = {p.name: groups[p.annotation] for p in signature.parameters.values() if p.annotation in groups}
    own = [p.replace(kind=p.KEYWORD_ONLY) for p in signature.parameters.values() if p.name not in expanded]
    flags = {name: _parameters(group) for name, group in expanded.items()}

    def call(ctx: typer.Context, **given: Any) -> int | None:
        values = {p.name: given[p.name] for p in own}
        for name, group in expanded.items():
            picked = {flag.name: given[flag.name] for flag in flags[name]}
            if group is shared_flags and ctx.parent:  # `rag --json list` is `rag list --json`
                picked = {flag: value or ctx.parent.params.get(flag) for flag, value in picked.items()}
            values[name] = group(**picked)
        return body(**values)

    return _presenting(call, body, [*own, *(flag for name in reversed(list(flags)) for flag in flags[name])])


def taking_shared_flags(body: Callable[..., None]) -> Callable[..., None]:
    """The program itself, which takes the shared flags before a command; `with_flags` reads them there."""
    shared = _parameters(shared_flags)
    own = [p for p in inspect.signature(body, eval_str=True).parameters.values() if p.annotation is not typer.Context]

    def call(ctx: typer.Context, **given: Any) -> None:
        body(ctx, **{p.name: given[p.name] for p in own})

    return _presenting(call, body, [*shared, *(p.replace(kind=p.KEYWORD_ONLY) for p in own)])


def _presenting(
    call: Callable[..., Any], body: Callable[..., Any], parameters: list[inspect.Parameter]
) -> Callable[..., Any]:
    """`call` under the name and words of `body`, with the parameters that typer is to see after its context."""
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    call.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in (context, *parameters)}
    call.__name__, call.__doc__, call.__module__ = body.__name__, body.__doc__, body.__module__
    return call


def _parameters(group: Callable[..., object]) -> list[inspect.Parameter]:
    return list(inspect.signature(group, eval_str=True).parameters.values())
