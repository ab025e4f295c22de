"""The reader in torch: the encoder with its heads, what goes in, and what it is punished for. README.md says why."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from training.encoder import HIDDEN, Encoder
from training.reading_data import Example

CLS, SEP = 101, 102
TASKS = {"question": 2, "claim": 3}
LONGEST, LONGEST_QUERY, LONGEST_HEADING = 320, 128, 64
RELEVANT, ANSWERABLE, SUPPORTED, CONTRADICTED, NEUTRAL = range(5)
VERDICTS = {"supported": 0, "contradicted": 1, "neutral": 2, "not supported": 3}
UNKNOWN = -1.0
NO_SENTENCE = -1

EVIDENCE_WEIGHT, WORDS_WEIGHT = 1.0, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """One example as pieces. `sentence` gives each piece's sentence, from 0, or NO_SENTENCE."""

    ids: list[int]
    query_length: int
    sentence: list[int]
    evidence: list[float] | None
    """For each sentence, in order; None when unknown."""
    wrong: list[float] | None
    """For each piece of the query; None when unknown."""
    labels: tuple[float, float, float]
    """relevant, answerable (UNKNOWN where they are) and the verdict's place in VERDICTS, or UNKNOWN."""


class Pieces:
    """Examples → pieces, at most `longest`; a sentence is tokenized once."""

    def __init__(self, tokenizer: Tokenizer, longest: int = LONGEST) -> None:
        self._tokenizer = tokenizer
        self._longest = longest
        self._known: dict[str, list[int]] = {}

    def __call__(self, example: Example, rng: random.Random) -> Encoded:
        query, wrong = self._query(example)
        heading = self._of(example.heading)[:LONGEST_HEADING] if example.heading else []
        sentences = [self._of(sentence) for sentence in example.sentences]
        room = self._longest - 4 - len(query) - len(heading)
        first, last = _window([len(s) for s in sentences], room, example.evidence, rng)
        ids, sentence = (
            [CLS, TASKS[example.task], *query, SEP, *heading],
            [NO_SENTENCE] * (3 + len(query) + len(heading)),
        )
        for place, pieces in enumerate(sentences[first:last]):
            kept = pieces[: max(1, self._longest - 1 - len(ids))]
            ids += kept
            sentence += [place] * len(kept)
        evidence = None
        if example.evidence is not None:
            evidence = [float(i in example.evidence) for i in range(first, last)]
        return Encoded(
            ids=[*ids, SEP],
            query_length=len(query),
            sentence=[*sentence, NO_SENTENCE],
            evidence=evidence,
            wrong=wrong,
            labels=(
                UNKNOWN if example.relevant is None else example.relevant,
                UNKNOWN if example.answerable is None else example.answerable,
                UNKNOWN if example.verdict is None else VERDICTS[example.verdict],
            ),
        )

    def _query(self, example: Example) -> tuple[list[int], list[float] | None]:
        encoding = self._tokenizer.encode(example.query, add_special_tokens=False)
        ids = encoding.ids[:LONGEST_QUERY]
        if example.wrong is None:
            return ids, None
        touched = [any(s < end and start < e for start, end in example.wrong) for s, e in encoding.offsets[: len(ids)]]
        return ids, [float(t) for t in touched]

    def _of(self, text: str) -> list[int]:
        if text not in self._known:
            self._known[text] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return self._known[text]


def _window(lengths: Sequence[int], room: int, evidence: frozenset[int] | None, rng: random.Random) -> tuple[int, int]:
    """The sentences to keep, [first, last), where not all fit: those around the evidence, else any in a row."""
    if sum(lengths) <= room:
        return 0, len(lengths)
    ends = list(accumulate(lengths))
    anchor = min(evidence) if evidence else rng.randrange(len(lengths))
    first = rng.randint(max(0, anchor - 3), anchor)
    while first < anchor and ends[anchor] - ends[first] + lengths[first] > room:
        first += 1
    last = first + 1
    while last < len(lengths) and ends[last] - ends[first] + lengths[first] <= room:
        last += 1
    while first > 0 and ends[last - 1] - ends[first - 1] + lengths[first - 1] <= room:
        first -= 1
    return first, last


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    ids: Tensor
    types: Tensor
    mask: Tensor
    query: Tensor
    passage: Tensor
    """(n, length): float masks of the query's and the passage's pieces."""
    sentence: Tensor
    """(n, length): the piece's sentence counted through the batch, 0 for none."""
    owner: Tensor
    """(sentences + 1,): the row of each sentence."""
    evidence: Tensor
    """(sentences + 1,): 1, 0 or UNKNOWN."""
    wrong: Tensor
    """(n, length): 1, 0 or UNKNOWN."""
    labels: Tensor

    def to(self, device: torch.device) -> Batch:
        return Batch(**{name: getattr(self, name).to(device) for name in self.__slots__})


def collate(rows: Sequence[Encoded]) -> Batch:
    width = max(len(row.ids) for row in rows)
    shape = (len(rows), width)
    ids, types, sentence = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    query, passage = (np.zeros(shape, dtype=np.float32) for _ in range(2))
    wrong = np.full(shape, UNKNOWN, dtype=np.float32)
    owner, evidence = [0], [UNKNOWN]
    for i, row in enumerate(rows):
        length, split = len(row.ids), row.query_length + 3
        ids[i, :length] = row.ids
        types[i, split:length] = 1
        query[i, 2 : split - 1] = 1
        passage[i, split : length - 1] = 1
        found = np.array(row.sentence)
        sentence[i, :length] = np.where(found == NO_SENTENCE, 0, found + len(owner))
        count = int(found.max()) + 1
        owner += [i] * count
        evidence += row.evidence if row.evidence is not None else [UNKNOWN] * count
        if row.wrong is not None:
            wrong[i, 2 : split - 1] = row.wrong
    return Batch(
        ids=torch.from_numpy(ids),
        types=torch.from_numpy(types),
        mask=torch.from_numpy(ids != 0),
        query=torch.from_numpy(query),
        passage=torch.from_numpy(passage),
        sentence=torch.from_numpy(sentence),
        owner=torch.tensor(owner),
        evidence=torch.tensor(evidence),
        wrong=torch.from_numpy(wrong),
        labels=torch.tensor([row.labels for row in rows]),
    )


class ReadingModel(nn.Module):
    """Encoder, token scorers and the head over what the evidence says."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.evidence = nn.Sequential(nn.Linear(HIDDEN, 128), nn.GELU(), nn.Linear(128, 1))
        self.words = nn.Sequential(nn.Linear(HIDDEN, 128), nn.GELU(), nn.Linear(128, 1))
        self.head = nn.Sequential(nn.Linear(6 * HIDDEN + 1, 256), nn.GELU(), nn.Linear(256, 5))

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Logits: sequence (n, 5), passage pieces as evidence and query pieces as wrong (n, length)."""
        hidden = self.encoder(batch.ids, batch.types, batch.mask).float()
        evidence = self.evidence(hidden)[..., 0]
        words = self.words(hidden)[..., 0]
        scores = evidence.masked_fill(batch.passage == 0, -1e4)
        looked_at = torch.einsum("nl,nld->nd", torch.softmax(scores, -1), hidden)
        query = _mean(hidden, batch.query)
        features = torch.cat(
            [
                hidden[:, 0],
                query,
                _mean(hidden, batch.passage),
                looked_at,
                (query - looked_at).abs(),
                query * looked_at,
                scores.max(-1, keepdim=True).values,
            ],
            dim=-1,
        )
        return self.head(features), evidence, words

    def exported(self) -> dict[str, NDArray[np.float32]]:
        """Every tensor by the name that the graph's builder looks for."""
        heads = {
            name: value.detach().float().cpu().numpy()
            for name, value in self.state_dict().items()
            if not name.startswith("encoder.")
        }
        return {**self.encoder.published(), **heads}

    def take(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """The other way round: goes on from what `exported` gave."""
        heads = {name: torch.tensor(weights[name]) for name in self.state_dict() if not name.startswith("encoder.")}
        self.load_state_dict(heads, strict=False)
        self.encoder.load(weights)


def _mean(hidden: Tensor, mask: Tensor) -> Tensor:
    return (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp_min(1.0)


def sentence_logits(evidence: Tensor, batch: Batch) -> Tensor:
    """(sentences + 1,): the mean of each sentence's pieces; place 0 holds all that is no sentence."""
    flat, places = evidence.reshape(-1), batch.sentence.reshape(-1)
    total = torch.zeros(len(batch.owner), device=flat.device).index_add(0, places, flat)
    count = torch.zeros_like(total).index_add(0, places, torch.ones_like(flat))
    return total / count.clamp_min(1.0)


def losses(
    sequence: Tensor, evidence: Tensor, words: Tensor, batch: Batch, *, tokens: bool = True
) -> dict[str, Tensor]:
    """Each part summed over the batch's examples, so that an example weighs the same in any batch."""
    labels = batch.labels
    parts = {}
    for name, place, column in (("relevant", RELEVANT, 0), ("answerable", ANSWERABLE, 1)):
        known = labels[:, column] >= 0
        parts[name] = functional.binary_cross_entropy_with_logits(
            sequence[known, place], labels[known, column], reduction="sum"
        )
    chances = functional.log_softmax(sequence[:, SUPPORTED:], -1)
    verdict = labels[:, 2].long()
    three = (verdict >= 0) & (verdict < 3)
    parts["verdict"] = functional.nll_loss(chances[three], verdict[three], reduction="sum")
    against = chances[verdict == 3][:, 1:]
    parts["verdict"] = parts["verdict"] - torch.logsumexp(against, -1).sum()
    if not tokens:
        return parts
    known = batch.evidence >= 0
    per = functional.binary_cross_entropy_with_logits(
        sentence_logits(evidence, batch)[known], batch.evidence[known], reduction="none"
    )
    count = torch.zeros(len(labels), device=per.device).index_add(0, batch.owner[known], torch.ones_like(per))
    parts["evidence"] = EVIDENCE_WEIGHT * (3.0 * per / count[batch.owner[known]]).sum()
    known_words = batch.wrong >= 0
    per = functional.binary_cross_entropy_with_logits(words[known_words], batch.wrong[known_words], reduction="none")
    lengths = known_words.sum(-1, keepdim=True).expand_as(known_words)[known_words]
    parts["words"] = WORDS_WEIGHT * (5.0 * per / lengths).sum()
    return parts
