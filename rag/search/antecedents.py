"""What an answer speaks of, from its text alone: the things it lists, the name it leads with, how it begins.

Knows nothing about indexes or works: a conversation's turns are plain text, and may have been written elsewhere.
"""

from __future__ import annotations

import re

from rag.corpus.sentences import sentences
from rag.search.leaning import names, own_words

LEAD_WORDS = 20
"""Of an answer that are searched for with a follow-up. With them 202 third questions on a work found it first in 1.00,
with the earlier questions alone in .96 (the chains of `benchmarks/followups.py`, their thread taken as known)."""
ITEM_WORDS = 16
MOST_ITEMS = 20

_LINE = re.compile(r"^[ \t]*(?:(?:\(?\d{1,2}[.):])|[-*•–])[ \t]+(\S[^\n]*)", re.MULTILINE)
_NUMBERED = re.compile(r"(?:^|\s)\(?([1-9])[).]\s+(?=\S)")
_QUOTED = re.compile(r"“([^”\n]{2,200})”|\"([^\"\n]{2,200})\"|«([^»\n]{2,200})»")
_MARK = re.compile(r"\s{0,3}\[(\d{1,3})\]")
_DECLINED = re.compile(r"(?:No sentence of|Nothing in|None of|The index holds no)\b[^.]*\b(?:indexed|works yet)\b")
_PART = r"[^,;:.]{2,60}"
_LISTED = re.compile(rf"{_PART}(?:[,;]\s+(?!which|who|that|and\s+\w+\s+(?:is|are|was)){_PART})*,?\s+and\s+{_PART}")
_SEEKS = re.compile(
    r"\s*(?:(?:and|so|but)\s+)?(?:(?:which|what|who)\b(?!.*\b(?:do|does|did|are|was|were|can)\b)"
    r"|(?:is there|are there|any|find|name|can|does|do)\b)",
    re.IGNORECASE,
)
"""A question for the thing itself: what its answer begins with, later questions are about."""
_LED = re.compile(
    r"([A-Z0-9][\w+./-]*[\w+](?:\s+[A-Z][\w+-]*){0,4})\s*"
    r"(?:[:;,.(\[]|$|(?=(?:is|does|was|can|has|did|by|which)\b|(?!this\b|models\b)[a-z]{2,}s\b))"
)
_OPENER = frozenset(
    "yes no it they this that these those there the a an in on by for with both two three four all most one".split()
)


def items(answer: str) -> list[str]:
    """The things that an answer lists, in its order; [] where it speaks of one thing.

    items("Two do: “Brisk steps” and “Pebble”.") == ["Brisk steps", "Pebble"]
    Lines of a list come first, then what is numbered in a line, quoted titles, sentences that cite different sources,
    parts between semicolons, and an enumeration of names.
    """
    for found in (
        _LINE.findall(answer),
        _inline(answer),
        [next(filter(None, match)) for match in _QUOTED.findall(answer)],
        _by_source(answer),
        _parts(answer),
        _enumerated(answer),
    ):
        if len(found) > 1:
            return [_item(text) for text in found[:MOST_ITEMS]]
    return []


def _item(text: str) -> str:
    """A listed thing without emphasis; where it holds one quoted title, that."""
    titles = _titles(text)
    bare = titles[0].strip("“”") if len(titles) == 1 else re.sub(r"[*_`]{1,2}", "", text)
    return clean(bare, ITEM_WORDS)


def lead(answer: str) -> str:
    """How an answer begins, "" for one that declines: the titles it offers instead are not what was asked for."""
    return "" if _DECLINED.match(answer.strip()) else clean(answer, LEAD_WORDS)


def clean(text: str, most: int) -> str:
    """The first words of a text without its citation marks."""
    return " ".join(_MARK.sub("", text).split()[:most])


def subject(question: str, answer: str) -> str:
    """The name of what a turn is about, as it is written there; "" where none stands out.

    subject("Which optimizer is fastest?", "Brisk is. [1]") == "Brisk"
    subject("How fast is Brisk?", "Twice as fast as Pebble. [1]") == "Brisk"
    subject("Which tokenizer suits Finnish?", "One that cuts words at morphemes. [1]") == ""
    """
    named = names(question)
    titled = _titles(question)
    topics = titled or [name for name in named if _is_topic(name, question)]
    if topics:
        return topics[0]
    if _SEEKS.match(question):
        told = [] if _DECLINED.match(answer.strip()) else _titles(answer) or leading_name(answer, question)
        return told[0] if len(told) == 1 else ""
    named = [name for name in named if name in answer] or named
    return named[0] if len(named) == 1 else ""


def sole_listed(answer: str) -> str:
    """The title, in its quotation marks, where an answer of several lines lists one work; "" for none or several.

    sole_listed("1 of 9 works is by Ada Brook.\\n“Brisk” by Ada Brook, 2021. [1]") == "“Brisk”"
    """
    listed = [title[0] for line in answer.split("\n")[1:] if line.startswith("“") and (title := _titles(line))]
    return listed[0] if len(listed) == 1 else ""


def leading_name(text: str, beside: str = "") -> list[str]:
    """The name that a text begins with, if it does: "Brisk does", "Brisk halves …", "As-ViT: it …", "TCT by …".

    A word that stands in small letters in the text or `beside` it is none.
    """
    found = _LED.match(text)
    if found is None or found.group(1).isdigit():
        return []
    first = found.group(1).split()[0]
    small = re.search(rf"\b{re.escape(first.casefold())}\b", f"{text} {beside}")
    return [] if small or not own_words(first) or first.casefold() in _OPENER else [found.group(1)]


def _inline(answer: str) -> list[str]:
    """Parts after (1), (2) … where they count up from one."""
    found = list(_NUMBERED.finditer(answer))
    if not found or [int(match.group(1)) for match in found] != list(range(1, len(found) + 1)):
        return []
    ends = [match.start() for match in found[1:]] + [len(answer)]
    return [answer[match.end() : end].strip(" ;,.") for match, end in zip(found, ends, strict=True)]


def _by_source(answer: str) -> list[str]:
    """The first sentence that cites each source, by first citation."""
    first: dict[str, str] = {}
    spaced = _MARK.sub(lambda mark: f" [{mark.group(1)}]", answer)
    for span in sentences(spaced):
        text = span.of(spaced)
        for number in _MARK.findall(text):
            first.setdefault(number, text)
    return list(dict.fromkeys(first.values()))


def _parts(answer: str) -> list[str]:
    parts = [part for part in re.split(r";\s+", _MARK.sub("", answer)) if part.strip()]
    return parts if all(len(part.split()) <= ITEM_WORDS for part in parts) else []


def _enumerated(answer: str) -> list[str]:
    """Brisk, Pebble and Lantern."""
    begins = _MARK.sub("", answer).partition(": ")
    listed = _LISTED.match((begins[2] or begins[0]).strip(" ."))
    parts = re.split(r",\s+(?:and\s+)?|;\s+|\s+and\s+", listed.group()) if listed else []
    named = all(part[:1].isupper() and len(part.split()) <= ITEM_WORDS // 2 for part in parts[:-1])
    return [part.strip() for part in parts] if named else []


def _titles(text: str) -> list[str]:
    return [f"“{next(filter(None, match))}”" for match in _QUOTED.findall(text)]


def _is_topic(name: str, question: str) -> bool:
    """Whether the question says something of it: "What is Brisk?", "Which data does Brisk need?", "Brisk's weights".

    After "in", "of" or "for" a name written like a word is more often a condition: "for Finnish".
    """
    coined = any(c.isupper() or c.isdigit() for c in name[1:]) or not _SEEKS.match(question)
    before = "does|do|did|is|are|was|were|can|has" + ("|of|in|for|by" if coined else "")
    return bool(re.search(rf"{re.escape(name)}['’]s|\b(?:{before})\s+(?:the\s+)?{re.escape(name)}(?![\w-])", question))
