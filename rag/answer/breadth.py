"""Whether a question asks about several works, so that its answer should draw on each rather than dwell on one."""

from __future__ import annotations

import re

_WORKS = r"(?:papers|works|articles|studies|publications|preprints|blog\s+posts|surveys)"
_ONE = r"(?:paper|work|article|study|publication|preprint|post|survey)"
_SEVERAL = re.compile(
    rf"""\b(?:which|what|all|any|the|these|those|both|two|three|four|several|other|different|various|some|in|across)\s
        (?:[\w-]+\s){{0,2}}{_WORKS}\b(?!\s+(?:well|best|better)\b)
    |\b(?:each|both|every|another|an?other|one|first|second|earlier|later|respective)\s+{_ONE}\b
    |^\W*(?:compare|contrast|relate)\b
    |\bhow\s+do\b.*\band\b.*\b(?:compare|differ|relate|agree)\b
    |\b(?:in\s+common|respectively|differences?\s+between)\b
    |^\W*(?:list|name|enumerate)\s+(?:all|every|each|some|any)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def asks_of_several(question: str) -> bool:
    """Whether the words speak of more than one work, or set two things side by side.

    asks_of_several("Which papers prune at start-up?") and asks_of_several("Compare Pebble and Lantern.")
    not asks_of_several("How fast is Pebble?")
    """
    return _SEVERAL.search(question) is not None
