"""What the cross-encoder promises whatever its model has learned: the tests' model has learned nothing."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.sentences import sentences
from rag.errors import ModelFileError
from rag.models.crossencoder import REMEMBERED, ClaimReading, CrossEncoder, PassageText, QuestionReading
from rag.models.onnx import PackagedModel
from rag.models.pairs import CLAIM, HEADING_PIECES, QUERY_PIECES, QUESTION, cut
from rag.schema import Span

QUESTIONS = ("Which glue dries fastest?", "How many sheets does the pile hold?", "Who folded the paper?")
TEXTS = (
    "Glue A dries in a minute. Glue B needs an hour, and more when it rains.",
    "The pile holds 12 sheets.",
    "We fold paper. A crane takes 25 folds. Nobody counts them twice. It stands on a table.",
)
ODD = [
    "",
    " ",
    "\0",
    "\x07\x1b[31m",
    "\ud800",
    "a\udfffb",
    "\u200b",
    "日本語 の 文。",
    "שלום עולם",
    "[SEP] [CLS] [MASK]",
]


def passage(text: str, heading: str = "") -> PassageText:
    return PassageText(text=text, sentences=tuple(sentences(text)), heading=heading)


@pytest.fixture(scope="module")
def reader(tiny_models: Path) -> CrossEncoder:
    return CrossEncoder(folder=tiny_models, workers=2)


@pytest.fixture(scope="module")
def model(tiny_models: Path) -> PackagedModel:
    return PackagedModel("reader", tiny_models)


def in_unit(*values: float) -> bool:
    return all(math.isfinite(value) and 0.0 <= value <= 1.0 for value in values)


# --- The same result in any company ---


def test_readings_come_in_the_order_of_the_passages_and_differ(reader: CrossEncoder):
    readings = reader.questions(QUESTIONS[0], [passage(text) for text in TEXTS])
    assert [len(reading.sentences) for reading in readings] == [2, 1, 4]
    assert len({reading.relevant for reading in readings}) == 3


def test_a_reading_depends_on_its_pair_alone(tiny_models: Path):
    pairs = [(question, passage(text, "A heading")) for question in QUESTIONS for text in TEXTS]
    one_by_one = [CrossEncoder(folder=tiny_models, workers=1).claims([pair])[0] for pair in pairs]
    together = CrossEncoder(folder=tiny_models, workers=4).claims(pairs)
    backwards = CrossEncoder(folder=tiny_models, workers=3).claims(pairs[::-1])[::-1]
    assert one_by_one == together == backwards


def test_threads_may_share_a_reader(tiny_models: Path):
    shared, passages = CrossEncoder(folder=tiny_models), [passage(text) for text in TEXTS]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda question: shared.questions(question, passages), QUESTIONS * 8))
    assert found == [CrossEncoder(folder=tiny_models).questions(question, passages) for question in QUESTIONS] * 8


def test_what_was_read_once_is_remembered_and_never_too_much(tiny_models: Path):
    reader = CrossEncoder(folder=tiny_models, workers=1)
    first = reader.questions(QUESTIONS[0], [passage(TEXTS[0])])[0]
    assert reader.questions(QUESTIONS[0], [passage(TEXTS[0]), passage(TEXTS[1])])[0] is first
    reader.questions("?", [passage(f"Sheet {i}.") for i in range(REMEMBERED + 5)])
    assert reader.questions(QUESTIONS[0], [passage(TEXTS[0])])[0] is not first
    assert reader.questions(QUESTIONS[0], [passage(TEXTS[0])])[0] == first


def test_a_question_and_a_claim_of_the_same_words_are_different_things(reader: CrossEncoder):
    assert isinstance(reader.questions("Glue dries.", [passage(TEXTS[0])])[0], QuestionReading)
    assert isinstance(reader.claims([("Glue dries.", passage(TEXTS[0]))])[0], ClaimReading)


# --- What is read ---


def test_the_pieces_are_laid_out_as_in_training(model: PackagedModel):
    pair = cut(model, QUESTION, "need", PassageText(text="you need", heading="is"))
    assert (pair.query.ids, pair.heading, pair.body) == ((2342,), (2003,), (2017, 2342))
    assert len(pair.windows) == 1


def test_a_heading_changes_a_reading_and_white_space_does_not(reader: CrossEncoder):
    bare, headed, spaced = reader.questions(
        QUESTIONS[0],
        [passage(TEXTS[1]), passage(TEXTS[1], "On glue"), passage(TEXTS[1].replace(" ", "\n  "), "On\tglue")],
    )
    assert bare.relevant != headed.relevant
    assert headed.relevant == spaced.relevant


@pytest.mark.parametrize("task", [QUESTION, CLAIM])
@pytest.mark.parametrize("words", [1, 100, 1000])
def test_no_window_is_longer_than_the_model_and_together_they_hold_every_piece(
    model: PackagedModel, task: int, words: int
):
    text = "The sheet is folded twice. " * 400 + "and " * 700
    pair = cut(model, task, "glue " * words, passage(text, "A heading " * 100))
    assert len(pair.heading) == HEADING_PIECES
    longest = max(w.query[1] - w.query[0] + w.end - w.begin for w in pair.windows)
    assert longest + len(pair.heading) + 4 <= model.entry.max_pieces
    for part in {w.query for w in pair.windows}:
        assert {i for w in pair.windows if w.query == part for i in range(w.begin, w.end)} == set(range(len(pair.body)))


def test_of_a_long_question_the_two_ends_are_read_and_of_a_long_claim_all(model: PackagedModel):
    text = "first " * 200 + "middle " * 200 + "last " * 200
    first, middle, last = (model.pieces(word, specials=False)[0] for word in ("first", "middle", "last"))
    asked = cut(model, QUESTION, text, passage("Paper."))
    assert asked.query.ids == (first,) * (QUERY_PIECES // 2) + (last,) * (QUERY_PIECES // 2)
    claimed = cut(model, CLAIM, text, passage("Paper."))
    assert claimed.query.ids == (first,) * 200 + (middle,) * 200 + (last,) * 200
    assert [w.query for w in claimed.windows] == [(0, 120), (120, 240), (240, 360), (360, 480), (480, 600)]


def test_the_least_supported_part_of_a_long_claim_stands_for_it(reader: CrossEncoder):
    claim = "glue " * 100 + "paper " * 100
    parts = ["glue " * 100, "paper " * 100]
    whole = reader.claims([(claim, passage(TEXTS[0]))])[0]
    assert whole.supports == min(reading.supports for reading in reader.claims([(p, passage(TEXTS[0])) for p in parts]))


def test_a_passage_in_windows_is_as_relevant_as_its_best_one(reader: CrossEncoder, model: PackagedModel):
    text = "The sheet is folded twice. " * 60 + "Glue dries in a minute. " * 60
    whole = reader.questions(QUESTIONS[0], [passage(text)])[0]
    pair = cut(model, QUESTION, QUESTIONS[0], passage(text))
    spans = model.located(text).spans
    windows = [passage(text[spans[w.begin][0] : spans[w.end - 1][1]]) for w in pair.windows]
    assert len(windows) > 2
    assert whole.relevant == max(reading.relevant for reading in reader.questions(QUESTIONS[0], windows))


def test_every_sentence_of_a_thousand_gets_its_own_probability(reader: CrossEncoder):
    text = " ".join(f"Sheet {i} is folded {i} times." for i in range(1000))
    reading = reader.questions("Which sheet is folded twice?", [passage(text)])[0]
    assert len(reading.sentences) == 1000
    assert all(0.0 < score < 1.0 for score in reading.sentences)
    assert len(set(reading.sentences)) > 500


def test_the_words_of_a_claim_are_spans_of_it(reader: CrossEncoder):
    claim = "Résumé-folding needs 2,500 sheets"
    words = reader.claims([(claim, passage(TEXTS[0]))])[0].words
    assert [span.of(claim) for span, _ in words] == ["Résumé", "-", "folding", "needs", "2", ",", "500", "sheets"]
    assert in_unit(*(chance for _, chance in words))


# --- Calibration ---


def test_the_manifest_calibrates_what_the_model_says(recalibrated):
    plain = CrossEncoder(folder=recalibrated(relevant=[1.0, 0.0])).questions(QUESTIONS[0], [passage(TEXTS[0])])[0]
    sure = CrossEncoder(folder=recalibrated(relevant=[1.0, 9.0])).questions(QUESTIONS[0], [passage(TEXTS[0])])[0]
    logit = math.log(plain.relevant / (1 - plain.relevant))
    assert sure.relevant == pytest.approx(1 / (1 + math.exp(-logit - 9.0)))
    assert sure.answerable == plain.answerable


def test_the_three_stances_add_up_to_one(reader: CrossEncoder):
    for reading in reader.claims([(q, passage(text * n)) for q in QUESTIONS for text in TEXTS for n in (1, 40)]):
        assert reading.supports + reading.contradicts + reading.neutral == pytest.approx(1.0)
        assert in_unit(reading.supports, reading.contradicts, reading.neutral)


@pytest.mark.parametrize(
    "calibration",
    [{}, {"relevant": [1.0]}, {"relevant": None}, {"claim": {"temperature": 1.0, "bias": [0.0]}}, {"sentence": "ab"}],
)
def test_a_manifest_that_calibrates_badly_is_an_error_with_a_hint(recalibrated, calibration):
    folder = recalibrated(**calibration) if calibration else recalibrated(claim=None)
    with pytest.raises(ModelFileError, match="calibrates") as raised:
        CrossEncoder(folder=folder).claims([("a claim", passage(TEXTS[0]))])
    assert "reinstall" in raised.value.hint


def test_a_threshold_is_the_manifests_and_an_unknown_one_an_error(reader: CrossEncoder):
    assert reader.threshold("answerable") == 0.5
    with pytest.raises(ModelFileError, match="no threshold 'shine'"):
        reader.threshold("shine")


@pytest.fixture
def recalibrated(tiny_models: Path, tmp_path: Path):
    """A folder whose manifest calibrates otherwise."""

    def make(**calibration: object) -> Path:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for file in tiny_models.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["reader"]["calibration"] |= calibration
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return folder

    return make


# --- Bad input ---


@pytest.mark.parametrize("odd", ODD)
def test_any_string_is_a_question_a_claim_a_passage_and_a_heading(reader: CrossEncoder, odd: str):
    for query, text in ((odd, TEXTS[0]), (QUESTIONS[0], odd), (odd, odd)):
        asked = reader.questions(query, [passage(text, odd)])[0]
        claimed = reader.claims([(query, passage(text, odd))])[0]
        assert in_unit(asked.relevant, asked.answerable, *asked.sentences, claimed.supports, claimed.contradicts)
        assert len(asked.sentences) == len(claimed.sentences) == len(sentences(text))


@pytest.mark.parametrize("nothing", ["", " \n", "\0\x07", "\u200b"])
def test_what_holds_no_word_says_nothing(reader: CrossEncoder, nothing: str):
    assert reader.questions(nothing, [passage("A.")])[0] == QuestionReading(
        relevant=0.0, answerable=0.0, sentences=(0.0,)
    )
    silent = reader.claims([("A claim.", PassageText(text=nothing, heading="A claim."))])[0]
    assert (silent.supports, silent.contradicts, silent.neutral) == (0.0, 0.0, 1.0)


def test_no_passages_give_no_readings_and_load_no_model(tmp_path: Path):
    assert CrossEncoder(folder=tmp_path).questions("?", []) == []
    assert CrossEncoder(folder=tmp_path).claims([]) == []


def test_a_special_piece_in_a_text_is_a_word(model: PackagedModel):
    assert model.located("a [SEP] b [CLS]").ids == (1037, 100, 1038, 100)


@settings(max_examples=150, deadline=None)
@given(query=st.text(max_size=60), text=st.text(max_size=400), heading=st.text(max_size=40))
def test_nothing_that_can_be_typed_breaks_a_reading(reader: CrossEncoder, query: str, text: str, heading: str):
    given_text = passage(text, heading)
    asked = reader.questions(query, [given_text])[0]
    claimed = reader.claims([(query, given_text)])[0]
    assert in_unit(asked.relevant, asked.answerable, *asked.sentences, *claimed.sentences, claimed.supports)
    assert len(asked.sentences) == len(given_text.sentences)
    assert all(span.end <= len(query) for span, _ in claimed.words)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_pieces_stand_in_the_text_in_order(model: PackagedModel, text: str):
    found = model.located(text)
    assert len(found.ids) == len(found.spans) == len(found.words)
    assert all(0 <= start <= end <= len(text) for start, end in found.spans)
    assert [start for start, _ in found.spans] == sorted(start for start, _ in found.spans)


def test_sentences_may_leave_words_out_and_overlap_nothing_that_is_there(reader: CrossEncoder):
    text = TEXTS[2]
    given_text = PassageText(text=text, sentences=(Span(0, 14), Span(100, 400)))
    assert reader.questions("?!", [given_text])[0].sentences[1] == 0.0


# --- The files ---


def test_a_missing_model_is_an_error_that_says_what_to_do(tiny_models: Path, tmp_path: Path):
    (tmp_path / "manifest.json").write_bytes((tiny_models / "manifest.json").read_bytes())
    with pytest.raises(ModelFileError, match="cannot be read") as raised:
        CrossEncoder(folder=tmp_path).questions("?", [passage("A.")])
    assert "reinstall" in raised.value.hint


def test_an_altered_model_is_refused(recalibrated):
    folder = recalibrated()
    data = bytearray((folder / "reader.onnx").read_bytes())
    data[-100] ^= 1
    (folder / "reader.onnx").write_bytes(data)
    with pytest.raises(ModelFileError, match="checksum"):
        CrossEncoder(folder=folder).questions("?", [passage("A.")])


def test_the_name_is_that_of_the_file_and_costs_no_loading(tiny_models: Path, tmp_path: Path):
    (tmp_path / "manifest.json").write_bytes((tiny_models / "manifest.json").read_bytes())
    assert CrossEncoder(folder=tmp_path).name == CrossEncoder(folder=tiny_models).name
    assert CrossEncoder(folder=tmp_path).name.startswith("tiny-")
