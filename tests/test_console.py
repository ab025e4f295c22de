from __future__ import annotations

import pytest

from rag.console import Screen, printable
from rag.schema import (
    Answer,
    Chunk,
    Citation,
    Claim,
    Coverage,
    IngestReport,
    Origin,
    PartialDate,
    Passage,
    Question,
    Quote,
    Receipt,
    Record,
    Result,
    Search,
    Source,
    Span,
    Verdict,
    Verification,
    Work,
)

TEXT = "Quiet networks need twelve hours. Nothing else changes."
RECORD = Record(
    origin=Origin("page.txt", 3),
    key="ashdown2021-quiet-7a1c",
    title="Quiet Gradients",
    authors=("Ann Ashdown", "Bo Bergström"),
    et_al=True,
    published=PartialDate(year=2021, month=5),
    abstract=TEXT,
)
WORK = Work(key=RECORD.key, records=(RECORD,))
RECEIPT = Receipt(version="0", index="i", embedder="e", judge="j")
COVERAGE = Coverage(exhaustive=False, matched=0, works=1, records=1)


def claim(text: str, start: int, *, verdict: Verdict = "supported", cites: tuple[int, ...] = (1,)) -> Claim:
    marked = f"{text} {''.join(f'[{n}]' for n in cites)}".rstrip()
    quote = Quote(record=RECORD, field="abstract", span=Span(0, 33))
    return Claim(
        text=text,
        span=Span(start, start + len(marked)),
        support=0.9,
        verdict=verdict,
        citations=tuple(Citation(n=n, quote=quote) for n in cites),
    )


def answer(text: str, *claims: Claim, **more: object) -> Answer:
    sources = (Source(n=1, work=WORK, quotes=("Quiet networks need twelve hours.",)),) if claims else ()
    return Answer(
        question=Question(asked="How long?", text="How long?"),
        text=text,
        answerer="extractive",
        coverage=COVERAGE,
        receipt=RECEIPT,
        seconds=0.42,
        claims=claims,
        sources=sources,
        **more,  # type: ignore[arg-type]
    )


def test_an_answer_in_a_pipe_is_a_line_of_sentences_then_its_sources(capsys: pytest.CaptureFixture[str]):
    Screen().answer(answer("Twelve hours. [1]", claim("Twelve hours.", 0)))
    assert capsys.readouterr().out == (
        "Twelve hours. [1]\n"
        "\n"
        "Sources\n"
        "[1] Quiet Gradients\n"
        "    Ann Ashdown, Bo Bergström et al. · 2021-05 · page.txt #3\n"
        "    “Quiet networks need twelve hours.”\n"
        "\n"
        "extractive · 1 of 1 sentences supported · 0.4 s\n"
    )


def test_a_sentence_in_the_pages_own_words_is_not_printed_twice(capsys: pytest.CaptureFixture[str]):
    sentence = "Quiet networks need twelve hours."
    Screen().answer(answer(f"{sentence} [1]", claim(sentence, 0)))
    assert capsys.readouterr().out.count(sentence) == 1


@pytest.mark.parametrize("verdict", ["unsupported", "contradicted", "partial"])
def test_a_sentence_that_is_not_supported_says_so_where_it_stands(verdict: Verdict, capsys: pytest.CaptureFixture[str]):
    said = answer("It is fast. [1] It is free. [1]", claim("It is fast.", 0, verdict=verdict), claim("It is free.", 16))
    Screen().answer(said)
    assert capsys.readouterr().out.startswith(f"It is fast. [1] [{verdict}] It is free. [1]\n")


def test_claims_that_came_before_the_answer_are_not_drawn_again(capsys: pytest.CaptureFixture[str]):
    first, second = claim("It is fast.", 0), claim("It is free.", 16)
    drawing = Screen().answering()
    drawing.claim(first)
    assert capsys.readouterr().out == "It is fast. [1]"
    drawing.claim(second)
    drawing.finish(answer("It is fast. [1] It is free. [1]", first, second))
    assert capsys.readouterr().out.startswith(" It is free. [1]\n\nSources\n")


def test_marks_inside_a_sentence_stay_where_the_answer_has_them(capsys: pytest.CaptureFixture[str]):
    text = "Quiet [1] and loud [2]. See `rag list`."
    quote = Quote(record=RECORD, field="title", span=Span(0, 5))
    listed = Claim(
        text="Quiet and loud.",
        span=Span(0, 23),
        support=1.0,
        verdict="supported",
        citations=(Citation(n=1, quote=quote), Citation(n=2, quote=quote)),
    )
    whole = Answer(
        question=Question(asked="Which?", text="Which?"),
        text=text,
        answerer="catalog",
        coverage=Coverage(exhaustive=True, matched=2, works=3, records=3, unknown=1),
        receipt=RECEIPT,
        seconds=0.0,
        claims=(listed,),
        sources=(Source(n=1, work=WORK), Source(n=2, work=WORK)),
    )
    drawing = Screen().answering()
    drawing.claim(listed)
    drawing.finish(whole)
    out = capsys.readouterr().out
    assert out.startswith(text + "\n")
    assert "catalog · 2 of 3 works match · 1 do not say" in out


def test_a_declined_answer_names_the_nearest_works(capsys: pytest.CaptureFixture[str]):
    nearest = (Result(rank=1, work=WORK, score=0.1),)
    Screen().answer(answer("The pages do not say.", reason="nothing_relevant", nearest=nearest))
    out = capsys.readouterr().out
    assert out.startswith("The pages do not say.\n\nNearest\n  Quiet Gradients\n")
    assert "ashdown2021-quiet-7a1c" in out
    assert "declined: nothing relevant" in out


@pytest.mark.parametrize(
    "steering", ["\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "a\rb", "\u202eabc", "\x08", "\ud800", "\u2028"]
)
def test_nothing_in_a_text_can_steer_the_terminal(steering: str, capsys: pytest.CaptureFixture[str]):
    record = Record(origin=Origin(f"p{steering}.txt", 0), title=f"Title{steering}", abstract=f"Text{steering}")
    work = Work(key="k", records=(record,))
    screen = Screen()
    screen.works([work])
    screen.work(work)
    screen.records([record])
    out = capsys.readouterr().out
    assert "Title" in out
    assert not set(out) & set("\x1b\x07\x9b\r\u202e\x08\ud800\u2028")


def test_ordinary_words_of_any_script_are_printed_as_they_are():
    assert printable("Bergström 论文 ∇f(x) — naïve 😀") == "Bergström 论文 ∇f(x) — naïve 😀"


def test_what_looks_like_markup_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]):
    record = Record(origin=Origin("p", 0), title="[bold]Title[/bold] :smile:")
    Screen(color="always").works([Work(key="k", records=(record,))])
    assert "[bold]Title[/bold] :smile:" in capsys.readouterr().out


def test_colour_is_for_terminals_unless_asked_for(capsys: pytest.CaptureFixture[str]):
    Screen().works([WORK])
    assert "\x1b" not in capsys.readouterr().out
    Screen(color="always").works([WORK])
    assert "\x1b[1m" in capsys.readouterr().out


def test_a_search_ranks_works_with_the_words_that_speak_for_each(capsys: pytest.CaptureFixture[str]):
    chunk = Chunk(
        id="c",
        key=WORK.key,
        origin=RECORD.origin,
        field="abstract",
        span=Span(0, len(TEXT)),
        text=TEXT,
        header="",
    )
    passage = Passage(chunk=chunk, work=WORK, score=1.0)
    question = Question(asked="quiet", text="quiet")
    found = Search(question=question, results=(Result(rank=1, work=WORK, score=1.0, passages=(passage,)),), seconds=0)
    Screen().search(found)
    assert capsys.readouterr().out == (
        "1  Quiet Gradients\n"
        "   Ann Ashdown, Bo Bergström et al. · 2021-05\n"
        "   ashdown2021-quiet-7a1c · page.txt #3\n"
        f"   {TEXT}\n"
    )


def test_a_search_that_found_nothing_says_so(capsys: pytest.CaptureFixture[str]):
    Screen().search(Search(question=Question(asked="q", text="q"), results=(), seconds=0))
    assert capsys.readouterr().out == "Nothing was found.\n"


def test_a_report_says_what_changed_and_what_the_index_holds(capsys: pytest.CaptureFixture[str]):
    report = IngestReport(
        files=1, records=1456, works=445, chunks=2010, added=3, updated=0, unchanged=1453, removed=0, seconds=1.24
    )
    Screen().report(report)
    assert capsys.readouterr().out == (
        "Records: 3 added · 1,453 unchanged\n"
        "The index holds 1 file · 1,456 records · 445 works · 2,010 chunks  (1.2 s)\n"
    )


def test_there_is_no_progress_bar_for_a_pipe(capsys: pytest.CaptureFixture[str]):
    with Screen().progress(shown=True) as progress:
        assert progress is None
    assert capsys.readouterr().err == ""


def test_a_checked_text_marks_what_nothing_supports_in_a_pipe_too(capsys: pytest.CaptureFixture[str]):
    found = Verification(
        claims=(
            claim("Twelve hours are needed.", 0),
            claim("It needs no water.", 40, verdict="unsupported", cites=()),
            claim("It needs one hour.", 80, verdict="contradicted"),
        ),
        lines=(1, 7, 12),
        sources=(Source(n=1, work=WORK, quotes=("Quiet networks need twelve hours.",)),),
    )
    Screen().verification(found)
    assert capsys.readouterr().out.splitlines() == [
        " 1  Twelve hours are needed. [1] 0.90",
        "    “Quiet networks need twelve hours.”",
        " 7  It needs no water. [unsupported] 0.90",
        "12  It needs one hour. [1] [contradicted] 0.90",
        "    “Quiet networks need twelve hours.”",
        "",
        "Sources",
        "[1] Quiet Gradients",
        "    Ann Ashdown, Bo Bergström et al. · 2021-05 · page.txt #3",
        "",
        "1 of 3 sentences supported",
    ]
