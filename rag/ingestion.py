"""Files → pages → records → works → chunks → the index, as one step that happens whole or not at all.

Also `parse`, which goes as far as the records and needs no index. Knows nothing about settings or terminals: what is
worth telling a person goes to `notes`, a line each.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.chunking import chunk
from rag.corpus.pages import assign_sources, find_files, read_page
from rag.corpus.parsing import Parsed, parse
from rag.corpus.works import group
from rag.errors import ConfigError, NothingToIngestError, PageUnreadableError, UnknownKeyError
from rag.index.rows import StoredPage
from rag.samples import sample_paths
from rag.schema import IngestReport, Origin, Page, Record
from rag.version import version

if TYPE_CHECKING:
    from rag.index.embedding import Embedder
    from rag.index.store import Store
    from rag.index.writer import Writer

Progress = Callable[[str, int, int], None]
"""Called with a stage ("reading", "embedding"), how much of it is done, and how much there is."""
Notes = Callable[[str], None]

SAMPLE_FOLDER = "sample/"
"""Sources of the bundled pages begin with this, and so do their paths: they are the same pages on any machine."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """A Progress for those who do not look."""


def unnoted(_note: str) -> None:
    """A Notes for those who do not read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read the files of one call: what their user says about them."""

    page_year: int | None = None
    page_names: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsing:
    """The records of some files, in page order, with the keys of a fresh index; and the files that were rejected."""

    records: tuple[Record, ...]
    rejected: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file to read. `identity` is what the index knows it by: its absolute path, or its source if it is a sample."""

    path: Path
    wanted: str
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    """One page as it is to stand in the index, with its records."""

    page: StoredPage
    records: tuple[Record, ...]

    def renamed(self, source: str) -> _Leaf:
        if source == self.page.source:
            return self
        records = tuple(replace(record, origin=Origin(source, record.origin.ordinal)) for record in self.records)
        return _Leaf(page=replace(self.page, source=source), records=records)


def parse_files(paths: Sequence[Path], reading: Reading, notes: Notes = unnoted) -> Parsing:
    """What `ingest` would see, without an index. Raises NothingToIngestError when no file could be read."""
    files, rejected = _find(paths, reading)
    leaves, unread = _read(files, {}, reading, silent, notes)
    _require_something(leaves, [*rejected, *unread], paths)
    named = _with_sources({leaf.page.path: leaf for leaf in leaves})
    works = group([record for leaf in named for record in leaf.records]).works
    records = sorted((record for work in works for record in work.records), key=lambda record: record.origin)
    return Parsing(records=tuple(records), rejected=(*rejected, *unread))


def ingest(
    store: Store,
    embedder: Embedder,
    paths: Sequence[Path],
    reading: Reading,
    *,
    chunk_words: int,
    prune: bool = False,
    sample: bool = False,
    progress: Progress = silent,
    notes: Notes = unnoted,
) -> IngestReport:
    """Reads files into the index: unchanged pages stand, changed ones replace their records.

    With `prune`, pages under the folders among `paths` whose files are gone are forgotten; with `sample` the bundled
    pages are read too. Raises NothingToIngestError when nothing could be read, and the store's errors; the old index
    then stands as it was.
    """
    started = time.perf_counter()
    files, rejected = _find(paths, reading, sample_paths() if sample else ())
    with store.writing() as writer:
        before = _stored(writer)
        stored = _following_moves(before, files)
        leaves, unread = _read(files, stored, reading, progress, notes)
        gone = _gone(stored, paths, files) if prune else set()
        if not gone:
            _require_something(leaves, [*rejected, *unread], paths)
        if not gone and writer.is_current and before == {**stored, **{leaf.page.path: leaf for leaf in leaves}}:
            report = _report(writer, _changes(stored, leaves, gone))
        else:
            report = _replace(writer, embedder, stored, leaves, gone, chunk_words, progress)
    return replace(report, rejected=(*rejected, *unread), seconds=time.perf_counter() - started)


def forget(store: Store, embedder: Embedder, sources: Sequence[str], *, chunk_words: int) -> IngestReport:
    """Removes pages by source. Raises UnknownKeyError when one of the sources is not indexed; then none is removed.

    Raises IndexStaleError as reading does: to forget a page must not embed the others anew.
    """
    started = time.perf_counter()
    with store.reading():
        pass
    with store.writing() as writer:
        stored = _stored(writer)
        by_source = {leaf.page.source: path for path, leaf in stored.items()}
        unknown = [source for source in sources if source not in by_source]
        if unknown:
            raise UnknownKeyError(f"no page {unknown[0]!r} is indexed", hint="`rag status` lists the pages")
        gone = {by_source[source] for source in sources}
        report = _replace(writer, embedder, stored, [], gone, chunk_words, silent)
    return replace(report, seconds=time.perf_counter() - started)


# --- Reading ---------------------------------------------------------------------------------------------------------


def _find(
    paths: Sequence[Path], reading: Reading, samples: Sequence[Path] = ()
) -> tuple[list[_File], list[tuple[str, str]]]:
    """The files to read, and (source, reason) for each path that is none."""
    found, rejected = find_files(paths)
    files = [_File(path=one.path, wanted=one.wanted, identity=str(one.path)) for one in found]
    for path in samples:
        source = SAMPLE_FOLDER + path.name
        files.append(_File(path=path, wanted=source, identity=source))
    for name in reading.page_names or {}:
        if not any(_is_called(file, name) for file in files):
            raise ConfigError(f"--page-name {name}: no such file among those read", hint="write --page-name FILE=NAME")
    return files, rejected


def _is_called(file: _File, name: str) -> bool:
    return name in (file.wanted, file.path.name) or Path(name).absolute() == file.path


def _read(
    files: Sequence[_File], stored: Mapping[str, _Leaf], reading: Reading, progress: Progress, notes: Notes
) -> tuple[list[_Leaf], list[tuple[str, str]]]:
    """A leaf for each file that could be read, and (source, reason) for each that could not."""
    leaves: list[_Leaf] = []
    rejected: list[tuple[str, str]] = []
    for done, file in enumerate(files):
        progress("reading", done, len(files))
        try:
            leaves.append(_leaf(file, stored.get(file.identity), reading, notes))
        except PageUnreadableError as error:
            rejected.append((file.wanted, error.message.removeprefix(f"{file.wanted}: ")))
    if files:
        progress("reading", len(files), len(files))
    return leaves, rejected


def _leaf(file: _File, before: _Leaf | None, reading: Reading, notes: Notes) -> _Leaf:
    """The file's page and records; those of `before` where bytes, year, name and reading version are the same."""
    names = reading.page_names or {}
    name = next((value for key, value in names.items() if _is_called(file, key)), None)
    page = read_page(file.path, file.wanted, page_year=reading.page_year, name=name)
    if before is not None and before.page.digest == page.digest:
        year = reading.page_year or before.page.page_year
        same = before.page.page_year, before.page.read_by
        if same == (year, version()) and name in (None, before.page.name):
            return replace(before, page=replace(before.page, wanted=file.wanted))
        page = replace(page, page_year=year, name=name or before.page.name)
    parsed = parse(page)
    _note(page, parsed, reading, notes)
    return _Leaf(page=_stored_page(file, page, parsed), records=parsed.records)


def _stored_page(file: _File, page: Page, parsed: Parsed) -> StoredPage:
    return StoredPage(
        source=page.source,
        wanted=file.wanted,
        path=file.identity,
        digest=page.digest,
        page_year=page.page_year,
        read_by=version(),
        name=page.name or parsed.name,
        confidence=parsed.confidence,
        layout=parsed.layout,
        warnings=parsed.warnings,
    )


def _note(page: Page, parsed: Parsed, reading: Reading, notes: Notes) -> None:
    for warning in parsed.warnings:
        notes(f"{page.source}: {warning}")
    if parsed.years_filled:
        dates = "1 date" if parsed.years_filled == 1 else f"{parsed.years_filled} dates"
        otherwise = "; --page-year says otherwise" if reading.page_year is None else ""
        notes(f"{page.source}: {dates} without a year taken as {page.page_year}{otherwise}")


def _require_something(leaves: Sequence[_Leaf], rejected: Sequence[tuple[str, str]], paths: Sequence[Path]) -> None:
    if leaves:
        return
    if not rejected:
        where = ", ".join(str(path) for path in paths) or "no path"
        raise NothingToIngestError(f"no pages in {where}", hint="give saved pages as text files, or a folder of them")
    source, reason = rejected[0]
    more = f" (and {len(rejected) - 1} more)" if len(rejected) > 1 else ""
    raise NothingToIngestError(f"nothing could be read: {source}: {reason}{more}", hint="give saved pages as text")


# --- What stands, what goes ------------------------------------------------------------------------------------------


def _stored(writer: Writer) -> dict[str, _Leaf]:
    """The pages that the index holds, by identity."""
    records: dict[str, list[Record]] = {}
    for record in writer.records():
        records.setdefault(record.origin.source, []).append(record)
    return {page.path: _Leaf(page=page, records=tuple(records.get(page.source, ()))) for page in writer.pages()}


def _following_moves(stored: Mapping[str, _Leaf], files: Sequence[_File]) -> dict[str, _Leaf]:
    """The stored pages, each that lost its file under the path at which a file of its name is read now.

    Without that, moving a folder and ingesting it again would leave each page in the index twice.
    """
    new = [file for file in files if file.identity not in stored]
    wanted = {file.wanted for file in new}
    orphans: dict[str, list[str]] = {}
    for path, leaf in stored.items():
        if leaf.page.wanted in wanted and path != leaf.page.source and not Path(path).exists():
            orphans.setdefault(leaf.page.wanted, []).append(path)
    followed = dict(stored)
    for file in new:
        if len(orphans.get(file.wanted, ())) == 1:
            leaf = followed.pop(orphans[file.wanted].pop())
            followed[file.identity] = replace(leaf, page=replace(leaf.page, path=file.identity))
    return followed


def _gone(stored: Mapping[str, _Leaf], paths: Sequence[Path], files: Sequence[_File]) -> set[str]:
    """The identities of pages under the folders among `paths` whose files are no longer there."""
    folders = [path.absolute() for path in paths if path.is_dir()]
    read = {file.identity for file in files}
    return {
        path
        for path in stored
        if path not in read and any(folder in Path(path).parents for folder in folders) and not Path(path).exists()
    }


def _with_sources(leaves: Mapping[str, _Leaf]) -> list[_Leaf]:
    sources = assign_sources({path: leaf.page.wanted for path, leaf in leaves.items()})
    return [leaf.renamed(sources[path]) for path, leaf in leaves.items()]


def _replace(
    writer: Writer,
    embedder: Embedder,
    stored: Mapping[str, _Leaf],
    leaves: Sequence[_Leaf],
    gone: set[str],
    chunk_words: int,
    progress: Progress,
) -> IngestReport:
    """Writes the state in which `leaves` replace their pages and those `gone` are forgotten; counts what changed."""
    read = {leaf.page.path: leaf for leaf in leaves}
    after = {path: leaf for path, leaf in {**stored, **read}.items() if path not in gone}
    kept = _with_sources(after)
    records = [record for leaf in kept for record in leaf.records]
    former = [
        record for path, leaf in stored.items() if path in gone or after[path] is not leaf for record in leaf.records
    ]
    grouped = group(records, former, writer.aliases())
    writer.replace(
        [leaf.page for leaf in kept],
        grouped.works,
        grouped.aliases,
        partial(chunk, chunk_words=chunk_words),
        lambda texts: embedder.embed(texts, "passage"),
        lambda done, total: progress("embedding", done, total),
    )
    return _report(writer, _changes(stored, leaves, gone))


def _report(writer: Writer, changes: Mapping[str, int]) -> IngestReport:
    counts = writer.counts()
    return IngestReport(
        files=counts.files,
        records=counts.records,
        works=counts.works,
        chunks=counts.chunks,
        added=changes["added"],
        updated=changes["updated"],
        unchanged=changes["unchanged"],
        removed=changes["removed"],
        seconds=0.0,
    )


def _changes(stored: Mapping[str, _Leaf], leaves: Sequence[_Leaf], gone: set[str]) -> Counter[str]:
    """How many records were added, updated, left unchanged and removed; a record is known by what it says."""
    changes = Counter(added=0, updated=0, unchanged=0, removed=0)
    for leaf in leaves:
        path = leaf.page.path
        old = Counter(_said(record) for record in stored[path].records) if path in stored else Counter()
        new = Counter(_said(record) for record in leaf.records)
        fresh, lost = (new - old).total(), (old - new).total()
        changes["unchanged"] += (new & old).total()
        changes["updated"] += min(fresh, lost)
        changes["added"] += max(0, fresh - lost)
        changes["removed"] += max(0, lost - fresh)
    changes["removed"] += sum(len(stored[path].records) for path in gone)
    return changes


def _said(record: Record) -> Record:
    """A record without its place, key and confidence: what it says, to compare by."""
    return replace(record, origin=Origin("", 0), key="", confidence=1.0)
