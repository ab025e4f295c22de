"""A question and the conversation before it → one question that can be searched for alone.

A configured language model rewrites a follow-up (prompts/standalone.md). Without one the earlier questions of the
conversation are put before it, and only where it leans on them: a question that names its own subject is searched for
as it stands, so that a new topic is not dragged to the old one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.errors import QuestionError
from rag.index.lexical import STOP_WORDS
from rag.schema import Limits, Question, Turn

if TYPE_CHECKING:
    from rag.llm import LanguageModel
    from rag.prompts import Prompt

LONGEST_QUESTION = 20_000
"""Characters. Past that it is a document, not a question, and the end is left out; an answer's warnings say so."""

TURNS_REMEMBERED = 3
"""Earlier turns that a follow-up may lean on; older ones are about something else more often than not."""

LEANING = frozenset(
    "it its itself they them their theirs this these those he him his she her hers former latter".split()
)
"""Words that point back at something said before."""

OPENING = re.compile(r"^\s*(and|but|or|so|then|also|what about|how about|why|how so|really|which one|who else)\b", re.I)
FEW_WORDS = 3
"""A question of at most this many words beyond the commonest is an ellipsis when something was said before."""

LEANING_WORDS = 16
"""In a longer question a pronoun points, more often than not, at something that the question itself names."""


def standalone(
    asked: str,
    history: Sequence[Turn] = (),
    limits: Limits = Limits(),
    *,
    llm: LanguageModel | None = None,
    prompt: Prompt | None = None,
) -> Question:
    """The question as it reads without its history. Raises QuestionError when it is empty, and the errors of `llm`.

    With `llm` and `prompt` a question that has a history is rewritten by the model; a reply that is empty or far longer
    than the conversation is not used.
    """
    text = " ".join(printable(asked).split())
    if not text:
        raise QuestionError("the question is empty", hint='ask something, for example: rag ask "Which papers …?"')
    text = text[:LONGEST_QUESTION]
    if not history:
        return Question(asked=asked, text=text, limits=limits)
    if llm is not None and prompt is not None:
        return Question(asked=asked, text=_rewritten(text, history, llm, prompt), limits=limits)
    if not leans_on_history(text):
        return Question(asked=asked, text=text, limits=limits)
    earlier = [" ".join(printable(turn.question).split()) for turn in history[-TURNS_REMEMBERED:]]
    return Question(asked=asked, text=" ".join([*earlier, text]), limits=limits)


def leans_on_history(question: str) -> bool:
    """Whether a question points back at what was said before, or is too short to name its own subject.

    leans_on_history("How fast is it?") and leans_on_history("And on images?")
    not leans_on_history("Which optimizer estimates the diagonal of the Hessian?")
    """
    words = re.findall(r"\w[\w'-]*", question.casefold())
    telling = [word for word in words if word not in STOP_WORDS]
    points_back = len(words) <= LEANING_WORDS and not LEANING.isdisjoint(words)
    return points_back or bool(OPENING.match(question)) or len(telling) <= FEW_WORDS


def printable(text: str) -> str:
    """A text without control characters and lone surrogates, which no tokenizer and no terminal wants."""
    return "".join(" " if ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 else c for c in text)


def _rewritten(text: str, history: Sequence[Turn], llm: LanguageModel, prompt: Prompt) -> str:
    from rag.llm import Message

    turns = "\n".join(f"Question: {turn.question}\nAnswer: {turn.answer}" for turn in history[-TURNS_REMEMBERED:])
    messages = [Message(role, content) for role, content in prompt.messages(history=turns, question=text)]
    reply = "".join(delta.text for delta in llm.complete(messages))
    line = " ".join(reply.split()).strip("\"'“” ")
    return line if 0 < len(line) <= len(turns) + 2 * len(text) else text
