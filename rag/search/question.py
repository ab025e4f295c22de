"""A question and the conversation before it → one question that can be searched for alone.

A configured language model rewrites a follow-up (rag/search/rewriting.py). Without one, and where its reply is of no
use, rules do (rag/search/followups.py), and only where it leans on what came before: a question that names its own
subject is searched for as it stands, so that a new topic is not dragged to the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.errors import QuestionError
from rag.schema import Limits, Question, Turn
from rag.search.followups import understood
from rag.search.rewriting import rewritten

if TYPE_CHECKING:
    from rag.llm import LanguageModel
    from rag.prompts import Prompt

LONGEST_QUESTION = 20_000
"""Characters. Past that it is a document, not a question, and the end is left out; an answer's warnings say so."""

LONGEST_ANSWER = 10_000
"""Characters of an earlier answer that are looked at."""


def standalone(
    asked: str,
    history: Sequence[Turn] = (),
    limits: Limits = Limits(),
    *,
    llm: LanguageModel | None = None,
    prompt: Prompt | None = None,
) -> Question:
    """The question as it reads without its history. Raises QuestionError when it is empty, and the errors of `llm`.

    With `llm` and `prompt` a question that has a history is rewritten by the model.
    """
    text = " ".join(printable(asked).split())
    if not text:
        raise QuestionError("the question is empty", hint='ask something, for example: rag ask "Which papers …?"')
    text = text[:LONGEST_QUESTION]
    if not history:
        return Question(asked=asked, text=text, limits=limits)
    turns = [Turn(_plain(turn.question), printable(turn.answer[:LONGEST_ANSWER], "\n\t")) for turn in history]
    follow_up = understood(text, turns)
    if llm is not None and prompt is not None:
        written = rewritten(text, turns, llm, prompt)
        if written is not None:
            return Question(asked=asked, text=written, limits=limits)
    return Question(asked=asked, text=follow_up.text, context=follow_up.context, limits=limits)


def printable(text: str, kept: str = "") -> str:
    """A text without control characters, but those `kept`, and lone surrogates: no terminal wants them."""
    return "".join(" " if _unprintable(c) and c not in kept else c for c in text)


def _unprintable(c: str) -> bool:
    return ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000


def _plain(text: str) -> str:
    return " ".join(printable(text[:LONGEST_QUESTION]).split())
