"""Rows of data as examples: labels are kept, cropping keeps the evidence, held-out abstracts stay out."""

import gzip
import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.reading_data import Example, Handwritten, cropped, differing, held_out, joined, public


def write(folder, name, rows):
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"set": name, "split": "train", **row}) + "\n" for row in rows)


def test_labels_of_the_public_sets_become_verdicts(tmp_path):
    passage = {"sentences": ["A lake is deep.", "It is cold."]}
    write(tmp_path, "lake", [
        {"task": "support", "claim": "It is cold.", "label": 1, "evidence": [1], **passage},
        {"task": "support", "claim": "It is hot.", "label": 0, "label3": "REFUTES", "evidence": [1], **passage},
        {"task": "support", "claim": "It is wide.", "label": 0, **passage},
        {"task": "answerable", "question": "How wide is it?", "label": 0, **passage},
        {"task": "answer_sentence", "question": "Is it cold?", "label": 1, "evidence": [1], **passage},
        {"task": "support", "claim": "Left out.", "label": 1, "split": "dev", **passage},
    ])  # fmt: skip
    supported, refuted, unknown, unanswerable, answered = public(tmp_path)
    assert [e.verdict for e in (supported, refuted, unknown)] == ["supported", "contradicted", "not supported"]
    assert supported.evidence == refuted.evidence == answered.evidence == {1}
    assert unknown.evidence is None
    assert (unanswerable.answerable, unanswerable.evidence) == (0.0, frozenset())
    assert (answered.task, answered.answerable) == ("question", 1.0)


def test_the_words_that_a_false_twin_changed_are_marked(tmp_path):
    passage = {"passage": "The lake is deep. The net has two layers.", "task": "support"}
    write(tmp_path, "sci_contrast_x", [
        {"claim": "The net has two layers.", "label": 1, "kind": "paraphrase", **passage},
        {"claim": "The net has nine layers.", "label": 0, "kind": "number", **passage},
    ])  # fmt: skip
    true, false = public(tmp_path)
    assert true.wrong == ()
    assert [false.query[start:end] for start, end in false.wrong] == ["nine"]
    assert false.verdict == "contradicted"
    assert true.evidence == false.evidence == {1}


def test_where_words_were_dropped_the_next_one_is_marked():
    false = "It does scale."
    assert [false[start:end] for start, end in differing("It does not scale.", false)] == ["scale."]


@given(st.integers(1, 12), st.data())
def test_cropping_keeps_the_evidence_and_only_sentences_in_a_row(count, data):
    evidence = data.draw(st.frozensets(st.integers(0, count - 1)))
    sentences = tuple(f"s{i}" for i in range(count))
    example = Example(source="x", task="claim", query="q", sentences=sentences, verdict="supported", evidence=evidence)
    cut = cropped(example, random.Random(data.draw(st.integers(0, 50))))
    start = sentences.index(cut.sentences[0])
    assert cut.sentences == sentences[start : start + len(cut.sentences)]
    assert {cut.sentences[i] for i in cut.evidence} == {sentences[i] for i in evidence}


def test_part_of_an_abstract_that_does_not_answer_may_not_even_be_about_it():
    example = Example(
        source="x", task="question", query="q", sentences=tuple("abcdefgh"), relevant=1.0, answerable=0.0,
        evidence=frozenset(),
    )  # fmt: skip
    assert cropped(example, random.Random(0)).relevant is None


def test_one_abstract_in_ten_is_held_out_always_the_same():
    ids = [f"2401.{i:05}" for i in range(5000)]
    share = sum(map(held_out, ids)) / len(ids)
    assert 0.08 < share < 0.12
    assert [held_out(id) for id in ids[:50]] == [held_out(id) for id in ids[:50]]


def test_joined_sentences_keep_names_in_capitals():
    assert joined("It is small.", "BERT is large.", random.Random(3)).endswith("BERT is large.")


ABSTRACTS = {
    "1.1": ("Pebble maps lakes from the air.", "It needs 24 flights over the harbour."),
    "1.2": ("Quay counts boats at night.", "Its camera is cheaper than a radar."),
    "1.3": ("Nothing was ever asked of this sentence about the growth of a river.", "It flows."),
    "1.4": ("This one, too, tells of the depth of a lake and the width of a bay.", "It is salty."),
}
QUESTIONS = {"1.1": "How many flights does Pebble need?", "1.2": "What is cheaper than a radar?"}


@pytest.fixture
def handwritten(tmp_path):
    rows = [
        {
            "arxiv_id": id,
            "split": "train",
            "sentences": ABSTRACTS[id],
            "questions": [{"q": question, "evidence": [1]}],
            "supported": [{"c": f"Two things hold. {question}", "evidence": [1]}],
            "unsupported": [{"c": "It has wheels.", "kind": "invented", "near": [0]}],
        }
        for id, question in QUESTIONS.items()
    ]
    texts = [{"arxiv_id": id, "title": id, "abstract": " ".join(text)} for id, text in ABSTRACTS.items()]
    facts = {"authors": ["Ann Bay"], "month": "2020-01", "categories": ["cs.LG"]}
    for name, data in (("judge", rows), ("claims", []), ("abstracts", [{**text, **facts} for text in texts])):
        write(tmp_path, name, data)
    near = {"questions": list(QUESTIONS.values()), "claims": [row["supported"][0]["c"] for row in rows], "titles": []}
    parts = {f"{kind}_text": np.array(texts) for kind, texts in near.items()}
    parts |= {f"{kind}_near": np.full((len(texts), 3), 2) for kind, texts in near.items()}
    np.savez(tmp_path / "near.npz", ids=np.array(list(ABSTRACTS)), titles_own=np.zeros(0, dtype=int), **parts)
    return Handwritten(tmp_path, tmp_path / "near.npz")


def test_a_passage_that_answers_half_of_a_question_has_part_of_the_answer(handwritten):
    rows = [example for seed in range(6) for example in handwritten.doubles(random.Random(seed), 1.0)]
    answering = [example for example in rows if example.answerable]
    across = [
        example for example in answering if all(part.rstrip("?.")[5:] in example.query for part in QUESTIONS.values())
    ]
    assert {example.sentences for example in across} == {ABSTRACTS["1.1"], ABSTRACTS["1.2"]}
    assert {example.evidence for example in across} == {frozenset({1})}
    assert {example.sentences for example in rows if not example.answerable} == {ABSTRACTS["1.3"]}


def test_sentences_nobody_wrote_claims_of_come_true_and_false(handwritten):
    true, false, *_ = handwritten.contrasts(random.Random(1), 2)
    assert (true.verdict, false.verdict) == ("supported", "contradicted")
    assert true.sentences == false.sentences
    assert true.sentences in (ABSTRACTS["1.3"], ABSTRACTS["1.4"])
    assert false.query[slice(*false.wrong[0])] not in true.sentences[0].split()[:1]


def test_a_reporter_is_no_wrong_word(handwritten):
    claims = [example for seed in range(40) for example in handwritten.claims(random.Random(seed))]
    framed = [
        example for example in claims if example.source == "corrupted" and example.wrong and example.wrong[0][0] > 40
    ]
    assert all(not example.query[slice(*span)].startswith("The") for example in framed for span in example.wrong)
