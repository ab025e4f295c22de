from __future__ import annotations

import json

import pytest

from rag.commands.running import Run, confirm, json_text, put_json
from rag.errors import UsageError


@pytest.mark.parametrize("text", ["\x1b[31m", "\x9b2J", "\u202eabc", "\x7f", "a\tb\nc", "Bergström 论文 😀", "\ud800"])
def test_json_means_the_same_and_cannot_steer_the_terminal(text: str):
    printed = json_text({"text": text})
    assert json.loads(printed) == {"text": text}
    assert not set(printed) & set("\x1b\x9b\u202e\x7f\t\n\ud800")


def test_json_in_a_pipe_is_one_line(capsys: pytest.CaptureFixture[str]):
    put_json({"a": [1, 2]})
    assert capsys.readouterr().out == '{"a": [1, 2]}\n'


def test_notes_go_to_stderr_unless_quiet(capsys: pytest.CaptureFixture[str]):
    Run().note("year 2026 taken\x1b[2J")
    Run(quiet=True).note("nothing")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "year 2026 taken\ufffd[2J\n")


def test_what_deletes_needs_a_yes_where_nobody_can_be_asked():
    confirm("Forget all?", yes=True)
    with pytest.raises(UsageError) as caught:
        confirm("Forget all?", yes=False)
    assert "--yes" in caught.value.hint
