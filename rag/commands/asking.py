"""`search` and `ask`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rag.commands.lines import answer_lines, history_in, read_stdin, text_in, usable, whole_in
from rag.commands.running import Run, put_json
from rag.errors import UsageError
from rag.schema import Answer, Json, Limits, Search

if TYPE_CHECKING:
    from rag.assistant import Assistant

AnswererFlag = Literal["auto", "llm", "extractive"]
Lines = Annotated[bool, typer.Option("--jsonl", help="Read JSON lines from FILE or stdin, write a line for each.")]
Model = Annotated[str | None, typer.Option("--model", "-m", metavar="NAME", help="The language model to ask.")]
AnswererChoice = Annotated[
    AnswererFlag | None, typer.Option("--answerer", help="auto: llm when a model is configured, else extractive.")
]
MOST_WORKS = 10_000
PassageCount = Annotated[
    int | None,
    typer.Option("--passages", "-k", min=1, max=1000, metavar="N", help="Passages that the answerer reads; 8."),
]


def search(
    run: Run,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="- reads it from stdin; with --jsonl a FILE.", show_default=False),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=MOST_WORKS, metavar="N", help="How many works.")] = 10,
    jsonl: Lines = False,
    limits: Limits = Limits(),
) -> int | None:
    """Rank the works that fit a query."""
    file, text = (_file(query), None) if jsonl else (None, _text(query, "query"))
    with run.assistant() as assistant:
        if text is None:
            return answer_lines(file, lambda line: _search_line(assistant, line, k, limits))
        found = assistant.search(text, k, limits=limits)
        _warn(run, found)
        if run.json:
            put_json(found.to_dict())
        else:
            run.screen().search(found)
    return None


def _search_line(assistant: Assistant, line: Mapping[str, Any], k: int, limits: Limits) -> Json:
    query, history = text_in(line, "query"), history_in(line)
    wanted = whole_in(line, "k", k, most=MOST_WORKS)
    found = assistant.search(query, wanted, history=history, limits=limits).to_dict()
    return {name: found[name] for name in ("results", "limits", "warnings")}


def ask(
    run: Run,
    question: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION", help="- reads it from stdin; with --jsonl a FILE.", show_default=False),
    ] = None,
    model: Model = None,
    answerer: AnswererChoice = None,
    passages: PassageCount = None,
    jsonl: Lines = False,
    limits: Limits = Limits(),
) -> int | None:
    """Answer a question, each sentence tied to the words it rests on."""
    file, text = (_file(question), None) if jsonl else (None, _text(question, "question"))
    with run.assistant(answering_flags(model, answerer, passages)) as assistant:
        if text is None:
            return answer_lines(file, lambda line: _ask_line(assistant, line, limits))
        if run.json:
            put_json(assistant.ask(text, limits=limits).to_dict())
            return None
        screen = run.screen()
        if screen.is_terminal:
            draw_stream(run, assistant.stream(text, limits=limits))
        else:
            answer = assistant.ask(text, limits=limits)  # whole or not at all: nobody watches a pipe
            screen.answer(answer, verbose=run.verbose)
            _warn(run, answer)
    return None


def _ask_line(assistant: Assistant, line: Mapping[str, Any], limits: Limits) -> Json:
    question, history = text_in(line, "question"), history_in(line)
    return assistant.ask(question, history=history, limits=limits).to_dict()


def answering_flags(model: str | None, answerer: AnswererFlag | None, passages: int | None) -> Mapping[str, object]:
    """The settings that `ask` and `chat` take as flags."""
    return {"llm.model": model, "answer.answerer": answerer, "search.passages": passages}


def draw_stream(run: Run, events: Iterator[Any]) -> Answer | None:
    """Draws checked sentences as they come, then what they rest on; the Answer, None when there was none."""
    answer = None
    drawing = run.screen().answering(verbose=run.verbose)
    with closing(events):  # type: ignore[type-var]
        for event in events:
            if isinstance(event, Answer):
                answer = event
                drawing.finish(event)
                _warn(run, event)
            else:
                drawing.claim(event)
    return answer


def _warn(run: Run, found: Answer | Search) -> None:
    for warning in found.warnings:
        run.note(f"warning: {warning}")


def _text(words: list[str] | None, what: str) -> str:
    if not words:
        raise UsageError(f"no {what} given", hint="write it in quotes, or - to read it from stdin, or use --jsonl")
    return usable(read_stdin(what) if words == ["-"] else " ".join(words), what)


def _file(words: list[str] | None) -> str | None:
    if words and len(words) > 1:
        raise UsageError("--jsonl reads one FILE, or stdin", hint="leave the others out")
    return words[0] if words else None
