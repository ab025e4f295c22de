"""The retrieval benchmark on a few invented abstracts: every way searches the real index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.abstracts import dev_cases, drawn, write_pages
from benchmarks.retrieval import baselines
from benchmarks.retrieval.__main__ import main
from benchmarks.retrieval.figures import METRICS, Outcome, report, to_dict
from evals.cases import Case
from evals.runner import Row, ranking_values
from rag import Assistant
from rag.index.catalog import connect
from rag.index.embedding import BuiltinEmbedder
from rag.index.store import Store
from tests.benchmarks.shared_data import shared_data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, and an index of its first 24 abstracts."""
    folder = tmp_path_factory.mktemp("retrieval")
    write_pages(drawn(shared_data(folder / "data", abstracts=30, asked=8), 24), folder / "pages")
    with Assistant.open(home=folder / "home", offline=True) as assistant:
        assistant.ingest([folder / "pages"], page_year=2026)
    return folder


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store.open(folder / "home", BuiltinEmbedder().name, chunk_words=180) as opened:
        yield opened


def test_each_way_finds_the_work_that_alone_has_the_word(folder: Path, store: Store) -> None:
    embedder, home = BuiltinEmbedder(), folder / "home"
    ways = [
        baselines.bm25(store),
        baselines.dense(store, embedder),
        baselines.rank_fusion(store, embedder),
        baselines.llama_vector_index(home, embedder),
        baselines.llama_query_fusion(store, home, embedder),
        baselines.bm25_of_rarer_words(home, store, 0.2),
    ]
    with store.reading() as snapshot:
        wanted = next(work.key for work in snapshot.works() if (work.title or "").startswith("Topic4:"))
    for way in ways:
        found = way("Topic4: Sorting Every Violin With Small Networks")
        assert found[0] == wanted
        assert len(found) == len(set(found)) <= 24


def test_common_words_are_left_out_unless_there_are_no_others(folder: Path) -> None:
    with closing(connect(folder / "home" / "catalog.sqlite")) as connection:

        def rarer(question: str, most: float) -> list[str]:
            return baselines.rarer_words(connection, question, most)

        assert rarer("What labels does method3 need?", 0.5) == ["method3"]
        assert rarer("What labels does method3 need?", 1.0) == ["labels", "method3", "need"]
        assert rarer("labels", 0.5) == ["labels"]


@pytest.mark.parametrize("built", [True, False])
def test_a_run_reports_every_way_with_intervals_by_type_and_paired(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], built: bool
) -> None:
    if built:
        asked = ["--built", str(folder / "data"), "--size", "24", "--folder", str(tmp_path)]
    else:
        with Assistant.open(home=folder / "home", offline=True) as assistant:
            records = assistant.records()
        cases = [
            {
                "id": case.id,
                "type": case.type,
                "question": case.question,
                "gold": [{"source": place.source, "ordinal": place.ordinal} for place in case.gold],
            }
            for case in dev_cases(folder / "data", records)
        ]
        path = tmp_path / "cases.jsonl"
        path.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
        asked = [str(path), "--home", str(folder / "home")]
    assert main([*asked, "--leave-out", "0.2", "--json"]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [way["way"] for way in said["ways"]][:3] == ["ours", "ours, reranked", "BM25"]
    assert len(said["ways"]) == 8
    for way in said["ways"]:
        assert set(way["metrics"]) == set(METRICS)
        assert way["metrics"]["R@5"]["n"] == 12
        assert way["metrics"]["R@5"]["low"] <= way["metrics"]["R@5"]["value"] <= way["metrics"]["R@5"]["high"]
        assert set(way["by_type"]) == {"fact", "paraphrase"}
    assert said["ways"][0]["metrics"]["R@5"]["value"] > 0.9
    assert said["ways"][0]["to_ours"]["R@1"]["value"] == 0.0


def test_a_built_index_that_is_there_is_not_built_again(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--built", str(folder / "data"), "--size", "24", "--folder", str(tmp_path), "--json"]
    assert main(asked) == 0
    catalog = tmp_path / "24" / "home" / "catalog.sqlite"
    before = catalog.read_bytes()
    assert main(asked) == 0
    assert catalog.read_bytes() == before
    capsys.readouterr()


def test_without_cases_and_without_data_it_says_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "CASES.jsonl, or --built" in capsys.readouterr().err
    assert main(["--built", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err


def outcome(name: str, ranks: list[int]) -> Outcome:
    """Of cases whose work is found at these ranks; the first half are facts."""
    rows = [
        Row(
            case=Case(id=str(n), type="fact" if 2 * n < len(ranks) else "paraphrase", question="?"),
            values=ranking_values([*"abcdefghij"[: rank - 1], "gold"], frozenset({"gold"})),
        )
        for n, rank in enumerate(ranks)
    ]
    return Outcome(name=name, rows=tuple(rows), seconds=tuple(0.001 for _ in rows))


def test_the_report_pairs_each_way_with_the_first_and_splits_by_type() -> None:
    outcomes = [outcome("ours", [1, 1, 2, 7]), outcome("other", [2, 1, 2, 1])]
    text = "\n".join(report(outcomes))
    assert "4 questions with gold" in text
    assert "R@1     0.500" in text
    assert "to ours: +0.000" in text
    assert next(line for line in text.splitlines() if line.startswith("other  ")).split()[1:] == ["0.500", "0.500"]
    assert to_dict(outcomes)[1]["to_ours"]["R@5"]["value"] == 0.25
