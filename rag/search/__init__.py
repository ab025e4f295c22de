"""From a question to the passages, and the works, that may answer it."""
