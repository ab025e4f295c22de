"""Files and folders → pages: what may be read, under which source, decoded how, of which year.

Knows nothing about papers: what a page says is parsing.py's business.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from pathlib import Path, PurePath

from rag.corpus import dates
from rag.errors import PageUnreadableError
from rag.schema import Page

TEXT_SUFFIXES = frozenset({"", ".txt", ".md", ".text"})
"""What a folder is searched for; a file given by name may be called anything."""

OTHER_FORMATS = re.compile(
    r"\.(?:x?html?|mhtml|jsonl?|ndjson|bib|bibtex|ris|csv|tsv|xml|atom|rss|pdf|docx?|odt|rtf|epub|tex|xlsx?|ipynb)"
)
"""Formats whose bytes may be text and are no pages for that."""

SNIFFED_BYTES = 65_536
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read. `wanted`: its path within the folder that was given, with '/', or its bare name."""

    path: Path
    wanted: str


# --- Files -----------------------------------------------------------------------------------------------------------


def find_files(paths: Sequence[Path]) -> tuple[list[FoundFile], list[tuple[str, str]]]:
    """The files that `paths` name or hold, and (source, reason) of each that cannot be read; both sorted by source.

    Folders are searched through, hidden entries left out. A file found twice is given once, as it was first named.
    """
    files: dict[str, FoundFile] = {}
    rejected: dict[str, str] = {}
    for path in paths:
        for candidate, wanted, searched in _candidates(_absolute(path), path):
            reason = _why_not(candidate, searched=searched)
            if reason is not None:
                rejected.setdefault(wanted, reason)
            else:
                files.setdefault(os.path.realpath(candidate), FoundFile(candidate, wanted))
    return sorted(files.values(), key=lambda file: (file.wanted, str(file.path))), sorted(rejected.items())


def _candidates(path: Path, given: Path) -> Iterator[tuple[Path, str, bool]]:
    """(absolute path, wanted source, whether a search found it) of each file that one given path stands for."""
    if not path.is_dir():
        yield path, _printable(path.name or str(given)), False
        return
    inside = list(_walk(path))
    if not inside:
        reason_holder = path / ""
        yield reason_holder, _printable(str(given)), True
    # Real files before links to them, so that a file is known by its own name.
    for file in sorted(inside, key=lambda file: (file.is_symlink(), file)):
        yield file, _printable(file.relative_to(path).as_posix()), True


def _absolute(path: Path) -> Path:
    """Without "..", and without following links: a file is known by the name it was given."""
    return Path(os.path.normpath(path.absolute()))


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below `folder` that is not hidden; each real folder is entered once, so links cannot loop."""
    entered = set()
    for parent, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        if real in entered:
            folders.clear()
            continue
        entered.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def _why_not(path: Path, *, searched: bool) -> str | None:
    """Why a file cannot be a page, in one line; None when nothing speaks against it."""
    suffix = "" if re.fullmatch(r"\.\d+.*", path.suffix) else path.suffix.lower()
    if searched and path.is_dir():
        return "no pages in this folder"
    if OTHER_FORMATS.fullmatch(suffix) or (searched and suffix not in TEXT_SUFFIXES):
        return "not a format that is read yet" if path.exists() else "no such file"
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "not a regular file"
        if status.st_size == 0:
            return "empty"
        with path.open("rb") as file:
            head = file.read(SNIFFED_BYTES)
    except OSError as error:
        return _reason(error)
    return "binary" if _is_binary(head) else None


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return (error.strerror or type(error).__name__).lower()


def _printable(source: str) -> str:
    """A source that can be written as one line of UTF-8, whatever bytes the file system holds."""
    text = os.fsencode(source).decode("utf-8", errors="replace")
    return "".join(" " if character in "\r\n\t" else character for character in text)


# --- Sources ---------------------------------------------------------------------------------------------------------


def assign_sources(files: Mapping[str, str]) -> dict[str, str]:
    """Absolute path → wanted source ⇒ absolute path → source, all different.

    Where several want one source, each gets the shortest ending of its path that the others do not share:
    {"/a/x.txt": "x.txt", "/b/x.txt": "x.txt"} ⇒ {"/a/x.txt": "a/x.txt", "/b/x.txt": "b/x.txt"}
    """
    sources = dict(files)
    while True:
        sharing: dict[str, list[str]] = {}
        for path, source in sources.items():
            sharing.setdefault(source, []).append(path)
        clashes = [(source, paths) for source, paths in sharing.items() if len(paths) > 1]
        if not clashes:
            return sources
        for source, paths in clashes:
            for path in paths:
                others = [other for other in paths if other != path]
                sources[path] = _shortest_ending(path, others, longer_than=_depth(source))


def _shortest_ending(path: str, others: Sequence[str], *, longer_than: int) -> str:
    parts = PurePath(path).parts
    for count in range(min(longer_than + 1, len(parts)), len(parts)):
        ending = parts[-count:]
        if all(PurePath(other).parts[-count:] != ending for other in others):
            return _printable("/".join(ending))
    return _printable(PurePath(path).as_posix())


def _depth(source: str) -> int:
    return len(PurePath(source).parts)


# --- Pages -----------------------------------------------------------------------------------------------------------


def read_page(path: Path, source: str, *, page_year: int | None = None, name: str | None = None) -> Page:
    """The page that a file holds.

    Without `page_year`, its year is the latest of the file's modification year and the years on the page.
    Raises PageUnreadableError when the file is missing, empty, binary or not to be read.
    """
    try:
        data = path.read_bytes() if path.is_file() else _refuse_special(path, source)
        modified = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).year
    except OSError as error:
        raise PageUnreadableError(f"{source}: {_reason(error)}", hint="check the path and its permissions") from error
    text = decode(data, source)
    return Page(
        source=source,
        path=str(_absolute(path)),
        digest=blake2b(data).hexdigest(),
        page_year=latest_year(text, modified) if page_year is None else page_year,
        text=text,
        name=name,
    )


def _refuse_special(path: Path, source: str) -> bytes:
    """Reading a pipe or a device could wait for ever. Raises, always."""
    path.stat()  # FileNotFoundError, or what else the system has to say
    what = "a folder" if path.is_dir() else "not a regular file"
    raise PageUnreadableError(f"{source}: {what}", hint="give a text file, or the folder that holds it")


def decode(data: bytes, source: str) -> str:
    """The text of a file's bytes: by its byte order mark, else UTF-8, else Windows-1252; line ends are line feeds.

    Raises PageUnreadableError for what is empty or no text.
    """
    if _is_binary(data):
        raise PageUnreadableError(f"{source}: binary", hint="save the page as text (.txt) first")
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    text = data.decode(encoding, errors="replace") if encoding else _decode_unmarked(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if not text.strip(" \n\t\f\v\ufeff\u200b\xa0"):
        raise PageUnreadableError(f"{source}: empty", hint="save the page again; nothing but white space is in it")
    return text


def _decode_unmarked(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # A UTF-8 page cut in the middle of a character, or with a stray byte, is still UTF-8: count which reading fits.
    lenient = data.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    whole = sum(character > "\x7f" for character in lenient) - broken
    if broken <= whole or (broken == 1 and lenient.endswith("\ufffd") and data[-1] >= 0xC2):
        return lenient
    return data.decode("cp1252", errors="replace")


def _is_binary(data: bytes) -> bool:
    """Whether bytes are no text: a NUL without a byte order mark of UTF-16, or control characters in plenty."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return len(data) % 2 == 1 and len(data) < SNIFFED_BYTES and data.count(b"\0") == 0
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"\x1f\x8b")):
        return True
    controls = len(data) - len(data.translate(None, _CONTROL))
    return b"\0" in data or controls * 50 > len(data)


# --- Years -----------------------------------------------------------------------------------------------------------

_SHORT_LINE_WORDS = 12
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_IN_CONTEXT = re.compile(r"(?:©|\b[Cc]opyright|\([Cc]\)|\b[A-Z][A-Za-z]*[A-Z]\b|\() ?((?:19|20)\d\d)(?!\d)")


def latest_year(text: str, modified: int) -> int:
    """The latest of the file's modification year and the years on the page.

    A date on a short line is the listing's own and is believed. A year in running text counts when it dates something
    ("August 2025", "ICML 2024", "(2020)", "© 2024") and has come: "by May 2050" is a forecast, "2048 tokens" no year.
    """
    come = max(modified, date.today().year)
    latest = modified
    for line in text.split("\n"):
        if _YEAR.search(line) is None:
            continue
        short = len(line) < 200 and len(line.split()) <= _SHORT_LINE_WORDS
        for around in _around_years(line):
            dated = (year for year in dates.years(around) if year >= 1950 and (short or year <= come))
            other = (int(match.group(1)) for match in _YEAR_IN_CONTEXT.finditer(around))
            latest = max(latest, *dated, *(year for year in other if 1950 <= year <= come), latest)
    return latest


def _around_years(line: str) -> Iterator[str]:
    """What stands around each year: enough for a month and a day on either side."""
    for match in _YEAR.finditer(line):
        yield line[max(0, match.start() - 24) : match.end() + 24]
