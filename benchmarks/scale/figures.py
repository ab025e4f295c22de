"""What the measurements of one size come to: the ratios that have an aim, and what stands behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

from rag.schema import Json

INGEST_AIM = 0.85
SEARCH_AIM = 2.0
PARTS = ("embedding", "chroma", "fts5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One size as measured: what `ingesting` and `searching` printed, and bytes on disk by part."""

    ingest: Mapping[str, Any]
    search: Mapping[str, Any]
    disk: Mapping[str, int]

    @property
    def records(self) -> int:
        return int(self.ingest["records"])

    @property
    def ingest_ratio(self) -> float:
        """Records a second of the ingest to those of the bare embedder, which makes as many chunks of a record."""
        bare_s: float = self.ingest["chunks"] / self.ingest["bare_texts_per_s"]
        return bare_s / float(self.ingest["seconds"])

    @property
    def embedding_share(self) -> float:
        """Of the ingest's seconds, those within the embedder: the same ratio under the same load."""
        return float(self.ingest["embedding_s"] / self.ingest["seconds"])

    @property
    def search_ratio(self) -> float:
        """The median search to the median sum of its parts."""
        return median(self.seconds("search")) / median(self.sums())

    def seconds(self, part: str) -> Sequence[float]:
        """What each question took; "rest" is the search without embedding the question."""
        taken: Mapping[str, Sequence[float]] = self.search["seconds"]
        if part == "rest":
            return [whole - one for whole, one in zip(taken["search"], taken["embedding"], strict=True)]
        return taken[part]

    def sums(self) -> list[float]:
        """The parts of each question together."""
        return [sum(taken) for taken in zip(*(self.seconds(part) for part in PARTS), strict=True)]

    def to_dict(self) -> Json:
        parts = ("search", "rest", *PARTS)
        return {
            "records": self.records,
            "ingest_ratio": self.ingest_ratio,
            "search_ratio": self.search_ratio,
            "embedding_share": self.embedding_share,
            "ingest": dict(self.ingest),
            "search_ms": {part: milliseconds(self.seconds(part)) for part in parts},
            "parts_ms": milliseconds(self.sums()),
            "memory": {"search_peak": self.search["peak_bytes"], "chroma_opened": self.search["chroma_bytes"]},
            "disk": dict(self.disk),
        }


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """The median and the 95th percentile, in milliseconds."""
    last = quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return {"p50": 1000 * median(seconds), "p95": 1000 * last}


def growth(small: Size, large: Size, value: float, larger: float) -> float:
    """The power of n by which a value grew from one size to the next: 1 grows as n, 0 not at all."""
    return math.log(larger / value) / math.log(large.records / small.records)


def report(sizes: Sequence[Size]) -> list[str]:
    """The ratios of all sizes first, then what stands behind them, then how it grew."""
    lines = ["ratios            " + "".join(f"{size.records:>12,}" for size in sizes) + "     aim"]
    lines += [
        _row("ingest to bare embedder", [f"{size.ingest_ratio:.2f}" for size in sizes], f"≥ {INGEST_AIM}"),
        _row("… share in the embedder", [f"{size.embedding_share:.2f}" for size in sizes]),
        _row("search to its parts", [f"{size.search_ratio:.2f}" for size in sizes], f"≤ {SEARCH_AIM:.0f}, the largest"),
        "",
        _row("ingest, records/s", [f"{size.records / size.ingest['seconds']:.1f}" for size in sizes]),
        _row("bare embedder, texts/s", [f"{size.ingest['bare_texts_per_s']:.1f}" for size in sizes]),
        _row("chunks", [f"{size.ingest['chunks']:,}" for size in sizes]),
        _row(f"adding {sizes[-1].ingest['added']} records, s", [f"{size.ingest['adding_s']:.2f}" for size in sizes]),
        _row("forgetting them, s", [f"{size.ingest['forgetting_s']:.2f}" for size in sizes]),
    ]
    lines += [
        _row(f"{name}, ms", [_shown(milliseconds(size.seconds(part))) for size in sizes])
        for name, part in (
            ("search p50 / p95", "search"),
            ("… without embedding", "rest"),
            ("embedding alone", "embedding"),
            ("Chroma alone", "chroma"),
            ("FTS5 alone", "fts5"),
        )
    ]
    for name, values in _sizes_in_bytes(sizes).items():
        lines.append(_row(f"{name}, MB", [f"{value / 1e6:.1f}" for value in values]))
    return lines + _growths(sizes)


def _sizes_in_bytes(sizes: Sequence[Size]) -> dict[str, list[int]]:
    memory = {
        "ingest, peak memory": [size.ingest["peak_bytes"] for size in sizes],
        "… before it began": [size.ingest["loaded_bytes"] for size in sizes],
        "search, peak memory": [size.search["peak_bytes"] for size in sizes],
        "… opening Chroma": [size.search["chroma_bytes"] for size in sizes],
    }
    return memory | {f"disk, {part}": [size.disk[part] for size in sizes] for part in sizes[0].disk}


def _growths(sizes: Sequence[Size]) -> list[str]:
    values = {
        "ingest seconds": [size.ingest["seconds"] for size in sizes],
        "adding": [size.ingest["adding_s"] for size in sizes],
        "search p50": [median(size.seconds("search")) for size in sizes],
        "ingest memory": [size.ingest["peak_bytes"] - size.ingest["loaded_bytes"] for size in sizes],
        "disk": [sum(size.disk.values()) for size in sizes],
    }
    if len(sizes) < 2:
        return []
    steps = list(pairwise(sizes))
    rows = []
    for name, of_sizes in values.items():
        powers = [
            f"{growth(*pair, *of_sizes[place : place + 2]):.2f}" if min(of_sizes[place : place + 2]) > 0 else "–"
            for place, pair in enumerate(steps)
        ]
        rows.append(_row(name, ["", *powers]))
    return ["", "grew by n to the power of", *rows]


def _shown(taken: Mapping[str, float]) -> str:
    return f"{taken['p50']:.1f} / {taken['p95']:.1f}"


def _row(name: str, values: Sequence[str], aim: str = "") -> str:
    return f"{name:<26}{''.join(f'{value:>16}' for value in values)}{'     ' + aim if aim else ''}".rstrip()
