"""Lines that are links and nothing else: where a paper can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']+")
_ARXIV = re.compile(
    r"(?:arxiv(?:\.org/(?:abs|pdf|html)/|\s*:\s*|\s+))((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)", re.I
)
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]+)")
_CODE_HOST = re.compile(r"https?://(?:www\.)?(?:github|gitlab|bitbucket)\.\w+/", re.IGNORECASE)
_LINK_WORDS = re.compile(
    r"(?:pdf|code|arxiv|doi|project|page|website|homepage|link|url|paper|github|html|abs|abstract|demo|data|dataset|video|"
    r"slides|poster|preprint|openreview|cs|stat)"
)
"""Words that may stand beside an address; with others the line is a sentence."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a line points."""

    url: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None
    is_code: bool = False


def read_link(line: str) -> Link | None:
    """The link that a line is; None for a line that says more than a few words beside it."""
    if len(line) > 300 or not re.search(r"https?://|www\.|arxiv|10\.\d{4}", line, re.IGNORECASE):
        return None
    url, arxiv, doi = _URL.search(line), _ARXIV.search(line), _DOI.search(line)
    if not (url or arxiv or doi):
        return None
    rest = _DOI.sub(" ", _ARXIV.sub(" ", _URL.sub(" ", line)))
    rest = re.sub(r"\[[\w.-]+\]", " ", rest)  # arXiv:2101.00001 [cs.LG]
    words = re.findall(r"[^\W\d_]+", rest.lower())
    if line.endswith((".", "!", "?")) or not all(map(_LINK_WORDS.fullmatch, words)):
        return None
    address = url.group().rstrip(".,;)") if url else None
    is_code = address is not None and _CODE_HOST.match(address) is not None
    return Link(
        url=address,
        doi=doi.group(1).rstrip(".,;)") if doi else None,
        arxiv_id=arxiv.group(1) if arxiv else None,
        is_code=is_code,
    )
