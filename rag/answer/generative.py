"""Answers by a language model: numbered passages into the prompt, its reply out as drafts. The reply is not trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answer.answerer import Draft
from rag.answer.citations import Sentence, split
from rag.llm import LanguageModel, Message
from rag.prompts import Prompt
from rag.schema import Passage, Question, Usage, unbracketed

DECLINES = "NOT IN THE PASSAGES"
"""What prompts/answer.md tells the model to reply when the passages do not hold the answer."""


LONGEST_DECLINE = 300
"""Characters of a sentence that are looked at to see whether it declines."""

LONGEST_REPLY = 20_000
"""Characters after which nobody listens on: small models fall into repeating themselves without end."""


class GenerativeAnswerer:
    """Asks a language model; `prompt` takes $question and $passages."""

    def __init__(self, model: LanguageModel, prompt: Prompt) -> None:
        self._model = model
        self._prompt = prompt

    def draft(self, question: Question, passages: Sequence[Passage]) -> Iterator[Draft]:
        """The reply's sentences as they are complete; a last draft without text carries the usage.

        Raises a ModelError.
        """
        filled = self._prompt.messages(question=_one_line(question.text), passages=numbered(passages))
        usage: list[Usage] = []
        first = True
        for sentence in split(self._pieces([Message(role, content) for role, content in filled], usage)):
            yield _drafted(sentence, len(passages), first)
            first = False
        yield Draft(text="", usage=sum(usage, Usage()))

    def _pieces(self, messages: Sequence[Message], usage: list[Usage]) -> Iterator[str]:
        length = 0
        for delta in self._model.complete(messages):
            if delta.usage is not None:
                usage.append(delta.usage)
            yield delta.text
            length += len(delta.text)
            if length > LONGEST_REPLY:
                return


def numbered(passages: Sequence[Passage]) -> str:
    """The passages as the model reads them: `[n] title`, its authors and date, its text; an empty line between two.

    Each stands on lines of its own that begin in no other way, whatever the page says: its white space is folded, its
    bracketed numbers are round, and it cannot close the fence.
    """
    return "\n\n".join(_numbered(n, passage) for n, passage in enumerate(passages, 1))


def _numbered(n: int, passage: Passage) -> str:
    work = passage.work.merged()
    authors = ", ".join(work.authors) + (" et al." if work.et_al else "")
    byline = " · ".join(part for part in (authors, work.text_of("published")) if part)
    text = "" if passage.chunk.field == "title" else passage.chunk.text
    lines = [f"[{n}] {_material(work.title or 'Untitled')}", _material(byline), _material(text)]
    return "\n".join(line for line in lines if line)


def _material(text: str) -> str:
    return _FENCE.sub(r"\1-\2", unbracketed(_one_line(text)))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _drafted(sentence: Sentence, passages: int, first: bool) -> Draft:
    cited = tuple(n - 1 for n in sentence.numbers if 1 <= n <= passages)
    marked = first and re.match(rf"\W*{DECLINES}\b", sentence.text, re.IGNORECASE) is not None
    return Draft(
        text=sentence.text,
        lead=sentence.lead,
        cited=cited,
        invented=tuple(n for n in sentence.numbers if not 1 <= n <= passages),
        declines=marked or declines(sentence.text, bool(cited)),
        final=marked,
    )


def declines(sentence: str, cites: bool) -> bool:
    """Whether a sentence says, in the usual ways, that the passages do not hold the answer.

    What cites a passage may speak of the text, the data or the documents of a paper: then only "passages" and what is
    called provided or given count.
    """
    plain = " ".join(sentence.replace("’", "'").split())[:LONGEST_DECLINE]
    return any(pattern.search(plain) for pattern in ((_SURE,) if cites else (_SURE, _UNLESS_IT_CITES)))


_FENCE = re.compile(r"\b(begin|end)\s+(passages)\b", re.IGNORECASE)

_POLITE = r"""^(?:
    (?:(?:unfortunately|however|but|i(?:'m|\sam)\s(?:sorry|afraid)|i\sapologi[sz]e|sorry)[,;:.]?
    | (?:based\son|from)\s[^,]{3,60},)
    \s+)*"""
_GIVEN = r"(?:provided|given|available|supplied|retrieved|numbered|above)"
_THINGS = r"(?:passages?|abstracts?|contexts?|texts?|sources?|excerpts?|documents?|materials?|information)"
_NOT = r"(?:(?:do|does|did|can|could|is|are|was|were)\s?(?:not|n't)|cannot|can't)"
_SILENT = rf"""{_NOT}\s+(?:\w+ly\s+)?(?:contain|mention|state|say|specify|provide|give|include|report|discuss|address
    |answer|describe|indicate|tell|reveal|offer|disclose|cover|have|hold)\b"""
_SPEAKS = r"""(?:contains?|mentions?|states?|says?|specif(?:y|ies)|provides?|gives?|includes?|reports?|discuss(?:es)?
    |address(?:es)?|answers?|describes?|indicates?)\b"""
_SAID = r"""(?:mentioned|stated|specified|given|provided|contained|answered|reported|discussed|addressed|described
    |available|found|covered)\b"""
_SURE = re.compile(
    rf"""\bnot\sin\sthe\spassages\b
    | {_POLITE} (?:
        (?:(?:the|these|those|all)\s+)? (?:(?:\w+\s)?{_GIVEN}\s+{_THINGS}|passages) (?:\s+{_GIVEN})? \s+{_SILENT}
        | (?:none|neither)\sof\s(?:the|these)\s+(?:{_GIVEN}\s+)?{_THINGS}\s+{_SPEAKS}
        | no\s(?:passage|source|excerpt)\s+{_SPEAKS}
        | nothing\sin\s(?:the|these)\s+(?:{_GIVEN}\s+{_THINGS}|passages)\b
        | (?:the|these)\s+(?:{_GIVEN}\s+{_THINGS}|passages)\s+says?\s+nothing\b
        | [^,;]{{0,120}}\b{_NOT}\s+(?:\w+ly\s+)?{_SAID}\s+(?:in|by|from)\s+(?:the|these|any\sof\sthe)\s+
          (?:{_GIVEN}\s+{_THINGS}|passages)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_UNLESS_IT_CITES = re.compile(
    rf"""{_POLITE} (?:
        (?:the|this|these)\s+{_THINGS}\s+{_SILENT}
        | (?:.{{0,200}},\s+(?:so|and|which\smeans)\s+(?:that\s+)?)?
          i\s+(?:{_NOT}|am\s(?:unable|not\sable)\sto)\s+(?:know|answer|find|determine|tell|say)\b
        | (?:there\sis|there's|i\s(?:found|see|have))\s+(?:no|not\senough|insufficient)\s+(?:\w+\s+)?
          (?:information|mention|answer|evidence)\b
        | (?:this|that|it|the\sanswer|the\squestion)\s+{_NOT}\s+{_SAID}
        | (?:this|the)\s+(?:question\s+)?cannot\sbe\s(?:answered|determined)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
