"""The Python API in a page: reads pages, asks, follows up, and shows the words that each sentence rests on.

python examples/ask.py            the bundled sample pages
python examples/ask.py pages/     your own
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence

from rag import Answer, Assistant, Turn


def main(paths: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as home, Assistant.open(home=home, offline=True) as assistant:
        report = assistant.ingest(paths, sample=not paths)
        print(f"{report.works} works on {report.files} pages")

        first = assistant.ask("What does LoRA add to the frozen weights?")
        show(first)
        show(
            assistant.ask("How many fewer parameters does it train?", history=[Turn(first.question.asked, first.text)])
        )
        show(assistant.ask("Which river flows through Genoa?"))

        for result in assistant.search("images as sequences of patches", k=2, year=2020):
            print(f"{result.rank}. {result.work.title}")


def show(answer: Answer) -> None:
    print(f"\n{answer.question.asked}\n  {answer.text}")
    for claim in answer.claims:
        for citation in claim.citations:
            print(f"  [{citation.n}] {citation.quote.record.origin.source}: “{citation.quote.text}”")


if __name__ == "__main__":
    main(sys.argv[1:])
