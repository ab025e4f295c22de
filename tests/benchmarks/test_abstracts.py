"""Pages and cases made of a data folder."""

from __future__ import annotations

from pathlib import Path

from benchmarks.abstracts import PER_PAGE, dev_cases, dev_questions, drawn, write_pages
from rag import Assistant
from tests.benchmarks.shared_data import shared_data


def test_every_case_names_the_record_of_its_abstract(tmp_path: Path) -> None:
    data = shared_data(tmp_path / "data", abstracts=40, asked=8)
    write_pages(drawn(data, 30), tmp_path / "pages")
    with Assistant.open(home=tmp_path / "home", offline=True) as assistant:
        records = {record.origin: record for record in assistant.parse([tmp_path / "pages"]).records}
    assert len(records) == 30
    cases = dev_cases(data, records.values())
    assert len(cases) == 12  # two of each of six: those of the training part are not asked
    for case in cases:
        number = int(case.id.split("-")[0].removeprefix("2401."))
        assert f"method{number}," in records[case.gold[0]].abstract


def test_a_smaller_draw_begins_a_larger_one_and_has_the_questions_first(tmp_path: Path) -> None:
    data = shared_data(tmp_path, abstracts=40, asked=8)
    assert drawn(data, 30)[:10] == drawn(data, 10)
    assert {row["arxiv_id"] for row in drawn(data, 6)} == {f"2401.{n:05}" for n in (0, 1, 2, 4, 5, 6)}
    assert len(dev_questions(data)) == 12
    assert len(drawn(data, 100)) == 40


def test_pages_of_a_former_draw_do_not_stay(tmp_path: Path) -> None:
    data = shared_data(tmp_path / "data", abstracts=PER_PAGE + 1, asked=2)
    rows = drawn(data, PER_PAGE + 1)
    write_pages(rows, tmp_path / "pages")
    assert len(list((tmp_path / "pages").iterdir())) == 2
    write_pages(rows[:5], tmp_path / "pages")
    assert len(list((tmp_path / "pages").iterdir())) == 1
