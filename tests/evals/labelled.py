"""A small data folder in the shape of the real one: two hand-written abstracts a split, answers, three public sets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

TIDES = ["Attention rises and falls like tides.", "We measure nine language models.", "A schedule saves a fifth."]
PEBBLES = ["A robot drops virtual pebbles.", "In forty houses it returned every time.", "No camera is needed."]


def abstract(id_: str, split: str, title: str, sentences: Sequence[str], subject: str) -> dict[str, object]:
    """An abstract with two answered questions, one that it does not answer, two true claims and two false ones."""
    return {
        "arxiv_id": id_,
        "split": split,
        "title": title,
        "sentences": list(sentences),
        "questions": [
            {"q": f"What is said first of {subject}?", "kind": "fact", "evidence": [0], "answer": "that"},
            {"q": f"And what last of {subject}?", "kind": "why_how", "evidence": [2], "answer": "this"},
        ],
        "unanswerable": [f"Who paid for {subject}?"],
        "supported": [{"c": sentences[0], "evidence": [0]}, {"c": sentences[1], "evidence": [1]}],
        "unsupported": [
            {"c": f"It is not so that {sentences[0].lower()}", "kind": "negation", "near": [0]},
            {"c": f"The queen of {subject} sings.", "kind": "invented", "near": [1]},
        ],
    }


ABSTRACTS = [
    abstract("a1", "dev", "Tides of Attention", TIDES, "tides"),
    abstract("a2", "dev", "Pebble Maps", PEBBLES, "pebbles"),
    abstract("a3", "train", "Tides Again", TIDES, "waves"),
    abstract("a4", "train", "Pebbles Again", PEBBLES, "stones"),
]

PASSAGES = [{"title": "Tides", "sentences": TIDES}, {"title": "Pebbles", "sentences": PEBBLES}]


def sentence(text: str, label: str, cited: Sequence[int], right: Sequence[int], flaw: str | None = None) -> object:
    return {"text": text, "label": label, "cited": cited, "right": right, "evidence": [], "flaw": flaw}


ANSWERS = [
    {
        "id": f"r{i}",
        "question": "What of tides and pebbles?",
        "style": "short",
        "passages": PASSAGES,
        "answer": [
            sentence("Attention rises and falls like tides [1].", "supported", [1], [1]),
            sentence("In forty houses it returned every time [1].", "supported", [1], [2], "wrong citation"),
            sentence("No camera is needed.", "supported", [], [2], "missing citation"),
            sentence("We measure nine language models [7].", "supported", [7], [1], "nonexistent citation"),
            sentence("Forty kings measure pies [1, 2].", "unsupported", [1, 2], [], "invented"),
            sentence("It did not return in forty houses [2].", "contradicted", [2], [], "contradiction"),
            sentence("The passages do not say more.", "declined", [], []),
        ],
    }
    for i in range(3)
]


def claims_of(set_: str, count: int) -> list[dict[str, object]]:
    """Claims over whole passages, every second of them true."""
    return [
        {
            "id": f"{set_}-{i}",
            "set": set_,
            "split": "dev" if i % 3 else "train",
            "task": "support",
            "passage": f"House {i} is tall and green.",
            "claim": f"House {i} is tall." if i % 2 else f"House {i} sinks slowly.",
            "label": i % 2,
        }
        for i in range(count)
    ]


def questions_of(set_: str, count: int) -> list[dict[str, object]]:
    """Questions over sentences: whether they are answered, and by which."""
    rows: list[dict[str, object]] = []
    for i in range(count):
        shared = {"set": set_, "split": "dev" if i % 3 else "train", "sentences": [f"Boat {i} is red.", "Rain fell."]}
        asked = {**shared, "question": f"Which colour has boat {i}?" if i % 2 else f"Which crew sailed ship {i}x?"}
        rows.append({**asked, "id": f"{set_}-{i}", "task": "answerable", "label": i % 2})
        if i % 2:
            rows.append({**asked, "id": f"{set_}-s{i}", "task": "answer_sentence", "label": 1, "evidence": [0]})
    return rows


def data_folder(folder: Path) -> Path:
    """The whole folder, packed as the real one is."""
    (folder / "grounding").mkdir(parents=True)
    packed(folder / "judge.jsonl.gz", ABSTRACTS)
    packed(folder / "answers.jsonl.gz", ANSWERS)
    packed(folder / "grounding" / "houses.jsonl.gz", claims_of("houses", 18))
    packed(folder / "grounding" / "huts.jsonl.gz", claims_of("huts", 9))
    packed(folder / "grounding" / "boats.jsonl.gz", questions_of("boats", 12))
    return folder


def packed(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return path
