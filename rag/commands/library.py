"""What goes into the index and what stands in it: `ingest`, `parse`, `forget`, `list`, `show`, `status`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.commands.lines import put_lines
from rag.commands.running import Run, confirm, put_json
from rag.console import printable
from rag.errors import UsageError
from rag.schema import Group, GroupBy, Grouping, IngestReport, Json, Limits, Record, Work

if TYPE_CHECKING:
    from rag.assistant import Assistant

Lines = Annotated[bool, typer.Option("--jsonl", help="Print a JSON object a line.")]
Bibtex = Annotated[bool, typer.Option("--bibtex", help="Print BibTeX.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before something is deleted.")]
Paths = Annotated[
    list[Path] | None, typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False, readable=False)
]
PageYear = Annotated[
    int | None, typer.Option("--page-year", min=1000, max=9999, metavar="N", help="Year for dates that omit it.")
]
PageName = Annotated[
    list[str] | None, typer.Option("--page-name", metavar="FILE=NAME", help="What people call the page.")
]


def ingest(
    run: Run,
    paths: Paths = None,
    page_year: PageYear = None,
    page_name: PageName = None,
    prune: Annotated[bool, typer.Option("--prune", help="Forget pages under the folders that are gone.")] = False,
    sample: Annotated[bool, typer.Option("--sample", help="Add the bundled pages.")] = False,
    yes: Yes = False,
) -> None:
    """Read files and folders into the index."""
    if not paths and not sample:
        raise UsageError("nothing to ingest", hint="name files or folders, or use --sample")
    names = _page_names(page_name)
    if prune:
        confirm("Forget the pages that are no longer in these folders?", yes=yes)
    with run.assistant() as assistant, run.screen().progress(shown=not run.quiet) as progress:
        report = assistant.ingest(
            paths or [],
            page_year=page_year,
            page_names=names,
            prune=prune,
            sample=sample,
            progress=progress,
            notes=run.note,
        )
    _draw_report(run, report)


def parse(
    run: Run, paths: Paths = None, page_year: PageYear = None, page_name: PageName = None, jsonl: Lines = False
) -> None:
    """Show what `ingest` would read; needs no index."""
    if not paths:
        raise UsageError("nothing to parse", hint="name files or folders")
    with run.assistant() as assistant:
        parsing = assistant.parse(paths, page_year=page_year, page_names=_page_names(page_name), notes=run.note)
    run.rejected(parsing.rejected)
    if jsonl:
        put_lines(record.to_dict() for record in parsing.records)
    elif run.json:
        put_json([record.to_dict() for record in parsing.records])
    else:
        run.screen().records(parsing.records)


def forget(
    run: Run,
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Pages, as `rag status` names them.")],
    yes: Yes = False,
) -> None:
    """Remove pages from the index."""
    confirm(f"Forget {', '.join(sources)}?", yes=yes)
    with run.assistant() as assistant:
        report = assistant.forget(sources)
    _draw_report(run, report)


def _draw_report(run: Run, report: IngestReport) -> None:
    run.rejected(report.rejected)
    if run.json:
        put_json(report.to_dict())
    else:
        run.screen().report(report)


def _page_names(given: list[str] | None) -> dict[str, str]:
    """{"FILE": "NAME"}. Raises UsageError for what is no FILE=NAME."""
    names = {}
    for item in given or ():
        file, _, name = item.partition("=")
        if not file.strip() or not name.strip():
            raise UsageError(f"--page-name {item!r} is no FILE=NAME", hint="write --page-name 'page.txt=Jane Doe'")
        names[file] = name.strip()
    return names


def list_works(
    run: Run,
    count: Annotated[bool, typer.Option("--count", help="Print how many there are.")] = False,
    group_by: Annotated[
        GroupBy | None, typer.Option("--group-by", help="Count the works by their values of a field.")
    ] = None,
    records: Annotated[bool, typer.Option("--records", help="Records, not works.")] = False,
    jsonl: Lines = False,
    bibtex: Bibtex = False,
    limits: Limits = Limits(),
) -> None:
    """List the works in the index."""
    if bibtex and (records or group_by):
        raise UsageError("--bibtex prints works alone", hint="leave --records and --group-by out")
    if group_by and records:
        raise UsageError("--group-by counts works, not records", hint="leave --records out")
    with run.assistant() as assistant:
        grouping = assistant.group(group_by, limits) if group_by else None
        listed = assistant.records(limits) if records else ()
        works = assistant.works(limits) if not records and not grouping else ()
        found: Sequence[Group | Record | Work] = grouping.groups if grouping else listed or works
        note = _about_limits(assistant, limits, empty=not found)
    if note:
        run.note(note)
    if count:
        put_json(len(found))
    elif jsonl:
        put_lines(_lines(grouping) if grouping else (item.to_dict() for item in found))
    elif run.json:
        put_json(grouping.to_dict() if grouping else [item.to_dict() for item in found])
    elif bibtex:
        _put_bibtex(works)
    elif grouping:
        run.screen().grouping(grouping)
    elif records:
        run.screen().records(listed)
    else:
        run.screen().works(works)


def _about_limits(assistant: Assistant, limits: Limits, *, empty: bool) -> str:
    """Which limits leave nothing, or how many works may meet them besides; "" where there is nothing to say."""
    if empty:
        why = assistant.why_empty(limits)
        return f"warning: nothing meets the limits: {why}" if why else ""
    unknown = assistant.unknown(limits)
    more = "1 more work" if unknown == 1 else f"{unknown:,} more works"
    return f"of {more} the pages do not say whether they meet the limits" if unknown else ""


def _lines(grouping: Grouping) -> Iterator[Json]:
    """A line a value; the works without one come last, under null."""
    yield from (group.to_dict() for group in grouping.groups)
    if grouping.unknown:
        yield {"value": None, "works": grouping.unknown}


def show(
    run: Run,
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="As `rag list` and answers print them.")],
    bibtex: Bibtex = False,
) -> None:
    """Show works in full."""
    with run.assistant() as assistant:
        works = assistant.show(keys)
    if run.json:
        put_json([work.to_dict() for work in works])
    elif bibtex:
        _put_bibtex(works)
    else:
        for work in works:
            run.screen().work(work)


def status(
    run: Run, path: Annotated[bool, typer.Option("--path", help="Print the index's folder alone.")] = False
) -> None:
    """Summarise the index."""
    if path:
        home = str(run.settings().home)
        if run.json:
            put_json({"home": home})
        else:
            print(home)
        return
    with run.assistant() as assistant:
        found = assistant.status()
    if run.json:
        put_json(found.to_dict())
    else:
        run.screen().status(found.to_dict())


def _put_bibtex(works: Sequence[Work]) -> None:
    from rag.corpus.bibtex import bibtex

    for number, work in enumerate(works):
        lines = bibtex(work).strip().split("\n")
        print("\n".join(["", *map(printable, lines)] if number else map(printable, lines)))
