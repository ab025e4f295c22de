"""A conference's page of talks and prizes: label lines, authors, a room in brackets, the abstract; often no title."""

from __future__ import annotations

from itertools import permutations

from rag.corpus.layouts import fits
from rag.corpus.layouts.layout import FieldLayout
from rag.corpus.layouts.sequence import Field

LABELS = Field("labels", fits.fits_label, again=fits.continues_labels)
TITLE = Field("title", fits.fits_title, again=fits.continues_unfinished_title, missing=1.5)
NAMES = Field("names", fits.fits_names, missing=1.5)
SESSION = Field("session", fits.fits_session, missing=0.8)
TEXT = Field("text", fits.fits_text, again=fits.continues_text, missing=1.5)

# Titles stand on all of a page's records or on none, so that a stray line above the first is no title.
_UNTITLED = permutations((LABELS, NAMES, SESSION))
_TITLED = permutations((LABELS, TITLE, NAMES, SESSION))

AWARDS = FieldLayout(name="awards", orders=tuple((*head, TEXT) for head in (*_UNTITLED, *_TITLED)))
