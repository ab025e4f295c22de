"""The layouts that pages are read by. To add one: a file here, its line below, a page in tests/pages and its test."""

from __future__ import annotations

from rag.corpus.layouts.awards import AWARDS
from rag.corpus.layouts.blog import BLOG
from rag.corpus.layouts.fused import FUSED_LINES
from rag.corpus.layouts.layout import FieldLayout
from rag.corpus.layouts.listing import ABSTRACTS_FIRST, LISTING
from rag.corpus.layouts.profile import PROFILE

LAYOUTS: tuple[FieldLayout, ...] = (LISTING, FUSED_LINES, PROFILE, AWARDS, BLOG, ABSTRACTS_FIRST)
