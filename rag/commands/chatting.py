"""`chat`: one question after another, each understood through those before it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.commands.asking import AnswererChoice, Model, PassageCount, answering_flags, draw_stream
from rag.commands.lines import put_lines, usable
from rag.commands.running import Run
from rag.console import printable
from rag.errors import RagError
from rag.schema import Answer, Turn

if TYPE_CHECKING:
    from rag.assistant import Assistant

HELP = """\
Ask about the papers; a follow-up is understood through what came before.
  /help    these lines
  /exit    end the chat; Ctrl-D does too
Ctrl-C stops an answer, not the chat."""


def chat(run: Run, model: Model = None, answerer: AnswererChoice = None, passages: PassageCount = None) -> int:
    """Hold a conversation; piped in, a question a line."""
    with run.assistant(answering_flags(model, answerer, passages)) as assistant:
        return _Chat(run, assistant, at_terminal=sys.stdin.isatty()).hold()


@dataclass(kw_only=False)
class _Chat:
    run: Run
    assistant: Assistant
    at_terminal: bool
    history: list[Turn] = field(default_factory=list)
    exit_code: int = 0
    """Of the first question that failed, where questions are piped in."""

    def hold(self) -> int:
        """Answers until the questions end; the exit code."""
        if self.at_terminal:
            self.run.note("Ask about the papers. /help lists the commands, Ctrl-D ends.")
        for line in self._lines():
            question = line.strip()
            if question in ("/exit", "/quit"):
                break
            if question.startswith("/"):
                self._say(
                    HELP if question == "/help" else f"there is no {question.split()[0]}; /help lists what there is"
                )
            elif question:
                self._answer(question)
        return 0 if self.at_terminal else self.exit_code

    def _lines(self) -> Iterator[str]:
        """What is typed, a line at a time; Ctrl-C at the prompt gives up the line."""
        while True:
            try:
                if self.at_terminal:
                    print("› ", end="", file=sys.stderr, flush=True)
                line = sys.stdin.readline()
            except KeyboardInterrupt:
                if not self.at_terminal:
                    raise
                self._say("\nCtrl-D ends the chat")
                continue
            if not line:
                break
            yield line
        if self.at_terminal:
            print(file=sys.stderr)

    def _answer(self, question: str) -> None:
        try:
            answer = self._ask(usable(question, "question"))
        except RagError as error:
            self._failed(error)
        except KeyboardInterrupt:
            if not self.at_terminal:
                raise
            self._say("\n(stopped)")
        else:
            if answer is not None:
                self.history.append(Turn(question, answer.text))

    def _ask(self, question: str) -> Answer | None:
        if self.run.json:
            whole = self.assistant.ask(question, history=self.history)
            put_lines([whole.to_dict()])
            return whole
        answer = draw_stream(self.run, self.assistant.stream(question, history=self.history))
        print(flush=True)
        return answer

    def _failed(self, error: RagError) -> None:
        self.exit_code = self.exit_code or error.exit_code
        if self.run.json:
            put_lines([error.to_dict()])
        self._say(f"error: {error.message}" + (f"\nhint: {error.hint}" if error.hint else ""))

    def _say(self, text: str) -> None:
        """What is no answer goes to stderr, so that a pipe holds answers alone."""
        for line in text.split("\n"):
            print(printable(line), file=sys.stderr, flush=True)
