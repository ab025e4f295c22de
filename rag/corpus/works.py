"""Records → works: which records speak of the same paper, under which key, and on what they disagree.

Two records are one work when they have

- the same text, and the same title or no title on one side;
- the same title, and authors that agree or are missing on one side, whatever their texts.

"Same" is equality of letters and digits (`keys.folded`). What could join strangers is held back: a title that says
little ("Introduction") joins nothing without authors or text, a text of a few words only with the same authors, and a
work never holds two titles: a record without a title whose text stands under several joins the one whose authors
agree, or none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from rag.corpus.keys import NAME_SUFFIXES, folded, make_key, surname, telling_words
from rag.schema import Conflict, Record, Work, authors_agree, dates_agree

TELLING_TITLE_WORDS = 3  # "Call for Papers" has two that tell; no paper is known by a title alone that says less
TELLING_TITLE_LETTERS = 12  # of a title in a script that does not part words
TELLING_TEXT_LETTERS = 40  # "No abstract available for this entry." stands under many papers

Signature = tuple[str, str]
"""A person as two pages may both print them: surname and first initial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """Works in the order of their first records, and every key that ever named a work → its present key."""

    works: tuple[Work, ...]
    aliases: Mapping[str, str]


def group(
    records: Sequence[Record], former: Sequence[Record] = (), taken: Mapping[str, str] = MappingProxyType({})
) -> Grouped:
    """The works that `records` speak of, each record with its work's key.

    Records that are already indexed carry their key and keep it; where works merge, the key that stands first in
    `taken` (key or alias → key, oldest first) stays, and the others become aliases. `former` are records of replaced
    pages: they join nothing, but the new record of the same work inherits their key. The order of `records` does not
    matter.
    """
    ordered = sorted(records, key=lambda record: record.origin)
    traits = [_Traits.of(record) for record in ordered]
    members = [[ordered[i] for i in indices] for indices in _components(traits)]
    keys, aliases = _assign_keys(members, former, taken)
    works = (_work(key, records) for key, records in zip(keys, members, strict=True))
    return Grouped(works=tuple(works), aliases=aliases)


def conflicts(records: Sequence[Record]) -> tuple[Conflict, ...]:
    """The fields on which records of one work disagree, each with the value of every record that has one."""
    merged = Work(key="", records=tuple(records)).merged()
    found = []
    for field in _CONFLICT_FIELDS:
        speaking = [record for record in records if record.text_of(field)]
        if not all(_agrees(record, merged, field) for record in speaking):
            found.append(Conflict(field=field, values=tuple((r.origin, r.text_of(field)) for r in speaking)))
    return tuple(found)


_CONFLICT_FIELDS = ("title", "doi", "arxiv_id", "authors", "published", "category", "score", "abstract")


def _agrees(record: Record, merged: Record, field: str) -> bool:
    if field == "authors":
        return authors_agree(record, merged)
    if field == "published":
        return bool(record.published and merged.published and dates_agree(record.published, merged.published))
    return record.text_of(field) == merged.text_of(field)


def _work(key: str, records: Sequence[Record]) -> Work:
    keyed = tuple(record if record.key == key else replace(record, key=key) for record in records)
    return Work(key=key, records=keyed, conflicts=conflicts(keyed) if len(keyed) > 1 else ())


# --- Which records are one work --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traits:
    """What of a record is compared. A short text is no trait by itself, but with its authors."""

    title: str
    text: str
    authors: tuple[Signature, ...]
    printed_title: str | None

    @classmethod
    def of(cls, record: Record) -> _Traits:
        text = folded(record.abstract)
        authors = tuple(_signature(name) for name in record.authors)
        if text and len(text) < TELLING_TEXT_LETTERS:
            text = f"{text} by {authors}"
        return cls(title=folded(record.title or ""), text=text, authors=authors, printed_title=record.title)

    @property
    def telling_title(self) -> bool:
        return is_telling(self.printed_title)


def is_telling(title: str | None) -> bool:
    """Whether a title says enough to know a paper by it alone: not "Introduction", not "Call for Papers"."""
    if not title:
        return False
    unspaced = 0 if title.isascii() else sum(char >= "\u2e80" for char in title)  # the East Asian scripts begin here
    return unspaced >= TELLING_TITLE_LETTERS or len(set(telling_words(title))) >= TELLING_TITLE_WORDS


def _signature(name: str) -> Signature:
    after = folded(name.partition(",")[2])
    given = folded(name) if after in NAME_SUFFIXES else after or folded(name)
    return surname(name), given[:1]


def _same_people(one: Sequence[Signature], other: Sequence[Signature]) -> bool:
    """Whether at least half of the shorter list stands in the longer: pages cut, abbreviate and mistype names."""
    short, long = sorted((one, other), key=len)
    return 2 * len(set(short) & set(long)) >= len(set(short)) > 0


def _components(traits: Sequence[_Traits]) -> list[list[int]]:
    """Indices of records of one work, each work's ascending, works by their first."""
    sets = _DisjointSets(len(traits))
    titled = [i for i, trait in enumerate(traits) if trait.title]
    for indices in _buckets((i, (traits[i].title, traits[i].text)) for i in titled if traits[i].text):
        sets.join(indices)
    for indices in _buckets((i, traits[i].title) for i in titled):
        if len(indices) > 1:
            _join_same_title(sets, traits, indices)
    for indices in _buckets((i, trait.text) for i, trait in enumerate(traits) if trait.text):
        _join_untitled(sets, traits, indices)
    return _buckets((i, sets.find(i)) for i in range(len(traits)))


def _join_same_title(sets: _DisjointSets, traits: Sequence[_Traits], indices: Sequence[int]) -> None:
    """Join records of one title whose authors agree; those without authors to the rest, if the rest is one work."""
    by_authors = defaultdict(list)
    for i in indices:
        if traits[i].authors:
            by_authors[traits[i].authors].append(i)
    lists_with: dict[Signature, list[tuple[Signature, ...]]] = defaultdict(list)
    for authors, same in by_authors.items():
        sets.join(same)
        seen = {other for person in authors for other in lists_with[person]}
        for other in seen:
            if _same_people(authors, other):
                sets.join([same[0], by_authors[other][0]])
        for person in set(authors):
            lists_with[person].append(authors)
    if not traits[indices[0]].telling_title:
        return
    signed = {sets.find(same[0]) for same in by_authors.values()}
    loose = [i for i in indices if sets.find(i) not in signed]
    sets.join(loose if len(signed) != 1 else [*signed, *loose])


def _join_untitled(sets: _DisjointSets, traits: Sequence[_Traits], indices: Sequence[int]) -> None:
    """Join records of one text: those without a title to the one title that it stands under."""
    titled = [i for i in indices if traits[i].title]
    untitled = [i for i in indices if not traits[i].title]
    if len({sets.find(i) for i in titled}) <= 1:
        sets.join([*titled, *untitled])
        return
    loose = []
    for i in untitled:
        agreeing = {sets.find(j) for j in titled if _same_people(traits[i].authors, traits[j].authors)}
        if len(agreeing) == 1:
            sets.join([*agreeing, i])
        else:
            loose.append(i)
    sets.join(loose)


def _buckets(items: Iterable[tuple[int, object]]) -> list[list[int]]:
    found: dict[object, list[int]] = {}
    for i, name in items:
        found.setdefault(name, []).append(i)
    return list(found.values())


class _DisjointSets:
    """Union-find over 0..n-1; a set is named by its least member, whatever the order of joining."""

    def __init__(self, n: int) -> None:
        self._parents = list(range(n))

    def find(self, i: int) -> int:
        while (parent := self._parents[i]) != i:
            self._parents[i] = self._parents[parent]
            i = parent
        return i

    def join(self, members: Sequence[int]) -> None:
        for member in members[1:]:
            one, other = sorted((self.find(members[0]), self.find(member)))
            self._parents[other] = one


# --- Keys ------------------------------------------------------------------------------------------------------------


def _assign_keys(
    members: Sequence[Sequence[Record]], former: Sequence[Record], taken: Mapping[str, str]
) -> tuple[list[str], dict[str, str]]:
    """A key for each work, and where every key, old and new, leads now."""
    ages = {key: age for age, key in enumerate(dict.fromkeys(k for pair in taken.items() for k in reversed(pair)))}
    owners = _owners(members)
    owners |= {key: heir for key, heir in _heirs(members, former).items() if key not in owners}
    owned: dict[int, list[str]] = defaultdict(list)
    for key in sorted(owners, key=lambda key: ages.get(key, len(ages))):
        owned[owners[key]].append(key)
    # A name that leads to no living work may be used again: its own paper is the one that will make the same name.
    used = {*owners, *(alias for alias, key in taken.items() if key in owners)}
    keys = []
    for i, records in enumerate(members):
        key = owned[i][0] if owned[i] else make_key(Work(key="", records=tuple(records)).merged(), used)
        used.add(key)
        keys.append(key)
    present = {key: keys[i] for key, i in owners.items()} | {key: key for key in keys}
    aliases = {alias: present.get(alias, present.get(key, key)) for alias, key in taken.items()}
    return keys, aliases | present


def _owners(members: Sequence[Sequence[Record]]) -> dict[str, int]:
    """Key → the work that keeps it. Of works that were one, it is the one whose words made the key, else the first."""
    claims: dict[str, list[int]] = defaultdict(list)
    for i, records in enumerate(members):
        for key in dict.fromkeys(record.key for record in records if record.key):
            claims[key].append(i)
    owners = {}
    for key, works in claims.items():
        makers = (i for i in works if any(make_key(record) == key for record in members[i]))
        owners[key] = works[0] if len(works) == 1 else next(makers, works[0])
    return owners


def _heirs(members: Sequence[Sequence[Record]], former: Sequence[Record]) -> dict[str, int]:
    """Key of a former record → the work that now speaks of the same paper."""
    leaving = sorted((record for record in former if record.key), key=lambda record: record.origin)
    if not leaving:
        return {}
    present = [(i, _Traits.of(record)) for i, records in enumerate(members) for record in records]
    by_text: dict[str, list[tuple[int, _Traits]]] = defaultdict(list)
    by_title: dict[str, list[tuple[int, _Traits]]] = defaultdict(list)
    for i, traits in present:
        by_text[traits.text].append((i, traits))
        by_title[traits.title].append((i, traits))
    heirs: dict[str, int] = {}
    for record in leaving:
        mine = _Traits.of(record)
        candidates = [*by_text.get(mine.text, ())] if mine.text else []
        candidates += by_title.get(mine.title, ()) if mine.title else []
        heir = next((i for i, theirs in candidates if _is_heir(theirs, mine)), None)
        if heir is not None:
            heirs.setdefault(record.key, heir)
    return heirs


def _is_heir(new: _Traits, old: _Traits) -> bool:
    if new.text and new.text == old.text and (new.title == old.title or not (new.title and old.title)):
        return True
    if not new.title or new.title != old.title:
        return False
    if new.authors and old.authors:
        return _same_people(new.authors, old.authors)
    return new.telling_title
