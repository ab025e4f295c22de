"""A search listing: a line with the title, a line with its abstract, and so on."""

from __future__ import annotations

from rag.corpus.layouts import fits
from rag.corpus.layouts.layout import FieldLayout
from rag.corpus.layouts.sequence import Field

TITLE = Field("title", fits.fits_title, again=fits.continues_unfinished_title)
TEXT = Field("text", fits.fits_text, again=fits.continues_single_text, missing=1.2)

LISTING = FieldLayout(name="listing", orders=((TITLE, TEXT), (TEXT, TITLE)))
