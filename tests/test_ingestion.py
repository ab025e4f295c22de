"""What an ingest promises, through the Assistant, on a real index."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant
from rag.config import load_settings
from rag.errors import ConfigError, IndexMissingError, IndexStaleError, NothingToIngestError, UnknownKeyError
from rag.schema import IngestReport

LANTERN = (
    "Lantern: Pruning Attention Heads by Their Entropy",
    "Attention heads differ widely in how sharply they look. We introduce Lantern, which removes the heads whose"
    " entropy stays high during training. On three translation tasks Lantern drops 40 of 96 heads and loses 0.2 BLEU.",
)
MARMOT = (
    "Marmot: Sleeping Experts for Streaming Speech Recognition",
    "Streaming recognisers must answer within a few hundred milliseconds. Marmot keeps most experts of a mixture asleep"
    " and wakes one for each speaker. It halves the energy of a recogniser at the same word error rate.",
)
TUNDRA = (
    "Tundra: A Benchmark of Frozen Features",
    "Frozen features are often compared on images alone. Tundra collects 31 tasks over images, audio and tables. We"
    " find that no single encoder is best on more than nine of them.",
)


def listing(*papers: tuple[str, str]) -> str:
    """A search listing: one line a title, the next line its abstract."""
    return "\n".join(line for paper in papers for line in paper) + "\n"


def write(path: Path, *papers: tuple[str, str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(listing(*papers), encoding="utf-8")
    return path


def changes(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with Assistant.open(home=tmp_path / "home", offline=True) as opened:
        yield opened


def sources(assistant: Assistant) -> list[str]:
    return [page["source"] for page in assistant.status().to_dict()["pages"]]


def test_the_same_files_again_change_nothing(assistant: Assistant, tmp_path: Path) -> None:
    write(tmp_path / "pages/one.txt", LANTERN, MARMOT)
    first = assistant.ingest([tmp_path / "pages"])
    generation = assistant.status().generation
    again = assistant.ingest([tmp_path / "pages"])
    assert changes(first) == (2, 0, 0, 0)
    assert changes(again) == (0, 0, 2, 0)
    assert assistant.status().generation == generation
    assert (again.files, again.records, again.works) == (1, 2, 2)


def test_a_changed_file_replaces_its_records_and_keys_stay(assistant: Assistant, tmp_path: Path) -> None:
    page = write(tmp_path / "pages/one.txt", LANTERN, MARMOT)
    assistant.ingest([page])
    key = next(work.key for work in assistant.works() if work.title == LANTERN[0])
    write(page, LANTERN, TUNDRA)
    report = assistant.ingest([page])
    assert changes(report) == (0, 1, 1, 0)
    assert {work.title for work in assistant.works()} == {LANTERN[0], TUNDRA[0]}
    assert assistant.show([key])[0].title == LANTERN[0]


def test_two_files_of_one_name_both_stay_under_the_shortest_endings_that_differ(
    assistant: Assistant, tmp_path: Path
) -> None:
    first = write(tmp_path / "spring/page.txt", LANTERN)
    second = write(tmp_path / "autumn/page.txt", MARMOT)
    assistant.ingest([first])
    assert sources(assistant) == ["page.txt"]
    assistant.ingest([second])
    assert sources(assistant) == ["autumn/page.txt", "spring/page.txt"]
    assert {record.origin.source for record in assistant.records()} == {"autumn/page.txt", "spring/page.txt"}
    assert len(assistant.works()) == 2


def test_the_same_paper_on_two_pages_is_one_work_with_both_origins(assistant: Assistant, tmp_path: Path) -> None:
    write(tmp_path / "pages/a.txt", LANTERN, MARMOT)
    write(tmp_path / "pages/b.txt", TUNDRA, LANTERN)
    report = assistant.ingest([tmp_path / "pages"])
    assert (report.records, report.works) == (4, 3)
    work = next(work for work in assistant.works() if work.title == LANTERN[0])
    assert [(origin.source, origin.ordinal) for origin in work.origins] == [("a.txt", 0), ("b.txt", 1)]


def test_prune_forgets_gone_pages_under_the_folder_and_nothing_outside_it(assistant: Assistant, tmp_path: Path) -> None:
    write(tmp_path / "in/one.txt", LANTERN)
    gone = write(tmp_path / "in/two.txt", MARMOT)
    outside = write(tmp_path / "out/three.txt", TUNDRA)
    assistant.ingest([tmp_path / "in", tmp_path / "out"])
    gone.unlink()
    outside.unlink()
    assert changes(assistant.ingest([tmp_path / "in"])) == (0, 0, 1, 0)
    assert changes(assistant.ingest([tmp_path / "in"], prune=True)) == (0, 0, 1, 1)
    assert sources(assistant) == ["one.txt", "three.txt"]


def test_a_page_that_can_no_longer_be_read_keeps_its_records(assistant: Assistant, tmp_path: Path) -> None:
    page = write(tmp_path / "pages/one.txt", LANTERN)
    write(tmp_path / "pages/two.txt", MARMOT)
    assistant.ingest([tmp_path / "pages"])
    page.write_bytes(b"\x00\x01\x02" * 500)
    report = assistant.ingest([tmp_path / "pages"])
    assert [source for source, _ in report.rejected] == ["one.txt"]
    assert {work.title for work in assistant.works()} == {LANTERN[0], MARMOT[0]}


def test_a_folder_that_moved_is_the_same_pages(assistant: Assistant, tmp_path: Path) -> None:
    write(tmp_path / "old/one.txt", LANTERN)
    assistant.ingest([tmp_path / "old"])
    (tmp_path / "old").rename(tmp_path / "new")
    report = assistant.ingest([tmp_path / "new"])
    assert changes(report) == (0, 0, 1, 0)
    assert sources(assistant) == ["one.txt"]
    (tmp_path / "new/one.txt").unlink()
    write(tmp_path / "new/two.txt", MARMOT)
    assert changes(assistant.ingest([tmp_path / "new"], prune=True)) == (1, 0, 0, 1)


AUTHOR_PAGE = """LGMar 28
Lantern: Pruning Attention Heads by Their EntropyIda Norrby, Teo Quill et al. · uppsala
Attention heads differ widely in how sharply they look. We introduce Lantern, which removes the heads.
CLDec 2, 2021Code
Marmot: Sleeping Experts for Streaming Speech RecognitionIda Norrby, Samir Vance
Streaming recognisers must answer within a few hundred milliseconds. Marmot keeps most experts asleep.
CVJul 9, 2020
Tundra: A Benchmark of Frozen FeaturesJune Okafor, Ida Norrby, Teo Quill et al.
Frozen features are often compared on images alone. Tundra collects 31 tasks over images, audio and tables.
"""


def test_a_missing_year_is_the_files_own_and_is_kept_for_the_same_bytes(assistant: Assistant, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(AUTHOR_PAGE, encoding="utf-8")
    os.utime(page, (1_700_000_000, 1_700_000_000))  # November 2023
    notes: list[str] = []
    assistant.ingest([page], notes=notes.append)
    assert any("2023" in note and "page.txt" in note for note in notes)
    assert "2023-03-28" in {str(record.published) for record in assistant.records()}
    os.utime(page, (1_770_000_000, 1_770_000_000))  # 2026
    assert changes(assistant.ingest([page])) == (0, 0, 3, 0)
    assert "2023-03-28" in {str(record.published) for record in assistant.records()}
    notes.clear()
    assert changes(assistant.ingest([page], page_year=2019, notes=notes.append)) == (0, 1, 2, 0)
    assert notes == ["page.txt: 1 date without a year taken as 2019"]
    assert "2019-03-28" in {str(record.published) for record in assistant.records()}


def test_a_page_is_known_by_the_name_it_is_given_or_by_its_author(assistant: Assistant, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(AUTHOR_PAGE, encoding="utf-8")
    assistant.ingest([page], page_year=2024)
    assert assistant.status().to_dict()["pages"][0]["name"] == "Ida Norrby"
    assistant.ingest([page], page_names={"page.txt": "Norrby group"})
    assert assistant.status().to_dict()["pages"][0]["name"] == "Norrby group"
    assistant.ingest([page])
    assert assistant.status().to_dict()["pages"][0]["name"] == "Norrby group"


def test_a_page_name_for_a_file_that_is_not_read_is_an_error(assistant: Assistant, tmp_path: Path) -> None:
    page = write(tmp_path / "page.txt", LANTERN)
    with pytest.raises(ConfigError, match=r"other\.txt"):
        assistant.ingest([page], page_names={"other.txt": "X"})


def test_forgetting_an_unknown_page_removes_none(assistant: Assistant, tmp_path: Path) -> None:
    write(tmp_path / "pages/one.txt", LANTERN)
    assistant.ingest([tmp_path / "pages"])
    with pytest.raises(UnknownKeyError, match=r"two\.txt"):
        assistant.forget(["one.txt", "two.txt"])
    assert sources(assistant) == ["one.txt"]
    report = assistant.forget(["one.txt"])
    assert (report.removed, report.files, report.works) == (1, 0, 0)


@pytest.mark.parametrize("make", ["nothing", "folder", "empty", "binary"])
def test_when_nothing_can_be_read_the_old_index_stands(assistant: Assistant, tmp_path: Path, make: str) -> None:
    good = write(tmp_path / "good.txt", LANTERN)
    assistant.ingest([good])
    bad = tmp_path / "bad"
    if make == "folder":
        bad.mkdir()
    elif make == "empty":
        bad.write_bytes(b"")
    elif make == "binary":
        bad.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(NothingToIngestError) as caught:
        assistant.ingest([bad])
    assert caught.value.hint
    assert "\n" not in caught.value.message
    assert [work.title for work in assistant.works()] == [LANTERN[0]]


def test_parse_gives_the_records_and_keys_of_a_fresh_index_without_one(tmp_path: Path) -> None:
    write(tmp_path / "pages/a.txt", LANTERN, MARMOT)
    with Assistant.open(home=tmp_path / "home", offline=True) as assistant:
        parsed = assistant.parse([tmp_path / "pages"])
        assert not (tmp_path / "home").exists()
        assistant.ingest([tmp_path / "pages"])
        assert list(parsed.records) == assistant.records()


def test_two_homes_fed_the_same_pages_hold_the_same(tmp_path: Path) -> None:
    write(tmp_path / "pages/a.txt", LANTERN, MARMOT, TUNDRA)
    shutil.copytree(tmp_path / "pages", tmp_path / "elsewhere")
    rankings = []
    for home, pages in (("one", "pages"), ("two", "elsewhere")):
        with Assistant.open(home=tmp_path / home, offline=True) as assistant:
            assistant.ingest([tmp_path / pages])
            answer = assistant.ask("Which benchmark compares frozen features?")
            found = assistant.search("speech recognition energy")
            rankings.append(([(r.work.key, round(r.score, 6)) for r in found], answer.text, answer.receipt.index))
    assert rankings[0] == rankings[1]


def test_without_an_index_every_question_says_to_ingest(tmp_path: Path) -> None:
    with Assistant.open(home=tmp_path / "nothing", offline=True) as assistant:
        with pytest.raises(IndexMissingError) as caught:
            assistant.ask("Which benchmark compares frozen features?")
        assert "rag ingest" in caught.value.hint
        with pytest.raises(IndexMissingError):
            assistant.search("anything")
        with pytest.raises(IndexMissingError):
            assistant.works()


def test_the_bundled_pages_can_be_ingested_and_forgotten(assistant: Assistant) -> None:
    report = assistant.ingest([], sample=True)
    assert report.files == 5
    assert all(source.startswith("sample/") for source in sources(assistant))
    assert changes(assistant.ingest([], sample=True)) == (0, 0, report.records, 0)
    assert assistant.forget(sources(assistant)).files == 0


def test_the_reason_for_a_rejected_file_does_not_name_it_again(assistant: Assistant, tmp_path: Path) -> None:
    write(tmp_path / "pages/one.txt", LANTERN)
    (tmp_path / "pages/blank.txt").write_text(" \n\n\t\n")
    assert assistant.ingest([tmp_path / "pages"]).rejected == (("blank.txt", "empty"),)


def test_forgetting_with_another_embedder_changes_nothing(assistant: Assistant, tmp_path: Path) -> None:
    write(tmp_path / "pages/one.txt", LANTERN)
    assistant.ingest([tmp_path / "pages"])
    settings = load_settings({"home": tmp_path / "home", "offline": True, "index.chunk_words": 90})
    with Assistant.open(settings=settings) as other, pytest.raises(IndexStaleError):
        other.forget(["one.txt"])
    assert sources(assistant) == ["one.txt"]


def test_the_same_files_again_bring_back_vectors_that_were_lost(assistant: Assistant, tmp_path: Path) -> None:
    write(tmp_path / "pages/one.txt", LANTERN, MARMOT)
    assistant.ingest([tmp_path / "pages"])
    assistant.close()
    shutil.rmtree(tmp_path / "home/chroma")
    assert changes(assistant.ingest([tmp_path / "pages"])) == (0, 0, 2, 0)
    assert (tmp_path / "home/chroma/chroma.sqlite3").is_file()
