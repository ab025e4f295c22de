"""What a question takes for granted, said as a statement: "Why does Pebble need labels?" → "Pebble needs labels".

A few rules for how English asks. Where the subject ends is told by a list of verbs, or by a capitalised name; where it
cannot be told, the words are left in the order of the question, which a model still reads.
"""

from __future__ import annotations

import re

LEAST_WORDS = 3
"""A shorter statement says too little to be contradicted."""

MOST_SUBJECT_WORDS = 10
"""Words that are looked through for a verb."""

_AUXILIARY = (
    r"(?P<aux>does|do|did|is|are|was|were|has|have|had|can|could|will|would|should|must)(?P<not>n['’]t|(?<=n)['’]t)?"
)
_OPENING = r"^(?:(?:and|but|so|then|also|ok|well|given all that),?\s+)*"
_RULES = tuple(
    re.compile(_OPENING + rule, re.IGNORECASE)
    for rule in (
        # "Given that A needs B, …": what is given, as it stands
        r"(?:given|since|seeing|assuming|considering)(?:\s+that)?\s+(?P<stated>[^,?]+),",
        # "By how much does A beat B?", "How many labels does A need?": the rest, and what is counted
        rf"(?:by\s+)?how\s+(?:much|many)\b\s*(?P<object>[^,?]*?)\s*\b{_AUXILIARY}\s+(?P<rest>[^?]+)",
        # "Why does A need B?", "How is A trained?", "Where does A fail?"
        rf"(?P<why>why|how|when|where)\s+{_AUXILIARY}\s+(?P<rest>[^?]+)",
        # "How quickly does A learn?": that it learns
        rf"how\s+\w+ly\s+{_AUXILIARY}\s+(?P<rest>[^?]+)",
        # "Which reward model does A train?"
        rf"(?:what|which|whose)\s+(?P<object>[^,?]+?)\s+(?=(?:does|do|did)\b){_AUXILIARY}\s+(?P<rest>[^?]+)",
        # "Does A need B?"
        rf"{_AUXILIARY}\s+(?P<rest>[^?]+)",
    )
)

_BASES = frozenset(
    """
    achieve adapt add address agree aim allow apply argue assign assume attain avoid be beat become begin benefit
    build call cause change choose claim collapse collect combine compare compute consist contain converge cost cover
    create cut decide decrease define degrade deliver depend describe detect drop eliminate employ enable encode
    ensure evaluate exceed exist expect explain extract fail fall find fit focus follow forget gain generalise
    generalize generate get give go grow handle happen harm have help hold hurt identify ignore improve include
    increase introduce involve keep know lack lag lead learn leave let lie limit lose lower maintain make match matter
    mean measure merge need obtain occur offer operate outperform perform predict prefer present preserve produce
    propose protect prove provide raise reach read rely remain remove replace report require retain return rise run
    save scale score select serve show solve speed stay stop store suffer suggest support surpass survive take tell
    test train transfer treat try underperform update use want win work
    """.split()
)
_NOT_BEFORE_VERB = frozenset(
    "the a an this that these those its their his her of in on for with by from and or".split()
)
_BEFORE_PREDICATE = re.compile(
    r"(?<=\s)(?:more|less|better|worse|faster|slower|able|not|too|so|as|also|only|always|never|\w+ed|\w+ing|\w+er|known|"
    r"made|given|shown|built|based|best|worst|good|bad|slow|fast|a|an|the|in|on|at|for|to|from|of)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[^\s,]*[A-Z\d][^\s,]*\s+)+")


def declared(question: str) -> str | None:
    """The statement behind the last of a text's questions; None where no rule knows one.

    declared("Why doesn't Pebble need labels?") == "Pebble does not need labels"
    declared("Which reward model does Pebble train?") == "Pebble trains reward model"
    """
    asked = [part for part in re.split(r"(?<=\?)\s+", question.strip()) if part.strip("? ")]
    if not asked:
        return None
    found = next((match for rule in _RULES if (match := rule.match(asked[-1]))), None)
    if found is None:
        return None
    parts = found.groupdict()
    words = parts.get("stated") or _statement(parts)
    return words if len(words.split()) >= LEAST_WORDS else None


def _statement(parts: dict[str, str | None]) -> str:
    auxiliary = (parts["aux"] or "").lower()
    # "Doesn't Pebble need labels?" expects a yes, "Why doesn't …?" takes a no for granted.
    negated = bool(parts.get("not")) and bool(parts.get("why"))
    rest = f"{(parts['rest'] or '').strip()} {parts.get('object') or ''}".split()
    words = [word for word in rest if word.lower() != "so"] if parts.get("why") else rest
    do = auxiliary in ("does", "do", "did")
    at = _verb(words) if do or auxiliary in ("can", "could", "will", "would", "should", "must") else _predicate(words)
    if at is None:
        return " ".join(words)
    if not do or negated or auxiliary == "did":
        middle = [auxiliary, *(["not"] if negated else [])]
    else:
        middle = []
        words[at] = _third_person(words[at]) if auxiliary == "does" else words[at]
    return " ".join([*words[:at], *middle, *words[at:]])


def _verb(words: list[str]) -> int | None:
    """Where the verb stands: the first word of the list that no article stands before."""
    for i, word in enumerate(words[1 : MOST_SUBJECT_WORDS + 1], 1):
        if word.lower() in _BASES and words[i - 1].lower() not in _NOT_BEFORE_VERB:
            return i
    return None


def _predicate(words: list[str]) -> int | None:
    """Where what is said of the subject begins, after "is": after a name, else at the first word that tells."""
    text = " ".join(words)
    name = _NAME.match(f"{text} ")
    if name and name.end() < len(text):
        return len(name.group().split())
    found = _BEFORE_PREDICATE.search(text)
    return len(text[: found.start()].split()) if found and found.start() else None


def _third_person(verb: str) -> str:
    if verb.lower() in ("have", "be"):
        return {"have": "has", "be": "is"}[verb.lower()]
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return verb + ("es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else "s")
