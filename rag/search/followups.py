"""A follow-up and the turns before it → the question as it reads alone, and words of the conversation to search with.

The two differ because who ranks passages wants the whole topic, and who picks a sentence wants the one question: given
a follow-up after the earlier question, the reader picks what answers that one. Of 200 follow-ups its sentence answered
.23 so, .84 as they are put here and .89 asked in full (`benchmarks/followups.py --reader --most 100`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.schema import Turn
from rag.search.antecedents import clean, items, lead, leading_name, sole_listed, subject
from rag.search.leaning import (
    AUXILIARIES,
    ORDINALS,
    PLURAL,
    POINTED,
    POSSESSIVE,
    SPOKEN,
    THING,
    about,
    leans_on_history,
    names,
    own_words,
    pronoun,
    words,
)

TURNS_REMEMBERED = 8
"""Turns that a follow-up may reach back over, one leaning on the other."""
QUESTION_WORDS = 40
"""Of an earlier question that are searched for."""
CONTEXT_WORDS = 80
"""Of a long thread its beginning, which names the topic, and its end are searched for."""
SEVERAL = 6
"""Things of a list that "they" brings into the search … """
OF_EACH = 8
"""… with so many words each."""
SHORT = 12
"""A listed thing of at most this many words is put into the question; a longer one is only searched for."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A question as it reads alone; `context` is searched for with it; `subject` is what a further one may lean on."""

    text: str
    context: str = ""
    subject: str = ""


def understood(asked: str, history: Sequence[Turn]) -> FollowUp:
    """What a question asks after these turns; a question that leans on none of them is left as it is."""
    history = history[-TURNS_REMEMBERED:]
    if not history or not leans_on_history(asked):
        return FollowUp(text=asked)
    if SPOKEN.search(asked):
        return _of_turn_spoken_of(asked, history)
    return _of_a_listed_thing(asked, history) or _of_the_thread(asked, history)


# --- "the first paper we spoke of" ---


def _of_turn_spoken_of(asked: str, history: Sequence[Turn]) -> FollowUp:
    """Leans on the first thread of the conversation, or where that is not said, on the one before the last."""
    starts = [i for i, turn in enumerate(history) if i == 0 or not leans_on_history(turn.question)]
    first = re.search(r"\b(?:first|start|began|started|beginning|1st)\b", asked, re.IGNORECASE)
    later = POINTED.search(asked)
    place = ORDINALS.get((later.group("which") or "").casefold(), None) if later else None
    if first:
        start = starts[0]
    elif place is not None and 0 <= place < len(starts):
        start = starts[place]
    else:
        start = starts[-2] if len(starts) > 1 else starts[-1]
    turn = history[start]
    named = subject(turn.question, turn.answer)
    return FollowUp(text=_with_subject(asked, named), context=_words_of(turn), subject=named)


# --- "the second one" ---


def _of_a_listed_thing(asked: str, history: Sequence[Turn]) -> FollowUp | None:
    """Leans on one thing of the newest answer that lists enough of them; None where none is pointed at."""
    pointed = POINTED.search(asked)
    if pointed is None:
        return None
    thing = _pointed_at(pointed, history)
    if not thing:
        return None
    before = understood(history[-1].question, history[:-1])
    named = _name_of(thing)
    text = f"{asked[: pointed.start()]}{named}{asked[pointed.end() :]}" if named else asked
    if named and before.subject and before.subject in before.text and _only_points(asked, pointed):
        text = before.text.replace(before.subject, named)  # "And the second one?" asks the last question of it
    return FollowUp(text=text, context=thing, subject=named)


def _pointed_at(pointed: re.Match[str], history: Sequence[Turn]) -> str:
    which = (pointed.group("which") or pointed.group("pair") or pointed.group("bare") or "").casefold()
    for back in range(len(history) - 1, -1, -1):
        listed = items(history[back].answer)
        if not listed:
            continue
        if which in ("other", "others", "previous"):
            return _other(listed, history[back + 1 :])
        number = pointed.group("number")
        place = int(number) - 1 if number else ORDINALS[which]
        if pointed.group("pair"):
            place = ORDINALS[which] and -1
        if place < len(listed):
            return listed[place]
    return ""


def _other(listed: Sequence[str], since: Sequence[Turn]) -> str:
    """The thing of a list that was not asked about since: where none was, the one after the first, which led."""
    told = [pointed for turn in since if (pointed := POINTED.search(turn.question)) and pointed.group("which")]
    place = ORDINALS.get((told[-1].group("which") or "").casefold(), 0) if told else 0
    if since and not told:
        said = set(words(" ".join(f"{turn.question} {turn.answer}" for turn in since)))
        shares = [len(said & set(own_words(thing))) / max(1, len(set(own_words(thing)))) for thing in listed]
        place = max(range(len(listed)), key=lambda i: shares[i])
    place %= len(listed)
    return listed[1 - place] if len(listed) == 2 else listed[(place + 1) % len(listed)]


def _name_of(thing: str) -> str:
    """How a question names a listed thing: its title, the name that a sentence begins with, or not at all."""
    sentence = thing.endswith((".", "!", "?")) or len(thing.split()) > SHORT
    return "".join(leading_name(thing)) if sentence else f"“{thing}”"


def _only_points(asked: str, pointed: re.Match[str]) -> bool:
    rest = words(asked[: pointed.start()] + asked[pointed.end() :])
    return not any(word in AUXILIARIES for word in rest) and len(rest) <= 3 and rest[:1] != ["who"]


# --- "it" ---


def _of_the_thread(asked: str, history: Sequence[Turn]) -> FollowUp:
    """Leans on the last turn, and through it on the turns that it leaned on itself."""
    last, before = history[-1], understood(history[-1].question, history[:-1])
    named = _spoken_of(asked, last) or before.subject or subject(last.question, last.answer)
    if about(asked) and (moved := _moved(asked, before.text, named)):
        return moved
    several = items(last.answer) if _asks_of_several(asked) else []
    if several:
        listed = " ".join(clean(thing, OF_EACH) for thing in several[:SEVERAL])
        return FollowUp(text=asked, context=_cut(f"{clean(last.question, QUESTION_WORDS)} {listed}"))
    context = _cut(" ".join(filter(None, (before.context, _words_of(last)))))
    return FollowUp(text=_with_subject(asked, named), context=context, subject=named)


def _spoken_of(asked: str, last: Turn) -> str:
    """The one work that the last answer lists, where the question speaks of a thing: "What does it find?"."""
    found = pronoun(asked)
    return sole_listed(last.answer) if found and found.group().casefold() in ("it", "its", "this", "that") else ""


def _moved(asked: str, last: str, named: str) -> FollowUp | None:
    """The last question asked of something else: "How fast is Brisk?", "And Pebble?"; None where that is not plain.

    "And on COCO?" takes the place of what "on" led before, and one year that of another. The old subject stays among
    the words searched for, since what looks like another subject may be a condition of the old one.
    """
    years, others = _YEAR.findall(asked), names(asked)
    if len(years) == len(_YEAR.findall(last)) == 1 and not own_words(asked.replace(years[0], "")):
        return FollowUp(text=_YEAR.sub(years[0], last), subject=named)
    if len(others) != 1:
        return None
    other = others[0]
    preposition = re.search(rf"\b(on|in|with|at|over|against|to|from)\s+{re.escape(other)}", asked, re.IGNORECASE)
    if preposition:
        place = (
            re.search(rf"\b{preposition.group(1)}\s+(?:{'|'.join(map(re.escape, names(last)))})", last)
            if names(last)
            else None
        )
        if place is None:
            return None
        text = f"{last[: place.start()]}{preposition.group(1)} {other}{last[place.end() :]}"
        return FollowUp(text=text, context=named.strip("“”"), subject=named)
    if not named or named not in last or names(last.replace(named, "")):
        return None
    return FollowUp(text=last.replace(named, other), context=named.strip("“”"), subject=other)


def _asks_of_several(asked: str) -> bool:
    return bool(PLURAL & set(words(asked))) or bool(
        re.search(r"\bwhich (?:one|of)\b|\bthe (?:two|three)\b", asked, re.I)
    )


def _with_subject(asked: str, named: str) -> str:
    """The question with a name in the place of what points back, or after it: "How fast is Brisk?"."""
    if not named or named.casefold() in asked.casefold():
        return asked
    spoken = re.search(rf"\bthe\s+(?:\w+\s+)?{THING}\s+(?:that\s+)?(?=we\b|I\b|you\b)[^?.,]*", asked)
    if spoken:
        return f"{asked[: spoken.start()]}{named}{asked[spoken.end() :]}"
    found = pronoun(asked)
    if found is None or found.group().casefold() in ("he", "she", "him", "his", "her", "both"):
        stop = re.search(r"\s*[?.!]*\s*$", asked)
        end = stop.start() if stop else len(asked)
        return f"{asked[:end]} ({named}){asked[end:].strip()}"
    possessive = found.group().casefold() in POSSESSIVE
    noun = re.match(rf"\s+{THING}\b", asked[found.end() :]) if not possessive else None
    end = found.end() + (noun.end() if noun and found.group().casefold() in ("this", "that") else 0)
    return f"{asked[: found.start()]}{named}{'’s' if possessive else ''}{asked[end:]}"


def _words_of(turn: Turn) -> str:
    return " ".join(filter(None, (clean(turn.question, QUESTION_WORDS), lead(turn.answer))))


def _cut(context: str) -> str:
    said = context.split()
    half = CONTEXT_WORDS // 2
    return " ".join(said if len(said) <= CONTEXT_WORDS else [*said[:half], *said[-half:]])
