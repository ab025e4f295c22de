"""Plan → the answer that the catalogue gives: who, when, how many, which, from the fields of every record.

Each work listed is a source and cites the words of the fields that met the limits. A sentence that counts cites
nothing: it rests on the coverage, and says over how many records it is complete and how many works do not say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer import phrasing
from rag.answer.citations import Ledger
from rag.answer.counting import Counting
from rag.answer.facts_of_work import facts_of, quotes_of, title_quote
from rag.answer.selecting import Grouped, Selection, in_order, select, values
from rag.index.grouping import gathered
from rag.index.snapshot import Snapshot
from rag.plan import Plan
from rag.schema import Claim, Limits, PartialDate, Quote, Source, Work, unbracketed

SHOWN = 20
"""Works that an answer names; the rest are sources, too, and the answer says how to see them."""

GROUPS_SHOWN = 20


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
        unknown += _undecided(plan, selection.works, grouped)
        # All the values have lines of their own for the works that do not say; the leading ones have not.
        page.opening(replace(selection, unknown=unknown) if plan.leading else selection, strangers)
        if grouped:
            page.groups(selection.works, grouped)
        else:
            page.works(selection.works)
    ledger = page.ledger
    return Listing(text=ledger.text, claims=ledger.claims, sources=ledger.sources, unknown=unknown)


def _undecided(plan: Plan, works: Sequence[Work], grouped: Grouped) -> int:
    """Of the works that were grouped, those whose pages give no value, or may have more authors than they name."""
    if not plan.group:
        return 0
    told = {work.key for members in grouped.values() for work in members}
    alone = plan.coauthors
    return sum(_is_cut(work, plan) or (work.key not in told and not alone) for work in works)


def _is_cut(work: Work, plan: Plan) -> bool:
    return plan.group == "authors" and work.merged().et_al


class _Page:
    """Lays out one answer."""

    def __init__(self, snapshot: Snapshot, plan: Plan) -> None:
        self.ledger = Ledger()
        self._snapshot = snapshot
        self._plan = plan
        self._counting = Counting(plan, snapshot)

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
        for sentence in self._counting.sentences(selection, strangers):
            self._say(sentence)

    def works(self, works: Sequence[Work]) -> None:
        """A line for each of the first, and one for all the others."""
        for work in works[:SHOWN]:
            self._say(phrasing.line_of(work), [(work, quote) for quote in self._met_by(work)])
        self._rest(works[SHOWN:])

    def _met_by(self, work: Work) -> list[Quote]:
        """The words by which the work belongs to the list: those that the limits and the order looked at."""
        field = _FIELD_OF_ORDER.get(self._plan.order or "")
        ordered = quotes_of(work, Limits(), field=field) if field else []
        if ordered and self._plan.limits == Limits():
            return ordered
        return list(dict.fromkeys([*quotes_of(work, self._plan.limits), *ordered]))

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
        cited = [(work, quote) for work in works for quote in self._met_by(work)[:1]]
        self._say(f"{others} {where}.", unmarked=cited)

    def groups(self, works: Sequence[Work], grouped: Grouped) -> None:
        """A line for each value, the works it has as its sources; then those whose pages give none."""
        chosen = in_order(grouped, self._plan)
        self._say(self._grouping(len(grouped)))
        if cut := sum(_is_cut(work, self._plan) for work in works):
            short = "cuts its list of authors" if cut == 1 else "cut their lists of authors"
            self._say(f"{phrasing.counted(cut, 'work')} {short} short: there may be more.")
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

_FIELD_OF_ORDER = {
    "earliest": "published",
    "latest": "published",
    "most authors": "authors",
    "fewest authors": "authors",
}
"""What an order of works looks at."""

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
