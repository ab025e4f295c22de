"""A language model's rewriting of a follow-up, and whether it is of use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.schema import Turn
from rag.search.leaning import own_words

if TYPE_CHECKING:
    from rag.llm import LanguageModel
    from rag.prompts import Prompt

TURNS_SHOWN = 8
"""The last turns that the model sees, and the first: "the paper we began with"."""
ANSWER_CHARACTERS = 1_200
"""Of each answer: lists are read to their end, pasted pages are not."""

MORE_CHARACTERS = 400
"""A reply may be so much longer than twice the question: a title or two."""
KEPT = 0.5
"""Of the question's own words a rewriting keeps at least this share; one that keeps fewer asks something else."""
FROM_ELSEWHERE = 0.5
"""Of a rewriting's own words at most this share may stand neither in the question nor in the conversation."""

_LABEL = re.compile(r"^\W*(?:(?:stand-?alone|rewritten|last|final)\s+)?question\W*:\s*", re.IGNORECASE)
_QUESTION_MARKS = re.compile(r"[?？؟;]\s*[\"'“”»)]*$")


def rewritten(text: str, history: Sequence[Turn], llm: LanguageModel, prompt: Prompt) -> str | None:
    """The question as the model puts it; None where its reply is none. Raises the errors of `llm`."""
    from rag.llm import Message

    shown = [*history[:1], *history[1:][-TURNS_SHOWN:]]
    turns = "\n".join(f"Question: {turn.question}\nAnswer: {_cut(turn.answer)}" for turn in shown)
    messages = [Message(role, content) for role, content in prompt.messages(history=turns, question=text)]
    reply = "".join(delta.text for delta in llm.complete(messages))
    line = _LABEL.sub("", " ".join(reply.split())).strip("\"'“”` ")
    return line if usable(line, text, turns) else None


def usable(line: str, asked: str, conversation: str) -> bool:
    """Whether a reply can be the question: not empty, no answer, not far longer, on the same subject.

    not usable("Yes, by 12 %. [1]", "Does it help?", "Question: What is Brisk? …")
    """
    if not line or len(line) > 2 * len(asked) + MORE_CHARACTERS:
        return False
    if asked.rstrip().endswith("?") and not _QUESTION_MARKS.search(line):
        return False
    if re.search(r"\[\d+\]", line) and not re.search(r"\[\d+\]", asked):
        return False
    own, said = set(own_words(asked)), set(own_words(line))
    known = own | set(own_words(conversation))
    kept = len(own & said) >= KEPT * len(own) or not own
    return kept and len(said - known) <= FROM_ELSEWHERE * max(1, len(said))


def _cut(answer: str) -> str:
    return answer if len(answer) <= ANSWER_CHARACTERS else f"{answer[:ANSWER_CHARACTERS]} …"
