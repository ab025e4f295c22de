"""Plan → the answer that the catalogue gives: who, when, how many, which, from the fields of every record.

Each work listed is a source and cites the words of the fields that met the limits. A sentence that counts cites
nothing: it rests on the coverage, and says over how many records it is complete and how many works do not say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from rag.answer import phrasing
from rag.answer.citations import Ledger
from rag.answer.facts_of_work import facts_of, quotes_of, title_quote
from rag.answer.selecting import Grouped, Selection, in_order, select, several_people, values
from rag.index.grouping import gathered
from rag.index.snapshot import Snapshot
from rag.plan import Plan
from rag.schema import Claim, Limits, PartialDate, Quote, Source, Work, unbracketed

SHOWN = 20
"""Works that an answer names; the rest are sources, too, and the answer says how to see them."""

GROUPS_SHOWN = 20
STRANGERS_LIKE = 5
"""People of the same surname that are named when nobody is called what was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A catalogue answer: `unknown` works do not say whether they belong to it."""

    text: str
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    unknown: int


def listing(plan: Plan, snapshot: Snapshot, strangers: Sequence[str] = ()) -> Listing:
    """The answer to a plan. `strangers` are people asked for whom no page names."""
    page = _Page(snapshot, plan)
    if plan.work:
        unknown = page.one_work()
    else:
        selection = select(plan, snapshot)
        unknown = selection.unknown
        grouped = page.grouped(selection.works) if plan.group else {}
        if plan.leading:
            told = {work.key for members in grouped.values() for work in members}
            unknown += len(selection.works) - len(told)
        page.opening(replace(selection, unknown=unknown), strangers)
        if grouped:
            page.groups(selection.works, grouped)
        else:
            page.works(selection.works)
    ledger = page.ledger
    return Listing(text=ledger.text, claims=ledger.claims, sources=ledger.sources, unknown=unknown)


class _Page:
    """Lays out one answer."""

    def __init__(self, snapshot: Snapshot, plan: Plan) -> None:
        self.ledger = Ledger()
        self._snapshot = snapshot
        self._plan = plan
        self._met = phrasing.met(replace(plan, limits=self._as_printed(plan.limits)))
        """What the works are, people called as pages print them."""

    # --- One work ---

    def one_work(self) -> int:
        """What is asked of the one work; 1 if its pages do not say all of it."""
        plan, work = self._plan, self._snapshot.work(self._plan.work)
        silent, before = 0, ""
        fields = plan.facts
        if plan.ask == "has":
            met = any(found.key == work.key for found in self._snapshot.works(plan.limits))
            fields = tuple(name for name in _FIELDS_OF_LIMITS if _limits(plan.limits, name)) or plan.facts
            before = "Yes: " if met else "No: "
        for fact in facts_of(work, fields, plan.limits):
            text = fact.text if fact.silent else before + fact.text
            self._say(text, [(work, quote) for quote in fact.quotes], lead=" ")
            silent = max(silent, int(fact.silent))
        return silent

    # --- Many works ---

    def opening(self, selection: Selection, strangers: Sequence[str]) -> None:
        """How many works there are, over what the count is complete, and how many do not say."""
        for name in strangers:
            self._say(f"No record here names an author “{name}”{self._alike(name)}.")
        for name, people in several_people(self._snapshot, self._plan.limits):
            shown = people[: STRANGERS_LIKE + 1]
            others = [f"{len(people) - len(shown)} more"] if len(people) > len(shown) else []
            self._say(f"“{name}” matches {len(people)} people here: {phrasing.listed([*shown, *others])}.")
        self._say(self._count(selection))
        if not selection.works and len(self._met) > 1:
            self._say(self._one_by_one())
        if selection.unknown:
            more = "more " if selection.works else ""
            one = selection.unknown == 1
            said = phrasing.silence(self._plan)
            why = (
                ""
                if said == "do not say"
                else f": its page {phrasing.of_one(said)}"
                if one
                else f": their pages {said}"
            )
            undecided = phrasing.counted(selection.unknown, f"{more}work")
            self._say(f"{undecided} {'does' if one else 'do'} not say{why}.")

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
        plan, number = self._plan, len(selection.works)
        kind = {"most authors": "with the most authors", "fewest authors": "with the fewest authors"}
        met = self._met
        among = (
            f" of those {phrasing.listed(met)}"
            if met
            else f" of the {self._snapshot.counts.works:,} works indexed here"
        )
        which = kind.get(plan.order or "")
        one = number == 1
        named = (
            f"work {which}"
            if which and one
            else f"works {which}"
            if which
            else f"{plan.order} {'work' if one else 'works'}"
        )
        many = "" if one else f"{phrasing.number_word(number)} "
        tied = ", which nothing here tells apart" if selection.tied else ""
        return f"The {many}{named}{among} {'is' if one else 'are'} listed below{tied}"

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

    def works(self, works: Sequence[Work]) -> None:
        """A line for each of the first, and one for all the others."""
        for work in works[:SHOWN]:
            self._say(phrasing.line_of(work), [(work, quote) for quote in quotes_of(work, self._plan.limits)])
        self._rest(works[SHOWN:])

    def _rest(self, works: Sequence[Work]) -> None:
        if not works:
            return
        number = len(works)
        others = "The other one is" if number == 1 else f"The other {number:,} are"
        inexact = (
            self._plan.team or self._plan.alone or self._plan.missing or self._plan.every_label or self._plan.order
        )
        where = (
            "among the sources of the `--json` answer"
            if inexact
            else f"shown by `{phrasing.command(self._plan.limits)}`"
        )
        cited = [(work, quote) for work in works for quote in quotes_of(work, self._plan.limits)[:1]]
        self._say(f"{others} {where}.", unmarked=cited)

    def groups(self, works: Sequence[Work], grouped: Grouped) -> None:
        """A line for each value, the works it has as its sources; then those whose pages give none."""
        chosen = in_order(grouped, self._plan)
        self._say(self._grouping(len(grouped)))
        shown = chosen[:GROUPS_SHOWN]
        cited: set[str] = set()
        for value, members in shown:
            self._group(value, members, cited)
        rest = [work for work in works if work.key not in cited]
        if self._plan.leading:
            return
        told = {work.key for members in grouped.values() for work in members}
        silent = [work for work in rest if work.key not in told]
        if silent:
            name = "co-author" if self._plan.coauthors else phrasing.GROUP_NAMES[self._plan.group]
            self._say(f"No {name}: {phrasing.counted(len(silent), 'work')}.", unmarked=_by_title(silent))
            rest = [work for work in rest if work.key in told]
        if rest or len(chosen) > len(shown):
            others = len(grouped) - len(shown)
            what = f"{others:,} more" if others else "The other works"
            self._say(f"{what}: among the sources of the `--json` answer.", unmarked=_by_title(rest))

    def grouped(self, works: Sequence[Work]) -> Grouped:
        """The works of each value."""
        by_key = {work.key: work for work in works}
        pairs = (
            (value, work.key)
            for work in works
            for value in values(work, self._plan.group, self._plan.limits)
            if not (self._plan.coauthors and self._is_asked(value))
        )
        found = gathered(pairs, self._plan.group)
        return {value: [by_key[key] for key in keys] for value, keys in found.items()}

    def _grouping(self, number: int) -> str:
        if self._plan.coauthors:
            return f"{phrasing.counted(number, 'co-author')}{' is' if number == 1 else ' are'} named there."
        verb, noun = phrasing.GROUPED[self._plan.group]
        return f"They {verb} {phrasing.counted(number, noun)}."

    def _group(self, value: str, members: Sequence[Work], cited: set[str]) -> None:
        field = _FIELD_OF.get(self._plan.group, self._plan.group)
        quoted = [(work, _quote(work, field, value)) for work in members]
        room = max(0, SHOWN - len(cited))
        fresh = [pair for pair in quoted if pair[0].key not in cited]
        late = {work.key for work, _ in fresh[room:]}
        marked = [pair for pair in quoted if pair[0].key not in late and pair[0].key in self._first(cited, fresh, room)]
        unmarked = [pair for pair in quoted if pair not in marked]
        cited.update(work.key for work in members)
        shown = phrasing.dated(PartialDate.parse(value)) if self._plan.group == "month" else value
        text = f"{shown}: {phrasing.counted(len(members), 'work')}."
        self._say(unbracketed(" ".join(text.split())), marked, unmarked=unmarked)

    def _first(self, cited: set[str], fresh: Sequence[tuple[Work, Quote]], room: int) -> set[str]:
        """The works that have a mark: the first SHOWN."""
        shown = {source.work.key for source in self.ledger.sources[:SHOWN]}
        return (shown & cited) | {work.key for work, _ in fresh[:room]}

    def _is_asked(self, name: str) -> bool:
        asked = (*self._plan.limits.authors, *self._plan.limits.first_authors)
        return any(name in self._snapshot.people(each) for each in asked)

    def _say(
        self,
        text: str,
        cited: Sequence[tuple[Work, Quote]] = (),
        *,
        unmarked: Sequence[tuple[Work, Quote]] = (),
        lead: str = "\n",
    ) -> None:
        counts = not cited and not unmarked
        self.ledger.enter(text, " " if counts else lead, cited, 1.0, "supported", unmarked=unmarked)


_FIELD_OF = {"year": "published", "month": "published", "source": "title"}
"""Where a group's value stands in a record."""

_FIELDS_OF_LIMITS = ("authors", "published", "labels", "session", "category", "affiliations", "has_code")


def _limits(limits: Limits, field: str) -> object:
    """What the limits ask of a field."""
    return {
        "authors": limits.authors or limits.first_authors,
        "published": limits.after or limits.before,
        "labels": limits.labels,
        "session": limits.halls,
        "category": limits.categories,
        "affiliations": limits.affiliations,
        "has_code": limits.has_code,
    }[field]


def _quote(work: Work, field: str, value: str) -> Quote:
    return next(iter(quotes_of(work, Limits(), field=field, value=value)), title_quote(work))


def _by_title(works: Sequence[Work]) -> list[tuple[Work, Quote]]:
    return [(work, title_quote(work)) for work in works]
