"""Small true stand-ins for models. Chroma and SQLite have none: tests use the real ones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray


class HashingEmbedder:
    """Bag-of-hashed-words vectors of length 1: texts that share words are near. Keeps every text it was given."""

    dimensions = 64

    def __init__(self, name: str = "hashing") -> None:
        self.name = name
        self.embedded: list[str] = []

    def embed(
        self,
        texts: Sequence[str],
        role: Literal["query", "passage"] = "passage",  # noqa: ARG002
    ) -> NDArray[np.float32]:
        """(len(texts), 64), float32; the role makes no difference."""
        self.embedded += texts
        return np.stack([_vector(text, self.dimensions) for text in texts])


def _vector(text: str, dimensions: int) -> NDArray[np.float32]:
    vector = np.full(dimensions, 1e-3, dtype=np.float64)  # a text without words has a direction too
    for word in re.findall(r"\w+", text.lower()):
        number = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
        vector[number % dimensions] += 1.0 if number >> 63 else -1.0
    return (vector / np.linalg.norm(vector)).astype(np.float32)
