"""The cross-encoder as an ONNX graph: MiniLM's encoder over a query and a passage together, and the heads on top.

Input: one pair, `[CLS] TASK query… [SEP] passage… [SEP]`, as four tensors of shape (1, length):
`input_ids`, `token_type_ids` (int64: 0 up to and with the first [SEP], then 1), `query_mask` and `passage_mask`
(float32: 1 on the pieces of the one or the other, 0 on the special ones).
Output: `sequence` (1, 5), logits relevant, answerable, supported, contradicted, neutral; `tokens` (1, length), on a
passage's pieces logits of evidence, on a query's of words that the passage does not support, 0 elsewhere.

The names of the weights are those of the training run: the encoder's as published, `evidence.{0,2}`, `words.{0,2}` and
`head.{0,2}` for the heads, matrices as (out, in).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import ModelProto, TensorProto, helper

from training.minilm import (
    HEADS,
    HIDDEN,
    Array,
    EightBitBlocks,
    Graph,
    Multiply,
    checked_model,
    embeddings,
    encoder,
    float_weights,
    gelu,
)

BLOCK = 64  # as the embedder; training/README.md has what was compared
VOCABULARY = 30_522
OUTPUTS = 5
SCORER = 128
JOINED = 256
FAR_BELOW = -1e4
"""Added to the logits of pieces that are not the passage's, before a maximum or a softmax over it."""


def build(weights: Mapping[str, Array], multiply: Multiply | None = None, *, heads: int = HEADS) -> ModelProto:
    """The checked model; matrices in 8-bit blocks of 64 unless another `multiply` is given.

    The two scorers of pieces stay in float32: 0.4 MB, and their logits are what a reader sees. Weights with fewer words
    than the vocabulary (a model for tests) take each id modulo their number.
    """
    multiply = multiply or EightBitBlocks(BLOCK)
    graph = Graph()
    hidden = embeddings(graph, weights, ids=_ids(graph, weights))
    hidden = encoder(graph, hidden, weights, multiply, heads=heads)
    evidence = _scores(graph, hidden, weights, "evidence")
    unsupported = _scores(graph, hidden, weights, "words")
    in_query, in_passage = (
        graph.add("Mul", *pair) for pair in ((unsupported, "query_mask"), (evidence, "passage_mask"))
    )
    graph.add("Add", in_passage, in_query, out="tokens")
    _sequence(graph, hidden, evidence, weights, multiply)
    return checked_model(
        graph,
        "crossencoder",
        [
            helper.make_tensor_value_info(name, kind, [1, "length"])
            for name, kind in (
                ("input_ids", TensorProto.INT64),
                ("token_type_ids", TensorProto.INT64),
                ("query_mask", TensorProto.FLOAT),
                ("passage_mask", TensorProto.FLOAT),
            )
        ],
        [
            helper.make_tensor_value_info("sequence", TensorProto.FLOAT, [1, OUTPUTS]),
            helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [1, "length"]),
        ],
    )


def random_weights(
    seed: int,
    *,
    layers: int = 6,
    hidden: int = HIDDEN,
    words: int = VOCABULARY,
    positions: int = 512,
    joined: int = JOINED,
) -> dict[str, Array]:
    """Weights of the right names and shapes that have learned nothing, for tests and for measuring speed."""
    rng = np.random.default_rng(seed)
    inner, scorer = 4 * hidden, min(SCORER, 4 * hidden)
    made: dict[str, Array] = {}

    def matrix(name: str, rows: int, columns: int) -> None:
        made[f"{name}.weight"] = rng.normal(0, columns**-0.5, (rows, columns)).astype(np.float32)

    def linear(name: str, rows: int, columns: int) -> None:
        matrix(name, rows, columns)
        made[f"{name}.bias"] = np.zeros(rows, dtype=np.float32)

    def norm(name: str) -> None:
        made[f"{name}.weight"], made[f"{name}.bias"] = np.ones(hidden, np.float32), np.zeros(hidden, np.float32)

    for table, rows in (("word", words), ("position", positions), ("token_type", 2)):
        matrix(f"embeddings.{table}_embeddings", rows, hidden)
    norm("embeddings.LayerNorm")
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            linear(f"{prefix}.attention.{part}", hidden, hidden)
        norm(f"{prefix}.attention.output.LayerNorm")
        linear(f"{prefix}.intermediate.dense", inner, hidden)
        linear(f"{prefix}.output.dense", hidden, inner)
        norm(f"{prefix}.output.LayerNorm")
    for name, columns, middle, out in (
        ("evidence", hidden, scorer, 1),
        ("words", hidden, scorer, 1),
        ("head", 6 * hidden + 1, joined, OUTPUTS),
    ):
        linear(f"{name}.0", middle, columns)
        linear(f"{name}.2", out, middle)
    return made


def _ids(graph: Graph, weights: Mapping[str, Array]) -> str:
    words = len(weights["embeddings.word_embeddings.weight"])
    return "input_ids" if words >= VOCABULARY else graph.add("Mod", "input_ids", graph.ints(words))


def _scores(graph: Graph, hidden: str, weights: Mapping[str, Array], name: str) -> str:
    """A logit a piece, (1, length)."""
    inner = gelu(graph, float_weights(graph, hidden, weights[f"{name}.0.weight"], weights[f"{name}.0.bias"]))
    column = float_weights(graph, inner, weights[f"{name}.2.weight"], weights[f"{name}.2.bias"])
    return graph.add("Squeeze", column, graph.ints(2))


def _sequence(graph: Graph, hidden: str, evidence: str, weights: Mapping[str, Array], multiply: Multiply) -> None:
    """The five logits from [CLS], the means of query and passage, the passage's evidence, and how these compare."""
    first = graph.add("Gather", hidden, graph.constant(np.array(0, dtype=np.int64)), axis=1)
    query, passage = (_mean(graph, hidden, mask) for mask in ("query_mask", "passage_mask"))
    outside = graph.add("Mul", graph.add("Sub", graph.floats(1.0), "passage_mask"), graph.floats(FAR_BELOW))
    inside = graph.add("Add", evidence, outside)
    weighed = graph.add("Softmax", inside, axis=-1)
    strongest = _weighted(graph, hidden, weighed)
    difference = graph.add("Abs", graph.add("Sub", query, strongest))
    product = graph.add("Mul", query, strongest)
    features = graph.add("Concat", first, query, passage, strongest, difference, product, axis=-1)
    most = graph.add("ReduceMax", inside, axes=[1], keepdims=1)
    # 6 · 384 features are whole blocks of 64; the one more is multiplied apart, and its column stays in float32.
    joined, bias = weights["head.0.weight"], weights["head.0.bias"]
    inner = multiply(graph, features, np.ascontiguousarray(joined[:, :-1]), bias)
    inner = graph.add("Add", inner, graph.add("Mul", most, graph.constant(np.ascontiguousarray(joined[:, -1]))))
    logits = float_weights(graph, gelu(graph, inner), weights["head.2.weight"], weights["head.2.bias"])
    graph.add("Identity", logits, out="sequence")


def _mean(graph: Graph, hidden: str, mask: str) -> str:
    """The mean of the masked pieces, (1, hidden); 0 of none."""
    count = graph.add("Max", graph.add("ReduceSum", mask, graph.ints(1), keepdims=1), graph.floats(1.0))
    return graph.add("Div", _weighted(graph, hidden, mask), count)


def _weighted(graph: Graph, hidden: str, weights: str) -> str:
    """The sum of the pieces by their weights, (1, hidden)."""
    return graph.add(
        "Squeeze", graph.add("MatMul", graph.add("Unsqueeze", weights, graph.ints(1)), hidden), graph.ints(1)
    )
