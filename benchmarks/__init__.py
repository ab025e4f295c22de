"""Measurements of the whole against a baseline in the same run; each prints what it measured, on what, and when."""
