"""Invented papers and people on pages of several layouts, and which of them a question means.

The table is what the pages say; gold sets are told from the table, never from the index.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    title: str
    authors: tuple[str, ...]
    date: str
    """As the page prints it; "" on a page without dates."""
    page: str
    category: str = ""
    affiliations: tuple[str, ...] = ()
    code: bool = False
    et_al: bool = False
    marks: tuple[tuple[str, str, str], ...] = ()
    """(award, kind of presentation, hall) of each time it stands on the awards page."""
    abstract: str = "The idea is simple. It is tried on four tasks and helps on three of them, most where data are few."

    @property
    def year(self) -> int:
        return int(self.date[-4:]) if self.date else 0

    def labels(self) -> set[str]:
        return {label for award, kind, _ in self.marks for label in (award, kind) if label}

    def halls(self) -> set[str]:
        return {hall for _, _, hall in self.marks}


FENWICK = "Orla Fenwick"
QUILL = "Bastian Quill"
HAKANSSON = "Zoë Håkansson"


def _paper(page: str, category: str, date: str, code: str, title: str, authors: str, affiliations: str) -> Paper:
    names = tuple(authors.removesuffix(" et al.").split(", "))
    return Paper(
        title=title,
        authors=names,
        et_al=authors.endswith(" et al."),
        date=date,
        page=page,
        category=category,
        affiliations=tuple(affiliations.split(", ")) if affiliations else (),
        code=code == "Code",
    )


# Category | date | code | title | authors | affiliations; on the awards page text | authors | marks.
_PROFILE = """
LG|Mar 4, 2024|Code|Thimble: Budgeted Replay for Lifelong Agents|Orla Fenwick, Bastian Quill|tarnwick
LG|Nov 30, 2023||Gravel Roads to Convex Regret|Orla Fenwick, Mirela Okonjo, Jian Li|tarnwick, ostrava tech
CV|Jun 12, 2023|Code|Lanternfish: Depth from Faint Glow|Zoë Håkansson, Orla Fenwick|ostrava tech
CL|Feb 2, 2023||Parsing Gossip with Sparse Memory|Orla Fenwick|
LG|Aug 19, 2022|Code|Moss Grows Slowly: Annealed Curricula|Mirela Okonjo, Orla Fenwick, Pia Long|tarnwick
OC|May 7, 2021||Saddle Points under Rotating Constraints|Orla Fenwick, Bastian Quill|tarnwick
CV|Jan 15, 2021|Code|Copper Wire Segmentation without Masks|Jun Li, Orla Fenwick, Zoë Håkansson, Ida Best|velmora labs
LG|Sep 9, 2020||When Kernels Forget Their Width|Orla Fenwick, Rolf May|tarnwick
"""
_FUSED = """
LG|Apr 22, 2025|Code|Tidepool: Federated Tuning on Slow Links|Bastian Quill, Mirela Okonjo, Ida Best|velmora labs
CL|Dec 11, 2024||Whispered Prompts and Loud Answers|Bastian Quill, Pia Long|tarnwick
LG|Jul 3, 2024|Code|Brick by Brick Attention|Bastian Quill, Anselm van der Meer, Tove Lindqvist et al.|velmora labs
CL|Jan 20, 2024||Counting Syllables in Hidden States|Anselm van der Meer, Bastian Quill|
AI|Oct 5, 2022|Code|Puzzle Boxes for Planning Agents|Rolf May, Bastian Quill, Mirela Okonjo|ostrava tech
LG|Oct 1, 2021||Noise Floors of Federated Means|Bastian Quill|velmora labs
"""
_AWARDS = """
Two Hands Are Better for Robot Knitting|Tove Lindqvist, Ida Best, Jian Li|B/Oral/Hall B2; B/Poster/Hall K 1-5
A Ledger of Forgotten Gradients|Anselm van der Meer, Mirela Okonjo|B/Oral/Hall B2; B/Poster/Hall K 1-5
Weather from Whale Songs|Pia Long, Rolf May, Jun Li, Zoë Håkansson, Tove Lindqvist|B/Oral/Hall C7; B/Poster/Hall K 6-9
Old Trees and New Priors|Ida Best|T/Oral/Hall C7
"""


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


_LISTING = [
    "Salt Flats as Loss Landscapes",
    "Ferry Timetables for Graph Samplers",
    "Marble Runs Teach Credit Assignment",
]


_PRIZES = {"B": "Best Paper", "T": "Test of Time Award"}


def _awarded(title: str, authors: str, marks: str) -> Paper:
    return Paper(
        title="",
        abstract=f"{title} is what this is about. It is shown here.",
        authors=tuple(authors.split(", ")),
        date="",
        page="awards",
        marks=tuple(
            (_PRIZES[award], kind, hall) for award, kind, hall in (mark.split("/") for mark in marks.split("; "))
        ),
    )


PAPERS = (
    *(_paper("fenwick", *row) for row in _rows(_PROFILE)),
    *(_paper("quill", *row) for row in _rows(_FUSED)),
    *(_awarded(*row) for row in _rows(_AWARDS)),
    *(Paper(title=title, authors=(), date="", page="listing") for title in _LISTING),
)


def _profile(papers: list[Paper]) -> str:
    entries = [
        f"{paper.category}{paper.date}{'Code' if paper.code else ''}\n{paper.title}\n\n"
        f"{', '.join(paper.authors)}{' et al.' if paper.et_al else ''}"
        f"{' · ' + ', '.join(paper.affiliations) if paper.affiliations else ''}\n\n{paper.abstract}\n"
        for paper in papers
    ]
    counts = f"h-index9\n{len(papers)}papers\n2,310citations\nNovelty52%\nAI Score44"
    return f"{FENWICK}\n\nLGCV\n{counts}\n\n{len(papers)} Papers\n\n" + "\n".join(entries)


def _fused(papers: list[Paper]) -> str:
    return "".join(
        f"{paper.category}{paper.date}{'Code' if paper.code else ''}\n{paper.title}{', '.join(paper.authors)}"
        f"{' et al.' if paper.et_al else ''}{' · ' + ', '.join(paper.affiliations) if paper.affiliations else ''}\n"
        f"{paper.abstract}\n"
        for paper in papers
    )


def _awards(papers: list[Paper]) -> str:
    entries = [
        f"{award}\n{kind}\n{' · '.join(paper.authors)}\n\n[ {hall} ]\n\nAbstract\n\n{paper.abstract}\n"
        for paper in papers
        for award, kind, hall in paper.marks
    ]
    return "Skip to content Open the menu\n\n\n" + "\n".join(entries)


def _listing(papers: list[Paper]) -> str:
    return "Join our mailing list for one paper a day.\nJoin the mailing list.\nSubscribe" + "".join(
        f"{paper.title}\n{paper.abstract} {number} more trials are in the appendix.\n"
        for number, paper in enumerate(papers)
    )


NAMES = {"fenwick": FENWICK, "quill": QUILL, "awards": "NORDCONF 2024 awards", "listing": "Harbour digest"}


def write_pages(folder: Path) -> dict[str, str]:
    """Writes the pages; file name → the name that people use for the page."""
    for page, write in (("fenwick", _profile), ("quill", _fused), ("awards", _awards), ("listing", _listing)):
        text = write([paper for paper in PAPERS if paper.page == page])
        (folder / f"{page}.txt").write_text(text, encoding="utf-8")
    return {f"{page}.txt": name for page, name in NAMES.items()}


Means = Callable[[Paper], bool]


def titles(means: Means) -> set[str]:
    """The papers meant, by title, or, on pages without titles, by their text."""
    return {paper.title or paper.abstract for paper in PAPERS if means(paper)}


def by(*names: str) -> Means:
    return lambda paper: set(names) <= set(paper.authors)


def both(*all_of: Means) -> Means:
    return lambda paper: all(each(paper) for each in all_of)
