"""The scale benchmark on a few abstracts: its figures are of no use, but every one is there and adds up."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.abstracts import drawn, write_pages
from benchmarks.scale.__main__ import main
from benchmarks.scale.figures import PARTS, Size, growth, milliseconds, report
from benchmarks.scale.searching import rarest_words
from rag import Assistant
from rag.index.catalog import connect
from tests.benchmarks.shared_data import shared_data


@pytest.mark.slow  # a process for each part, which loads the model
def test_a_small_run_measures_every_size_and_says_what_it_ran_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = shared_data(tmp_path / "data", abstracts=60, asked=8)
    main([str(data), "--sizes", "40", "20", "--queries", "3", "--folder", str(tmp_path / "kept"), "--json"])
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert {"date", "Python", "chromadb", "onnxruntime"} <= said.keys()
    assert [size["records"] for size in said["sizes"]] == [20, 40]
    for size in said["sizes"]:
        assert size["ingest"]["added"] == 10
        assert size["ingest"]["peak_bytes"] >= size["ingest"]["loaded_bytes"] > 0
        assert size["ingest_ratio"] > 0
        assert 0 < size["embedding_share"] < 1
        assert size["search_ratio"] > 0
        assert min(size["disk"].values()) > 0
    with Assistant.open(home=tmp_path / "kept" / "40" / "home", offline=True) as assistant:
        assert len(assistant.works()) == 40  # what was added for the measurement is forgotten again


def size_of(records: int, *, search_s: float = 0.010, ingest_s: float = 10.0) -> Size:
    return Size(
        ingest={
            "records": records,
            "chunks": 2 * records,
            "seconds": ingest_s,
            "embedding_s": 8.0,
            "bare_texts_per_s": 2 * records / 9.0,
            "added": 10,
            "adding_s": 0.5,
            "forgetting_s": 0.1,
            "peak_bytes": 3_000_000,
            "loaded_bytes": 1_000_000,
        },
        search={
            "seconds": {"search": [search_s] * 4, **dict.fromkeys(PARTS, [0.002] * 4)},
            "chroma_bytes": 10,
            "peak_bytes": 20,
        },
        disk={"catalog": records, "Chroma's graph": 5},
    )


def test_the_ratios_are_to_the_bare_embedder_and_to_the_sum_of_the_parts() -> None:
    size = size_of(100)
    assert size.ingest_ratio == pytest.approx(0.9)
    assert size.embedding_share == pytest.approx(0.8)
    assert size.search_ratio == pytest.approx(10 / 6)
    assert size.seconds("rest") == pytest.approx([0.008] * 4)


def test_ratios_come_first_and_growth_last() -> None:
    lines = report([size_of(100), size_of(1_000, ingest_s=100.0)])
    assert lines[1].startswith("ingest to bare embedder")
    assert "0.90" in lines[1]
    assert next(line for line in lines if line.startswith("ingest seconds")).split()[-1] == "1.00"
    assert "grew" not in " ".join(report([size_of(100)]))


def test_growth_is_the_power_of_n() -> None:
    assert growth(size_of(100), size_of(1_000), 2.0, 20.0) == pytest.approx(1.0)
    assert growth(size_of(100), size_of(1_000), 2.0, 2.0) == pytest.approx(0.0)


def test_a_single_question_has_a_median_too() -> None:
    assert milliseconds([0.004]) == {"p50": 4.0, "p95": 4.0}


def test_the_rarest_words_stand_in_the_fewest_chunks_and_somewhere(tmp_path: Path) -> None:
    data = shared_data(tmp_path / "data", abstracts=20, asked=4)
    folder = tmp_path / "kept"
    write_pages(drawn(data, 20), folder / "pages")
    with Assistant.open(home=folder / "home", offline=True) as assistant:
        assistant.ingest([folder / "pages"], page_year=2026)
    with closing(connect(folder / "home" / "catalog.sqlite")) as connection:
        found = rarest_words(connection, 'What does "method3" (of the kiln) need, unheard labels?', 2)
    assert found == ["method3", "kiln"]


def test_a_data_folder_that_is_not_there_is_a_clear_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 1
    assert "judge.jsonl.gz" in capsys.readouterr().err
