"""BM25 over title, authors and text of each chunk, by SQLite's FTS5 on the catalog's connection.

A question is never handed to FTS5 as it is: its words are quoted, so that no operator, quote or NUL means anything.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence

TOKENIZER = "porter unicode61 remove_diacritics 2"

TABLES = f"""
CREATE VIRTUAL TABLE words USING fts5(title, authors, text, content='chunks', content_rowid='n',
  tokenize='{TOKENIZER}');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);
CREATE TRIGGER words_added AFTER INSERT ON chunks BEGIN
  INSERT INTO words(rowid, title, authors, text) VALUES (new.n, new.title, new.authors, new.text);
END;
CREATE TRIGGER words_removed AFTER DELETE ON chunks BEGIN
  INSERT INTO words(words, rowid, title, authors, text) VALUES ('delete', old.n, old.title, old.authors, old.text);
END;
CREATE TRIGGER words_changed AFTER UPDATE OF title, authors, text ON chunks BEGIN
  INSERT INTO words(words, rowid, title, authors, text) VALUES ('delete', old.n, old.title, old.authors, old.text);
  INSERT INTO words(rowid, title, authors, text) VALUES (new.n, new.title, new.authors, new.text);
END;
"""
"""The word index over the catalog's table `chunks`; the triggers keep the two the same."""

MOST_TERMS = 64  # of a question's distinct words, the rarest: a pasted page must not cost seconds

LARGE_INDEX = 5_000
COMMON_SHARE = 0.2
"""Of the chunks of a large index. Of 40,000 abstracts and 400 questions of data/judge.jsonl.gz, looking only where a
rarer word stands gave the same first 60 in half the time. Dropping the common words altogether lost .005 of R@1, at .1
.06; at .1 looking where a rarer word stands lost nothing within 10, but a few questions kept few of their first 60.
"""

_FUNCTION_WORDS = """
a about above across after again against all also am an and any are as at be because been before being below between
both but by can cannot could did do does doing done down during each either ever every few for from further get gets
give given gives had has have having he her here hers him his how i if in into is it its itself just like me more most
much my no nor not now of off on once one only onto or other our out over own per please same say says she should show
so some such tell than that the their them then there these they this those through to too toward under until up upon
us use used uses using very via was we were what when where whether which while who whom whose why will with within
without would you your
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that carry a question, not its subject. They are looked for when nothing else is asked."""

_WORD = re.compile(r"\w+")
_MOST_CHARACTERS = 100_000  # of a question that are looked at


def terms(text: str) -> list[str]:
    """The terms that FTS5 indexes for a text, in order: terms("Résumés, naïvely") == ["resum", "naiv"]."""
    return [term for found in _terms_of([text]) for term in found]


def content_terms(text: str) -> list[str]:
    """The distinct terms of a question without its stop words, by first use; [] when it says nothing else."""
    words = [word for word in _words(text) if word not in STOP_WORDS]
    return list(dict.fromkeys(term for found in _terms_of(words) for term in found))


def phrase(word: str) -> str:
    """A word as FTS5 takes it literally, "" for one without letters or digits; "cs.LG" must stand as two in a row."""
    bare = " ".join(_WORD.findall(word))
    return f'"{bare}"' if _has_letters(bare) else ""


def scores(connection: sqlite3.Connection, query: str) -> dict[int, float]:
    """BM25 of the chunks (by rowid) that hold a word of the query; > 0, higher is better.

    In a large index chunks that hold only its commonest words are left out, unless it has no others.
    """
    rare, common = _rare_and_common(connection, query)
    found = _bm25(connection, _any_of(rare))
    if common:  # BM25 is a sum over words, so this is the whole score of the chunks that hold words of both kinds
        found |= _bm25(connection, f"({_any_of(common)}) AND ({_any_of(rare)})")
    return found


def idf_total(connection: sqlite3.Connection, query: str) -> float:
    """The sum of the inverse document frequencies of a query's telling words, as FTS5's bm25() weighs them.

    What a chunk would reach that holds each word about once: BM25 divided by it says how much of the query's words a
    chunk covers. Words that stand nowhere count too: a question of which one word in ten is known is hardly covered.
    """
    telling = _telling_words(query)
    if len(telling) > MOST_TERMS:
        rare, common = _rare_and_common(connection, query)
        telling = rare + common
    (total,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
    wanted = [term for group in _terms_of(telling) for term in group]
    counts = _document_counts(connection, set(wanted))
    weights = (math.log((total - n + 0.5) / (n + 0.5)) for n in (counts.get(term, 0) for term in wanted))
    return sum(max(weight, 1e-6) for weight in weights)  # 1e-6: FTS5's own floor, for words in over half the chunks


def document_frequency(connection: sqlite3.Connection, wanted: Collection[str]) -> dict[str, float]:
    """The share of all chunks that hold each of these terms, 0.0 for one that stands nowhere."""
    (total,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
    counts = _document_counts(connection, wanted)
    return {term: counts.get(term, 0) / total if total else 0.0 for term in wanted}


def _bm25(connection: sqlite3.Connection, match: str) -> dict[int, float]:
    if not match:
        return {}
    rows = connection.execute("SELECT rowid, bm25(words) FROM words WHERE words MATCH ?", (match,))
    return {n: -score for n, score in rows}  # SQLite's bm25() is lower-is-better; everything here is higher-is-better.


def _any_of(words: Iterable[str]) -> str:
    return " OR ".join(phrase(word) for word in words)


def _rare_and_common(connection: sqlite3.Connection, query: str) -> tuple[list[str], list[str]]:
    """The words to look for; those of the second list only beside one of the first."""
    words = _telling_words(query)
    (total,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
    if total < LARGE_INDEX and len(words) <= MOST_TERMS:
        return words, []
    found = _terms_of(words)
    counts = _document_counts(connection, {term for group in found for term in group})
    holding = {
        word: min((counts.get(t, 0) for t in group), default=0) for word, group in zip(words, found, strict=True)
    }
    rarest = sorted((word for word in words if holding[word]), key=lambda word: (holding[word], word))[:MOST_TERMS]
    most = COMMON_SHARE * total if total >= LARGE_INDEX else total
    rare = [word for word in rarest if holding[word] <= most]
    return (rare, rarest[len(rare) :]) if rare else (rarest, [])


def _document_counts(connection: sqlite3.Connection, wanted: Iterable[str]) -> dict[str, int]:
    rows = connection.execute(
        "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))", (json.dumps(sorted(wanted)),)
    )
    return dict(rows.fetchall())


def _telling_words(query: str) -> list[str]:
    """The query's distinct words; stop words only when there are no others."""
    words = _words(query)
    return [word for word in words if word not in STOP_WORDS] or words


def _words(text: str) -> list[str]:
    """The distinct words of a text, case folded, by first use."""
    found = (word.casefold() for word in _WORD.findall(text[:_MOST_CHARACTERS]))
    return list(dict.fromkeys(word for word in found if _has_letters(word)))


def _has_letters(word: str) -> bool:
    return any(character.isalnum() for character in word)


def _terms_of(texts: Sequence[str]) -> list[list[str]]:
    """The terms of each text, asked of FTS5 itself, because no other stemmer is sure to agree with it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(f"CREATE VIRTUAL TABLE asked USING fts5(text, tokenize='{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE found USING fts5vocab(asked, instance)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO asked(rowid, text) VALUES (?, ?)", enumerate(texts))
        groups: list[list[str]] = [[] for _ in texts]
        for n, term in connection.execute("SELECT doc, term FROM found ORDER BY doc, offset"):
            groups[n].append(term)
        return groups
    finally:
        connection.close()
