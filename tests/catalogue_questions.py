"""Questions about the invented catalogue, with the papers that each means."""

from __future__ import annotations

from tests.catalogue import FENWICK, HAKANSSON, PAPERS, QUILL, Means, Paper, both, by


def page(name: str) -> Means:
    return lambda paper: paper.page == name


def year(*years: int) -> Means:
    return lambda paper: paper.year in years


def since(first: int) -> Means:
    return lambda paper: paper.year >= first


def titled(*beginnings: str) -> Means:
    return lambda paper: paper.title.startswith(beginnings) or paper.abstract.startswith(beginnings)


def category(*names: str) -> Means:
    return lambda paper: paper.category in names


def at(*names: str) -> Means:
    return lambda paper: bool(set(names) & set(paper.affiliations))


def label(*names: str) -> Means:
    return lambda paper: set(names) <= paper.labels()


def hall(name: str) -> Means:
    return lambda paper: name in paper.halls()


def code(paper: Paper) -> bool:
    return paper.code


def first(name: str) -> Means:
    return lambda paper: bool(paper.authors) and paper.authors[0] == name


def alone(*names: str) -> Means:
    return lambda paper: set(paper.authors) == set(names) and not paper.et_al


def anything(paper: Paper) -> bool:  # noqa: ARG001
    return True


def nothing(paper: Paper) -> bool:  # noqa: ARG001
    return False


def dated(paper: Paper) -> bool:
    return bool(paper.date)


GOLD: list[tuple[str, Means]] = [
    # How many, which
    ("How many papers did Orla Fenwick write?", by(FENWICK)),
    ("Which papers are by Bastian Quill?", by(QUILL)),
    ("List every paper by Zoe Hakansson.", by(HAKANSSON)),
    ("papers by orla fenwick", by(FENWICK)),
    ("What has Mirela Okonjo written?", by("Mirela Okonjo")),
    ("How many publications does M. Okonjo have?", by("Mirela Okonjo")),
    ("Show me everything written by Okonjo", by("Mirela Okonjo")),
    ("Which works did Fenwick and Quill write together?", by(FENWICK, QUILL)),
    ("What has Orla Fenwick co-authored with Zoë Håkansson?", by(FENWICK, HAKANSSON)),
    ("Which papers by Quill were written jointly with Mirela Okonjo?", by(QUILL, "Mirela Okonjo")),
    ("Which papers did van der Meer write?", by("Anselm van der Meer")),
    ("Papers by Pia Long, please", by("Pia Long")),
    ("Which papers are by Best?", by("Ida Best")),
    ("How many papers by Rolf May are there?", by("Rolf May")),
    ("Which papers are by Jane Nobody?", nothing),
    ("Which papers were written by Orla Fenwick alone?", alone(FENWICK)),
    ("Which papers did Fenwick and Quill write with no other authors?", alone(FENWICK, QUILL)),
    ("How many papers have Bastian Quill as first author?", first(QUILL)),
    ("Which papers is Mirela Okonjo the first author of?", first("Mirela Okonjo")),
    # Dates
    ("How many papers from 2021 are there?", year(2021)),
    ("Which papers by Orla Fenwick appeared in 2023?", both(by(FENWICK), year(2023))),
    ("List Fenwick's 2021 papers.", both(by(FENWICK), year(2021))),
    ("What has Quill published since 2022?", both(by(QUILL), since(2022))),
    ("Which papers were published before 2021?", both(dated, lambda paper: paper.year < 2021)),
    ("How many papers were posted between 2022 and 2023?", year(2022, 2023)),
    ("papers from 2020 to 2021", year(2020, 2021)),
    ("Which papers are dated March 2024?", titled("Thimble")),
    ("Which papers came out after 2024?", since(2025)),
    ("Which papers did Quill publish in 2022 or later?", both(by(QUILL), since(2022))),
    ("What did Fenwick publish in the last two years?", both(by(FENWICK), titled("Thimble", "Gravel", "Lanternfish"))),
    ("Which papers are from last year?", year(2024)),
    ("Any papers by Quill this year?", both(by(QUILL), year(2025))),
    ("Which papers were posted in January 2021?", titled("Copper")),
    # First and last
    ("What is the latest paper by Bastian Quill?", titled("Tidepool")),
    ("Which is the oldest paper?", titled("When Kernels")),
    ("What was Mirela Okonjo's earliest paper?", titled("Moss")),
    ("List the three latest papers by Orla Fenwick", titled("Thimble", "Gravel", "Lanternfish")),
    ("What are Quill's two most recent publications?", titled("Tidepool", "Whispered")),
    ("Who wrote the most recent paper?", titled("Tidepool")),
    ("Which paper has the most authors?", titled("Weather")),
    # Category, affiliation, code
    ("How many papers are in the category CL?", category("CL")),
    ("Which papers are filed under LG?", category("LG")),
    ("List all CV category papers by Fenwick", both(category("CV"), by(FENWICK))),
    ("Which papers have an affiliation with velmora labs?", at("velmora labs")),
    ("Which papers are from Tarnwick?", at("tarnwick")),
    (
        "How many papers by Okonjo have the affiliation Ostrava Tech?",
        both(by("Mirela Okonjo"), at("ostrava tech")),
    ),
    ("Which papers have code?", code),
    ("How many papers by Quill come with code?", both(by(QUILL), code)),
    ("Which of Fenwick's papers have code available?", both(by(FENWICK), code)),
    # Pages
    ("How many papers are on Orla Fenwick's page?", page("fenwick")),
    ("Which papers on Bastian Quill's page carry the code tag?", both(page("quill"), code)),
    ("How many papers are on the Harbour digest page?", page("listing")),
    ("Which papers on the NORDCONF awards page are by Tove Lindqvist?", both(page("awards"), by("Tove Lindqvist"))),
    ("How often is Orla Fenwick first author on her own page?", both(page("fenwick"), first(FENWICK))),
    ("How many papers are indexed?", anything),
    ("How many works are in the collection?", anything),
    # Marks
    ("Which papers are best papers?", label("Best Paper")),
    ("Which papers won the Test of Time award?", label("Test of Time Award")),
    ("Which orals were given in Hall B2?", both(label("Oral"), hall("Hall B2"))),
    ("Which best-paper posters were shown in Hall K 6-9?", both(label("Best Paper", "Poster"), hall("Hall K 6-9"))),
    ("How many oral presentations are there?", label("Oral")),
    ("Which award-winning papers is Rolf May an author of?", both(by("Rolf May"), lambda paper: bool(paper.labels()))),
    ("Which papers were presented in Hall C7?", hall("Hall C7")),
    ("Which papers are spotlights?", nothing),
    # Whether
    ("Is there a paper by Orla Fenwick and Rolf May?", by(FENWICK, "Rolf May")),
    ("Has Fenwick ever written with Tove Lindqvist?", by(FENWICK, "Tove Lindqvist")),
    ("Did Bastian Quill publish anything in 2023?", both(by(QUILL), year(2023))),
    ("Are there any papers by Quill with code from 2024?", both(by(QUILL), code, year(2024))),
    # Groups
    ("How many papers per year?", anything),
    ("How many papers did Orla Fenwick write per year?", by(FENWICK)),
    ("Count the papers by category", anything),
    ("Who are Rolf May's co-authors?", by("Rolf May")),
    ("Who has Ida Best written with?", by("Ida Best")),
    ("In which years did Mirela Okonjo publish?", by("Mirela Okonjo")),
    ("Which categories do Quill's papers fall under?", by(QUILL)),
    ("Which year has the most papers?", lambda paper: paper.year in (2021, 2024, 2023) and _is_fullest(paper.year)),
    # One work
    ("Who wrote Gravel Roads to Convex Regret?", titled("Gravel")),
    ("Who are the authors of “Brick by Brick Attention”?", titled("Brick")),
    ("who wrote the Thimble paper?", titled("Thimble")),
    ("When was Lanternfish published?", titled("Lanternfish")),
    ("When did Noise Floors of Federated Means appear?", titled("Noise")),
    ("Does Tidepool have code?", titled("Tidepool")),
    ("Is code available for Whispered Prompts and Loud Answers?", titled("Whispered")),
    ("Which category is Moss Grows Slowly in?", titled("Moss")),
    ("What affiliations do the authors of Puzzle Boxes for Planning Agents have?", titled("Puzzle")),
    ("Did Pia Long write Moss Grows Slowly?", titled("Moss")),
    ("Who wrote Salt Flats as Loss Landscapes?", titled("Salt")),
    ("who is the first author of Moss Grows Slowly", titled("Moss")),
    # Terse, as one types into a box
    ("fenwick papers 2023", both(by(FENWICK), year(2023))),
    ("quill papers with code", both(by(QUILL), code)),
    ("Quill, 2024", both(by(QUILL), year(2024))),
    ("what's the newest thing by van der Meer", titled("Brick")),
    ("what has Pia Long published lately", both(dated, by("Pia Long"))),
    ("okonjo's stuff from 2022", both(by("Mirela Okonjo"), year(2022))),
    ("what came out in 2021", year(2021)),
    ("what's presented in Hall C7", hall("Hall C7")),
    ("who presented in hall c7", hall("Hall C7")),
    ("whose papers won the Test of Time award?", label("Test of Time Award")),
    ("papers that Quill coauthored with Okonjo", by(QUILL, "Mirela Okonjo")),
    ("what have Quill and Okonjo done together?", by(QUILL, "Mirela Okonjo")),
    ("name all collaborators of Rolf May", by("Rolf May")),
    ("papers mirela okonjo coauthored with ida best", by("Mirela Okonjo", "Ida Best")),
    ("papers between june and november 2023", titled("Gravel", "Lanternfish")),
    ("papers from November to January 2021", titled("Copper")),
    ("papers in the second half of 2024", titled("Whispered", "Brick")),
    ("what appeared in Q4 2021", titled("Noise")),
    # The order of a page
    ("first paper on the Bastian Quill page", titled("Tidepool")),
    ("what's the last paper listed on Orla Fenwick's page?", titled("When Kernels")),
    ("the first two papers on the Harbour digest page", titled("Salt", "Ferry")),
    ("When was Counting Syllables in Hidden States posted, and who wrote it?", titled("Counting")),
]  # fmt: skip


def _is_fullest(year: int) -> bool:
    counts = {
        each: sum(paper.year == each for paper in PAPERS) for each in {paper.year for paper in PAPERS if paper.date}
    }
    return counts[year] == max(counts.values())
