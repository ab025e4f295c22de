"""A work → the slices of its text that are embedded and searched, with exact offsets.

LlamaIndex's SentenceSplitter decides where to cut, fed with our word count and our sentences: its own defaults load
NLTK's data, and its offsets are wrong where a text repeats itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise

from rag.corpus.keys import folded
from rag.corpus.sentences import sentences
from rag.corpus.works import is_telling
from rag.schema import Chunk, Record, Span, Work

__all__ = ["chunk", "header_of", "sentences"]

CHUNK_WORDS = 180

_WORD = re.compile(
    # Scripts without spaces count by character, and what no space parts (URLs, tables) by stretches of a word's length:
    # an embedder reads a few hundred tokens, whatever the script.
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]"
    r"|[^\s\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]{1,20}"
)
_CLAUSE = r"[^,;:]+[,;:]*|[,;:]+"  # covers every character; the splitter's own pattern drops doubled commas


def chunk(work: Work, *, chunk_words: int = CHUNK_WORDS) -> list[Chunk]:
    """A work's chunks: whole sentences while they fit, of its abstract or, without one, of its title.

    The chunks of a field do not overlap and together hold every character that is no white space. A text that stands on
    several records is chunked once, where it stands first; a record whose text differs is chunked too.
    """
    header = header_of(work)
    seen: Counter[str] = Counter()
    chunks = []
    for record, field in _texts(work):
        text = record.text_of(field)
        identity = "" if _names_itself(work) else text if field == "abstract" and folded(text) else work.key
        for span in _cut(text, chunk_words):
            words = span.of(text)
            seen[words] += 1
            id = _id(header, words, identity, seen[words])
            chunks.append(
                Chunk(id=id, key=work.key, origin=record.origin, field=field, span=span, text=words, header=header)
            )
    return chunks


def header_of(work: Work) -> str:
    """title · authors · date, without what is missing: "Small Nets · Ada Smith, Bo Li · 2024-03"."""
    merged = work.merged()
    return " · ".join(filter(None, (merged.title, merged.text_of("authors"), merged.text_of("published"))))


def _texts(work: Work) -> Iterator[tuple[Record, str]]:
    """The records whose texts differ, each with the field to cut."""
    seen = set()
    for record in work.records:
        if record.abstract.strip() and (text := folded(record.abstract)) not in seen:
            seen.add(text)
            yield record, "abstract"
    if not seen:
        yield from [(record, "title") for record in work.records if (record.title or "").strip()][:1]


def _cut(text: str, chunk_words: int) -> list[Span]:
    spans = []
    cursor = 0
    for piece in _pieces(text, chunk_words):
        start = text.index(piece, cursor)
        cursor = start + len(piece)
        spans.append(Span(start, cursor))
    return spans


def _pieces(text: str, chunk_words: int) -> list[str]:
    if len(_words(text)) <= chunk_words:
        return [text.strip()]  # what SentenceSplitter would answer, without its import of more than a second
    from llama_index.core.node_parser import SentenceSplitter

    splitter = SentenceSplitter(
        chunk_size=chunk_words,
        chunk_overlap=0,
        tokenizer=_words,
        paragraph_separator="\n\n",
        chunking_tokenizer_fn=_sentence_texts,
        secondary_chunking_regex=_CLAUSE,
    )
    return splitter.split_text(text)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _sentence_texts(text: str) -> list[str]:
    """The sentences with the white space around them, so that joined they are the text."""
    starts = [0, *(span.start for span in sentences(text)[1:]), len(text)]
    return [text[start:end] for start, end in pairwise(starts)]


def _names_itself(work: Work) -> bool:
    """Whether the header is no other work's: one record has its title and authors, or its title alone tells enough.

    Works are grouped such that two of them never share these.
    """
    merged = work.merged()
    if not (merged.title and merged.authors):
        return is_telling(merged.title)
    return any(record.title == merged.title and record.authors == merged.authors for record in work.records)


def _id(header: str, text: str, identity: str, occurrence: int) -> str:
    """A hash of header and text: the same on any machine, and no other chunk's.

    `identity` is empty where the header names the work; else it is the whole text, because two works without titles may
    share a chunk, or the key, where two works say the same because they say nothing. `occurrence` counts the
    same text in one work from 1.
    """
    parts = [header, text, *([identity] if identity else []), *([str(occurrence)] if occurrence > 1 else [])]
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
