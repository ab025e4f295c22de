"""Training the reader: what goes in, and that an interrupted run ends as an uninterrupted one."""

import argparse
import random

import pytest

torch = pytest.importorskip("torch", reason="torch, which only training needs, is not installed")

from tokenizers import Tokenizer  # noqa: E402

from rag.models import onnx  # noqa: E402
from training.reading_data import Example  # noqa: E402
from training.reading_model import CLS, SEP, TASKS, Pieces, ReadingModel, collate, losses, sentence_logits  # noqa: E402
from training.train_reader import Plan, Run, batches  # noqa: E402

pytestmark = pytest.mark.slow

CLAIM = Example(
    source="x", task="claim", query="The lake is hot.", sentences=("The lake is deep.", "It is cold."), heading="Lakes",
    verdict="contradicted", evidence=frozenset({1}), wrong=((12, 15),),
)  # fmt: skip
QUESTION = Example(
    source="x", task="question", query="How cold is it?", sentences=("The lake is deep.", "It is cold."),
    relevant=1.0, answerable=0.0, evidence=frozenset(),
)  # fmt: skip


@pytest.fixture(scope="module")
def pieces():
    tokenizer = Tokenizer.from_file(str(onnx.FOLDER / "embedder-tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Pieces(tokenizer)


def test_a_pair_is_encoded_as_the_package_reads_it(pieces):
    row = pieces(CLAIM, random.Random(0))
    assert row.ids[:2] == [CLS, TASKS["claim"]]
    assert row.ids[-1] == SEP
    assert row.ids.count(SEP) == 2
    assert sorted(set(row.sentence)) == [-1, 0, 1]
    assert row.evidence == [0.0, 1.0]
    assert row.wrong == [0.0, 0.0, 0.0, 1.0, 0.0]


def test_a_long_passage_keeps_the_sentences_around_its_evidence(pieces):
    long = Example(
        source="x", task="claim", query="q", sentences=tuple(f"number {i} " * 20 for i in range(40)),
        verdict="supported", evidence=frozenset({33}),
    )  # fmt: skip
    for seed in range(10):
        row = pieces(long, random.Random(seed))
        assert len(row.ids) <= 320
        assert sum(row.evidence) == 1.0


def test_what_is_not_known_costs_nothing(pieces):
    model = ReadingModel().eval()
    unknown = Example(source="x", task="question", query="q", sentences=("a lake",))
    batch = collate([pieces(unknown, random.Random(0))])
    with torch.no_grad():
        parts = losses(*model(batch), batch)
    assert all(float(part) == 0.0 for part in parts.values())


def test_an_example_weighs_the_same_in_any_batch(pieces):
    torch.manual_seed(0)
    model = ReadingModel().eval()
    rows = [pieces(example, random.Random(0)) for example in (CLAIM, QUESTION)]
    with torch.no_grad():
        together = losses(*model(batch := collate(rows)), batch)
        alone = [losses(*model(batch := collate([row])), batch) for row in rows]
    for name, part in together.items():
        assert float(part) == pytest.approx(sum(float(one[name]) for one in alone), abs=1e-4)


def test_a_sentence_scores_the_mean_of_its_pieces(pieces):
    batch = collate([pieces(CLAIM, random.Random(0))])
    scores = torch.arange(batch.ids.shape[1], dtype=torch.float32)[None]
    places = (batch.sentence[0] == 1).nonzero()[:, 0]
    assert float(sentence_logits(scores, batch)[1]) == pytest.approx(float(places.float().mean()))


def test_a_run_that_was_cut_off_ends_as_one_that_was_not(tmp_path, pieces, monkeypatch):
    monkeypatch.setattr("training.train_reader.BATCH_PIECES", 64)
    plan = Plan(examples=[CLAIM, QUESTION] * 6, stages=(6, 6))

    def run(folder, stop_after):
        folder.mkdir(exist_ok=True)
        torch.manual_seed(1)
        flags = argparse.Namespace(out=folder, seed=3, arm="multi", stop_after=stop_after, rate=1.0)
        made = Run(ReadingModel(), plan, pieces, flags)
        made.resume()
        made.train()
        return made

    assert len(batches(plan, 3)) > 2
    whole = run(tmp_path / "whole", 0)
    run(tmp_path / "cut", 2)
    again = run(tmp_path / "cut", 0)
    assert again.step == whole.step
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, again.model.state_dict()[name]), name


def test_another_run_goes_on_from_exported_weights():
    torch.manual_seed(1)
    first, second = ReadingModel(), ReadingModel()
    second.take(first.exported())
    for name, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[name]), name
