"""Vectors, words and facts: what was ingested, findable."""
