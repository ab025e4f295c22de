from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.cases import Evidence, read_cases
from evals.fields import CaseError
from rag.schema import Origin, Turn

WHOLE = {
    "id": "f-01",
    "type": "followup",
    "question": "And for how long?",
    "history": [["Who trains Kestrel?", "Ann Ashdown does."]],
    "gold": [{"source": "pages/a.txt", "ordinal": 3}],
    "evidence": [{"source": "pages/a.txt", "ordinal": 3, "quote": "trained for two days"}],
    "nuggets": [{"text": "two days", "regex": "(?i)two days|48 h"}],
    "answer": "For two days.",
    "near": ["a field of a later version"],
}


def written(folder: Path, *rows: object) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_case_is_read_whole(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, WHOLE))
    assert (case.id, case.type, case.question, case.answer) == (
        "f-01",
        "followup",
        "And for how long?",
        "For two days.",
    )
    assert case.history == (Turn("Who trains Kestrel?", "Ann Ashdown does."),)
    assert case.gold == (Origin("pages/a.txt", 3),)
    assert case.evidence == (Evidence(origin=Origin("pages/a.txt", 3), quote="trained for two days"),)
    assert [nugget.text for nugget in case.nuggets if nugget.pattern.search("Two days")] == ["two days"]


def test_what_may_be_missing_is_empty_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    (case,) = read_cases(
        written(tmp_path, "", {"id": "u-1", "type": "unanswerable", "question": "Why?", "gold": []}, "")
    )
    assert (case.history, case.gold, case.evidence, case.nuggets, case.answer) == ((), (), (), (), None)
    assert not case.answerable


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gold": None}, "gold: expected a list, found nothing"),
        ({"gold": [{"source": "a.txt", "ordinal": "3"}]}, 'gold\'s ordinal: expected a whole number from 0, found "3"'),
        ({"gold": [{"ordinal": 3}]}, "gold's source: expected text, found nothing"),
        ({"question": "  "}, 'question: expected text, found "  "'),
        ({"history": [["only a question"]]}, "history: expected a list of [question, answer]"),
        ({"nuggets": [{"text": "two", "regex": "(two"}]}, "a nugget's regex: expected a regular expression"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line_with_what_was_expected_and_found(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    path = written(tmp_path, WHOLE, {**WHOLE, "id": "f-02", **change})
    with pytest.raises(CaseError) as raised:
        read_cases(path)
    assert raised.value.message.startswith(f"{path}:2: {said}")


def test_a_row_that_is_no_json_is_named_by_file_and_line(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE, "{not json")
    with pytest.raises(CaseError, match=r"expected a JSON object, found \{not json") as raised:
        read_cases(path)
    assert f"{path}:2:" in raised.value.message


def test_a_line_separator_inside_a_text_does_not_end_the_row(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    row = {**WHOLE, "question": "One\u2028two?"}
    path.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert read_cases(path)[0].question == "One\u2028two?"


@pytest.mark.parametrize(("rows", "said"), [((), "holds no case"), ((WHOLE, WHOLE), "'f-01' stands twice")])
def test_a_file_without_cases_or_with_one_id_twice_is_an_error(
    tmp_path: Path, rows: tuple[object, ...], said: str
) -> None:
    with pytest.raises(CaseError, match=said):
        read_cases(written(tmp_path, *rows))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="cannot be read"):
        read_cases(tmp_path / "none.jsonl")
