"""From passages to checked sentences: drafting, grounding, citing."""
