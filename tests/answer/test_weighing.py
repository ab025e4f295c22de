"""From facts to a verdict, with a judge that says what the test has written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from rag.answer.headings import Headed
from rag.answer.judging import Evidence, Judgement
from rag.answer.weighing import AT_ONCE, MOST_CITED, MOST_ELSEWHERE, Bar, Weighed, weigh
from rag.schema import Span

LIGHT = "Pebble weighs little."
MAP = "It wants a map of the house."
BOTH = "Pebble is small and needs a map."
OTHER = "Lantern shines."
BAR = Bar()


class WrittenJudge:
    """(supports, contradicts) by (text, claim); nothing of all else. Keeps what it was asked."""

    name = "written"

    def __init__(self, said: Mapping[tuple[str, str], tuple[float, float]]) -> None:
        self._said = said
        self.asked: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        self.asked += pairs
        return [Judgement(*self._said.get(pair, (0.0, 0.0))) for pair in pairs]


def weighed(
    claim: str,
    texts: Sequence[str],
    said: Mapping[tuple[str, str], tuple[float, float]],
    cited: Sequence[int] = (0,),
    bar: Bar = BAR,
) -> Weighed:
    return weigh(claim, [Headed(text=text) for text in texts], cited, WrittenJudge(said), bar)


def told(found: Weighed, texts: Sequence[str]) -> list[str]:
    return [place.span.of(texts[place.text]) for place in found.places]


@pytest.mark.parametrize(
    ("small", "needs", "verdict", "support"),
    [
        ((0.8, 0.0), (0.6, 0.0), "supported", 0.6),
        ((0.8, 0.0), (0.4, 0.1), "partial", 0.4),
        ((0.8, 0.0), (0.1, 0.8), "contradicted", 0.1),
        ((0.2, 0.1), (0.3, 0.4), "unsupported", 0.2),
        ((0.5, 0.5), (0.5, 0.5), "supported", 0.5),
    ],
)
def test_a_claim_is_what_its_facts_are_and_its_support_the_weakest_ones(small, needs, verdict, support):
    said = {(LIGHT, "Pebble is small."): small, (LIGHT, "Pebble needs a map."): needs}
    found = weighed(BOTH, [LIGHT], said)
    assert (found.verdict, found.support) == (verdict, support)


def test_a_sentence_that_is_surely_supported_is_not_cut():
    judge = WrittenJudge({(LIGHT, BOTH): (0.95, 0.0)})
    assert weigh(BOTH, [Headed(text=LIGHT)], [0], judge, Bar()).support == 0.95
    assert len(judge.asked) == 1


def test_without_facts_a_sentence_is_judged_whole():
    found = weighed(BOTH, [LIGHT], {(LIGHT, BOTH): (0.55, 0.0)}, bar=Bar(whole=0.0))
    assert (found.verdict, found.support) == ("supported", 0.55)


def test_a_sentence_that_stands_there_word_for_word_needs_no_judge():
    judge = WrittenJudge({})
    found = weigh("pebble weighs little", [Headed(text=MAP), Headed(text=LIGHT)], [0], judge, Bar())
    assert (found.verdict, found.support, judge.asked) == ("supported", 1.0, [])
    assert told(found, [MAP, LIGHT]) == [LIGHT]


def test_words_within_a_longer_sentence_are_not_taken_for_what_it_says():
    text = "Nobody believes that Pebble weighs little."
    assert weighed(LIGHT, [text], {}).verdict == "unsupported"


def test_facts_may_stand_in_two_of_the_texts_cited():
    said = {(LIGHT, "Pebble is small."): (0.8, 0.0), (MAP, "Pebble needs a map."): (0.7, 0.0)}
    found = weighed(BOTH, [LIGHT, OTHER, MAP], said, cited=(0, 2))
    assert (found.verdict, found.support) == ("supported", 0.7)
    assert told(found, [LIGHT, OTHER, MAP]) == [LIGHT, MAP]


def test_two_texts_may_support_together_what_neither_does_alone():
    claim = "Small things such as Pebble want a map."
    found = weighed(claim, [LIGHT, MAP], {(f"{LIGHT} {MAP}", claim): (0.9, 0.0)}, cited=(0, 1))
    assert (found.verdict, found.support) == ("supported", 0.9)
    assert set(told(found, [LIGHT, MAP])) == {LIGHT, MAP}


def test_a_text_that_is_not_cited_must_be_surer():
    texts, cited = [OTHER, LIGHT], (0,)
    nearly = weighed("Pebble is small.", texts, {(LIGHT, "Pebble is small."): (0.55, 0.0)}, cited)
    surely = weighed("Pebble is small.", texts, {(LIGHT, "Pebble is small."): (0.65, 0.0)}, cited)
    assert (nearly.verdict, surely.verdict) == ("unsupported", "supported")
    assert nearly.support < Bar().support
    assert told(surely, texts) == [LIGHT]


def test_a_text_that_is_not_cited_cannot_outvote_a_surer_contradiction():
    claim = "Pebble is small."
    found = weighed(claim, [OTHER, LIGHT], {(OTHER, claim): (0.1, 0.9), (LIGHT, claim): (0.7, 0.0)})
    assert found.verdict == "contradicted"


def test_what_is_not_cited_contradicts_only_when_it_is_very_sure():
    claim = "Pebble is small."
    assert weighed(claim, [OTHER, LIGHT], {(LIGHT, claim): (0.0, 0.7)}).verdict == "unsupported"
    found = weighed(claim, [OTHER, LIGHT], {(LIGHT, claim): (0.0, 0.9)})
    assert (found.verdict, told(found, [OTHER, LIGHT])) == ("contradicted", [LIGHT])


def test_the_others_are_left_alone_where_the_cited_text_is_enough():
    judge = WrittenJudge({(LIGHT, "Pebble is small."): (0.6, 0.0)})
    weigh("Pebble is small.", [Headed(text=text) for text in (LIGHT, MAP, OTHER)], [0], judge, Bar())
    assert {text for text, _ in judge.asked} == {LIGHT}


def test_of_many_texts_a_few_are_read_the_likeliest_first():
    texts = [Headed(text=f"House {i} is dark.") for i in range(200)] + [Headed(text=LIGHT)]
    judge = WrittenJudge({(LIGHT, "Pebble is small."): (0.9, 0.0)})
    assert weigh("Pebble is small.", texts, [], judge, Bar()).verdict == "supported"
    assert len(judge.asked) == AT_ONCE
    nothing = WrittenJudge({})
    assert weigh("Pebble is small.", texts, [], nothing, Bar()).verdict == "unsupported"
    assert len(nothing.asked) <= MOST_ELSEWHERE + 1
    weigh("Pebble is small.", texts, range(len(texts)), nothing, Bar())
    assert len(nothing.asked) <= MOST_ELSEWHERE + 1 + MOST_CITED + 1


def test_a_figure_that_the_text_lacks_takes_the_support_unless_the_judge_is_very_sure():
    claim, text = "Pebble weighs 40 grams.", "Pebble weighs 4 grams."
    assert weighed(claim, [text], {(text, claim): (0.8, 0.0)}).verdict == "unsupported"
    assert weighed(claim, [text], {(text, claim): (0.95, 0.0)}).verdict == "supported"
    assert weighed(claim, [text], {(text, claim): (0.8, 0.0)}, bar=replace(Bar(), number=0.0)).verdict == "supported"


def test_the_judges_own_evidence_is_what_is_quoted():
    class Marking(WrittenJudge):
        def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
            return [Judgement(0.9, 0.0, (Evidence(Span(0, 7), 0.1), Evidence(Span(8, 17), 0.9))) for _ in pairs]

    text = "Unlike. Whatever."
    found = weigh("Pebble is small.", [Headed(text=text)], [0], Marking({}), Bar())
    assert told(found, [text]) == ["Whatever."]


@pytest.mark.parametrize("claim", ["", " ", "\x00", "...", "。"])
def test_what_says_nothing_is_not_supported(claim: str):
    assert weighed(claim, [LIGHT], {}) == Weighed(support=0.0, verdict="unsupported")


def test_no_texts_and_empty_texts_support_nothing():
    assert weighed("Pebble is small.", [], {}, cited=()).verdict == "unsupported"
    assert weighed("Pebble is small.", ["", " \n"], {}, cited=(0, 1)) == Weighed(support=0.0, verdict="unsupported")


def test_other_scripts_are_weighed_as_any_other():
    assert weighed("它很快。", ["它很小。它很快。"], {}).verdict == "supported"
