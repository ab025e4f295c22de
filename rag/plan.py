"""What a question asks of the catalogue, as a value: what to say, about which works, in which order.

Whoever understands a question makes a Plan, whoever answers from the catalogue reads one; neither knows the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.schema import Limits

Ask = Literal["list", "count", "has", "facts", "groups"]
"""Which works; how many; whether there are any; what their fields say; how many for each value of a field."""

Order = Literal["earliest", "latest", "most authors", "fewest authors", "first listed", "last listed"]
"""By date, by number of authors, or as the page of the limits lists them."""

FACTS = (
    "authors",
    "published",
    "affiliations",
    "category",
    "labels",
    "session",
    "has_code",
    "url",
    "doi",
    "arxiv_id",
)
"""Fields that can be asked of a work."""

GROUPS = ("year", "month", "authors", "category", "affiliations", "labels", "session", "source")
"""What works can be counted by."""

MOST_WORKS = 1000
"""Of "the three latest": past that everything is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A question that fields alone decide. Raises ValueError for what makes no sense together.

    The works are those that meet `limits` and the conditions after it; with `order`, the first `number` of them; with
    `work`, this one.
    """

    ask: Ask
    limits: Limits = Limits()
    facts: tuple[str, ...] = ()
    """For "facts", and what else a list should say."""
    group: str = ""
    """For "groups"."""
    leading: Literal["", "most", "fewest"] = ""
    """Of the groups, only those with the most works, or the fewest."""
    coauthors: bool = False
    """Of groups by author, leave out those whom the limits name."""
    order: Order | None = None
    number: int = 1
    work: str = ""
    """The key of the one work asked about."""
    alone: bool = False
    """The authors of the limits, and nobody else."""
    team: tuple[int, int | None] | None = None
    """The fewest and the most authors that a work may have."""
    every_label: bool = False
    """All labels of the limits, with the hall, on one record; not any of them."""
    missing: str = ""
    """A field about which the work's pages are silent."""

    def __post_init__(self) -> None:
        wrong = [field for field in self.facts if field not in FACTS]
        if wrong:
            raise ValueError(f"no fact is called {wrong[0]!r}")
        if (self.ask == "facts") != bool(self.facts) and self.ask in ("facts", "groups"):
            raise ValueError(f"{self.ask} with the facts {self.facts}")
        if (self.ask == "groups") != bool(self.group) or (self.group and self.group not in GROUPS):
            raise ValueError(f"{self.ask} by {self.group!r}")
        if not 1 <= self.number <= MOST_WORKS:
            raise ValueError(f"{self.number} works")
        if self.missing and self.missing not in FACTS:
            raise ValueError(f"nothing is silent about {self.missing!r}")
        if self.team and not 1 <= self.team[0] <= (self.team[1] or self.team[0]):
            raise ValueError(f"no team has {self.team} authors")
