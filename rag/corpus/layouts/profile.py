"""An author page with every field on lines of its own: meta line, title, authors with affiliations, abstract."""

from __future__ import annotations

from itertools import permutations

from rag.corpus.layouts import fits
from rag.corpus.layouts.layout import FieldLayout
from rag.corpus.layouts.sequence import Field

META = Field("meta", fits.fits_meta, missing=1.0)
TITLE = Field("title", fits.fits_title, again=fits.continues_unfinished_title)
NAMES = Field("names", fits.fits_names, missing=0.8)
TEXT = Field("text", fits.fits_text, again=fits.continues_text, missing=1.5)

PROFILE = FieldLayout(
    name="profile",
    orders=(
        *((*head, TEXT) for head in permutations((META, TITLE, NAMES))),
        (TITLE, NAMES, TEXT, META),
        (TITLE, TEXT, NAMES, META),
    ),
)
