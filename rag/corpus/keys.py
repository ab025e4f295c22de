"""Names that last: how a work's key is made, and how texts are folded before they are compared or digested."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from hashlib import blake2b

from rag.schema import Record

_STOP_WORDS = (
    "a an and are as at be by can do does for from has how in into is it its of on or our that the their this to "
    "toward towards under using via we what when which with without "
    "despite introduce paper present propose work"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that tell nothing about a paper when they stand in its title or open its abstract."""

KEY_WORDS = 3
DIGEST_DIGITS = 4
LONGEST_PART = 24  # of a key, so that a title without spaces does not become a key of hundreds of characters

_NOT_DECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_ASCII_MARKS = bytes(code for code in range(128) if not chr(code).isalnum())
NAME_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


def folded(text: str) -> str:
    """Letters and digits alone, without case: folded("Pre-trained, again!") == "pretrainedagain".

    White space goes too, because saved pages break words at line ends ("fea- ture").
    """
    if text.isascii():
        return text.lower().encode().translate(None, _ASCII_MARKS).decode()  # the same, ten times as fast
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def telling_words(text: str) -> list[str]:
    """A text's words in plain ASCII, without stop words: telling_words("The Café of X") == ["cafe", "x"]."""
    return [word for word in re.findall(r"[a-z0-9]+", _plain(text)) if word not in STOP_WORDS]


def surname(name: str) -> str:
    """The family name of a person's name as printed, lower case: surname("García, Ana") == surname("Ana García")."""
    family = name.split(",")[0] if "," in name else name
    words = [word for word in family.split() if folded(word) not in NAME_SUFFIXES] or family.split()
    return folded(words[-1]) if words else ""


def make_key(record: Record, used: Container[str] = ()) -> str:
    """A key for a new work: surname or `anon`, year or `nd`, telling words, digits of the text's digest.

    "smith2024-tiny-transformers-3f1a", of [a-z0-9-] alone. The digest is lengthened while the key is among `used`.
    """
    year = str(record.published.year) if record.published else "nd"
    words = telling_words(record.title or record.abstract)[:KEY_WORDS]
    stem = "-".join([_name_part(record) + year, *(word[:LONGEST_PART] for word in words)])
    digest = blake2b(folded(record.abstract or record.title or "").encode(), digest_size=20).hexdigest()
    for digits in range(DIGEST_DIGITS, len(digest) + 1):
        if (key := f"{stem}-{digest[:digits]}") not in used:
            return key
    count = 2  # the same words again: two title-only records too generic to be taken for one work
    while (key := f"{stem}-{digest[:DIGEST_DIGITS]}-{count}") in used:
        count += 1
    return key


def _name_part(record: Record) -> str:
    family = surname(record.authors[0]) if record.authors else ""
    if not family:
        return "anon"
    plain = "".join(re.findall(r"[a-z0-9]+", _plain(family)))[:LONGEST_PART]
    # A name in another script has no plain letters; its digest is as stable as the name.
    return plain or "x" + blake2b(family.encode(), digest_size=3).hexdigest()


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_NOT_DECOMPOSED))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
