"""A claim cut into its facts: the parts of a sentence that can be true or false one without the other.

A few rules of English grammar, each only where it is safe: a fact that is cut wrongly makes a true claim look false,
one that is not cut costs little, since a judge reads whole sentences too. So a condition, a reason, a doubt or a
comparison anywhere in a sentence leaves it whole, and so does everything that the rules do not know.

facts("Pebble is small and needs a camera; it scores 71 on Harbour and 65 on Quay.") ==
    ("Pebble is small.", "Pebble needs a camera.", "Pebble scores 71 on Harbour.", "Pebble scores 65 on Quay.")
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.sentences import sentences

MOST_FACTS = 24
"""A longer text is judged in as many stretches of sentences."""

LONGEST_CUT = 600
"""Characters past which a sentence is a table or a list without stops, and is left whole."""

FEWEST_WORDS = 3
"""A part of fewer words is no fact of its own."""

MOST_SUBJECT_WORDS = 8
"""Words before the verb that can be carried to another part; more hold a clause of their own."""


def facts(claim: str) -> tuple[str, ...]:
    """The facts of a claim in its order, each made of the claim's own words; the claim itself where none can be told.

    Nothing is lost but what joins the parts ("and", "while", a comma, a pronoun in the place of the subject).
    """
    found = [fact for span in sentences(claim) for fact in _of_sentence(span.of(claim))]
    if len(found) > MOST_FACTS:
        size = -(-len(found) // MOST_FACTS)
        found = [" ".join(found[i : i + size]) for i in range(0, len(found), size)]
    return tuple(found) or (claim,)


def _of_sentence(sentence: str) -> Iterator[str]:
    if len(sentence) > LONGEST_CUT or not _is_plain(sentence):
        yield sentence
        return
    body = sentence.rstrip(".!? ")
    cut = [
        fact
        for clause in _clauses(body)
        for part in _aside(clause)
        for said in _predicates(part)
        for fact in _listed(said)
    ]
    ending = sentence[len(body) :].strip() or "."
    yield from [sentence] if len(cut) == 1 else [fact.strip(" ,;") + ending for fact in cut]


# --- What is left whole ----------------------------------------------------------------------------------------------

_BINDING = re.compile(
    r"""\b(?:if|unless|until|when|whenever|whether|because|since|although|though|so|as|than|that|who|whose|whom|where
    |provided|assuming|despite|instead|rather|only|neither|nor|either|both|between|respectively|former|latter|each|same
    |different|no|never|without|may|might|could|would|should|claims?|suggests?|argues?|says?|how|why|what|or|not)\b
    |n['’]t\b|["“”«»?:()\[\]]""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words by which one part of a sentence bears on another, or on all of it, and marks of words within words."""


def _is_plain(sentence: str) -> bool:
    """Whether the parts of a sentence can stand alone."""
    return _BINDING.search(sentence) is None


# --- Verbs -----------------------------------------------------------------------------------------------------------

_AUXILIARY = "is are was were has have had can cannot will does do did"
_PRESENT = """
achieves adapts adds allows applies assigns attains avoids beats begins builds combines computes consists contains
converges decides depends detects doubles drops employs enables encodes evaluates explains extracts finds generalizes
generates gives grows handles halves holds identifies improves includes introduces keeps lacks learns lets lowers
maintains makes matches merges needs obtains offers operates outperforms performs predicts preserves presents produces
proposes provides raises reaches reads receives reduces relies removes replaces reports requires retains runs saves
scores selects serves shows solves stays stores suffers supports surpasses takes tests trains treats uses wins works
"""
_PAST = """
achieved beat became began fell found gave grew held kept led lost made ran rose saw showed took went won wrote
"""
_FINITE = frozenset(f"{_AUXILIARY} {_PRESENT} {_PAST}".split())
_SHARED = frozenset(f"{_AUXILIARY} {_PRESENT}".split()) - frozenset(
    "drops finds reports scores shows stores supports tests takes works reads runs".split()
)
"""Verbs that can follow "and" under the subject before; not those that are as often nouns ("hits and drops")."""
_PRONOUNS = frozenset("it they".split())
_POINTING = frozenset("this these another others there here he she we you i one all some most many".split())
"""Words that point at more than the subject before them, so that their clause cannot stand alone."""
_WORD = re.compile(r"[^\W_][\w'’-]*")


def _verb_at(text: str) -> re.Match[str] | None:
    """The first finite verb of a text."""
    return next((word for word in _WORD.finditer(text) if word.group().lower() in _FINITE), None)


def _subject(text: str) -> str:
    """What stands before the first finite verb; "" where that is nothing, or too much to be carried."""
    verb = _verb_at(text)
    before = text[: verb.start()].strip() if verb else ""
    return before if 0 < len(before.split()) <= MOST_SUBJECT_WORDS and "," not in before else ""


def _is_clause(text: str) -> bool:
    """Whether a text has a subject and a verb of its own."""
    return bool(_subject(text)) and len(text.split()) >= FEWEST_WORDS


# --- The rules, each on the parts that the one before it left --------------------------------------------------------

_JOINTS = re.compile(
    r"\s*;\s+(?:and\s+|but\s+|while\s+|whereas\s+)?|,\s+(?:and|but|while|whereas|yet)\s+", re.IGNORECASE
)


def _clauses(sentence: str) -> list[str]:
    """Clauses joined by a semicolon, or by a comma and "and", "but", "while", "whereas": all of them, or none."""
    if re.match(r"(?:while|whereas)\b", sentence, re.IGNORECASE):
        return [sentence]
    parts = _JOINTS.split(sentence)
    if not all(_is_clause(part) for part in parts):
        return [sentence]
    first, *others = parts
    stood_in = [_with_subject(part, first) for part in others]
    return [sentence] if None in stood_in else [first, *(part for part in stood_in if part)]


def _with_subject(clause: str, before: str) -> str | None:
    """A clause with the subject of the one before in the place of its pronoun; None where it cannot be told."""
    word, _, rest = clause.partition(" ")
    if word.lower() in _POINTING:
        return None
    if word.lower() not in _PRONOUNS or not _starts_with_verb(rest):
        return clause
    subject, wants_plural = _subject(before), word.lower() == "they"
    told = _is_plural(_verb_at(before))
    is_told = subject.lower() not in _PRONOUNS and told in (None, wants_plural)
    return f"{subject} {rest}" if is_told else None


_ASIDE = re.compile(r"^(?P<subject>[^,]+),\s+which\s+(?P<aside>[^,]+),\s+(?P<rest>[^,]+)$")


def _aside(clause: str) -> list[str]:
    """A clause whose subject has an aside of its own: "Pebble, which is small, runs fast"."""
    match = _ASIDE.match(clause)
    if not match or _verb_at(match["subject"]) or len(match["subject"].split()) > MOST_SUBJECT_WORDS:
        return [clause]
    parts = [f"{match['subject']} {match['aside']}", f"{match['subject']} {match['rest']}"]
    begins_with_verb = all(_starts_with_verb(match[name]) for name in ("aside", "rest"))
    return parts if begins_with_verb else [clause]


def _starts_with_verb(text: str) -> bool:
    verb = _verb_at(text)
    return verb is not None and verb.start() == 0


_AND = re.compile(r",?\s+(?:and|but)\s+(?=(?P<verb>[^\W\d_]+)\s+\S)")


def _predicates(clause: str) -> list[str]:
    """A subject with two predicates: "Pebble is small and needs no camera". Not with three, nor within a "which"."""
    subject = _subject(clause)
    joints = [joint for joint in _AND.finditer(clause) if joint["verb"].lower() in _SHARED]
    if not subject or len(joints) != 1 or re.search(r"\b(?:which|to)\b", clause[: joints[0].start()]):
        return [clause]
    first, second = clause[: joints[0].start()], clause[joints[0].end() :]
    agree = _is_plural(_verb_at(first)) == _is_plural(_verb_at(second))
    long_enough = min(len(first.split()), len(second.split()) + 1) >= FEWEST_WORDS
    return [first, f"{subject} {second}"] if agree and long_enough else [clause]


def _is_plural(verb: re.Match[str] | None) -> bool | None:
    """Whether a verb wants more than one; None where both do ("can", "had")."""
    if verb is None or verb.group().lower() in ("can", "cannot", "will", "had", "did", *_PAST.split()):
        return None
    return verb.group().lower() in ("are", "were", "have", "do")


_ITEM = r"[~≈$€]?\d[\d.,]*(?<![.,])\s?(?:%|[^\W\d_]+\s)?\s*(?:on|for|in|with|at)\s+[^,;\d][^,;]{0,60}?"
_LIST = re.compile(rf"^(?P<head>.*?\s)(?P<items>{_ITEM}(?:,\s+{_ITEM})*,?\s+and\s+{_ITEM})$")
_BETWEEN = re.compile(r",\s+(?:and\s+)?(?=[~≈$€]?\d)|\s+and\s+(?=[~≈$€]?\d)")


def _listed(said: str) -> list[str]:
    """A list of figures: "it scores 71 on Harbour, 65 on Quay and 60 on Mole" → three."""
    match = _LIST.match(said)
    if not match or _verb_at(match["head"]) is None or re.search(r"\d", match["head"]):
        return [said]
    items = _BETWEEN.split(match["items"])
    return [match["head"] + item for item in items]
