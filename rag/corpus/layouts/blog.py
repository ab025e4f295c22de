"""A blog's index: titles set off by blank lines, a few paragraphs and captions under each."""

from __future__ import annotations

from rag.corpus.layouts import fits
from rag.corpus.layouts.layout import FieldLayout
from rag.corpus.layouts.sequence import Field

TITLE = Field("title", fits.fits_heading, again=fits.continues_title)
NAMES = Field("names", fits.fits_names, missing=0.0)
META = Field("meta", fits.fits_meta, missing=0.0)
TEXT = Field("text", fits.fits_paragraph, again=fits.continues_paragraph, missing=2.0)

BLOG = FieldLayout(
    name="blog", orders=((TITLE, NAMES, META, TEXT), (TITLE, META, NAMES, TEXT), (META, TITLE, NAMES, TEXT))
)
