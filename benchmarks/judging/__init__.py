"""Measures a claim judge and a reader on labelled rows: see `__main__`."""
