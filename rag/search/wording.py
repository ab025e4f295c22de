"""The words that questions about a catalogue are made of, in any field of research."""

from __future__ import annotations

_PAPERS = """
paper papers work works publication publications article articles preprint preprints study studies entry entries
record records everything anything something thing things stuff post posts manuscript manuscripts title titles item
items report reports
"""
PAPERS = frozenset(_PAPERS.split())

_AUTHORED = """
wrote write writes written writing authored author published publish publishes publishing coauthored coauthor
cowrote cowritten penned posted post
"""
AUTHORED = frozenset(_AUTHORED.split())
"""Verbs of which a person is the subject and a paper the object."""

_GLUE = """
a an the of in on at by for from to with and or as that which what who whom whose when where how there here
is are was were be been being am do does did done has have had having can could would will shall should may might
i me my you your we our us please tell give show list name find get see know want like need looking look return print
display enumerate provide help say says said let count tally total number many much often times time overall in
all any every each both some exactly only just also too else ones one them it its they their his her he she him
this these those such between among across within under so far ever yet already currently now lately recently
involved put together jointly joint collaboratively collaborated collaborate collaborates collaboration collaborations
worked work's working team teamed names named called titled titles exist exists available index indexed corpus
collection library database catalogue catalog dated date dates year years month months published
appear appears appeared appearing come comes came out released release posted made public involving involve involves
including include includes included featuring carry carries carried bear bears tagged tag tags marked mark marks
labelled labeled label labels listed lists filed categorised categorized category categories classified class
assigned belong belongs fall falls under given gave presented presents present shown shows took place won win wins
winning received receive receives got earned awarded award awards prize prizes presentation presentations talk talks
session sessions hall halls room rooms affiliation affiliations affiliated institution institutions university
universities lab labs company companies organisation organisations organization organizations institute institutes
author authors authorship coauthor coauthors co writer writers researcher researchers person people someone anybody
anyone names first second third last lead main senior single sole earliest oldest latest newest recent most least
fewest more fewer least than very two three four five six seven eight nine ten order im ive id
whats whos dr prof professor mr ms mrs looking hosted host hosts winner winners
per grouped group broken down breakdown split distribution
entitled about's kind different distinct individual contribute contributes contributed contribution contributions
's s st
"""
GLUE = (frozenset(_GLUE.split()) | PAPERS | AUTHORED) - {"about's", "work's"}
"""Words that say nothing about the content of papers. No negation is among them: "not by" must not be read as "by"."""

NEGATIONS = frozenset(
    "not no never without neither nor except excluding besides unless isnt arent wasnt werent dont doesnt didnt hasnt "
    "havent hadnt other than cannot cant nobody none lacking lack lacks missing".split()
) - {"other", "than"}

COUNTED = frozenset("page pages source sources file files".split())
"""Glue only where they are what is counted: any other mention of a page must have been understood."""

POINTING = frozenset("it its they them their this these those he him his she her".split())
"""Pronouns: glue where the question itself says what they mean."""

FACT_CUES = frozenset(
    """
    proposed propose introduced introduce invented invent developed develop created create behind came up designed
    design code source implementation open sourced link url web address website doi arxiv id identifier where from
    uploaded submitted dated age old whose called entitled titled paper
    """.split()
)
"""Further words of questions about one work, which its title need not hold."""

STANDARD_LABELS = (
    "oral",
    "poster",
    "spotlight",
    "best paper",
    "best student paper",
    "outstanding paper",
    "distinguished paper",
    "honorable mention",
    "honourable mention",
    "runner up",
    "test of time",
)
"""Marks that conferences use; asked for where no page has them, the answer is that none has."""

ARXIV = {
    "ai": "artificial intelligence",
    "ar": "hardware architecture",
    "cc": "computational complexity",
    "ce": "computational engineering finance and science",
    "cg": "computational geometry",
    "cl": "computation and language",
    "cr": "cryptography and security",
    "cv": "computer vision and pattern recognition",
    "cy": "computers and society",
    "db": "databases",
    "dc": "distributed parallel and cluster computing",
    "dl": "digital libraries",
    "dm": "discrete mathematics",
    "ds": "data structures and algorithms",
    "gr": "graphics",
    "gt": "computer science and game theory",
    "hc": "human computer interaction",
    "ir": "information retrieval",
    "it": "information theory",
    "lg": "machine learning",
    "lo": "logic in computer science",
    "ma": "multiagent systems",
    "mm": "multimedia",
    "na": "numerical analysis",
    "ne": "neural and evolutionary computing",
    "ni": "networking and internet architecture",
    "oc": "optimization and control",
    "pl": "programming languages",
    "pr": "probability",
    "ro": "robotics",
    "sd": "sound",
    "se": "software engineering",
    "si": "social and information networks",
    "st": "statistics theory",
    "sy": "systems and control",
    "as": "audio and speech processing",
    "iv": "image and video processing",
    "sp": "signal processing",
    "ml": "machine learning",
    "me": "methodology",
}
"""Subject code → its name, folded (arXiv's taxonomy)."""
