"""all-MiniLM-L6-v2 as an ONNX graph, written node by node: no torch, no tracing, the same bytes on every machine.

`build` makes the embedder: BERT with mean pooling and the L2 norm inside, inputs `input_ids` and `attention_mask`
(int64, batch × length, both free), output `vector` (batch × 384). Its `embeddings` and `encoder` serve
`crossencoder_graph.py` too. How a weight matrix is stored and multiplied is left to a `Multiply`, so that
`compare_embedders.py` can try several; `EightBitBlocks` is what ships, and its docstring says why.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, checker, helper

Array = NDArray[np.float32]

HIDDEN, HEADS = 384, 12
EPSILON = 1e-12
POSITIONS = 512
OPSET, IR_VERSION = 17, 8
MICROSOFT = "com.microsoft"


def read_safetensors(data: bytes) -> dict[str, Array]:
    """The float32 tensors of a safetensors file: 8 bytes of header length, a JSON header, then the raw values."""
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors: dict[str, Array] = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            continue  # position_ids, the one integer tensor, is 0 … 511
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[start:end], dtype="<f4").reshape(entry["shape"])
    return tensors


class Graph:
    """Nodes and constants in the order they were added; names are counted, so two runs give the same bytes."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def add(self, op: str, *inputs: str, domain: str = "", out: str = "", **attributes: object) -> str:
        """Adds a node and gives the name of its first output."""
        out = out or f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(op, list(inputs), [out], name=f"n{len(self.nodes)}", domain=domain, **attributes)
        )
        return out

    def constant(self, value: NDArray[np.generic], name: str = "") -> str:
        """Adds a constant and gives its name."""
        name = name or f"c{len(self.constants)}"
        kind = helper.np_dtype_to_tensor_dtype(value.dtype)
        self.constants.append(helper.make_tensor(name, kind, value.shape, value.tobytes(), raw=True))
        return name

    def floats(self, *values: float) -> str:
        return self.constant(np.array(values, dtype=np.float32))

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, dtype=np.int64))


class Multiply(Protocol):
    """How x · weightᵀ + bias is written into the graph."""

    def __call__(self, graph: Graph, x: str, weight: Array, bias: Array) -> str:
        """The name of the product; `weight` is (out, in)."""
        ...


class EightBitBlocks:
    """Weights in 8 bits with one scale per `block` of a row, multiplied by ONNX Runtime's MatMulNBits.

    At accuracy level 4 the activations are rounded to 8 bits too, with a scale for each block of each token, so
    that the fast integer instructions are used and yet no token's result depends on its neighbours. Dynamic
    quantisation has one scale for the whole batch: there a text's vector depends on what is embedded beside it.
    """

    def __init__(self, block: int = 32, accuracy_level: int = 4) -> None:
        self._block = block
        self._accuracy_level = accuracy_level

    def __call__(self, graph: Graph, x: str, weight: Array, bias: Array) -> str:
        out, width = weight.shape
        blocks = weight.reshape(out, width // self._block, self._block)
        scales = np.maximum(np.abs(blocks).max(axis=2, keepdims=True) / 127, 1e-12).astype(np.float32)
        values = (np.rint(blocks / scales) + 128).astype(np.uint8)
        return graph.add(
            "MatMulNBits",
            *(x, graph.constant(values), graph.constant(scales.reshape(-1)), "", "", graph.constant(bias)),
            domain=MICROSOFT,
            K=width,
            N=out,
            bits=8,
            block_size=self._block,
            accuracy_level=self._accuracy_level,
        )


def float_weights(graph: Graph, x: str, weight: Array, bias: Array) -> str:
    """The plain product: for what is small, and to compare with."""
    return graph.add(
        "Add", graph.add("MatMul", x, graph.constant(np.ascontiguousarray(weight.T))), graph.constant(bias)
    )


def build(weights: Mapping[str, Array], multiply: Multiply, *, eight_bit_words: bool = True) -> ModelProto:
    """The checked model; `eight_bit_words` stores the word embeddings, half of the file, as 8 bits, a scale a word."""
    graph = Graph()
    segment = weights["embeddings.token_type_embeddings.weight"][0]  # every text is a first segment
    hidden = embeddings(graph, weights, first_segment=segment, eight_bit_words=eight_bit_words)
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    hidden = encoder(graph, hidden, weights, multiply, heads=HEADS, attention_bias=_attention_bias(graph, mask))
    _pool(graph, hidden, mask)
    return checked_model(
        graph,
        "all-MiniLM-L6-v2",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", HIDDEN])],
    )


def checked_model(
    graph: Graph, name: str, inputs: Sequence[ValueInfoProto], outputs: Sequence[ValueInfoProto]
) -> ModelProto:
    """The graph as a model that ONNX's checker has passed."""
    model = helper.make_model(
        helper.make_graph(graph.nodes, name, list(inputs), list(outputs), graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)],
        producer_name="rag/training",
        ir_version=IR_VERSION,
    )
    checker.check_model(model)
    return model


def embeddings(
    graph: Graph,
    weights: Mapping[str, Array],
    *,
    ids: str = "input_ids",
    first_segment: Array | None = None,
    eight_bit_words: bool = True,
) -> str:
    """Word, position and segment embeddings, added and normalised.

    The segment of each piece is read from the input `token_type_ids`, unless every one is `first_segment`.
    """
    table = weights["embeddings.word_embeddings.weight"]
    if eight_bit_words:
        scales = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127, 1e-12).astype(np.float32)
        rows = graph.add("Gather", graph.constant(np.rint(table / scales).astype(np.int8)), ids)
        rows = graph.add("Cast", rows, to=TensorProto.FLOAT)
        words = graph.add("Mul", rows, graph.add("Gather", graph.constant(scales), ids))
    else:
        words = graph.add("Gather", graph.constant(table), ids)
    places = weights["embeddings.position_embeddings.weight"][:POSITIONS]
    if first_segment is not None:
        places = (places + first_segment).astype(np.float32)
    table_of_places = graph.constant(places)
    length = graph.add("Slice", graph.add("Shape", ids), graph.ints(1), graph.ints(2))
    hidden = graph.add("Add", words, graph.add("Slice", table_of_places, graph.ints(0), length, graph.ints(0)))
    if first_segment is None:
        segments = graph.constant(weights["embeddings.token_type_embeddings.weight"])
        hidden = graph.add("Add", hidden, graph.add("Gather", segments, "token_type_ids"))
    return _layer_norm(graph, hidden, weights, "embeddings.LayerNorm")


def encoder(
    graph: Graph, hidden: str, weights: Mapping[str, Array], multiply: Multiply, *, heads: int, attention_bias: str = ""
) -> str:
    """The transformer's layers, as many as there are weights for; `attention_bias` hides padding, if there is any."""
    layer = 0
    while f"encoder.layer.{layer}.output.dense.weight" in weights:
        hidden = _layer(graph, hidden, attention_bias, weights, f"encoder.layer.{layer}", multiply, heads)
        layer += 1
    return hidden


def _attention_bias(graph: Graph, mask: str) -> str:
    """0 for a token and -10,000 for padding, (batch, 1, 1, length), added to the attention scores."""
    padding = graph.add("Sub", graph.floats(1.0), mask)
    return graph.add("Unsqueeze", graph.add("Mul", padding, graph.floats(-10000.0)), graph.ints(1, 2))


def _layer(
    graph: Graph, hidden: str, bias: str, weights: Mapping[str, Array], prefix: str, multiply: Multiply, heads: int
) -> str:
    def linear(x: str, name: str) -> str:
        return multiply(graph, x, weights[f"{prefix}.{name}.weight"], weights[f"{prefix}.{name}.bias"])

    projected = [linear(hidden, f"attention.self.{part}") for part in ("query", "key", "value")]
    width = len(weights[f"{prefix}.output.LayerNorm.weight"])
    context = _attention(graph, projected, bias, heads, width // heads)
    attended = graph.add("Add", linear(context, "attention.output.dense"), hidden)
    attended = _layer_norm(graph, attended, weights, f"{prefix}.attention.output.LayerNorm")
    inner = gelu(graph, linear(attended, "intermediate.dense"))
    outer = graph.add("Add", linear(inner, "output.dense"), attended)
    return _layer_norm(graph, outer, weights, f"{prefix}.output.LayerNorm")


def _attention(graph: Graph, projected: Sequence[str], bias: str, heads: int, width: int) -> str:
    def split(x: str, order: tuple[int, ...]) -> str:
        return graph.add("Transpose", graph.add("Reshape", x, graph.ints(0, 0, heads, width)), perm=order)

    query, key, value = projected
    scaled = graph.add("Mul", split(query, (0, 2, 1, 3)), graph.floats(width**-0.5))
    scores = graph.add("MatMul", scaled, split(key, (0, 2, 3, 1)))
    if bias:
        scores = graph.add("Add", scores, bias)
    mixed = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), split(value, (0, 2, 1, 3)))
    return graph.add("Reshape", graph.add("Transpose", mixed, perm=(0, 2, 1, 3)), graph.ints(0, 0, heads * width))


def gelu(graph: Graph, x: str) -> str:
    """x · Φ(x), by the error function: ONNX Runtime fuses these five nodes into one."""
    tail = graph.add("Add", graph.add("Erf", graph.add("Div", x, graph.floats(2**0.5))), graph.floats(1.0))
    return graph.add("Mul", graph.add("Mul", x, tail), graph.floats(0.5))


def _layer_norm(graph: Graph, x: str, weights: Mapping[str, Array], name: str) -> str:
    scale, shift = (graph.constant(weights[f"{name}.{part}"]) for part in ("weight", "bias"))
    return graph.add("LayerNormalization", x, scale, shift, axis=-1, epsilon=EPSILON)


def _pool(graph: Graph, hidden: str, mask: str) -> None:
    """The mean over the tokens that are not padding, scaled to length 1."""
    column = graph.add("Unsqueeze", mask, graph.ints(2))
    total = graph.add("ReduceSum", graph.add("Mul", hidden, column), graph.ints(1), keepdims=0)
    mean = graph.add("Div", total, graph.add("ReduceSum", column, graph.ints(1), keepdims=0))
    graph.add("Div", mean, graph.add("ReduceL2", mean, axes=[1], keepdims=1), out="vector")
