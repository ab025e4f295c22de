"""What BM25, dense search, their rank fusion, LlamaIndex's retrievers and ours find, in one run.

    python -m benchmarks.retrieval CASES.jsonl --home DIR
    python -m benchmarks.retrieval --built ../shared/data [--size 40000] [--folder DIR]

R@k is a hit rate over works, of cases with gold. Each row's difference to ours is paired, question by question. All
are put the question as our search understands it without its history. --built asks judge.jsonl.gz's dev questions of an
index over `--size` abstracts, built once in `--folder`. --leave-out adds BM25 without the words that stand in more than
these shares of the chunks.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from benchmarks.abstracts import dev_cases, drawn, write_pages
from benchmarks.retrieval import baselines
from benchmarks.retrieval.figures import Outcome, report, to_dict
from evals.cases import Case, read_cases
from evals.runner import DEPTH, Row, ranking_values, relevant_works
from rag.assistant import Assistant
from rag.config import Settings, load_settings
from rag.errors import RagError
from rag.index.embedding import BuiltinEmbedder
from rag.index.store import Store

ALL = 40_000
PAGE_YEAR = 2026
_LIBRARIES = ("chromadb", "onnxruntime", "llama-index-core")

Rank = Callable[[Case], Sequence[str]]
"""The works found for a case, best first."""


def main(args: Sequence[str] | None = None) -> int:
    flags = _parser().parse_args(args)
    if (flags.cases is None) == (flags.built is None):
        print("error: give CASES.jsonl, or --built DATA", file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory() as temporary:
            if flags.built:
                home, cases = _built(flags.built, flags.folder or Path(temporary), flags.size)
            else:
                home, cases = flags.home, read_cases(flags.cases)
            outcomes = measure(cases, load_settings({"home": home, "offline": True}), flags.leave_out)
    except RagError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    print(json.dumps({**about(), "ways": to_dict(outcomes)}) if flags.json else "\n".join(_shown(outcomes)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    parser.add_argument("cases", type=Path, nargs="?", metavar="CASES.jsonl")
    parser.add_argument("--home", type=Path, help="the folder of the index that CASES ask about (default: as for rag)")
    parser.add_argument("--built", type=Path, metavar="DATA", help="the folder of judge.jsonl.gz, abstracts.jsonl.gz")
    parser.add_argument("--size", type=int, default=ALL, help="abstracts searched with --built (default %(default)s)")
    parser.add_argument("--folder", type=Path, help="keep, or find, the built index here, as benchmarks.scale does")
    parser.add_argument(
        "--leave-out", type=float, nargs="+", default=[], metavar="SHARE", help="such as 1 0.2 0.1: BM25 without words"
    )
    parser.add_argument("--json", action="store_true", help="every figure, as one JSON object")
    return parser


def _built(data: Path, folder: Path, size: int) -> tuple[Path, list[Case]]:
    """The home of an index over so many abstracts, made where it is not there yet, and the questions about them."""
    pages, home = folder / str(size) / "pages", folder / str(size) / "home"
    write_pages(drawn(data, size), pages)
    with Assistant.open(home=home, offline=True) as assistant:
        assistant.ingest([pages], page_year=PAGE_YEAR)
        return home, dev_cases(data, assistant.records())


def measure(cases: Sequence[Case], settings: Settings, leave_out: Sequence[float] = ()) -> list[Outcome]:
    """What each way finds for every case with gold. Raises CaseError where a gold record is not in the index."""
    with ExitStack() as stack:
        ours = _opened(stack, settings, reranker="none")
        relevant = relevant_works(ours, cases)
        asked = [case for case in cases if relevant[case.id]]
        ways = stack.enter_context(_ways(ours, _opened(stack, settings, reranker="builtin"), settings, leave_out))
        outcomes = []
        for name, rank in ways.items():
            rows, seconds = [], []
            for case in asked:
                started = time.perf_counter()
                ranked = rank(case)
                seconds.append(time.perf_counter() - started)
                rows.append(Row(case=case, values=ranking_values(ranked, relevant[case.id])))
            outcomes.append(Outcome(name=name, rows=tuple(rows), seconds=tuple(seconds)))
    return outcomes


@contextmanager
def _ways(
    ours: Assistant, reranked: Assistant, settings: Settings, leave_out: Sequence[float]
) -> Iterator[Mapping[str, Rank]]:
    """By name. The others are put what ours searched for: it comes first."""
    embedder, home = BuiltinEmbedder(), settings.home
    understood: dict[str, str] = {}

    def search(case: Case) -> Sequence[str]:
        found = ours.search(case.question, DEPTH, history=case.history)
        understood[case.id] = found.question.text
        return [result.work.key for result in found]

    def put(way: baselines.Way) -> Rank:
        return lambda case: way(understood[case.id])

    with Store.open(home, embedder.name, chunk_words=settings.index.chunk_words) as store:
        yield {
            "ours": search,
            "ours, reranked": lambda case: [
                result.work.key for result in reranked.search(case.question, DEPTH, history=case.history)
            ],
            "BM25": put(baselines.bm25(store)),
            "dense": put(baselines.dense(store, embedder)),
            "reciprocal-rank fusion": put(baselines.rank_fusion(store, embedder)),
            "LlamaIndex VectorStoreIndex": put(baselines.llama_vector_index(home, embedder)),
            "LlamaIndex QueryFusionRetriever": put(baselines.llama_query_fusion(store, home, embedder)),
            **{
                f"BM25, words of over {100 * most:g} % left out": put(baselines.bm25_of_rarer_words(home, store, most))
                for most in leave_out
            },
        }


def _opened(stack: ExitStack, settings: Settings, *, reranker: Literal["builtin", "none"]) -> Assistant:
    search = replace(settings.search, reranker=reranker)
    return stack.enter_context(Assistant.open(settings=replace(settings, search=search)))


def about() -> dict[str, str]:
    """When this was measured, and with what."""
    versions = {name: version(name) for name in _LIBRARIES}
    return {"date": f"{datetime.now(UTC):%Y-%m-%d}", "Python": platform.python_version(), **versions}


def _shown(outcomes: Sequence[Outcome]) -> list[str]:
    return [", ".join(f"{name} {value}" for name, value in about().items()), *report(outcomes)]


if __name__ == "__main__":
    sys.exit(main())
