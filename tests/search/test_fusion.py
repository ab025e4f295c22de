import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.search.fusion import blend

scores = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.tuples(st.floats(0, 50, allow_subnormal=False), st.floats(-1, 1, allow_subnormal=False)),
    min_size=1,
)


def test_the_only_passage_that_holds_the_words_outranks_slightly_nearer_ones() -> None:
    dense = {"a": 0.31, "b": 0.42, "c": 0.40, "d": 0.30}
    lexical = {"a": 4.2, "b": 0.0, "c": 0.0, "d": 0.0}
    blended = blend(lexical, dense, dense_weight=0.5, lexical_scale=6.0)
    assert list(blended) == ["a", "b", "c", "d"]


def test_a_far_nearer_passage_outranks_one_that_shares_a_common_word() -> None:
    blended = blend({"a": 0.4, "b": 0.0}, {"a": 0.05, "b": 0.7}, dense_weight=0.6, lexical_scale=12.0)
    assert list(blended) == ["b", "a"]


def test_a_score_does_not_depend_on_the_other_candidates() -> None:
    alone = blend({"a": 2.0}, {"a": 0.5}, dense_weight=0.6, lexical_scale=10.0)
    among = blend({"a": 2.0, "b": 9.0}, {"a": 0.5, "b": 0.9}, dense_weight=0.6, lexical_scale=10.0)
    assert alone["a"] == among["a"]


def test_a_question_of_words_that_no_passage_holds_is_ranked_by_its_vectors() -> None:
    blended = blend({"a": 0.0, "b": 0.0}, {"a": 0.1, "b": 0.2}, dense_weight=0.6, lexical_scale=0.0)
    assert list(blended) == ["b", "a"]


@given(scores)
def test_weight_one_ranks_by_cosine_and_weight_zero_by_bm25(scored: dict[str, tuple[float, float]]) -> None:
    lexical = {id: pair[0] for id, pair in scored.items()}
    dense = {id: pair[1] for id, pair in scored.items()}
    by_cosine = blend(lexical, dense, dense_weight=1.0, lexical_scale=3.0)
    by_bm25 = blend(lexical, dense, dense_weight=0.0, lexical_scale=3.0)
    assert [dense[id] for id in by_cosine] == sorted(dense.values(), reverse=True)
    assert [lexical[id] for id in by_bm25] == sorted(lexical.values(), reverse=True)


def test_halves_that_score_different_passages_are_refused() -> None:
    with pytest.raises(ValueError, match="same passages"):
        blend({"a": 1.0}, {"b": 1.0}, dense_weight=0.5, lexical_scale=1.0)


def test_a_weight_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.5"):
        blend({"a": 1.0}, {"a": 1.0}, dense_weight=1.5, lexical_scale=1.0)
