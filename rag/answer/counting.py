"""What a catalogue answer says before its list: how many works, over how many records, and how many do not say.

These sentences cite nothing: they rest on the coverage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from rag.answer import phrasing
from rag.answer.selecting import Selection, several_people
from rag.index.snapshot import Snapshot
from rag.plan import Plan
from rag.schema import Limits

STRANGERS_LIKE = 5
"""People of the same surname that are named when nobody is called what was asked."""


class Counting:
    """The opening sentences of one plan's answer."""

    def __init__(self, plan: Plan, snapshot: Snapshot) -> None:
        self._plan = plan
        self._snapshot = snapshot
        self._met = phrasing.met(replace(plan, limits=self._as_printed(plan.limits)))
        """What the works are, people called as pages print them."""

    def sentences(self, selection: Selection, strangers: Sequence[str]) -> Iterator[str]:
        """In their order; `strangers` are people asked for whom no page names."""
        for name in strangers:
            yield f"No record here names an author “{name}”{self._alike(name)}."
        for name, people in several_people(self._snapshot, self._plan.limits):
            shown = people[: STRANGERS_LIKE + 1]
            others = [f"{len(people) - len(shown)} more"] if len(people) > len(shown) else []
            yield f"“{name}” matches {len(people)} people here: {phrasing.listed([*shown, *others])}."
        yield self._count(selection)
        if not selection.works and len(self._met) > 1:
            yield self._one_by_one()
        if selection.unknown:
            yield self._undecided(selection)

    def _undecided(self, selection: Selection) -> str:
        more, one = "more " if selection.works else "", selection.unknown == 1
        said = phrasing.silence(self._plan)
        why = f": its page {phrasing.of_one(said)}" if one else f": their pages {said}"
        undecided = phrasing.counted(selection.unknown, f"{more}work")
        return f"{undecided} {'does' if one else 'do'} not say{'' if said == 'do not say' else why}."

    def _count(self, selection: Selection) -> str:
        plan, number, works = self._plan, len(selection.works), self._snapshot.counts.works
        over = f"; complete over {self._records()}."
        met = self._met
        if plan.order is not None and number:
            return self._first_ones(selection) + over
        if not met:
            pages = phrasing.counted(self._snapshot.counts.files, "page")
            return f"{phrasing.counted(number, 'work')} {'is' if number == 1 else 'are'} indexed here, on {pages}{over}"
        indexed = "the one work indexed here" if works == 1 else f"the {works:,} works indexed here"
        yes = "Yes: " if plan.ask == "has" and number else ""
        what = f"{phrasing.listed(met)}{over}"
        if not number:
            return f"None of {indexed} is {what}"
        return f"{yes}{number:,} of {indexed} {'is' if number == 1 else 'are'} {what}"

    def _one_by_one(self) -> str:
        """How many works meet each limit alone: which of them leaves none."""
        limits, told = self._plan.limits, []
        names = [field.name for field in fields(Limits) if field.name not in ("after", "before")]
        parts = [replace(Limits(), **{name: getattr(limits, name)}) for name in names]
        for one in (*parts, Limits(after=limits.after, before=limits.before)):
            if one != Limits():
                met = phrasing.met(Plan(ask="list", limits=self._as_printed(one)))
                told.append(f"{phrasing.counted(self._snapshot.matched(one), 'work')} {phrasing.listed(met)}")
        return f"Each limit alone leaves {phrasing.listed(told)}."

    def _first_ones(self, selection: Selection) -> str:
        number, met = len(selection.works), self._met
        works = self._snapshot.counts.works
        among = f"those {phrasing.listed(met)}" if met else f"the {phrasing.counted(works, 'work')} indexed here"
        noun = "work" if number == 1 else "works"
        named = phrasing.ORDERED[self._plan.order or "latest"].format(noun)
        many = "" if number == 1 else f"{phrasing.number_word(number)} "
        tied = ", which nothing here tells apart" if selection.tied else ""
        return f"The {many}{named} of {among} {'is' if number == 1 else 'are'} listed below{tied}"

    def _as_printed(self, limits: Limits) -> Limits:
        def printed(names: Sequence[str]) -> tuple[str, ...]:
            found = [(name, self._snapshot.people(name)) for name in names]
            return tuple(people[0] if len(people) == 1 else name for name, people in found)

        return replace(limits, authors=printed(limits.authors), first_authors=printed(limits.first_authors))

    def _records(self) -> str:
        """What was looked at: all records, or those of the pages asked for."""
        sources = self._plan.limits.sources
        if not sources:
            return phrasing.counted(self._snapshot.counts.records, "record")
        number = len(self._snapshot.records(Limits(sources=sources)))
        pages = phrasing.listed([f"“{source}”" for source in sources])
        return f"{phrasing.counted(number, 'record')} of {pages}"

    def _alike(self, name: str) -> str:
        people = self._snapshot.people(name.split()[-1])[:STRANGERS_LIKE]
        return f"; the surname is borne by {phrasing.listed(people)}" if people else ""
