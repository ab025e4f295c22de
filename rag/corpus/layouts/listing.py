"""A search listing: a line with the title, a line with its abstract, and so on."""

from __future__ import annotations

from rag.corpus.layouts import fits
from rag.corpus.layouts.layout import FieldLayout
from rag.corpus.layouts.sequence import Field

TITLE = Field("title", fits.fits_title, again=fits.continues_unfinished_title)
TEXT = Field("text", fits.fits_text, again=fits.continues_single_text, missing=1.2)

LISTING = FieldLayout(name="listing", orders=((TITLE, TEXT),))

# A page cut in an abstract seems to begin with it, and where other text stands above a listing so does the listing.
# Hence a layout of its own, which has to explain clearly more before it is believed.
ABSTRACTS_FIRST = FieldLayout(name="abstracts-first", orders=((TEXT, TITLE),), cost=3.0)
