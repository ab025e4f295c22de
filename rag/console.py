"""Draws results for people: calm at 80 columns on a terminal, one plain line a thing in a pipe.

Words from pages are untrusted here: what could steer a terminal is replaced before it is printed. This is the only
home of rich, which is imported when the first thing is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from rag.answer.phrasing import limited_to
from rag.schema import (
    Answer,
    Claim,
    Grouping,
    IngestReport,
    Json,
    Origin,
    Passage,
    Record,
    Result,
    Search,
    Source,
    Verification,
    Work,
    unbracketed,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

MOST_COLUMNS = 100
"""Longer lines are hard to read, however wide the terminal."""

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters and changes of direction (and halves of characters); not the tab, not the line feed."""
_BREAKS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
_SPACE = re.compile(r" +(?!\[\d)")
"""Where a line of an answer may end: a mark stays with the words that it stands for."""
_VERDICT_STYLES = {"partial": "yellow", "unsupported": "red", "contradicted": "bold red"}


_MOST_ALIKE = 3
_COUNTS = ("files", "records", "works", "chunks")


def printable(text: str) -> str:
    """A text without what steers a terminal (control characters, changes of direction) and on one line."""
    return STEERING.sub("\ufffd", _BREAKS.sub(" ", text))


class Screen:
    """stdout, as people see it."""

    def __init__(self, *, color: Literal["auto", "always", "never"] = "auto") -> None:
        from rich.console import Console

        terminal = {"auto": None, "always": True, "never": None}[color]
        plain = color == "never" or (color == "auto" and not _stdout_takes_color())
        self._console: Console = Console(
            force_terminal=terminal,
            no_color=plain if color != "always" else False,
            color_system="standard" if color == "always" else (None if plain else "auto"),
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=True,
        )

    @property
    def is_terminal(self) -> bool:
        """Whether somebody sees it come."""
        return self._console.file.isatty()

    @property
    def width(self) -> int:
        """Columns to fill."""
        return min(self._console.width, MOST_COLUMNS)

    # --- Answers -----------------------------------------------------------------------------------------------------

    def answer(self, answer: Answer, *, verbose: bool = False) -> None:
        """A whole answer: its sentences, then what they rest on."""
        self.answering(verbose=verbose).finish(answer)

    def answering(self, *, verbose: bool = False) -> _Answering:
        """Draws an answer as it comes: a claim at a time, then the answer that they make up."""
        return _Answering(self, verbose=verbose)

    def verification(self, found: Verification) -> None:
        """Each sentence of a text: its line, its citations, verdict, support, and the words it rests on."""
        indent = len(str(max(found.lines))) + 2
        for claim, line in zip(found.claims, found.lines, strict=True):
            style = _VERDICT_STYLES.get(claim.verdict, "")
            marks = "".join(f"[{n}]" for n in dict.fromkeys(citation.n for citation in claim.citations))
            judged = "" if claim.verdict == "supported" else f" [{claim.verdict}]"
            number = str(line).rjust(indent - 2) + "  "
            said = (f"{claim.text} {marks}".rstrip(), style)
            self.line(
                (number, "cyan"), said, (judged, f"{style} reverse"), (f" {claim.support:.2f}", "dim"), indent=indent
            )
            for quote in dict.fromkeys(citation.quote.text for citation in claim.citations):
                self.line(" " * indent, (f"“{quote}”", "italic"), indent=indent)
        if found.sources:
            self.line("")
            self.sources(found.sources, read={quote for source in found.sources for quote in source.quotes})
        self.line("")
        grounding = found.grounding
        self.line((f"{grounding.supported} of {_counted(grounding.claims, 'sentence')} supported", "dim"))

    def sources(self, sources: Sequence[Source], *, read: Collection[str] = ()) -> None:
        """Footnotes: what each [n] is, where it stands, the words it was cited for, but those `read` already."""
        self.line("Sources", style="bold")
        indent = len(str(len(sources))) + 3
        for source in sources:
            mark = f"[{source.n}]"
            merged = source.work.merged()
            self.line((mark.ljust(indent), "cyan"), (_title(merged), "bold"), indent=indent)
            byline = _byline(merged)
            where = _where(source.work.origins, before=" · " if byline else "")
            self.line(" " * indent, byline, (where, "dim"), indent=indent)
            for quote in source.quotes:
                if unbracketed(quote) not in read:
                    self.line(" " * indent, (f"“{quote}”", "italic"), indent=indent)

    def nearest(self, nearest: Sequence[Result]) -> None:
        """The works that come nearest to a question that they do not answer."""
        self.line("Nearest", style="bold")
        for result in nearest:
            merged = result.work.merged()
            self.line("  ", (_title(merged), "bold"), indent=4)
            self._about(result.work, 4)

    def read(self, passages: Sequence[Passage]) -> None:
        """What the answerer read, best first."""
        self.line("Read", style="bold")
        for passage in passages:
            chunk = passage.chunk
            self.line(f"  {passage.score:5.2f}  ", (chunk.key, "cyan"), f"  {_shortened(chunk.text, 120)}", indent=9)

    # --- Works -------------------------------------------------------------------------------------------------------

    def search(self, search: Search) -> None:
        """Ranked works, each with the passage that speaks for it."""
        if not search.results:
            self.line("Nothing was found.")
            return
        indent = len(str(len(search.results))) + 2
        for result in search.results:
            merged = result.work.merged()
            self.line((str(result.rank).rjust(indent - 2) + "  ", "cyan"), (_title(merged), "bold"), indent=indent)
            self._about(result.work, indent)
            for passage in result.passages[:1]:
                if passage.chunk.field != "title":
                    self.line(" " * indent, (_shortened(passage.chunk.text, 240), "italic"), indent=indent)
            if result is not search.results[-1]:
                self.line("")
        if limited := limited_to(search.question.limits):
            self.line("")
            self.line((f"Only works {limited}.", "dim"))

    def works(self, works: Sequence[Work]) -> None:
        """A list, two or three lines a work."""
        if not works:
            self.line("No work meets these limits.")
        for work in works:
            self.line((_title(work.merged()), "bold"), indent=2)
            self._about(work, 2)

    def _about(self, work: Work, indent: int) -> None:
        if byline := _byline(work.merged()):
            self.line(" " * indent, byline, indent=indent)
        self.line(" " * indent, (work.key, "cyan"), (_where(work.origins, before=" · "), "dim"), indent=indent)

    def work(self, work: Work) -> None:
        """Everything that the pages say about a work."""
        merged = work.merged()
        self.line((_title(merged), "bold"))
        rows = {
            "key": work.key,
            "authors": _names(merged, most=None),
            **{name: ", ".join(work.union(name)) for name in ("affiliations", "session", "labels", "url")},
            **{name: merged.text_of(name) for name in ("published", "category", "score", "doi", "arxiv_id")},
            "code": "yes" if merged.has_code else "",
            "pages": _where(work.origins),
        }
        self.table({name: value for name, value in rows.items() if value})
        for conflict in work.conflicts:
            said = "; ".join(f"{value} ({_where([origin])})" for origin, value in conflict.values)
            self.line((f"The pages disagree on {conflict.field}: ", "yellow"), said, indent=2)
        for paragraph in merged.abstract.split("\n\n") if merged.abstract else ():
            self.line("")
            self.line(paragraph)
        self.line("")

    def records(self, records: Sequence[Record]) -> None:
        """Records in page order, with what each says."""
        if not records:
            self.line("No record meets these limits.")
        for record in records:
            marks = [record.category, *record.labels, record.session, "code" if record.has_code else None]
            self.line((_where([record.origin]), "cyan"), "  ", (_title(record), "bold"), indent=2)
            said = " · ".join(part for part in (_byline(record), *marks) if part)
            if said:
                self.line("  ", said, indent=2)

    def grouping(self, found: Grouping) -> None:
        """How many works have each value; then what the counts leave open, and why they may add up to more."""
        if not found.works:
            self.line("No work meets these limits.")
            return
        rows = [*((group.works, group.value) for group in found.groups)]
        rows += [(found.unknown, "(the page does not say)")] if found.unknown else []
        width = max(len(f"{works:,}") for works, _ in rows)
        for works, value in rows:
            self.line((f"{works:,}".rjust(width) + "  ", "cyan"), value, indent=width + 2)
        self.line("")
        for note in _notes(found):
            self.line((note, "dim"))

    # --- The index and the settings ----------------------------------------------------------------------------------

    def report(self, report: IngestReport) -> None:
        """What an ingest did."""
        changed = [(name, getattr(report, name)) for name in ("added", "updated", "unchanged", "removed")]
        told = " · ".join(f"{number:,} {name}" for name, number in changed if number)
        self.line("Records: ", (told or "none", "bold"))
        held = " · ".join(_counted(getattr(report, name), name.removesuffix("s")) for name in _COUNTS)
        self.line("The index holds ", (held, "bold"), (f"  ({report.seconds:.1f} s)", "dim"))

    def status(self, status: Json) -> None:
        """What the index holds, page by page."""
        counts = " · ".join(_counted(status[name], name.removesuffix("s")) for name in _COUNTS)
        self.table({"home": status["home"], "holds": counts, "embedder": status["embedder"]})
        for page in status["pages"]:
            self.line("")
            self.line((page["source"], "bold"), f" · {page['name']}" if page["name"] else "", indent=2)
            explained = f"layout {page['layout']} explains {page['confidence']:.0%}"
            self.line("  ", f"{_counted(page['records'], 'record')} · {explained}", indent=2)
            for warning in page["warnings"]:
                self.line("  ", (warning, "yellow"), indent=2)

    def settings(
        self,
        shown: Mapping[str, tuple[Any, str]],
        *,
        notes: Sequence[str],
        problems: Sequence[tuple[str, str]],
    ) -> None:
        """Each setting with its value and its layer; then the files, and what is wrong with them."""
        name_width, values = max(map(len, shown)) + 2, {name: _told(value) for name, (value, _) in shown.items()}
        value_width = min(max(map(len, values.values())), 40) + 2
        for name, (_, layer) in shown.items():
            style = "dim" if layer == "default" else "bold"
            self.line(name.ljust(name_width), (values[name].ljust(value_width), style), (layer, "dim"), indent=2)
        self.line("")
        for note in notes:
            self.line((note, "dim"), indent=2)
        for message, hint in problems:
            self.line((f"problem: {message}", "red"), f" ({hint})" if hint else "", indent=2)

    @contextmanager
    def progress(self, *, shown: bool) -> Iterator[Callable[[str, int, int], None] | None]:
        """A bar on stderr for people, nothing for pipes."""
        from rich.console import Console

        console = Console(stderr=True, highlight=False)
        if not shown or not console.file.isatty():
            yield None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn("{task.description:<9}"), BarColumn(bar_width=32), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True) as bars:
            tasks: dict[str, Any] = {}

            def move(stage: str, done: int, total: int) -> None:
                if stage not in tasks:
                    tasks[stage] = bars.add_task(printable(stage), total=total)
                bars.update(tasks[stage], completed=done, total=total)

            yield move

    # --- Lines -------------------------------------------------------------------------------------------------------

    def table(self, rows: Mapping[str, str]) -> None:
        """Names and values in two columns."""
        width = max(map(len, rows), default=0) + 2
        for name, value in rows.items():
            self.line((name.ljust(width), "dim"), value, indent=width)

    def line(self, *parts: str | tuple[str, str], indent: int = 0, style: str = "") -> None:
        """One line of styled parts. On a terminal it is wrapped, later lines by `indent`; in a pipe it stays whole."""
        from rich.text import Text

        text = Text.assemble(*((printable(p), style) if isinstance(p, str) else (printable(p[0]), p[1]) for p in parts))
        for row in _wrapped(self._console, text, self.width, indent) if self.is_terminal else [text]:
            self._console.print(row)

    def words(self, text: str, style: str, column: int) -> int:
        """Words that go on where the last ones ended, at `column`; the column they end at."""
        from rich.cells import cell_len
        from rich.text import Text

        out = Text()
        for word in _SPACE.split(printable(text)):
            if self.is_terminal and column and column + 1 + cell_len(word) > self.width:
                out.append("\n")
                column = 0
            elif column:
                out.append(" ")
                column += 1
            out.append(word, style=style)
            column += cell_len(word)
        self._console.print(out, end="")
        self._console.file.flush()
        return column


class _Answering:
    """An answer on its way: sentences are drawn as they are checked, in the order of the answer's text."""

    def __init__(self, screen: Screen, *, verbose: bool) -> None:
        self._screen = screen
        self._verbose = verbose
        self._column = 0
        self._drawn_to = 0
        self._held = False

    def claim(self, claim: Claim) -> None:
        """Draws one checked sentence, unless only the whole answer can tell where its marks stand."""
        numbers = list(dict.fromkeys(citation.n for citation in claim.citations))
        text = f"{claim.text} {''.join(f'[{n}]' for n in numbers)}".rstrip()
        counts = not numbers and claim.verdict == "supported"  # of a catalogue answer, which comes in lines
        self._held = self._held or counts or (len(numbers) > 1 and len(text) != claim.span.end - claim.span.start)
        if not self._held:
            self._draw(text, claim)

    def finish(self, answer: Answer) -> None:
        """Draws what is not drawn yet, and what the answer rests on."""
        for claim in answer.claims:
            if claim.span.start >= self._drawn_to:
                self._draw_between(answer.text[self._drawn_to : claim.span.start])
                self._draw(claim.span.of(answer.text), claim)
        self._draw_between(answer.text[self._drawn_to :])
        self._screen.line("")
        if answer.sources:
            self._screen.line("")
            # A sentence that is its quote, word for word, need not be read twice.
            self._screen.sources(answer.sources, read={claim.text for claim in answer.claims})
        if answer.nearest:
            self._screen.line("")
            self._screen.nearest(answer.nearest)
        if self._verbose and answer.passages:
            self._screen.line("")
            self._screen.read(answer.passages)
        self._screen.line("")
        self._screen.line((_closing(answer, verbose=self._verbose), "dim"), indent=2)

    def _draw(self, text: str, claim: Claim) -> None:
        style = _VERDICT_STYLES.get(claim.verdict, "")
        for number, paragraph in enumerate(text.split("\n")):
            if number:
                self._break()
            self._column = self._screen.words(paragraph, style, self._column)
        if claim.verdict != "supported":
            self._column = self._screen.words(f"[{claim.verdict}]", f"{style} reverse", self._column)
        self._drawn_to = claim.span.end

    def _draw_between(self, text: str) -> None:
        """Words of the answer that are no claim: how to see the rest of a long list, or why it was declined."""
        if text.strip():
            for paragraph in text.strip().split("\n"):
                if "\n" in text and self._column:
                    self._break()
                self._column = self._screen.words(paragraph, "", self._column)
        elif "\n" in text:
            self._break()
        self._drawn_to += len(text)

    def _break(self) -> None:
        self._screen.line("")
        self._column = 0


# --- Words -----------------------------------------------------------------------------------------------------------


def _title(record: Record) -> str:
    return record.title or f"(untitled) {_shortened(record.abstract, 60)}"


def _names(record: Record, *, most: int | None = 4) -> str:
    cut = most is not None and len(record.authors) > most + 1
    names = ", ".join(record.authors[:most] if cut else record.authors)
    return f"{names} et al." if names and (cut or record.et_al) else names


def _byline(record: Record) -> str:
    return " · ".join(part for part in (_names(record), record.text_of("published")) if part)


def _where(origins: Sequence[Origin], *, before: str = "") -> str:
    return before + ", ".join(f"{origin.source} #{origin.ordinal}" for origin in origins) if origins else ""


def _notes(found: Grouping) -> Iterator[str]:
    """What to know about the counts of a grouping."""
    yield f"{_counted(found.works, 'work')}, {_counted(len(found.groups), found.by)}"
    if found.total > found.works:
        yield f"A work counts once for each {found.by}: the counts add up to {found.total:,}."
    if found.cut_short:
        yield f"Of {_counted(found.cut_short, 'work')} the page leaves authors out (et al.)."
    if found.alike:
        named = "; ".join(" and ".join(f"“{name}”" for name in pair) for pair in found.alike[:_MOST_ALIKE])
        more = f"; {len(found.alike) - _MOST_ALIKE:,} more" if len(found.alike) > _MOST_ALIKE else ""
        yield f"Values count as printed; these may be one: {named}{more}."


def _counted(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def _closing(answer: Answer, *, verbose: bool) -> str:
    """How the answer came about, in one line."""
    grounding, coverage = answer.grounding, answer.coverage
    parts = [answer.model or answer.answerer]
    if answer.declined:
        parts.append(f"declined: {(answer.reason or '').replace('_', ' ')}")
    elif answer.answerer == "catalog":
        parts.append(f"{coverage.matched:,} of {coverage.works:,} works match")
        parts += [f"{coverage.unknown:,} do not say"] if coverage.unknown else []
    else:
        parts.append(f"{grounding.supported} of {grounding.claims} sentences supported")
    if answer.answerer != "catalog" and (limited := limited_to(answer.question.limits)):
        parts.append(f"only works {limited}")
    parts.append(f"{answer.seconds:.1f} s")
    if verbose:
        usage = answer.usage
        parts += [
            f"{_counted(len(answer.passages), 'passage')} read",
            f"judge {answer.receipt.judge}",
            _counted(usage.calls, "call"),
        ]
    return " · ".join(parts)


def _shortened(text: str, most: int) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= most else folded[: most - 1].rsplit(" ", 1)[0] + " …"


def _told(value: Any) -> str:
    if value is None or value == []:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return (
        ", ".join(map(str, value))
        if isinstance(value, list)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def _wrapped(console: Console, text: Text, width: int, indent: int) -> Iterator[Text]:
    """Rows of at most `width` columns; all but the first begin with `indent` spaces."""
    from rich.text import Text

    rows = text.wrap(console, width)
    for row in rows:
        row.rstrip()
    first, *rest = rows
    yield first
    if rest:
        remaining = Text(" ").join(rest)
        for row in remaining.wrap(console, max(width - indent, 20)):
            yield Text(" " * indent) + row


def _stdout_takes_color() -> bool:
    import os
    import sys

    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
