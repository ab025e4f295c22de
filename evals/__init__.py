"""Measures an assistant on questions with known answers. Imports rag; rag imports it only in the body of `rag eval`."""
