"""Why no work meets some limits: those that none meets, or some that none meets together."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from rag.index import catalog
from rag.index.catalog import Connection
from rag.index.limits import Criterion, criteria
from rag.index.names import fold
from rag.schema import Limits

_FIELDS = {
    "authors": "authors",
    "first_authors": "authors",
    "affiliations": "affiliations",
    "categories": "categories",
    "labels": "labels",
    "halls": "sessions",
}
"""Limits that name values, and the field whose values they name."""

_MOST_ASKED = 5  # of a limit's values, whose neighbours are looked for
_MOST_OFFERED = 3
_LONGEST_NAME = 100


def why_empty(connection: Connection, asked: Limits) -> str:
    """Which limits no work meets, without a full stop ("no work is by “Ma”"); "" where a work meets them all.

    Names the values that come near, and counts the works that fail only because their page does not say.
    """
    wanted = criteria(asked)
    if not wanted or catalog.count_meeting(connection, wanted):
        return ""
    if asked.after and asked.before and asked.after > asked.before:
        return f"no day is both {asked.after} or later and {asked.before} or earlier"
    unmet = [criterion for criterion in wanted if not catalog.count_meeting(connection, [criterion])]
    if unmet:
        said = " and none ".join(criterion.says for criterion in unmet)
        return f"no work {said}{_nearest(connection, unmet)}{_silence(connection, unmet)}"
    clashing = _clashing(connection, wanted)
    counts = [catalog.count_meeting(connection, [criterion]) for criterion in clashing]
    said = " and ".join(f"{criterion.says} ({count:,})" for criterion, count in zip(clashing, counts, strict=True))
    both = "both" if len(clashing) == 2 else "at once"
    return f"no work {both} {said}{_silence(connection, clashing)}"


def _clashing(connection: Connection, wanted: Sequence[Criterion]) -> list[Criterion]:
    """Criteria that no work meets together, of which none can be left out."""
    kept = list(wanted)
    for criterion in wanted:
        fewer = [other for other in kept if other is not criterion]
        if not catalog.count_meeting(connection, fewer):
            kept = fewer
    return kept


def _silence(connection: Connection, unmet: Sequence[Criterion]) -> str:
    silent = catalog.count_silent(connection, unmet)
    return f"; of {silent:,} work{'' if silent == 1 else 's'} the pages do not say" if silent else ""


def _nearest(connection: Connection, unmet: Sequence[Criterion]) -> str:
    """ " (nearest: …)": values that pages print and that are spelled much like those asked for."""
    found: dict[str, None] = {}
    for criterion in unmet:
        if criterion.limit in _FIELDS:
            values = catalog.read_values(connection, _FIELDS[criterion.limit])
        elif criterion.limit == "sources":
            values = [page.source for page in catalog.read_pages(connection)]
        else:
            continue
        for asked in criterion.asked[:_MOST_ASKED]:
            found |= dict.fromkeys(_close(asked, values))
    offered = ", ".join(f"“{value}”" for value in list(found)[:_MOST_OFFERED])
    return f" (nearest: {offered})" if offered else ""


def _close(asked: str, values: Sequence[str]) -> list[str]:
    """Values whose last word begins as that of `asked` does, nearest first: a whole catalogue is not compared."""
    wanted = fold(asked[:_LONGEST_NAME])
    initial = wanted.rpartition(" ")[2][:1]
    folded = {fold(value): value for value in values}
    possible = [form for form in folded if initial and form.rpartition(" ")[2].startswith(initial)]
    return [folded[form] for form in difflib.get_close_matches(wanted, possible, n=_MOST_OFFERED, cutoff=0.7)]
