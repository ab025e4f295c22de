"""Files and folders → pages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.corpus.pages import assign_sources, decode, find_files, latest_year, read_page
from rag.errors import PageUnreadableError


def write(path: Path, content: str | bytes = "A page.\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_folder_is_searched_and_sources_are_relative_to_it(tmp_path: Path) -> None:
    write(tmp_path / "pages" / "b.txt")
    write(tmp_path / "pages" / "deep" / "a.md")
    write(tmp_path / "pages" / "README")
    files, rejected = find_files([tmp_path / "pages"])
    assert [file.wanted for file in files] == ["README", "b.txt", "deep/a.md"]
    assert all(file.path.is_absolute() for file in files)
    assert rejected == []


def test_a_file_given_by_name_has_its_bare_name_as_source(tmp_path: Path) -> None:
    files, _ = find_files([write(tmp_path / "deep" / "page.log")])
    assert [file.wanted for file in files] == ["page.log"]


def test_a_file_given_twice_is_found_once(tmp_path: Path) -> None:
    page = write(tmp_path / "a.txt")
    files, _ = find_files([page, tmp_path, page])
    assert len(files) == 1


def test_hidden_files_and_folders_are_skipped(tmp_path: Path) -> None:
    write(tmp_path / ".hidden.txt")
    write(tmp_path / ".git" / "a.txt")
    write(tmp_path / "seen.txt")
    files, rejected = find_files([tmp_path])
    assert [file.wanted for file in files] == ["seen.txt"]
    assert rejected == []


def test_what_cannot_be_read_is_rejected_with_its_reason(tmp_path: Path) -> None:
    write(tmp_path / "empty.txt", b"")
    write(tmp_path / "image.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    write(tmp_path / "page.html", "<p>A page</p>")
    write(tmp_path / "photo.png", b"\x89PNG")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    files, rejected = find_files([tmp_path, tmp_path / "missing.txt"])
    assert files == []
    assert dict(rejected) == {
        "broken.txt": "no such file",
        "empty.txt": "empty",
        "image.txt": "binary",
        "missing.txt": "no such file",
        "page.html": "not a format that is read yet",
        "photo.png": "not a format that is read yet",
        "pipe.txt": "not a regular file",
    }


def test_a_folder_without_pages_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    files, rejected = find_files([tmp_path / "empty"])
    assert files == []
    assert [reason for _, reason in rejected] == ["no pages in this folder"]


def test_links_that_loop_end_the_search_and_a_linked_file_counts_once(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "alias.txt").symlink_to(tmp_path / "a.txt")
    files, _ = find_files([tmp_path])
    assert [file.wanted for file in files] == ["a.txt"]


def test_the_order_of_paths_does_not_change_what_is_found(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one.txt"), write(tmp_path / "two.txt")
    assert find_files([one, two]) == find_files([two, one])


def test_sources_that_nobody_shares_stay_as_wanted() -> None:
    assert assign_sources({"/x/a.txt": "a.txt", "/x/b.txt": "b.txt"}) == {"/x/a.txt": "a.txt", "/x/b.txt": "b.txt"}


def test_files_that_share_a_source_get_the_shortest_endings_that_differ() -> None:
    assigned = assign_sources({"/x/one/in/a.txt": "a.txt", "/x/two/in/a.txt": "a.txt", "/x/b.txt": "b.txt"})
    assert assigned == {"/x/one/in/a.txt": "one/in/a.txt", "/x/two/in/a.txt": "two/in/a.txt", "/x/b.txt": "b.txt"}


def test_an_ending_that_a_third_file_wants_is_made_longer() -> None:
    assigned = assign_sources({"/p/in/a.txt": "a.txt", "/q/on/a.txt": "a.txt", "/r/in/a.txt": "in/a.txt"})
    assert len(set(assigned.values())) == 3


@pytest.mark.parametrize(
    "data",
    [
        "naïve – Łódź".encode(),
        b"\xef\xbb\xbf" + "naïve – Łódź".encode(),
        "naïve – Łódź".encode("utf-16"),
        "\ufeffnaïve – Łódź".encode("utf-16-be"),
    ],
)
def test_a_page_is_decoded_by_its_byte_order_mark_or_as_utf_8(data: bytes) -> None:
    assert decode(data, "page").lstrip("\ufeff") == "naïve – Łódź"


def test_what_is_not_utf_8_is_windows_1252() -> None:
    assert decode("“naïve” – caf\u00e9".encode("cp1252"), "page") == "“naïve” – café"


def test_utf_8_cut_in_the_middle_of_a_character_stays_utf_8() -> None:
    assert decode("Łódź, Gdańsk, Kraków, Łódź".encode()[:-1], "page").startswith("Łódź, Gdańsk, Kraków, Łód")


def test_line_ends_are_line_feeds() -> None:
    assert decode(b"one\r\ntwo\rthree\n", "page") == "one\ntwo\nthree\n"


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b" \n\t", "empty"), (b"\x00\x01\x02text", "binary")])
def test_empty_and_binary_pages_are_unreadable(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(PageUnreadableError, match=reason) as raised:
        read_page(write(tmp_path / "page.txt", data), "page.txt")
    assert raised.value.hint


def test_missing_files_folders_and_pipes_are_unreadable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "pipe"):
        with pytest.raises(PageUnreadableError):
            read_page(path, path.name)


def test_a_page_knows_its_digest_path_and_name(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one.txt", "Same words."), write(tmp_path / "two.txt", "Same words.")
    page = read_page(one, "one.txt", page_year=2020, name="Ada Roe")
    assert page.digest == read_page(two, "two.txt").digest
    assert (page.path, page.page_year, page.name) == (str(one), 2020, "Ada Roe")


def test_the_page_year_is_the_files_when_the_page_names_no_later_one(tmp_path: Path) -> None:
    page = write(tmp_path / "page.txt", "A title\nMar 3, 2015\n")
    os.utime(page, (1_600_000_000, 1_600_000_000))  # 2020
    assert read_page(page, "page.txt").page_year == 2020


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("LGMar 3, 2023Code", 2023),
        ("2023-04-05", 2023),
        ("Published in August 2022 by the society, after two rounds of review that took a whole year.", 2022),
        ("Accepted at ICML 2024", 2024),
        ("We train on 2048 tokens and 2021 images with 2022 labels.", 2001),
        ("By March 2090 the sea may have risen by a metre, say the authors of the report we build on here.", 2001),
        ("Mar 28", 2001),
    ],
)
def test_years_count_where_they_date_something(line: str, year: int) -> None:
    assert latest_year(line, 2001) == year
