"""Pages, halls, labels, categories, code and affiliations named in a question; see finding.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.index.names import fold
from rag.schema import Limits
from rag.search.finding import Found
from rag.search.vocabulary import Vocabulary
from rag.search.wording import ARXIV, GLUE, PAPERS, STANDARD_LABELS
from rag.search.words import Words

_LONGEST = 8
_PAGE = frozenset(("page", "pages", "blog", "listing", "profile", "site", "website", "file"))
_HALL = frozenset(("hall", "room", "ballroom", "auditorium", "theatre", "theater", "exhibit"))
_UNDER = frozenset(
    "category categories under filed tagged subject subjects class archive classified listed labelled labeled".split()
)
_CODE = (
    "with code", "with a code", "has code", "have code", "having code", "had code", "with source code",
    "with open source code", "with public code", "code available", "code is available", "code tag", "code mark",
    "code tags", "code link", "code badge", "with code available", "come with code", "comes with code",
    "code released", "release code", "released code", "releases code", "have released code", "have code available",
    "has code available", "with available code", "with released code", "with its code", "with their code",
    "provide code", "provides code", "open sourced code", "a code", "include code", "includes code", "code attached",
    "tagged code", "marked code", "code tagged", "link to code", "with the code tag", "published code", "any code",
)  # fmt: skip
_AWARDED = (
    "award winning", "prize winning", "awarded", "award", "awards", "prize", "prizes", "prizewinning", "award winners",
    "won an award", "won a prize", "received an award", "win an award",
)  # fmt: skip
_GENERIC = frozenset(
    "university of institute the and technology lab labs research college department school center centre national "
    "inc ltd at for academy sciences science".split()
)


def find_pages(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:
    """Pages by name, file, or some words of the name and "page"; "his own page" is the page of who is named."""
    known = vocabulary.listed.pages
    for start, end in list(words.runs(_LONGEST)):
        page = known.get(fold(words.slice(start, end)))
        if page is None or not words.free(start, end):
            continue
        following = end + (words.plain(end) == "'s")
        following += words.plain(following) == "own"
        called = words.plain(following) in _PAGE and words.free(end, following + 1)
        whole = len(words.words[start:end]) > 1 or "." in words.slice(start, end)
        person = vocabulary.person(words.slice(start, end))
        led = words.plain(start - 1) in ("on", "from", "in", "the", "of", "at", "page")
        if called or (whole and led and following == end and not person):
            yield _page(words, start, following + 1 if called else end, page)
    yield from _partly_named(words, known)
    yield from _owned(words, known)


def _page(words: Words, start: int, end: int, page: str) -> Found:
    while words.plain(start - 1) in ("on", "the", "from", "in", "of", "at") and words.free(start - 1, start):
        start -= 1
    words.take(start, end, "page")
    return Found(tag="page", start=start, end=end, limits=Limits(sources=(page,)), certain=True)


def _partly_named(words: Words, known: dict[str, str]) -> Iterator[Found]:
    """ "the X awards page" where one page's name holds these words, in singular or plural."""
    for at in range(1, len(words)):
        if words.plain(at) not in ("page", "pages", "list", "listing", "blog", "profile") or not words.free(at, at + 1):
            continue
        for start in range(max(0, at - 5), at):
            if not words.free(start, at) or not words.one_name(start, at):
                continue
            end = at - (words.plain(at - 1) == "'s")
            wanted = {_singular(word.plain) for word in words.words[start:end]}
            telling = wanted - {_singular(word) for word in GLUE} - _GENERIC
            fits = {page for name, page in known.items() if wanted <= {_singular(word) for word in name.split()}}
            if telling and len(fits) == 1:
                yield _page(words, start, at + 1, fits.pop())
                break


def _owned(words: Words, known: dict[str, str]) -> Iterator[Found]:
    for at in range(1, len(words)):
        own = words.plain(at - 1) == "own"
        pronoun = at - 1 - own
        if words.plain(at) != "page" or words.plain(pronoun) not in ("his", "her", "their"):
            continue
        named = {page for name, page in known.items() if words.find((name,))}
        if len(named) == 1 and words.free(pronoun, at + 1):
            yield _page(words, pronoun, at + 1, named.pop())


def find_allusions(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:
    """Capital words left over that stand in one page's name alone: "the X papers" for the page "X 2024 awards"."""
    for start, end in list(words.runs(3)):
        run = words.words[start:end]
        telling = all(word.capital and word.plain not in GLUE for word in run)
        if not telling or not words.free(start, end) or words.plain(start - 1) in ("by", "with", "did", "has"):
            continue
        wanted = {word.plain for word in run}
        fits = {page for name, page in vocabulary.listed.pages.items() if wanted <= set(name.split())}
        if len(fits) == 1:
            yield replace(_page(words, start, end, fits.pop()), certain=False)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def find_halls(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:
    known_halls = vocabulary.listed.sessions
    for start, end in list(words.runs(_LONGEST)):
        name = words.slice(start, end)
        led = words.plain(start) in _HALL and end - start > 1
        whole = end - start > 1 and bool(known_halls) and fold(name) in known_halls
        if not words.free(start, end) or not (led or whole):
            continue
        known = vocabulary.session(name)
        unheard = led and end - start == 2 and re.fullmatch(r"[A-Z]?\d+[A-Z]?|[A-Z]", words.words[start + 1].text)
        if known or unheard:
            words.take(start, end, "hall")
            yield Found(tag="hall", start=start, end=end, limits=Limits(halls=(name,)), certain=known)


def find_labels(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:
    """Labels of the pages and marks that conferences use, in singular or plural; "award" stands for every prize."""
    labels = {**{label: label for label in STANDARD_LABELS}, **vocabulary.listed.labels}
    plural = {_singular_phrase(name): value for name, value in labels.items() if name}
    for start, end in list(words.runs(_LONGEST)):
        plain = [word.plain for word in words.words[start:end]]
        value = plural.get(_singular_phrase(" ".join(plain)))
        if value is None or not words.free(start, end) or words.plain(end) == "'s":
            continue
        common = len(plain) == 1 and plain[0] in GLUE
        if common:
            continue
        sure = words.plain(end) in PAPERS | {"award", "awards"} and len(plain) > 1
        words.take(start, end, "label")
        yield Found(tag="label", start=start, end=end, limits=Limits(labels=(value,)), certain=sure)
    if any(words.tag(i) == "label" for i in range(len(words))) or not vocabulary.listed.prizes:
        return
    span = words.find(_AWARDED)
    asked = span and span[1] - span[0] == 1 and words.plain(span[0] - 1) in ("which", "what")
    if span and (not asked or words.plain(span[1]) in PAPERS):
        words.take(*span, "label")
        yield Found(tag="prize", start=span[0], end=span[1], limits=Limits(labels=vocabulary.listed.prizes))


def _singular_phrase(phrase: str) -> str:
    *first, last = phrase.split()
    return " ".join([*first, _singular(last)])


def find_categories(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:
    known = vocabulary.listed.categories
    for i, word in enumerate(words.words):
        if not words.free(i, i + 1):
            continue
        dotted = re.fullmatch(r"[a-z]+(?:-[a-z]+)?\.[A-Za-z]{2}(?:-[a-z]+)?", word.text) is not None
        cued = bool({words.plain(j) for j in (i - 3, i - 2, i - 1, i + 1)} & _UNDER)
        code = word.text.isupper() and 2 <= len(word.text) <= 3 and (word.plain in known or word.plain in ARXIV)
        placed = code and word.plain != "ai" and word.plain in known
        placed = placed and (words.plain(i - 1) == "in" or words.plain(i + 1) in PAPERS)
        if dotted or (code and cued) or placed or (cued and word.plain in known):
            end = _past_name(words, i + 1, word.plain.rpartition(" ")[2])
            words.take(i, end, "category")
            yield Found(
                tag="category", start=i, end=end, limits=Limits(categories=(word.text,)), certain=dotted or cued
            )
    for name, code_of in {name: code for code, name in ARXIV.items() if code in _subjects(known)}.items():
        span = words.find((name, name.replace(" and ", " ")))
        if span and {words.plain(j) for j in (span[0] - 3, span[0] - 2, span[0] - 1, span[1])} & _UNDER:
            words.take(*span, "category")
            value = next(value for plain, value in known.items() if plain.rpartition(" ")[2] == code_of)
            yield Found(tag="category", start=span[0], end=span[1], limits=Limits(categories=(value,)), certain=True)


def _subjects(known: dict[str, str]) -> set[str]:
    return {plain.rpartition(" ")[2] for plain in known}


def _past_name(words: Words, at: int, code: str) -> int:
    """Past a category's name in apposition: "cs.LG (machine learning)"."""
    name = ARXIV.get(code, "").split()
    if name and [words.plain(at + i) for i in range(len(name))] == name:
        return at + len(name)
    return at


def find_code(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:  # noqa: ARG001
    span = words.find(_CODE)
    if span:
        before = span[0] - 1
        certain = words.plain(before) in PAPERS and words.plain(before - 1) in ("which", "what")
        words.take(*span, "code")
        yield Found(tag="code", start=span[0], end=span[1], limits=Limits(has_code=True), certain=certain)


def find_affiliations(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:
    for start, end in list(words.runs(_LONGEST)):
        if not words.free(start, end) or words.plain(end - 1) == "'s" or not _from_somewhere(words, start, end):
            continue
        name = words.slice(start, end)
        if not set(fold(name).split()) - _GENERIC - GLUE or not vocabulary.affiliation(name):
            continue
        capital = words.words[start].capital or words.lower
        certain = capital and words.plain(start - 1) == "from" and _papers_from(words, start - 2)
        end += words.plain(end) == "'s"
        words.take(start, end, "affiliation")
        limits = Limits(affiliations=(name,))
        yield Found(tag="affiliation", start=start, end=end, limits=limits, certain=certain)


def _from_somewhere(words: Words, start: int, end: int) -> bool:
    following = words.plain(end + (words.plain(end) == "'s"))
    before = words.plain(start - 1)
    capital = words.words[start].capital or words.lower
    cued = before in ("from", "at", "affiliation", "affiliated") or following in ("affiliation", "affiliations")
    named = before in ("by", "with", "of", "the", "has", "did", "to", "as", "and", "or") or following in PAPERS
    listed = following in ("researchers", "authors", "people") or words.tag(start - 2) == "affiliation"
    return cued or (capital and (named or listed))


def _papers_from(words: Words, at: int) -> bool:
    return words.plain(at) in PAPERS and words.plain(at - 1) in ("which", "what")
