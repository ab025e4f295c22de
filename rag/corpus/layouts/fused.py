"""An author page with three lines a paper: a meta line, the title fused with the authors, the abstract."""

from __future__ import annotations

from rag.corpus.layouts import fits
from rag.corpus.layouts.layout import FieldLayout
from rag.corpus.layouts.sequence import Field

META = Field("meta", fits.fits_meta, missing=1.0)
FUSED = Field("fused", fits.fits_fused)
TEXT = Field("text", fits.fits_text, again=fits.continues_single_text, missing=1.5)

FUSED_LINES = FieldLayout(
    name="fused", orders=((META, FUSED, TEXT), (FUSED, META, TEXT), (FUSED, TEXT, META), (META, TEXT, FUSED))
)
