"""How the program itself is set: `config`."""

from __future__ import annotations

from rag.commands.running import Run, put_json


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
