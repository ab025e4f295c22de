from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow


def test_ingest_reports_what_it_did_and_the_same_again_changes_nothing(
    rag, pages: Path, tmp_path: Path, contract: ModuleType
):
    first = rag("ingest", pages, "--home", tmp_path / "home", "--json")
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert contract.problems(report, contract.INGEST) == []
    assert (report["files"], report["added"], report["removed"]) == (2, report["records"], 0)
    again = json.loads(rag("ingest", pages, "--home", tmp_path / "home", "--json").stdout)
    assert (again["added"], again["updated"], again["removed"]) == (0, 0, 0)
    assert again["unchanged"] == report["records"]


def test_ingest_is_silent_on_stderr_in_a_pipe_but_for_what_must_be_known(rag, pages: Path, tmp_path: Path):
    done = rag("ingest", pages / "ashdown.txt", "--home", tmp_path / "home")
    assert done.returncode == 0
    assert "The index holds 1 file" in done.stdout
    assert done.stderr == ""


def test_what_cannot_be_read_is_named_and_the_rest_is_ingested(rag, pages: Path, tmp_path: Path):
    (tmp_path / "empty.txt").touch()
    done = rag("ingest", pages, tmp_path / "empty.txt", tmp_path / "none.txt", "--home", tmp_path / "home", "--json")
    assert done.returncode == 0
    assert {each["source"] for each in json.loads(done.stdout)["rejected"]} == {"empty.txt", "none.txt"}
    assert "empty.txt" in done.stderr
    assert "none.txt" in done.stderr


def test_the_bundled_pages_are_ingested_without_a_path(rag, tmp_path: Path):
    done = rag("ingest", "--sample", "--home", tmp_path / "home", "-q")
    assert done.returncode == 0, done.stderr
    sources = {
        page["source"] for page in json.loads(rag("status", "--home", tmp_path / "home", "--json").stdout)["pages"]
    }
    assert sources
    assert all(source.startswith("sample/") for source in sources)


def test_parse_prints_the_records_that_ingest_sees_and_needs_no_index(
    rag, pages: Path, tmp_path: Path, sample_home: Path, contract: ModuleType, json_lines
):
    done = rag("parse", pages, "--jsonl", "--home", tmp_path / "none")
    assert done.returncode == 0
    parsed = json_lines(done.stdout)
    assert [problem for record in parsed for problem in contract.record_problems(record)] == []
    listed = json_lines(rag("list", "--records", "--jsonl", "--home", sample_home).stdout)
    assert parsed == listed
    assert not (tmp_path / "none").exists()
    assert json.loads(rag("parse", pages, "--json").stdout) == parsed


def test_list_prints_works_as_lines_as_one_value_as_a_count_and_as_bibtex(
    rag, sample_home: Path, contract: ModuleType, json_lines
):
    works = json_lines(rag("list", "--jsonl", "--home", sample_home).stdout)
    assert [problem for work in works for problem in contract.record_problems(work)] == []
    assert json.loads(rag("list", "--json", "--home", sample_home).stdout) == works
    assert rag("list", "--count", "--home", sample_home).stdout == f"{len(works)}\n"
    assert rag("list", "--bibtex", "--home", sample_home).stdout.count("\n@") == len(works) - 1


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["--author", "Ashdown"], 2),
        (["--author", "Ashdown", "--author", "Okafor"], 1),
        (["--year", "2023"], 1),
        (["--after", "2022-01-04"], 1),
        (["--before", "2022"], 1),
        (["--has-code"], 1),
        (["--source", "listing.txt"], 4),
        (["--author", "Nobody"], 0),
    ],
)
def test_list_takes_filters(rag, sample_home: Path, flags: list[str], expected: int):
    done = rag("list", "--count", *flags, "--home", sample_home)
    assert (done.returncode, done.stdout) == (0, f"{expected}\n"), done.stderr


def test_works_are_counted_by_year_with_those_that_do_not_say(rag, sample_home: Path):
    done = rag("list", "--group-by", "year", "--home", sample_home, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "by": "year",
        "groups": [{"value": "2022", "works": 1}, {"value": "2023", "works": 1}],
        "works": 5,
        "unknown": 3,
        "cut_short": 0,
        "alike": [],
    }
    plain = rag("list", "--group-by", "year", "--home", sample_home).stdout
    assert plain == "1  2022\n1  2023\n3  (the page does not say)\n\n5 works, 2 years\n"


def test_works_are_counted_by_author_within_limits_and_the_sums_are_explained(rag, sample_home: Path):
    plain = rag("list", "--group-by", "author", "--author", "Ashdown", "--home", sample_home).stdout
    assert plain.splitlines() == [
        "2  Ann Ashdown",
        "1  Bo Bergström",
        "1  Chidi Okafor",
        "",
        "2 works, 3 authors",
        "A work counts once for each author: the counts add up to 4.",
        "Of 1 work the page leaves authors out (et al.).",
    ]


def test_a_work_on_two_pages_counts_for_each_of_them(rag, sample_home: Path, json_lines):
    lines = json_lines(rag("list", "--group-by", "source", "--jsonl", "--home", sample_home).stdout)
    assert lines == [{"value": "listing.txt", "works": 4}, {"value": "ashdown.txt", "works": 2}]
    lines = json_lines(rag("list", "--group-by", "category", "--jsonl", "--home", sample_home).stdout)
    assert lines[-1] == {"value": None, "works": 3}


def test_groups_can_be_counted(rag, sample_home: Path):
    done = rag("list", "--group-by", "author", "--count", "--year", "2022", "--home", sample_home)
    assert done.stdout == "2\n"


@pytest.mark.parametrize(
    "flags",
    [
        ["--group-by", "colour"],
        ["--group-by", "year", "--records"],
        ["--group-by", "year", "--bibtex"],
        ["--author", ""],
    ],
)
def test_a_list_that_cannot_be_made_is_refused(rag, sample_home: Path, flags: list[str]):
    done = rag("list", *flags, "--home", sample_home, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["hint"]


def test_a_list_names_the_works_whose_pages_do_not_say(rag, sample_home: Path):
    done = rag("list", "--has-code", "--count", "--home", sample_home)
    assert done.stdout == "1\n"
    assert done.stderr == "of 4 more works the pages do not say whether they meet the limits\n"


@pytest.mark.parametrize(
    "form", [[], ["--json"], ["--jsonl"], ["--count"], ["--bibtex"], ["--records"], ["--group-by", "year"]]
)
def test_an_empty_list_says_which_limit_emptied_it(rag, sample_home: Path, form: list[str]):
    done = rag("list", "--author", "Ann Ashtown", *form, "--home", sample_home)
    assert done.returncode == 0
    assert done.stderr == (
        "warning: nothing meets the limits: no work is by “Ann Ashtown” (nearest: “Ann Ashdown”);"
        " of 4 works the pages do not say\n"
    )
    quiet = rag("list", "--author", "Ann Ashtown", *form, "--home", sample_home, "-q")
    assert (quiet.stdout, quiet.stderr) == (done.stdout, "")


def test_show_is_always_a_list_in_json(rag, sample_home: Path, contract: ModuleType, json_lines):
    key = json_lines(rag("list", "--jsonl", "--author", "Okafor", "--home", sample_home).stdout)[0]["key"]
    (shown,) = json.loads(rag("show", key, "--json", "--home", sample_home).stdout)
    assert contract.record_problems(shown) == []
    assert shown["key"] == key
    assert shown["authors"] == ["Ann Ashdown", "Chidi Okafor"]
    plain = rag("show", key, "--home", sample_home).stdout
    assert "Ann Ashdown, Chidi Okafor" in plain
    assert shown["abstract"] in plain
    assert rag("show", key, "--bibtex", "--home", sample_home).stdout.startswith("@")


def test_an_unknown_key_is_an_error(rag, sample_home: Path):
    done = rag("show", "nobody1999-nothing-0000", "--home", sample_home, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "unknown_key"


def test_forget_deletes_only_after_a_yes(rag, pages: Path, tmp_path: Path, contract: ModuleType):
    home = tmp_path / "home"
    before = json.loads(rag("ingest", pages, "--home", home, "--json").stdout)
    refused = rag("forget", "listing.txt", "--home", home)
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    report = json.loads(rag("forget", "listing.txt", "--yes", "--home", home, "--json").stdout)
    assert contract.problems(report, contract.INGEST) == []
    assert (report["files"], report["removed"]) == (1, 4)
    assert report["records"] == before["records"] - 4
    assert rag("forget", "listing.txt", "--yes", "--home", home).returncode == 1


def test_prune_forgets_what_is_gone_under_the_folder_alone(rag, tmp_path: Path, pages: Path):
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
        for page in pages.iterdir():
            (tmp_path / name / f"{name}-{page.name}").write_bytes(page.read_bytes())
    home = tmp_path / "home"
    assert rag("ingest", tmp_path / "in", tmp_path / "out", "--home", home).returncode == 0
    (tmp_path / "in/in-listing.txt").unlink()
    (tmp_path / "out/out-listing.txt").unlink()
    kept = json.loads(rag("ingest", tmp_path / "in", "--home", home, "--json").stdout)
    assert kept["files"] == 4
    refused = rag("ingest", tmp_path / "in", "--prune", "--home", home)
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    pruned = json.loads(rag("ingest", tmp_path / "in", "--prune", "--yes", "--home", home, "--json").stdout)
    assert (pruned["files"], pruned["removed"]) == (3, 4)


def test_status_summarises_the_index_page_by_page(rag, sample_home: Path):
    status = json.loads(rag("status", "--home", sample_home, "--json").stdout)
    assert status["files"] == 2
    assert [page["source"] for page in status["pages"]] == ["ashdown.txt", "listing.txt"]
    plain = rag("status", "--home", sample_home).stdout
    assert "listing.txt" in plain
    assert str(sample_home) in plain
    assert rag("status", "--path", "--home", sample_home).stdout == f"{sample_home}\n"
