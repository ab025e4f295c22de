"""A work as a BibTeX entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.schema import Record, Work

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ESCAPES = {
    **{char: f"\\{char}" for char in "&%$#_"},
    **dict.fromkeys(("{", r"\{"), r"\textbraceleft{}"),  # BibTeX counts braces, escaped or not
    **dict.fromkeys(("}", r"\}"), r"\textbraceright{}"),
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}
_SPECIAL = re.compile(r"\\[&%$#_{}]|[&%$#_{}~^\\]")  # the first: a page's text that is escaped already stays as it is
_MATH = re.compile(r"(?<!\\)\$(?!\s)(?:[^$\\]|\\.)+(?<!\s)\$(?!\d)")


def bibtex(work: Work) -> str:
    """One entry under the work's key: @article when it has a DOI, and so a publisher, else @misc.

    Characters special to TeX are escaped outside $mathematics$. Words of the title with capitals inside ("iGPT") stand
    in braces, because BibTeX's styles put titles in lower case.
    """
    kind = "article" if work.merged().doi else "misc"
    fields = ",\n".join([f"@{kind}{{{work.key}", *(f"  {name} = {value}" for name, value in _fields(work))])
    return f"{fields}\n}}\n"


def escaped(text: str) -> str:
    r"""`text` as TeX prints it: escaped("50% of $x_1$") == r"50\% of $x_1$"."""
    return _outside_math(text, _escaped_plain)


def _fields(work: Work) -> Iterator[tuple[str, str]]:
    merged = work.merged()
    if merged.title:
        yield "title", f"{{{_outside_math(merged.title, _braced_plain)}}}"
    if merged.authors:
        yield "author", f"{{{' and '.join(_authors(merged))}}}"
    if merged.published:
        yield "year", f"{{{merged.published.year}}}"
        if merged.published.month:
            yield "month", _MONTHS[merged.published.month - 1]  # a name that every style defines, hence no braces
    if merged.doi:
        yield "doi", _verbatim(merged.doi)
    if merged.arxiv_id:
        yield "eprint", _verbatim(merged.arxiv_id)
        yield "archiveprefix", "{arXiv}"
    if merged.url:
        yield "url", _verbatim(merged.url)


def _authors(merged: Record) -> Iterator[str]:
    for name in merged.authors:
        one_name = re.search(r"\band\b|^others$", name, re.IGNORECASE) is None
        yield escaped(name) if one_name else f"{{{escaped(name)}}}"  # "Snow and Ice Lab" is not two people
    if merged.et_al:
        yield "others"


def _verbatim(value: str) -> str:
    """Addresses are printed as they are, but a brace or a blank would end them."""
    encoded = re.sub(r"[{}\\\s]", lambda match: f"%{ord(match.group()):02X}", value)
    return f"{{{encoded}}}"


def _outside_math(text: str, treat: Callable[[str], str]) -> str:
    pieces = []
    cursor = 0
    for match in _MATH.finditer(text):
        if _is_balanced(match.group()):  # else these are two dollar signs, not mathematics
            pieces += [treat(text[cursor : match.start()]), match.group()]
            cursor = match.end()
    return "".join([*pieces, treat(text[cursor:])])


def _is_balanced(math: str) -> bool:
    depth = 0
    for brace in re.findall(r"[{}]", math):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _escaped_plain(text: str) -> str:
    return _SPECIAL.sub(lambda match: _ESCAPES.get(match.group(), match.group()), text)


def _braced_plain(text: str) -> str:
    return re.sub(r"\w(?:[\w-]*\w)?|\W+", lambda part: _braced(part[0]), text)


def _braced(part: str) -> str:
    return f"{{{_escaped_plain(part)}}}" if _has_capitals(part) else _escaped_plain(part)


def _has_capitals(word: str) -> bool:
    letters = [char for char in word if char.isalpha()]
    return any(char.isupper() for char in letters[1:])
