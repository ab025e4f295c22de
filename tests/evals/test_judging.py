from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.fields import CaseError
from evals.judging import Passage, read_abstracts, read_answers, read_grounding
from tests.evals.labelled import ABSTRACTS, ANSWERS, PEBBLES, TIDES, claims_of, data_folder, packed, questions_of


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6), st.text(max_size=12))
def test_each_sentence_of_a_passage_stands_where_its_span_says(sentences: list[str], title: str) -> None:
    passage = Passage(sentences=tuple(sentences), title=title)
    for sentence, span in zip(passage.sentences, passage.spans, strict=True):
        assert (span.of(passage.text) if span else "") == sentence


def test_a_title_is_a_first_line_of_its_own() -> None:
    assert Passage(title="Tides \n of Attention", sentences=("One.", "Two.")).text == "Tides of Attention\n\nOne. Two."
    assert Passage(sentences=("One.",)).text == "One."


def test_an_abstract_gives_its_claims_and_questions(tmp_path: Path) -> None:
    first, *_ = read_abstracts(packed(tmp_path / "judge.jsonl.gz", ABSTRACTS))
    assert (first.id, first.split, first.passage.sentences) == ("a1", "dev", tuple(TIDES))
    assert [(claim.supported, claim.kind) for claim in first.claims] == [
        (True, ""),
        (True, ""),
        (False, "negation"),
        (False, "invented"),
    ]
    assert [(asked.kind, asked.answerable, asked.evidence) for asked in first.questions] == [
        ("fact", True, frozenset({0})),
        ("why_how", True, frozenset({2})),
        ("near", False, None),
    ]


def test_rows_of_claims_alone_have_no_questions(tmp_path: Path) -> None:
    row = {name: value for name, value in ABSTRACTS[0].items() if name not in ("questions", "unanswerable")}
    (found,) = read_abstracts(packed(tmp_path / "claims.jsonl.gz", [row]))
    assert (len(found.claims), found.questions) == (4, ())


def test_a_sentence_of_an_answer_is_judged_without_its_marks(tmp_path: Path) -> None:
    sentences = read_answers(packed(tmp_path / "answers.jsonl.gz", ANSWERS))
    assert sentences[0].claim == "Attention rises and falls like tides."
    assert sentences[4].claim == "Forty kings measure pies."
    assert (sentences[3].cited, sentences[3].right, sentences[3].flaw) == ((7,), frozenset({1}), "nonexistent citation")
    assert [passage.sentences for passage in sentences[0].passages] == [tuple(TIDES), tuple(PEBBLES)]


def test_public_sets_are_read_by_split_and_task(tmp_path: Path) -> None:
    folder = data_folder(tmp_path) / "grounding"
    dev, train = read_grounding(folder, "dev"), read_grounding(folder, "train")
    assert {row.set for row in dev.claims} == {"houses", "huts"}
    assert len(dev.claims) + len(train.claims) == 27
    assert len(dev.answerable) + len(train.answerable) == 12
    assert all(row.evidence == {0} and row.answerable for row in dev.sentences)
    assert not {row.group for row in dev.answerable} & {row.group for row in train.answerable}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": 3}, "title: expected text, found 3"),
        ({"sentences": []}, r"sentences: expected sentences, found \[\]"),
        ({"sentences": ["one", 2]}, "sentences: expected a list of texts"),
        ({"split": "test"}, 'split: expected one of train, dev, found "test"'),
        ({"questions": [{"q": "?", "kind": "fact", "evidence": [3]}]}, "evidence: expected a whole number from 0 to 2"),
        ({"unsupported": [{"c": "No.", "kind": "lie"}]}, "kind: expected one of contradiction"),
        ({"supported": ["a claim"]}, "supported: expected an object"),
        ({"unanswerable": [""]}, "unanswerable: expected text"),
    ],
)
def test_a_bad_abstract_is_named_by_file_and_line(tmp_path: Path, change: dict[str, object], said: str) -> None:
    path = packed(tmp_path / "judge.jsonl.gz", [ABSTRACTS[0], {**ABSTRACTS[1], **change}])
    with pytest.raises(CaseError, match=f"judge.jsonl.gz:2: {said}"):
        read_abstracts(path)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**claims_of("houses", 1)[0], "label": 2}, "label: expected a whole number from 0 to 1, found 2"),
        ({**claims_of("houses", 1)[0], "task": "guess"}, "task: expected one of support"),
        ({**questions_of("boats", 2)[2], "split": "dev", "evidence": [2]}, "evidence: expected a whole number"),
    ],
)
def test_a_bad_row_of_a_set_is_named_by_file_and_line(tmp_path: Path, row: dict[str, object], said: str) -> None:
    packed(tmp_path / "bad.jsonl.gz", [{**row, "split": "dev"}])
    with pytest.raises(CaseError, match=f"bad.jsonl.gz:1: {said}"):
        read_grounding(tmp_path, "dev")


def test_files_that_cannot_be_read_are_errors_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b"{}" * 99)[:-9])
    (tmp_path / "plain.jsonl.gz").write_text("{}")
    for name in ("cut.jsonl.gz", "plain.jsonl.gz", "none.jsonl.gz"):
        with pytest.raises(CaseError, match="cannot be read") as raised:
            read_abstracts(tmp_path / name)
        assert raised.value.hint
    with pytest.raises(CaseError, match=r"holds no \.jsonl"):
        read_grounding(tmp_path / "nowhere", "dev")
