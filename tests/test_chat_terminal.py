"""`rag chat` and `rag ask` as somebody at a terminal sees them."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.openai_server import OpenAIServer, Reply

pytestmark = pytest.mark.slow

COLUMNS = 80


class Terminal:
    """`python -m rag …` with a pseudo-terminal of 80 columns as its own."""

    def __init__(self, *args: str | Path, environ: dict[str, str], cwd: Path) -> None:
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(self._ours, (40, COLUMNS))
        # A session's leader gets the terminal that it opens first as its own: Ctrl-C then reaches it as a signal.
        shell = ["sh", "-c", 'exec "$@" <"$0" >"$0" 2>&1', os.ttyname(theirs)]
        self.process = subprocess.Popen(
            [*shell, sys.executable, "-m", "rag", *map(str, args)],
            cwd=cwd,
            env=environ,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._theirs = theirs
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def wait_for(self, text: str, *, timeout_s: float = 60) -> str:
        """What came up to and with `text` since the last wait."""
        deadline = time.monotonic() + timeout_s
        while text not in self.shown:
            if not select.select([self._ours], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"no {text!r} in {self.shown!r}")
            self.shown += os.read(self._ours, 65536).decode("utf-8", errors="replace")
        seen, self.shown = self.shown.split(text, 1)
        return seen + text

    def leave(self) -> int:
        """The exit code, once it has ended."""
        return self.process.wait(timeout=30)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)
        os.close(self._theirs)


@pytest.fixture
def terminal(clean_environ: dict[str, str], tmp_path: Path) -> Iterator[object]:
    opened: list[Terminal] = []

    def start(*args: str | Path, **environ: str) -> Terminal:
        opened.append(Terminal(*args, environ={**clean_environ, **environ}, cwd=tmp_path))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


def held_back(until: threading.Event) -> Iterator[str]:
    """A sentence at once, the next only when somebody says so."""
    yield "Lantern needs four gigabytes of memory. [1] On long documents it is "
    until.wait(60)
    yield "twice as fast as dense retrieval. [1]"


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).replace("\r\n", "\n")


def test_a_conversation_answers_helps_and_ends(terminal, sample_home: Path):
    chat = terminal("chat", "--home", sample_home)
    chat.wait_for("› ")
    chat.type("/help\n")
    assert "/exit" in chat.wait_for("› ")
    chat.type("How much memory does Lantern need?\n")
    answer = plain(chat.wait_for("› "))
    assert "four gigabytes" in answer
    assert "Sources" in answer
    chat.type("\n")
    chat.wait_for("› ")
    chat.type("/nothing\n")
    assert "there is no /nothing" in chat.wait_for("› ")
    chat.type("/exit\n")
    assert chat.leave() == 0


def test_ctrl_d_ends_the_chat_and_ctrl_c_does_not(terminal, sample_home: Path):
    chat = terminal("chat", "--home", sample_home)
    chat.wait_for("› ")
    chat.type("half a question\x03")
    assert "Ctrl-D ends the chat" in chat.wait_for("› ")
    chat.type("What do robots drop?\n")
    assert "Sources" in plain(chat.wait_for("› "))
    chat.type("\x04")
    assert chat.leave() == 0


def test_a_question_that_fails_does_not_end_the_chat(terminal, tmp_path: Path):
    chat = terminal("chat", "--home", tmp_path / "none")
    chat.wait_for("› ")
    for _ in range(2):
        chat.type("Is there anything?\n")
        assert "error: " in chat.wait_for("› ")
    chat.type("\x04")
    assert chat.leave() == 0


def test_a_sentence_is_shown_while_the_next_is_still_on_its_way(terminal, sample_home: Path):
    said = threading.Event()

    def reply(_body: dict[str, object]) -> Reply:
        return Reply("", pieces=held_back(said))

    with OpenAIServer(reply) as server:
        chat = terminal("chat", "-m", "any", "--home", sample_home, OPENAI_BASE_URL=server.url)
        chat.wait_for("› ")
        chat.type("How much memory does Lantern need?\n")
        chat.wait_for("[1]")
        assert not said.is_set()
        said.set()
        assert "twice as fast" in " ".join(plain(chat.wait_for("› ")).split())  # wherever the terminal's lines break


def test_ctrl_c_stops_the_answer_and_not_the_chat(terminal, sample_home: Path):
    never = threading.Event()

    def reply(_body: dict[str, object]) -> Reply:
        return Reply("", pieces=held_back(never))

    with OpenAIServer(reply) as server:
        chat = terminal("chat", "-m", "any", "--home", sample_home, OPENAI_BASE_URL=server.url)
        chat.wait_for("› ")
        chat.type("How much memory does Lantern need?\n")
        chat.wait_for("[1]")
        chat.type("\x03")
        assert "(stopped)" in chat.wait_for("› ")
        never.set()
        chat.type("/exit\n")
        assert chat.leave() == 0


def test_an_answer_fits_the_terminals_width(terminal, sample_home: Path):
    ask = terminal("ask", "How many hours does the training take on eight cards?", "--home", sample_home)
    shown = plain(ask.wait_for("extractive · "))
    assert ask.leave() == 0
    assert "twelve hours" in shown
    assert max(map(len, shown.split("\n"))) <= COLUMNS
    assert not re.search(r"\w  +\w", shown)


def test_piped_questions_are_answered_one_a_line_without_a_prompt(rag, sample_home: Path):
    done = rag("chat", "--home", sample_home, stdin="How much memory does Lantern need?\n\nAnd how fast is it?\n")
    assert done.returncode == 0, done.stderr
    assert "›" not in done.stdout
    assert done.stdout.count("Sources\n") == 2


def test_piped_questions_give_json_lines_where_asked(rag, sample_home: Path, json_lines):
    done = rag(
        "chat", "--json", "--home", sample_home, stdin="How much memory does Lantern need?\nWhat do robots drop?\n"
    )
    assert [answer["declined"] for answer in json_lines(done.stdout)] == [False, False]


def test_a_piped_question_that_fails_gives_the_exit_code(rag, tmp_path: Path):
    done = rag("chat", "--home", tmp_path / "none", stdin="x\ny\n")
    assert done.returncode == 3
    assert done.stderr.count("error: ") == 2
