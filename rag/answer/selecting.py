"""Plan → the works it means, from all that the catalogue holds, and how many more might be meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.index.limits import any_label, fields_met
from rag.index.names import person_forms, person_wanted
from rag.index.snapshot import Snapshot
from rag.plan import Plan
from rag.schema import UNION_FIELDS, Limits, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The works meant, `unknown` more that their pages are too silent to decide, and of how many they were `taken`."""

    works: tuple[Work, ...]
    unknown: int = 0
    tied: bool = False
    """More than were asked for: dates or counts do not tell them apart."""


def select(plan: Plan, snapshot: Snapshot) -> Selection:
    """The works that a plan without `work` means, newest first, or in the plan's order."""
    works, unknown = snapshot.works(plan.limits), snapshot.unknown(plan.limits)
    for condition in _conditions(plan):
        told = [(work, condition(work)) for work in works]
        works = [work for work, meets in told if meets]
        unknown += sum(meets is None for _, meets in told)
    if plan.order is None:
        return Selection(works=tuple(sorted(works, key=_newest_first)), unknown=unknown)
    return _ordered(plan, works, unknown, snapshot)


def values(work: Work, field: str, limits: Limits = Limits()) -> tuple[str, ...]:
    """What a work is grouped under by one of plan.GROUPS; () where its pages do not say.

    Halls and labels that stand on other records than those that met the limits are another matter: left out.
    """
    record = work.merged()
    if field == "session" and limits.labels:
        marked = [each for each in work.records if any_label(each, limits.labels)]
        return tuple(dict.fromkeys(each.session for each in marked if each.session))
    if field in ("year", "month"):
        published = record.published
        if published is None or (field == "month" and published.month is None):
            return ()
        return (f"{published.year:04d}" if field == "year" else f"{published.year:04d}-{published.month:02d}",)
    if field == "source":
        return tuple(dict.fromkeys(origin.source for origin in work.origins))
    if field in UNION_FIELDS:
        return work.union(field)
    if field == "authors":
        return tuple(dict.fromkeys(record.authors))
    return (record.text_of(field),) if record.text_of(field) else ()


Grouped = dict[str, list[Work]]
"""A field's value → the works that have it."""


def in_order(grouped: Grouped, plan: Plan) -> list[tuple[str, list[Work]]]:
    """Dates in their order, other values by how many works they have; of a leading group only its equals."""
    if plan.leading:
        extreme = (max if plan.leading == "most" else min)(map(len, grouped.values()), default=0)
        return sorted((value, works) for value, works in grouped.items() if len(works) == extreme)
    if plan.group in ("year", "month"):
        return sorted(grouped.items(), key=lambda item: item[0])
    return sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0].casefold()))


Condition = Callable[[Work], bool | None]
"""Whether a work meets it; None where its pages do not say."""


def _conditions(plan: Plan) -> list[Condition]:
    conditions: list[Condition] = []
    if plan.alone:
        named = (*plan.limits.authors, *plan.limits.first_authors)
        conditions.append(lambda work: _nobody_else(work, named))
    if plan.team:
        least, most = plan.team
        conditions.append(lambda work: _team_of(work, least, most))
    if plan.every_label:
        conditions.append(lambda work: any(fields_met(record, plan.limits) for record in work.records))
    if plan.missing == "has_code":
        conditions.append(lambda work: False if work.merged().has_code else None)
    elif plan.missing:
        conditions.append(lambda work: not any(record.text_of(plan.missing) for record in work.records))
    return conditions


def _nobody_else(work: Work, named: Sequence[str]) -> bool | None:
    record = work.merged()
    others = [who for who in record.authors if not any(person_forms(who) & person_wanted(name) for name in named)]
    return False if others else (None if record.et_al else True)


def _team_of(work: Work, least: int, most: int | None) -> bool | None:
    record, known = work.merged(), len(work.merged().authors)
    if most is not None and known > most:
        return False
    if not known or (record.et_al and (known < least or most is not None)):
        return None
    return known >= least


def _newest_first(work: Work) -> int:
    """Where a work stands in a list; those without a date come last, as their pages have them."""
    published = work.merged().published
    return -published.bounds()[0].toordinal() if published else 0


def _ordered(plan: Plan, works: Sequence[Work], unknown: int, snapshot: Snapshot) -> Selection:
    """The first `number` in the plan's order, with all that may stand among them."""
    listed = _places(plan, snapshot) if plan.order in ("first listed", "last listed") else {}
    ranges = {work.key: listed.get(work.key) if listed else _range(work, plan) for work in works}
    told = [work for work in works if ranges[work.key]]
    unknown += len(works) - len(told)
    turned = plan.order in ("latest", "most authors", "last listed")
    # Of a coarse date both ends count: "2024" may be later than "March 2024".
    sure, possible = (0, 1) if turned else (1, 0)
    if not told:
        return Selection(works=(), unknown=unknown)
    last = sorted((_known(ranges, work)[sure] for work in told), reverse=turned)[: plan.number][-1]
    chosen = [
        w for w in told if (_known(ranges, w)[possible] >= last if turned else _known(ranges, w)[possible] <= last)
    ]
    chosen.sort(key=lambda work: _known(ranges, work)[sure], reverse=turned)
    return Selection(works=tuple(chosen), unknown=unknown, tied=len(chosen) > plan.number)


Range = tuple[int, int]


def _places(plan: Plan, snapshot: Snapshot) -> dict[str, Range]:
    """Where each work stands on the page that the limits name; of a work that stands there twice the first place."""
    places: dict[str, Range] = {}
    for record in snapshot.records(Limits(sources=plan.limits.sources)):
        places.setdefault(record.key, (record.origin.ordinal, record.origin.ordinal))
    return places


def _range(work: Work, plan: Plan) -> Range | None:
    record = work.merged()
    if plan.order in ("earliest", "latest"):
        bounds = record.published.bounds() if record.published else None
        return (bounds[0].toordinal(), bounds[1].toordinal()) if bounds else None
    return (len(record.authors), len(record.authors)) if record.authors and not record.et_al else None


def _known(ranges: dict[str, Range | None], work: Work) -> Range:
    found = ranges[work.key]
    assert found is not None
    return found


def several_people(snapshot: Snapshot, limits: Limits) -> list[tuple[str, list[str]]]:
    """Each name of the limits that several people answer to, with their names."""
    told = []
    for name in (*limits.authors, *limits.first_authors):
        people, forms, wanted = list[str](), set[str](), set[str]()
        for who in sorted(snapshot.people(name), key=len, reverse=True):
            if not (person_wanted(who) & forms or person_forms(who) & wanted):
                people.append(who)
            forms |= person_forms(who)
            wanted |= person_wanted(who)
        if len(people) > 1:
            told.append((name, sorted(people)))
    return told
