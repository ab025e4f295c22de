"""How the program itself is set, and how well it does: `config`, `eval`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.commands.running import Run, put_json
from rag.console import printable


def config(run: Run) -> None:
    """Show the settings in force, and where each comes from; also when some cannot be read."""
    from rag.config import KINDS, read_settings

    flags = {"home": run.home, "offline": True if run.offline else None}
    reading = read_settings(flags, config=run.config)
    for warning in reading.warnings:
        run.note(f"warning: {warning}")
    shown = {name: (reading.settings.shown(name), reading.settings.layers[name]) for name in KINDS}
    problems = [(problem.message, problem.hint) for problem in reading.problems]
    if run.json:
        put_json(
            {
                "settings": {name: {"value": value, "from": layer} for name, (value, layer) in shown.items()},
                "files": list(reading.notes),
                "problems": [{"message": message, "hint": hint or None} for message, hint in problems],
            }
        )
    else:
        run.screen().settings(shown, notes=reading.notes, problems=problems)


def evaluate(
    run: Run,
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases", metavar="FILE", help="Questions as JSON lines; else the bundled ones.", show_default=False
        ),
    ] = None,
) -> None:
    """Score the assistant on questions with known answers; without FILE on the bundled sample pages."""
    from evals.measuring import measure
    from evals.report import table

    settings = run.settings()
    with run.screen().progress(shown=not run.quiet) as move:
        report = measure(cases, settings, progress=lambda done, of: move("measuring", done, of) if move else None)
    if run.json:
        put_json(report.to_dict())
    else:
        print("\n".join(printable(line) for line in table(report).split("\n")))
