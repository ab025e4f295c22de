"""`verify` and `extract`: what is said elsewhere against the corpus, or against passages that are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.commands.lines import answer_lines, read_file, text_in, texts_in
from rag.commands.running import Run, put_json
from rag.errors import GateFailedError, UsageError
from rag.schema import Json, Verification

if TYPE_CHECKING:
    from rag.assistant import Assistant

File = Annotated[
    str | None, typer.Argument(metavar="FILE", help="Any text or Markdown; - or none reads stdin.", show_default=False)
]
LineFile = Annotated[
    str | None, typer.Argument(metavar="FILE", help="JSON lines; - or none reads stdin.", show_default=False)
]


def verify(
    run: Run,
    file: File = None,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help='Read {"id", "claim", "passages"} lines, write a verdict for each; no index.'),
    ] = False,
    fail_under: Annotated[
        float | None,
        typer.Option("--fail-under", min=0, max=1, metavar="X", help="Exit 5 if fewer sentences are supported, 0..1."),
    ] = None,
) -> int | None:
    """Check each sentence of a text against the indexed pages."""
    if jsonl and fail_under is not None:
        raise UsageError("--fail-under is about a text, not about --jsonl", hint="leave one of the two out")
    text = None if jsonl else read_file(file)
    with run.assistant() as assistant:
        if text is None:
            return answer_lines(file, lambda line: _verify_line(assistant, line))
        with run.screen().progress(shown=not run.quiet and not run.json) as progress:
            found = assistant.verify(text, progress=progress)
    if run.json:
        put_json(found.to_dict())
    else:
        run.screen().verification(found)
    _refuse_under(found, fail_under)
    return None


def _verify_line(assistant: Assistant, line: Mapping[str, Any]) -> Json:
    return assistant.check(text_in(line, "claim"), texts_in(line, "passages")).to_dict()


def _refuse_under(found: Verification, wanted: float | None) -> None:
    score = found.grounding.score or 0.0
    if wanted is not None and score < wanted:
        grounding = found.grounding
        raise GateFailedError(
            f"{grounding.supported} of {grounding.claims} sentences are supported ({score:.2f}), less than {wanted:g}",
            hint="mend the sentences that are marked, or ask for less",
        )


def extract(
    run: Run,
    file: LineFile = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read {"id", "question", "passages"} lines, write spans for each.')
    ] = False,
) -> int:
    """Find the words of given passages that answer a question; needs no index."""
    if not jsonl:
        raise UsageError("extract reads JSON lines", hint='add --jsonl, and write {"id", "question", "passages"} lines')
    with run.assistant() as assistant:
        return answer_lines(file, lambda line: _extract_line(assistant, line))


def _extract_line(assistant: Assistant, line: Mapping[str, Any]) -> Json:
    return assistant.extract(text_in(line, "question"), texts_in(line, "passages")).to_dict()
