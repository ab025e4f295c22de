"""Words that listings of papers use everywhere: the one place where the parser knows any word at all.

Layouts are recognised by structure. These words only say what a short line is for: a button, a mark, a label. A word
belongs here when pages of any site may carry it; a word that one site alone prints does not.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}

BUTTONS = _phrases(
    "Subscribe|Unsubscribe|Sign in|Sign up|Sign out|Log in|Log out|Login|Logout|Register|Read more|Show more|"
    "Load more|See all|View all|View PDF|View paper|Show abstract|Hide abstract|Download|Upvote|Bookmark|Follow|"
    "Following|Share|Save|Search|Menu|Cite|Close|Join|Join now|Get started|Sign me up|Notify me|Subscribe now"
)
"""Labels of buttons, as they may be fused with what follows them."""

COINED_FROM = frozenset(["follow", "following", "share", "save", "search", "cite", "close", "menu", "download", "join"])
"""Buttons whose words also begin coined names ("ShareBench"): these need evidence before they are cut off."""

COINED_ENDINGS = _words(
    "ai agent bench bert bot chain chat clip code coder craft dial diff diffusion edit eval flow former formers "
    "gan gen gpt graph gym hub ir judge kit lab llm llms lm lora mark mix ml moe nerf net nets nlp opt plan play "
    "prompt qa rag rank rl sql sim space speech tok tune verse vis vla vlm vqa world zero"
)
"""Second halves of coined names: what follows a button's word is then no title of its own."""

NAVIGATION = _phrases(
    "home|schedule|program|programme|"
    "about|about us|contact|contact us|blog|news|help|faq|docs|documentation|pricing|privacy|privacy policy|"
    "terms|terms of service|terms of use|cookie policy|cookie settings|accept cookies|accept all|reject all|menu|"
    "main menu|search|search papers|filter|filters|sort by|newest|oldest|trending|back|back to top|top|next|"
    "previous|prev|next page|previous page|first|last|more|less|share|follow|following|save|cite|bookmark|upvote|"
    "vote|like|likes|comment|comments|reply|report|print|email|e-mail|copy|copy link|copy citation|copy bibtex|"
    "bibtex|close|open|edit|delete|subscribe|unsubscribe|sign in|sign up|sign out|log in|log out|login|logout|"
    "register|create account|my account|settings|profile|notifications|feedback|loading|loading...|loading…|"
    "read more|show more|load more|see more|see all|view all|view more|show abstract|hide abstract|"
    "toggle abstract|view pdf|view paper|pdf|html|paper|slides|video|slideslive|supplementary|"
    "supplementary material|openreview|arxiv|doi|download|download pdf|project|project page|website|demo|dataset|"
    "data|model|models|link|links|share on twitter|share on x|tweet|twitter|facebook|linkedin|mastodon|bluesky|"
    "rss|skip to content|skip to main content|skip to navigation|advertisement|sponsored|all rights reserved|"
    "dark mode|light mode|language|english|previous post|next post|older posts|newer posts|continue reading|"
    "related|related posts|tags|categories|archive|archives|recent posts|title|authors|abstracts|date|papers|"
    "publications"
)
"""Whole lines, in lower case, that are part of a page's furniture."""

_NAVIGATION_LINE = re.compile(
    r"skip to .{1,60}"
    r"|(?:get|receive|join|subscribe|sign (?:up|in)|log in|stay|follow|enter|register|accept|we use|this site uses)"
    r"\b.{0,100}\b(?:inbox|e-?mail|newsletter|mailing list|updates|cookies|account|log in|up to date|feed)\b.{0,40}"
    r"|(?:©|\(c\) ?(?=(?:19|20)\d\d)|copyright\b).{0,100}"
    r"|.{0,60}\ball rights reserved\.?"
    r"|(?:page )?\d{1,4} (?:of|/) \d{1,4}"
    r"|(?:\s?\b(?:prev(?:ious)?|next|\d{1,3})\b|\s?[«‹<←…·|»›>→]|\s?\.{3}){2,30}"
    r"|\d[\d,.]*[km]?\s*(?:upvotes?|votes?|likes?|comments?|views?|stars?|shares?|min(?:ute)?s? read|replies|results?)"
    r"|(?:powered by|last (?:updated|modified)|updated on|posted by|published by|showing|displaying)\b.{0,60}"
    r"|[\W_]{1,40}",
    re.IGNORECASE,
)

CODE_MARKS = frozenset(["code", "code available", "official code", "source code", "github", "implementation"])
"""Whole lines, in lower case, that say that there is code."""

_LABEL_WORDS = _words(
    "poster posters oral orals spotlight spotlights highlight highlights talk keynote tutorial workshop demo "
    "demonstration award awards prize prizes medal winner winners finalist finalists nominee nomination "
    "runner-up runner runners-up up honorable honourable honor honour mention mentions outstanding distinguished "
    "notable best test of time paper papers student position invited contributed lightning presentation "
    "presentations session track main datasets dataset benchmark benchmarks and in-person in person virtual live "
    "short long full regular research early career community impact influential decade reproducibility accepted "
    "accept reject rejected withdrawn preprint conference proceedings journal & top new"
)
_LABEL_HEADS = _words(
    "poster posters oral orals spotlight spotlights highlight keynote tutorial demonstration award awards prize "
    "prizes medal winner finalist nominee mention runner-up outstanding best talk honorable honourable "
    "distinguished notable invited time presentation accept accepted preprint workshop track"
)
_PRIZES = _words("award awards prize prizes medal mention")
_PRAISE = _words("best outstanding distinguished notable influential exceptional honorable honourable")
_PRAISED = _words(
    "paper papers poster posters talk talks demo demos presentation presentations artifact artifacts article articles "
    "report reports contribution contributions submission submissions thesis dissertation video review reviewer work"
)
"""Whatever stands between the two names the kind: "Best Systems Paper", "Outstanding Late-Breaking Report"."""

_PRIZE_FOR = re.compile(
    r"(?:[A-Z][A-Z\d’' -]{1,10} )?(?:Best|Outstanding|Distinguished) (?:[A-Z][\w-]* ){0,3}"
    r"(?:Papers?|Award|Prize|Demo|Poster|Thesis|Runner-Up|Finalist)(?: Award| Prize| Finalist| Runner-Up)? "
    r"(?:in|on|for|at) (?:[A-Z][\w-]*|and|&|of|for|,|the)(?:,? (?:[A-Z][\w-]*|and|&|of|for|the)){0,5}"
)
"""A prize with what it is given for: "Best Paper Award in Robot Manipulation"."""

_LABEL_SHARE = re.compile(r"\(?(?:top )?\d{1,2}(?:\.\d)?%\)?", re.IGNORECASE)

ABSTRACT_HEADING = re.compile(r"(?:abstract|summary)\s*[:.—–-]?", re.IGNORECASE)
"""A whole line that announces the text."""

ABSTRACT_PREFIX = re.compile(
    r"(?:(?:Abstract|ABSTRACT|Summary)\s*[:—–]\s*(?:-\s*)?|(?:Abstract|ABSTRACT)(?=[A-Z][a-z]*\s))(?=\S)"
)
"""The same, before the text's first words on one line: "Abstract: We …", "AbstractWe …"."""

ET_AL = re.compile(
    r"[,;·]?\s*(?:\bet\.? al\b\.?|\band others\b|…|\.\.\."
    r"|(?:\+|\band )\s?\d+ (?:more|others|authors|co-?authors)(?: authors)?)",
    re.IGNORECASE,
)
"""How a list of authors is cut short."""

PARTICLES = _words(
    "do ur ul uz abu bint bar vom zum tot ver dela dello degli "
    "van von der den de del della di da dos das du la le lo el al bin ibn ben ter ten zu zur af av y e st"
)
"""Parts of surnames in lower case."""

FUNCTION_WORDS = _words(
    "a an and are as at be by can do does for from how in into is it its not of on or over the their through to "
    "toward towards under using via we what when where which why with without beyond between"
)
"""Words that titles and sentences have and names have not."""

STATISTICS = re.compile(
    r"(?:(?:h-?index|i10-?index|g-?index|papers?|publications?|citations?|cited by|followers?|following|co-?authors?|"
    r"novelty|[a-z]* ?score|rank|reads?|views?|stars?|works?|articles?|preprints?|datasets?|models?|talks?)"
    r"\s*:?\s*\d[\d,.]*[km]?\s?%?"
    r"|\d[\d,.]*[km]?\s?%?\s*(?:h-?index|i10-?index|papers?|publications?|citations?|followers?|following|co-?authors?|"
    r"novelty|reads?|views?|stars?|works?|articles?|preprints?|datasets?|models?|talks?))",
    re.IGNORECASE,
)
"""A number about a person, with its name before or after it, fused or not: "h-index36", "118 papers"."""


def is_navigation(line: str) -> bool:
    """Whether a line is part of a page's furniture and says nothing about any paper."""
    if len(line) > 160:
        return False
    folded = line.lower().strip(" :|·•»›→>")
    if folded in NAVIGATION:
        return True
    parts = [part.strip() for part in re.split(r"[|·•/]|\s{2,}", folded)]
    if len(parts) > 1 and all(part in NAVIGATION or part in CODE_MARKS for part in parts if part):
        return True
    return len(line.split()) <= 18 and _NAVIGATION_LINE.fullmatch(line) is not None


def is_label(line: str) -> bool:
    """Whether a short line names a prize or a kind of presentation: "Best Paper", "Spotlight Poster"."""
    if len(line) > 70:
        return False
    line = re.sub(r"(?<=\w) \([^()]{1,30}\)$", "", line)  # Best Paper Award (Systems)
    words = [
        word.strip("()[],:").lower() for word in re.split(r"[\s/–-]+(?!up\b)", _LABEL_SHARE.sub(" ", line)) if word
    ]
    words = [word for word in words if word]
    if not 1 <= len(words) <= 7:
        return False
    if words[-1] in _PRIZES or (words[0] in _PRAISE and words[-1] in _PRAISED):
        return (line[0].isupper() or line[0].isdigit()) and not line.endswith(".")
    if _PRIZE_FOR.fullmatch(line):
        return True
    known = all(word in _LABEL_WORDS or re.fullmatch(r"(?:19|20)\d\d|\d{1,2}[a-z]?", word) for word in words)
    return known and any(word in _LABEL_HEADS for word in words)
