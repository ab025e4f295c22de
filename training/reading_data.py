"""What the reader learns from: rows of ../shared/data as examples, and examples made of them.

An `Example` is one (question or claim, passage) pair with whatever is known of it; what is not known is None and trains
nothing. Nothing of judge.jsonl's dev abstracts, of the dev rows of data/grounding, of answers.jsonl or of any question
over the five pages comes in here.
"""

from __future__ import annotations

import difflib
import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from rag.corpus.sentences import sentences as split_sentences
from training.corruptions import corrupted, framed, reordered, respelled, swap

Verdict = Literal["supported", "contradicted", "neutral", "not supported"]
Row = dict[str, Any]

TITLES = 2000
"""Titles put as searches."""

FRAMED = 0.15
"""The share of claims, true and false alike, put in a reporter's words."""

CONTRADICTING = {"contradiction", "negation", "number", "swap"}
"""Kinds of hand-written false claims that the passage denies; the others go beyond it."""
EDITED = {"number", "neg", "ant", "ent"}
"""Kinds of the rule-made sets that deny the passage; "tail" adds what it does not say."""
LABEL3: dict[str, Verdict] = {
    "SUPPORT": "supported", "SUPPORTS": "supported", "REFUTE": "contradicted", "REFUTES": "contradicted",
    "NEI": "neutral", "REMOVED": "neutral",
}  # fmt: skip
KINDS: dict[str, Verdict] = {
    "other direction": "contradicted", "tldr of a near paper": "neutral", "premise removed": "neutral",
    "tail": "neutral",
    "outcome against the challenge sentences": "neutral", "challenge against the outcome sentences": "neutral",
    "approach against the outcome sentences": "neutral", "outcome against the approach sentences": "neutral",
    "challenge against the approach sentences": "neutral", "approach against the challenge sentences": "neutral",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One pair. `evidence` are indices of sentences that answer, support or deny; `wrong` are the spans of a claim that
    the passage does not support, () when it supports all of it."""

    source: str
    task: Literal["question", "claim"]
    query: str
    sentences: tuple[str, ...]
    heading: str = ""
    relevant: float | None = None
    answerable: float | None = None
    verdict: Verdict | None = None
    evidence: frozenset[int] | None = None
    wrong: tuple[tuple[int, int], ...] | None = None


def open_rows(path: Path) -> Iterator[Row]:
    """The rows of a packed JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


# --- Public sets -----------------------------------------------------------------------------------------------------


def public(folder: Path, split: str = "train") -> Iterator[Example]:
    """Every row of data/grounding of one split."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        before: Row = {}
        for row in open_rows(path):
            if row["split"] == split:
                yield _public(row, before)
            before = row


def _public(row: Row, before: Row) -> Example:
    given = row.get("sentences")
    sentences = tuple(given) if given else _cut(row["passage"])
    evidence = frozenset(row["evidence"]) if given and "evidence" in row else None
    heading = row.get("title") or ""
    if row["task"] == "support":
        return _claim(row, before, sentences, evidence, heading)
    answerable = float(row["label"])
    if not answerable:
        evidence = frozenset()
    near_miss = row["set"] in ("squad2", "fitz_gov") or answerable
    return Example(
        source=row["set"],
        task="question",
        query=row["question"],
        sentences=sentences,
        heading=heading,
        relevant=1.0 if near_miss else None,
        answerable=answerable if row["task"] == "answerable" else 1.0,
        evidence=evidence,
    )


def _claim(row: Row, before: Row, sentences: tuple[str, ...], evidence: frozenset[int] | None, heading: str) -> Example:
    kind = row.get("kind") or ""
    verdict: Verdict = LABEL3.get(row.get("label3", "")) or (
        "supported" if row["label"] else "contradicted" if kind in EDITED else KINDS.get(kind, "not supported")
    )
    wrong = None
    if row["set"].startswith("sci_contrast"):
        evidence = frozenset({_likest(row["claim"], sentences)})
        twin = before.get("label") == 1 and before.get("passage") == row["passage"] and not row["label"]
        wrong = () if row["label"] else differing(before["claim"], row["claim"]) if twin else None
    if verdict in ("neutral", "not supported") and not evidence:
        evidence = None
    return Example(
        source=row["set"],
        task="claim",
        query=row["claim"],
        sentences=sentences,
        heading=heading,
        verdict=verdict,
        evidence=evidence,
        wrong=wrong,
    )


def differing(true: str, false: str) -> tuple[tuple[int, int], ...]:
    """The words of `false` that its twin does not have in that place; where words were only dropped, the next one."""
    words = list(re.finditer(r"\S+", false))
    matcher = difflib.SequenceMatcher(None, true.split(), [word.group() for word in words], autojunk=False)
    spans = []
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag == "delete" and words:
            end = min(start, len(words) - 1) + 1
            start = end - 1
        if tag != "equal":
            spans += [word.span() for word in words[start:end]]
    return tuple(spans)


def _cut(passage: str) -> tuple[str, ...]:
    cut = tuple(" ".join(span.of(passage).split()) for span in split_sentences(passage))
    return cut or (passage,)


def _likest(claim: str, sentences: Sequence[str]) -> int:
    words = set(re.findall(r"\w+", claim.lower()))
    shares = [len(words & set(re.findall(r"\w+", s.lower()))) / (5 + len(s.split())) for s in sentences]
    return max(range(len(sentences)), key=shares.__getitem__)


def held_out(arxiv_id: str) -> bool:
    """Whether a hand-written abstract is kept for calibration and thresholds: one in ten of the train part."""
    return hashlib.sha256(arxiv_id.encode()).digest()[0] % 10 == 0


# --- Hand-written sets -----------------------------------------------------------------------------------------------


class Handwritten:
    """judge.jsonl's train part and claims.jsonl, with neighbours to put them to."""

    def __init__(self, data: Path, near: Path) -> None:
        import numpy as np

        rows = [*open_rows(data / "judge.jsonl.gz"), *open_rows(data / "claims.jsonl.gz")]
        self.rows = [row for row in rows if row["split"] == "train" and not held_out(row["arxiv_id"])]
        dev = {row["arxiv_id"] for row in rows if row["split"] == "dev"}
        self.abstracts = {
            row["arxiv_id"]: row for row in open_rows(data / "abstracts.jsonl.gz") if row["arxiv_id"] not in dev
        }
        found = np.load(near)
        ids = found["ids"].tolist()
        self._near: dict[str, list[str]] = {}
        for kind in ("questions", "claims", "titles"):
            for text, row in zip(found[f"{kind}_text"].tolist(), found[f"{kind}_near"].tolist(), strict=True):
                self._near[text] = [ids[i] for i in row]
        self.titles = [
            (text, ids[own])
            for text, own in zip(found["titles_text"].tolist(), found["titles_own"].tolist(), strict=True)
        ]
        self._cuts: dict[str, tuple[str, ...]] = {row["arxiv_id"]: tuple(row["sentences"]) for row in self.rows}

    def sentences(self, id: str) -> tuple[str, ...]:
        if id not in self._cuts:
            self._cuts[id] = _cut(self.abstracts[id]["abstract"])
        return self._cuts[id]

    def neighbour(self, query: str, rng: random.Random, *, first: int = 0, last: int = 30) -> str:
        """One of the abstracts most like the query, not its own; near ones more often."""
        near = self._near[query][first:last]
        return near[min(int(rng.expovariate(1 / 8)), len(near) - 1)]

    def questions(self, rng: random.Random, negatives: int) -> Iterator[Example]:
        """Each question with its own abstract and, as often as `negatives` says, with a neighbour."""
        for row in self.rows:
            own = row["arxiv_id"]
            for question in row.get("questions", ()):
                yield self._question(rng, question["q"], own, 1.0, 1.0, frozenset(question["evidence"]))
                for _ in range(negatives):
                    other = self.neighbour(question["q"], rng)
                    yield self._question(rng, question["q"], other, 0.0, 0.0, frozenset(), source="judge, neighbour")
            for text in row.get("unanswerable", ()):
                yield self._question(rng, text, own, 1.0, 0.0, frozenset(), source="judge, unanswerable")

    def doubles(self, rng: random.Random, share: float) -> Iterator[Example]:
        """Two questions put as one, for a share of them: a passage that answers either half has part of the answer."""
        asked = [(question, row["arxiv_id"]) for row in self.rows for question in row.get("questions", ())]
        for one, own in rng.sample(asked, int(share * len(asked))):
            other, place = rng.choice(asked)
            text = _as_one(one["q"], other["q"], rng)
            both = frozenset(one["evidence"]) | (frozenset(other["evidence"]) if place == own else frozenset())
            yield self._question(rng, text, own, 1.0, 1.0, both, source="judge, two as one")
            if place != own:
                wanted = frozenset(other["evidence"])
                yield self._question(rng, text, place, 1.0, 1.0, wanted, source="judge, two as one")
            for question in (one, other):
                near = self.neighbour(question["q"], rng)
                yield self._question(rng, text, near, 0.0, 0.0, frozenset(), source="judge, two as one, neighbour")

    def statements(self, rng: random.Random) -> Iterator[Example]:
        """Titles and true claims as searches: other words for what an abstract says, against its neighbours."""
        told = [
            (claim["c"], row["arxiv_id"], frozenset(claim["evidence"]))
            for row in self.rows
            for claim in row["supported"]
        ]
        for text, own, evidence in rng.sample(told, len(told) // 2):
            yield self._question(rng, text, own, 1.0, None, evidence, source="claim as a search")
            yield self._question(
                rng, text, self.neighbour(text, rng), 0.0, None, frozenset(), source="claim as a search"
            )
        for text, own in self.titles[:TITLES]:
            bare = Example(
                source="title as a search", task="question", query=text, sentences=self.sentences(own), relevant=1.0
            )
            other = self.neighbour(text, rng)
            yield bare
            yield replace(bare, sentences=self.sentences(other), relevant=0.0)

    def claims(self, rng: random.Random) -> Iterator[Example]:
        """True and false claims on their abstract; verbatim, corrupted, joined and misplaced ones made of them."""
        for row in self.rows:
            own = row["arxiv_id"]
            for claim in row["supported"]:
                yield self._claim(rng, claim["c"], own, "supported", claim["evidence"], wrong=())
                yield from self._made(rng, claim, row)
            for claim in row["unsupported"]:
                verdict: Verdict = "contradicted" if claim["kind"] in CONTRADICTING else "neutral"
                yield self._claim(rng, claim["c"], own, verdict, claim["near"])

    def contrasts(self, rng: random.Random, count: int) -> Iterator[Example]:
        """Sentences of abstracts without hand-written claims: as they stand or reworded, and twins made false."""
        known = {row["arxiv_id"] for row in self.rows}
        for own in rng.sample(sorted(set(self.abstracts) - known), count):
            texts = self.sentences(own)
            i = rng.randrange(len(texts))
            changed = (swap(texts[i], rng) if rng.random() < 0.5 else None) or corrupted(texts[i], rng)
            if changed is None or not 40 < len(texts[i]) < 400:
                continue
            true = respelled(texts[i], rng) or reordered(texts[i], rng) or reworded(texts[i], rng)
            yield self._claim(rng, true, own, "supported", (i,), source="contrast")
            yield self._claim(rng, changed[0], own, "contradicted", (i,), source="contrast", wrong=changed[1])

    def _made(self, rng: random.Random, claim: Row, row: Row) -> Iterator[Example]:
        own, chance = row["arxiv_id"], rng.random()
        if chance < 0.45 and (changed := corrupted(claim["c"], rng)):
            if other := respelled(claim["c"], rng) or reordered(claim["c"], rng):
                yield self._claim(rng, other, own, "supported", claim["evidence"], source="reworded")
            yield self._claim(
                rng, changed[0], own, "contradicted", claim["evidence"], source="corrupted", wrong=changed[1]
            )
        elif chance < 0.6:
            yield self._claim(rng, claim["c"], self.neighbour(claim["c"], rng), "neutral", (), source="misplaced")
        elif chance < 0.75:
            other = rng.choice(row["supported"])
            if other is not claim:
                both = sorted({*claim["evidence"], *other["evidence"]})
                yield self._claim(
                    rng, joined(claim["c"], other["c"], rng), own, "supported", both, source="joined", wrong=()
                )
        elif chance < 0.9:
            other = rng.choice(row["unsupported"])
            verdict: Verdict = "contradicted" if other["kind"] in CONTRADICTING else "neutral"
            pair = (claim["c"], other["c"]) if rng.random() < 0.5 else (other["c"], claim["c"])
            both = sorted({*claim["evidence"], *other["near"]})
            yield self._claim(rng, joined(*pair, rng), own, verdict, both, source="joined")
        if chance > 0.5:
            i = rng.randrange(len(row["sentences"]))
            text = row["sentences"][i]
            changed = (swap(text, rng) or corrupted(text, rng)) if rng.random() < 0.4 else None
            if changed:
                yield self._claim(rng, changed[0], own, "contradicted", (i,), source="corrupted", wrong=changed[1])
            else:
                yield self._claim(rng, reworded(text, rng), own, "supported", (i,), source="verbatim", wrong=())

    def _question(
        self,
        rng: random.Random,
        text: str,
        id: str,
        relevant: float,
        answerable: float | None,
        evidence: frozenset[int],
        source: str = "judge",
    ) -> Example:
        return Example(
            source=source,
            task="question",
            query=text,
            sentences=self.sentences(id),
            heading=self.heading(id, rng),
            relevant=relevant,
            answerable=answerable,
            evidence=evidence,
        )

    def _claim(
        self,
        rng: random.Random,
        text: str,
        id: str,
        verdict: Verdict,
        evidence: Iterable[int],
        source: str = "claims",
        wrong: tuple[tuple[int, int], ...] | None = None,
    ) -> Example:
        if rng.random() < FRAMED:
            bare, text = text, framed(text, rng)
            before = len(text) - len(bare)
            wrong = wrong and tuple((start + before, end + before) for start, end in wrong)
        return Example(
            source=source,
            task="claim",
            query=text,
            sentences=self.sentences(id),
            heading=self.heading(id, rng),
            verdict=verdict,
            evidence=frozenset(evidence),
            wrong=wrong,
        )

    def heading(self, id: str, rng: random.Random) -> str:
        """What a passage of the index is read with: a title, often a line of authors and date too."""
        chance, row = rng.random(), self.abstracts.get(id)
        if chance < 0.3 or row is None:
            return ""
        if chance < 0.75:
            return str(row["title"])
        facts = [", ".join(row["authors"][:5]), row["month"], row["categories"][0]]
        return f"{row['title']}\n{' · '.join(facts)}"


def _as_one(first: str, second: str, rng: random.Random) -> str:
    """Two questions as one, in either order."""
    if rng.random() < 0.5:
        first, second = second, first
    link = rng.choice((" And ", ", and ", " Also, ", " "))
    keeps = link == " " or second[:2].isupper() or not second[1:2].islower()
    return (
        (first.rstrip("?. ") if link == ", and " else first)
        + link
        + (second if keeps else second[0].lower() + second[1:])
    )


def joined(first: str, second: str, rng: random.Random) -> str:
    """Two sentences as one."""
    link = rng.choice(("; ", ", and ", ", while ", ". "))
    keeps = link == ". " or second[:2].isupper() or not second[1:2].islower()
    return first.rstrip(". ") + link + (second if keeps else second[0].lower() + second[1:])


def reworded(text: str, rng: random.Random) -> str:
    """A sentence as it stands, or with a light change that leaves it true."""
    if rng.random() < 0.5:
        return text
    if rng.random() < 0.4 and (other := respelled(text, rng) or reordered(text, rng)):
        return other
    text = re.sub(r"\b[Ww]e\b", "The authors", text, count=1)
    text = re.sub(r"\b[Oo]ur\b", "their", text)
    return re.sub(r"\s*\([^()]{1,40}\)", "", text) if rng.random() < 0.5 else text


# --- Shorter passages ------------------------------------------------------------------------------------------------


def cropped(example: Example, rng: random.Random, fewest: int = 2, most: int = 6) -> Example:
    """Some sentences in a row that hold the evidence; the example itself where it has to be read whole.

    Shorter passages train faster and are what a cited quote with its neighbours looks like. All labels are cropped
    alike, so that length says nothing.
    """
    count = len(example.sentences)
    if example.evidence is None:
        return example
    size = rng.randint(fewest, most)
    first, last = (min(example.evidence), max(example.evidence)) if example.evidence else (rng.randrange(count),) * 2
    size = max(size, last - first + 1)
    if size >= count:
        return example
    start = rng.randint(max(0, last - size + 1), min(first, count - size))
    return replace(
        example,
        relevant=None if example.answerable == 0.0 and example.relevant else example.relevant,
        sentences=example.sentences[start : start + size],
        evidence=frozenset(i - start for i in example.evidence),
    )
