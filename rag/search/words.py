"""A question as words with their places, and what has been understood of them so far."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rag.index.names import fold

_WORD = re.compile(r"[^\W_]+(?:[.’'ʼ][^\W_]+)*")
_POSSESSIVE = re.compile(r"(?:['’ʼ][sS]|(?<=[sS])['’ʼ])$")
_JOINTS = re.compile(r"[\s.\-‐‑’'ʼ]*$")
"""What may stand between two words of one name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word as typed; `plain` is folded (`index.names.fold`), "'s" for a possessive's ending."""

    text: str
    plain: str
    start: int
    end: int
    gap: str
    """What stands between it and the next word, or the text's end."""

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


class Words:
    """A question's words, each either free or taken by something that was understood, under that thing's tag."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = tuple(_words(text))
        self.lower = not any(word.capital for word in self.words[1:])
        """Typed without capitals, so that names cannot be told by theirs."""
        self._tags: list[str | None] = [None] * len(self.words)
        self._starts: set[int] = set()
        self._joins = [_JOINTS.match(word.gap) is not None and word.plain != "'s" for word in self.words]
        """For each word, whether a name may go on after it."""
        self._plain = frozenset(word.plain for word in self.words)

    def __len__(self) -> int:
        return len(self.words)

    def plain(self, i: int) -> str:
        """The folded word at i, "" outside the question."""
        return self.words[i].plain if 0 <= i < len(self.words) else ""

    def free(self, start: int, end: int) -> bool:
        return 0 <= start < end <= len(self.words) and not any(self._tags[start:end])

    def tag(self, i: int) -> str:
        return (self._tags[i] or "") if 0 <= i < len(self.words) else ""

    def take(self, start: int, end: int, tag: str) -> None:
        self._tags[start:end] = [tag] * (end - start)
        self._starts.add(start)

    def slice(self, start: int, end: int) -> str:
        """The words [start, end) as typed, without a possessive's ending."""
        if self.plain(end - 1) == "'s":
            end -= 1
        return self.text[self.words[start].start : self.words[end - 1].end]

    def one_name(self, start: int, end: int) -> bool:
        """Whether only what may stand inside a name stands between these words."""
        return all(self._joins[start : end - 1])

    def runs(self, longest: int) -> Iterator[tuple[int, int]]:
        """Every [start, end) of free words without punctuation between, the longest first at each place."""
        for start in range(len(self.words)):
            last = start + 1
            while last < min(len(self.words), start + longest) and self._joins[last - 1]:
                last += 1
            for end in range(last, start, -1):
                if self.free(start, end):
                    yield start, end

    def find(self, phrases: Collection[str]) -> tuple[int, int] | None:
        """Where one of these phrases (folded) stands free, the longest that there is."""
        possible = [wanted for wanted in map(str.split, phrases) if self._plain.issuperset(wanted)]
        for wanted in sorted(possible, key=len, reverse=True):
            for start in range(len(self.words) - len(wanted) + 1):
                end = start + len(wanted)
                if [word.plain for word in self.words[start:end]] == wanted and self.free(start, end):
                    return start, end
        return None

    def canonical(self) -> str:
        """The question with each thing understood as its tag: "which papers by <PERSON> <DATE>"."""
        parts = [
            f"<{tag.upper()}>" if tag else word.plain
            for i, (word, tag) in enumerate(zip(self.words, self._tags, strict=True))
            if not tag or i in self._starts
        ]
        return " ".join(parts)

    def left(self) -> list[Word]:
        """The free words."""
        return [word for word, tag in zip(self.words, self._tags, strict=True) if not tag]


def _words(text: str) -> Iterator[Word]:
    found = list(_WORD.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)] * bool(found)
    for match, following in zip(found, ends, strict=True):
        raw, start = match.group(), match.start()
        gap = text[match.end() : following]
        ending = _POSSESSIVE.search(raw)
        if ending and ending.start():
            cut = start + ending.start()
            yield Word(text=raw[: ending.start()], plain=fold(raw[: ending.start()]), start=start, end=cut, gap="")
            yield Word(text=ending.group(), plain="'s", start=cut, end=match.end(), gap=gap)
            continue
        quoted = gap[:1] in ("'", "’") and raw[-1:] in "sS" and gap[1:2] in ("", " ")  # the authors' papers
        yield Word(text=raw, plain=fold(raw), start=start, end=match.end(), gap="" if quoted else gap)
        if quoted:
            yield Word(text=gap[0], plain="'s", start=match.end(), end=match.end() + 1, gap=gap[1:])
