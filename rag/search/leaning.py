"""Whether a question leans on what was said before: by a pronoun, an ordinal, a continuing word, or by what it lacks.

Rules for English, on words alone. They prefer to leave a question as it is: a whole question that is dragged to the old
topic is lost, while one that leans and is searched for alone is often still found by its own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.index.lexical import STOP_WORDS

_ANY_PAPER = """
ablation abstract accuracy accurate achieve achieved address advantage advantages affiliation affiliations aim
algorithm algorithms alternative another answer anything appear appeared applied apply approach approaches
architecture argue article articles author authors available average award baseline baselines benchmark benchmarks
benefit best better big change cheap cheaper cite cited claim claims closed code come comes compare compared
comparison components compute conclusion conclusions conference consist contribute contribution contributions cost
costly costs data dataset datasets date depend describe described describes design detail details develop developed
difference different difficult drawback drawbacks effect elaborate else enough error evaluate evaluated evaluation
ever exactly example examples experiment experiments explain extend fail far fast faster find finding findings finds
fine gain gains goal good handle hard help helps hypothesis idea improve improved improvement improves infer inference
input inputs interesting introduce introduced keep keeps kept kind kinds know large larger last latest license limit
limitation limitations link long longer main make makes many matter mean means measure measured memory method methods
metric metrics model models module modules motivation name named names need needed needs new newer novel number
numbers often ones open organisation organization original others output outputs paper papers parameter parameters
part parts people perform performance performs point present presented presents problem propose proposed proposes
publication publications publish published purpose put quality question quick quickly rank reach reached reaches
really reason record records release released rely report reported reports require required requires research
researchers result results role run runs say scale score scores second seconds section set sets setting settings show
showed shown shows size sizes slow small smaller solve something source sources specific speed stage stages standard
state statement step steps still studied study sum summarise summarize summary surprising system systems table take
takes target task tasks team technique techniques test tested tests text thing things time times title topic train
trained training tried true try type types universities university value values venue version versions want way ways
weight weights well work works worse write writer written wrote year years yet
""".split()
ANY_PAPER = frozenset(_ANY_PAPER)
"""Words that can be asked about any paper: they carry a question, not its subject."""

_THINGS = (
    "one ones paper papers work works study studies article articles publication publications post posts method methods"
    " model models approach approaches system systems technique techniques algorithm algorithms benchmark benchmarks"
    " dataset datasets result results title titles entry item source framework idea"
)
THING = f"(?:{'|'.join(_THINGS.split())})"
"""A noun that stands for something said before, after "that" or "the second"."""

ORDINALS = {
    **dict.fromkeys(("first", "1st", "former"), 0),
    **dict.fromkeys(("second", "2nd", "latter"), 1),
    **dict.fromkeys(("third", "3rd"), 2),
    **dict.fromkeys(("fourth", "4th"), 3),
    **dict.fromkeys(("fifth", "5th"), 4),
    "last": -1,
}
_ORDINAL = "first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last|other|previous"
POINTED = re.compile(
    rf"\bthe\s+(?P<which>{_ORDINAL})(?:\s+two)?\s+(?:{THING}\b(?!\s+(?:of|on|about|for|to|by)\b(?!\s+(?:these|those|them|the)\b))|"
    r"(?=of\s+(?:these|those|them)\b))(?:\s*of\s+(?:these|those|them)\b)?"
    rf"|\bthe\s+(?P<pair>former|latter)\b(?:\s+{THING}\b)?"
    r"|\bthe\s+(?P<bare>first|second|third|fourth|fifth|last|other|others)(?=\s*[?.!]*\s*$)"
    r"|(?:\b(?:number|source|no\.)\s*|#\s*|\[)(?P<number>[1-9]\d?)\b\]?",
    re.IGNORECASE,
)
"""What names one of several things said before by its place: "the second one", "the latter", "source 3"."""

SPOKEN = re.compile(
    r"\b(?:we|i|you)\s+(?:just\s+|first\s+)?(?:spoke|talked|discussed|mentioned|asked|started|began|named|saw)\b"
    r"|\b(?:go|going|coming|come|back)\s+(?:back\s+)?to\s+(?:the|that)\b|\bthe\s+earlier\s+(?:one|paper|question)\b"
    r"|\b(?:one|paper|work|question)\s+(?:from|at)\s+(?:the\s+)?(?:start|beginning|before)\b",
    re.IGNORECASE,
)
"""What points at an earlier place in the conversation rather than at the last answer."""

_CONTINUES = re.compile(r"\s*(?:and|but|or|so|then|also|what about|how about|what else|who else|which one)\b", re.I)
_ABOUT = re.compile(r"\s*(?:(?:and|but|or|so)\s+)?(?:what|how)\s+about\b", re.IGNORECASE)
_AND = re.compile(r"\s*(?:and|or)\s+", re.IGNORECASE)
_PREPOSITION = re.compile(r"\s*(?:on|for|in|with|at|by|from|against|without|to|of|over)\b", re.IGNORECASE)
_ASKS = re.compile(r"\s*(?:what|who|where|when|why|how|which)\b", re.IGNORECASE)
_ASKS_ON = re.compile(
    r"\s*(?:(?:and|but|or|so|then|also)\s+)*(?:what|who|where|when|why|how|which)\b(?!\s+about)", re.I
)
"""A whole question, perhaps after "and"."""
_OF_ALL = re.compile(r"\b(?:papers|works|articles|publications|records|pages|posts|everything)\b", re.IGNORECASE)
_THE_THING = re.compile(
    r"\bthe\s+(?:paper|authors?|work|study|article|method|model|approach|system|technique|algorithm|framework|results?|"
    r"weights|code|data|dataset|experiments?|evaluation|training|abstract|title|code)\b(?!\s+(?:of|on|about|by|for|that|in)\b)",
    re.IGNORECASE,
)

_OF_THE_FIELD = frozenset(
    "AI ML NLP RL LLM LLMs VLM VLMs MLLM MLLMs SLM SLMs DNN DNNs CNN CNNs RNN RNNs GNN GNNs GAN GANs GPU GPUs CPU CPUs "
    "TPU TPUs QA SFT RAG API APIs English I".split()
)
"""Capitals that name no one work."""
AUXILIARIES = frozenset(
    "is are was were do does did can could has have had will would should may might must isn't aren't doesn't don't "
    "didn't can't".split()
)
POSSESSIVE = frozenset("its their his her".split())
PLURAL = frozenset("they them their theirs these those both".split())
LEANING = frozenset(
    "it its itself they them their theirs this these those he him his she her hers former latter".split()
)
"""Words that point back at something said before."""
PRONOUNS = LEANING - {"itself", "former", "latter"} | {"that", "both"}
_BEFORE_THAT = AUXILIARIES | frozenset(
    "of for in on by with to from at about like than without why how and so but".split()
)
_NOT_BEFORE = frozenset(
    "year years month months week weeks day days corpus index library collection pages who which".split()
)
_OPENER = f"(?:{'|'.join(sorted(AUXILIARIES | PRONOUNS))}|what|which|who|how|why|when|where)"
_LEAD = r"(?:(?:on|by|in|for|with|to|at|from)\s+)?"
_CLAUSE = re.compile(
    r"(?:\b(?:when|if|because|while|although|though|once|unless|whereas|until|as)\b"
    rf"|[\w)]\s*[,:;-]\s+(?:(?:and|but|or)\s+)?{_LEAD}{_OPENER}\b"
    rf"|\w\s+(?:and|but|or)\s+{_LEAD}{_OPENER}\b)",
    re.IGNORECASE,
)
"""What opens a further clause, before a pronoun and with it."""
_LEADS = frozenset("in of on by for to with from".split())
_EXPLETIVE = re.compile(
    r"\b(?:is|was|be)\s+it\s+(?:ever |still |really )?(?:possible|known|true|necessary|important|hard|easy|worth|"
    r"enough|feasible|safe|difficult|useful|common|likely|better|best|shown that|the case)\b"
    r"|\bdoes\s+it\s+(?:matter|pay|make sense)\b",
    re.IGNORECASE,
)

FEW = 2
"""So few words of its own, in the past tense or with "the", and a question is about what was said."""
ENOUGH = 4
"""So many of its own before a pronoun, and the question has said what that stands for."""
MUCH = 6
"""And so many where the pronoun is the subject, or ends the question: "… does it help?", "… is used in it?"."""
STILL_FEW = 3
"""So few of its own after "and" or in a fragment; with more it is a new question that begins with "and"."""


def leans_on_history(question: str) -> bool:
    """Whether a question points back at what was said before, or does not name its own subject.

    leans_on_history("How fast is it?") and leans_on_history("And on images?") and leans_on_history("Is there code?")
    not leans_on_history("What is Brisk?")
    not leans_on_history("Does Brisk still learn when its layers are frozen?")
    """
    own, named = own_words(question), names(question)
    if POINTED.search(question) or SPOKEN.search(question) or pronoun(question) is not None:
        return True
    if _OF_ALL.search(question) and not own:
        return False  # "Which papers have code?" asks about all of them
    if _CONTINUES.match(question):
        whole = bool(named) and _ASKS_ON.match(question) and not AUXILIARIES.isdisjoint(words(question))
        return len(own) <= STILL_FEW and not whole
    if not own:
        return True
    if _fragment(question):
        return len(own) <= STILL_FEW
    if named:
        return False
    refers = bool(_THE_THING.search(question)) or bool(re.search(r"\b(?:was|were|did|the same)\b", question, re.I))
    ends = re.search(r"\bthe\s+(\w+\s+)?\w+\s*[?.]*$", question, re.IGNORECASE)
    definite = ends is not None and (ends.group(1) is None or len(own) < FEW)
    return len(own) <= FEW and (refers or definite)


def about(question: str) -> bool:
    """Whether it asks the last question of something else: "What about Brisk?", "And Brisk?", "And on images?"."""
    opening = _ABOUT.match(question) or _AND.match(question)
    rest = question[opening.end() :] if opening else ""
    return bool(rest) and not any(word in AUXILIARIES for word in words(rest)) and not _ASKS.match(rest)


def pronoun(question: str) -> re.Match[str] | None:
    """The first pronoun that stands for something outside the question; None where there is none."""
    if _EXPLETIVE.search(question):
        return None
    found = list(re.finditer(r"\w[\w'’-]*", question))
    said = [match.group().casefold() for match in found]
    for place, word in enumerate(said):
        if word in PRONOUNS and _points(said, place) and not _within(question, found, said, place):
            return found[place]
    return None


def words(text: str) -> list[str]:
    """In order, folded: words("LoRA's weights?") == ["lora's", "weights"]."""
    return [word.casefold() for word in re.findall(r"\w[\w'’-]*", text)]


def own_words(text: str) -> list[str]:
    """The words that only a question on some subject would have."""
    bare = (re.sub(r"['’]s$", "", word) for word in words(text))
    return [word for word in bare if word not in STOP_WORDS | ANY_PAPER | PRONOUNS | ORDINALS.keys() and len(word) > 1]


def names(text: str) -> list[str]:
    """What is written as a name, in order: names("Does GSM8K help Brisk or As-ViT?") == ["GSM8K", "Brisk", "As-ViT"].

    A word with a capital after its first letter, or one that begins with a capital within a sentence; several such in a
    row are one name.
    """
    if text.isupper():
        return []
    found = re.finditer(r"(?<![\w-])[^\W_][\w+./-]*[\w+](?:\s+(?=[A-Z])[\w+./-]*[\w+])*", text)
    return list(dict.fromkeys(name for match in found for name in _named(match, text)))


def _named(match: re.Match[str], text: str) -> Iterator[str]:
    before = text[: match.start()].rstrip("“\"'( ")
    parts = match.group().split()
    starts = not before or before[-1] in ".?!:" or bool(re.search(r"\[\d+\]$", before))
    if starts and not _inner_capital(parts[0]):
        parts = parts[1:]
    kept = [part for part in parts if part[0].isupper() or _inner_capital(part)]
    if kept and kept[0][0].isalpha() and " ".join(kept) not in _OF_THE_FIELD and kept[0].casefold() not in STOP_WORDS:
        yield " ".join(kept)


def _inner_capital(word: str) -> bool:
    return any(c.isupper() for c in word[1:])


def _points(said: Sequence[str], place: int) -> bool:
    """Whether the pronoun at `place` is one here: "that" often joins clauses, and "this year" names itself."""
    word, before, after = (
        said[place],
        said[place - 1] if place else "",
        said[place + 1] if place + 1 < len(said) else "",
    )
    if word in ("this", "these", "those") and after in _NOT_BEFORE:
        return False
    if word == "both":
        return not after or before in AUXILIARIES
    if word == "that":
        return not after or before in _BEFORE_THAT or not before or bool(re.fullmatch(THING, after))
    return True


def _within(question: str, found: Sequence[re.Match[str]], said: Sequence[str], place: int) -> bool:
    """Whether the question itself says what the pronoun stands for.

    "Does Brisk learn when its layers are frozen?": a subject, then a possessive or a further clause. An object in the
    subject's own clause is something else ("Which optimizers beat it?"), and so is what follows the auxiliary at once,
    unless much was said before.
    """
    if place == 0 or said[place + 1 : place + 2] == ["own"]:
        return place > 0
    before = question[: found[place].start()]
    own, named = [word for word in own_words(before) if not word.endswith("ing")], bool(names(before))
    if _CLAUSE.search(f"{before}{said[place]}"):
        return named or len(own) >= FEW or _bare_subject(said, place)
    last = place == len(said) - 1 and said[place - 1] in _LEADS
    if last or said[place - 1] in AUXILIARIES or said[place] in ("this", "these", "those", "that"):
        return len(own) > MUCH
    if said[place] in POSSESSIVE:
        return named or len(own) > FEW or _bare_subject(said, place)
    return len(own) >= ENOUGH or (named and len(own) > FEW)


def _bare_subject(said: Sequence[str], place: int) -> bool:
    """Whether a noun follows the auxiliary at once: "Do models forget when they …"."""
    auxiliary = next((i for i in range(place) if said[i] in AUXILIARIES), place)
    follows = said[auxiliary + 1] if auxiliary + 1 < place else ""
    return bool(follows) and follows not in STOP_WORDS | PRONOUNS and not follows.endswith("ing")


def _fragment(question: str) -> bool:
    """Whether it is a question without a verb: "On images?", "Which tokenizer?", "Training cost?"."""
    said = words(question)
    if any(word in AUXILIARIES for word in said):
        return False
    if _PREPOSITION.match(question) and len(said) <= 5:
        return True
    if not question.rstrip().endswith("?") or said[:1] == ["who"]:
        return False
    return len(said) <= (5 if said[:2] in (["how", "many"], ["how", "much"], ["how", "long"]) else 3)
