"""The assistant: the one place where settings become parts, and the one face that programs and commands see.

with Assistant.open(home="index") as assistant:
    assistant.ingest(["pages/"])
    answer = assistant.ask("Which method needs no reference model?")
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rag import ingestion, schema
from rag.config import Settings, llm_settings, load_settings, served_model
from rag.errors import ConfigError
from rag.filters import limits_from
from rag.ingestion import Notes, Parsing, Progress, Reading, silent, unnoted
from rag.schema import (
    Answer,
    Check,
    Claim,
    Grouping,
    IngestReport,
    Json,
    Limits,
    Record,
    Search,
    Turn,
    Verification,
    Work,
)
from rag.version import version

if TYPE_CHECKING:
    from rag.answer.extractive import Corrector, Reader
    from rag.answer.judging import Judge
    from rag.answer.weighing import Bar
    from rag.answering import Answering, Writing
    from rag.index.embedding import Embedder
    from rag.index.store import Store
    from rag.llamaindex import AssistantEmbedding, AssistantQueryEngine, AssistantRetriever
    from rag.models.crossencoder import CrossEncoder
    from rag.search.reranking import Reranker
    from rag.search.retriever import Retriever
    from rag.search.understanding import Understanding


VERIFY_CANDIDATES = 20
"""Chunks that each half of the search brings for a sentence that is checked: of these the best few are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the index holds; `pages` in the order of their sources."""

    home: Path
    generation: int
    digest: str
    embedder: str
    collection: str
    """Chroma's name for the embedder's vectors; they stand in the folder `chroma` of the home."""
    files: int
    records: int
    works: int
    chunks: int
    pages: tuple[Json, ...]
    """Of each: source, name, records, layout and confidence (0..1) of its reading, page_year, warnings."""

    def to_dict(self) -> Json:
        return {**asdict(self), "home": str(self.home), "pages": list(self.pages)}


class Assistant:
    """Answers questions over an index of pages. Made by `open`; usable from several threads; closed by `with`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @classmethod
    def open(
        cls,
        home: str | Path | None = None,
        *,
        model: str | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
        answerer: str | None = None,
        offline: bool | None = None,
        settings: Settings | None = None,
    ) -> Self:
        """An assistant over the index in `home`; what is not given is read from the environment and the files.

        With `settings` nothing else is read. Opens no file of the index and no connection: an index that is missing
        shows when something is asked. Raises ConfigError.
        """
        flags = {
            "home": home,
            "offline": offline,
            "answer.answerer": answerer,
            "llm.model": model,
            "llm.base_url": base_url,
            "llm.api_key": api_key,
        }
        return cls(settings if settings is not None else load_settings(flags))

    def close(self) -> None:
        """Lets go of the index's files and of connections. The assistant can be used again: it opens them anew."""
        if "_store" in self.__dict__:
            self._store.close()
        if "_answering" in self.__dict__:
            self._answering.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- What is indexed ---

    def ingest(
        self,
        paths: Sequence[str | Path] = (),
        *,
        page_year: int | None = None,
        page_names: Mapping[str, str] | None = None,
        prune: bool = False,
        sample: bool = False,
        progress: Progress | None = None,
        notes: Notes | None = None,
    ) -> IngestReport:
        """Reads files and folders into the index: the same files again change nothing, changed ones are replaced.

        `page_names` maps a file among those read to what people call it; `prune` forgets pages under the folders given
        whose files are gone; `sample` adds the bundled pages. Raises NothingToIngestError when nothing could be read,
        IndexBusyError while another ingest runs; the index then stands as it was.
        """
        return ingestion.ingest(
            self._store,
            self._embedder,
            [Path(path) for path in paths],
            self._reading(page_year, page_names),
            chunk_words=self._settings.index.chunk_words,
            prune=prune,
            sample=sample,
            progress=progress or silent,
            notes=notes or unnoted,
        )

    def parse(
        self,
        paths: Sequence[str | Path],
        *,
        page_year: int | None = None,
        page_names: Mapping[str, str] | None = None,
        notes: Notes | None = None,
    ) -> Parsing:
        """The records that `ingest` would see, with the keys of a fresh index. Needs and changes no index."""
        reading = self._reading(page_year, page_names)
        return ingestion.parse_files([Path(path) for path in paths], reading, notes or unnoted)

    def forget(self, sources: Sequence[str]) -> IngestReport:
        """Removes pages by source. Raises UnknownKeyError if one is not indexed; then none is removed."""
        chunk_words = self._settings.index.chunk_words
        return ingestion.forget(self._store, self._embedder, sources, chunk_words=chunk_words)

    def records(self, limits: Limits = Limits()) -> list[Record]:
        """What each page says of each paper that meets the limits, by source and ordinal."""
        with self._store.reading() as snapshot:
            return snapshot.records(limits)

    def works(self, limits: Limits = Limits()) -> list[Work]:
        """The papers that meet the limits, by the place of their first record."""
        with self._store.reading() as snapshot:
            return snapshot.works(limits)

    def group(self, by: schema.GroupBy, limits: Limits = Limits()) -> Grouping:
        """How many of the papers that meet the limits have each year, author, category, source …, and how many none."""
        with self._store.reading() as snapshot:
            return snapshot.group(by, limits)

    def why_empty(self, limits: Limits) -> str:
        """Which limits no paper meets, in words; "" where a paper meets them all."""
        with self._store.reading() as snapshot:
            return snapshot.why_empty(limits)

    def unknown(self, limits: Limits) -> int:
        """How many papers fail the limits only because their pages do not say, or not precisely enough."""
        with self._store.reading() as snapshot:
            return snapshot.unknown(limits)

    def show(self, keys: Sequence[str]) -> list[Work]:
        """The works of these keys, in their order. Raises UnknownKeyError."""
        with self._store.reading() as snapshot:
            return [snapshot.work(key) for key in keys]

    def status(self) -> Status:
        """A summary of the index. Raises IndexMissingError."""
        from rag.index.vectors import collection_name

        with self._store.reading() as snapshot:
            records = Counter(record.origin.source for record in snapshot.records())
            pages = tuple(
                {
                    "source": page.source,
                    "name": page.name,
                    "records": records[page.source],
                    "layout": page.layout,
                    "confidence": round(page.confidence, 3),
                    "page_year": page.page_year,
                    "warnings": list(page.warnings),
                }
                for page in snapshot.pages()
            )
            return Status(
                home=self._settings.home,
                generation=snapshot.generation,
                digest=snapshot.digest,
                embedder=self._embedder.name,
                collection=collection_name(self._embedder.name),
                pages=pages,
                **asdict(snapshot.counts),
            )

    # --- Questions ---

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        history: Sequence[Turn] = (),
        limits: Limits | None = None,
        **filters: Any,
    ) -> Search:
        """The k works that fit a query best, each with its passages.

        `filters` are limits by the names of the command line's flags, as `filters.limits_from` takes them; limits that
        the query's words set (`Search.question.limits`) hold beside them, unless they leave nothing. Raises
        QuestionError for an empty query, ConfigError for a filter that is none.
        """
        from rag.schema import results_of
        from rag.search.question import standalone

        started = time.perf_counter()
        question = standalone(query, history, _limits_of(limits, filters))
        with self._store.reading() as snapshot:
            known = self._understanding.limited(question, snapshot, history).question
            question = known if snapshot.matched(known.limits) else question
            # A work can hold several of the candidates: twice as many fill k places with works.
            passages = self._retriever.retrieve(snapshot, question, candidates=2 * k)
            why = "" if passages else snapshot.why_empty(question.limits)
        results = tuple(result for result in results_of(passages) if result.rank <= k)
        warnings = (f"nothing meets the limits: {why}",) if why else ()
        return Search(question=question, results=results, seconds=time.perf_counter() - started, warnings=warnings)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        limits: Limits | None = None,
        passages: int | None = None,
        **filters: Any,
    ) -> Answer:
        """The answer, every sentence judged against the words it cites; see `stream` and, for `filters`, `search`."""
        events = self.stream(question, history=history, limits=limits, passages=passages, **filters)
        return next(event for event in events if isinstance(event, Answer))

    async def aask(self, question: str, **options: Any) -> Answer:
        """`ask` in a thread."""
        return await asyncio.to_thread(self.ask, question, **options)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        limits: Limits | None = None,
        passages: int | None = None,
        **filters: Any,
    ) -> Generator[Claim | Answer]:
        """The answer's sentences, each shown once it is checked, then the Answer.

        `passages` are read by the answerer (search.passages). Raises QuestionError, the index's errors, and where no
        extractive answer may take over (answerer "llm") the model's.
        """
        with closing(self._answering.stream(question, history, _limits_of(limits, filters), passages)) as events:
            yield from events

    # --- What is said elsewhere ---

    def verify(self, text: str, *, progress: Progress | None = None) -> Verification:
        """Each sentence of any text (Markdown too) against the index, with its line and the citations it deserves.

        Raises QuestionError for a text without sentences, and the index's errors.
        """
        from rag.search.retriever import Retriever
        from rag.verifying import Verifying

        search = self._settings.search
        retriever = Retriever(self._embedder, candidates=VERIFY_CANDIDATES, dense_weight=search.dense_weight)
        verifying = Verifying(store=self._store, retriever=retriever, judge=self._judge, bar=self._bar)
        return verifying.verify(text, progress)

    def check(self, claim: str, passages: Sequence[str]) -> Check:
        """A claim against given passages; needs no index. Raises QuestionError for an empty claim."""
        from rag import verifying

        return verifying.check(claim, passages, self._judge, self._bar)

    def extract(self, question: str, passages: Sequence[str]) -> schema.Reading:
        """The words of given passages that answer a question; needs no index. Raises QuestionError for an empty one."""
        from rag import verifying

        return verifying.extract(question, passages, self._reader)

    # --- For others ---

    def as_retriever(self, k: int = 10, *, limits: Limits | None = None, **filters: Any) -> AssistantRetriever:
        """A LlamaIndex retriever that finds what `search` finds, a node a passage."""
        from rag.llamaindex import AssistantRetriever

        return AssistantRetriever(self, k=k, limits=_limits_of(limits, filters))

    def as_query_engine(self, *, limits: Limits | None = None, **filters: Any) -> AssistantQueryEngine:
        """A LlamaIndex query engine that answers as `ask` does."""
        from rag.llamaindex import AssistantQueryEngine

        return AssistantQueryEngine(self, limits=_limits_of(limits, filters))

    def as_embedding(self) -> AssistantEmbedding:
        """The embedder as a LlamaIndex embedding, for an index of LlamaIndex's over the Chroma collection."""
        from rag.llamaindex import AssistantEmbedding

        return AssistantEmbedding(self._embedder)

    # --- The parts, each built when it is first needed ---

    @cached_property
    def _embedder(self) -> Embedder:
        from rag.index.embedding import BuiltinEmbedder, ServedEmbedder

        name = self._settings.index.embedder
        if name == "builtin":
            return BuiltinEmbedder()
        if self._settings.offline:
            hint = "set index.embedder to builtin, or leave --offline out"
            raise ConfigError(f"embedder {name!r} is served over the network, which --offline rules out", hint=hint)
        served = served_model(self._settings, name)
        timeout_s = self._settings.llm.timeout_s
        return ServedEmbedder(served.model, base_url=served.base_url, api_key=served.api_key, timeout_s=timeout_s)

    @cached_property
    def _store(self) -> Store:
        from rag.index.store import Store

        chunk_words = self._settings.index.chunk_words
        return Store.open(self._settings.home, self._embedder.name, chunk_words=chunk_words)

    @cached_property
    def _retriever(self) -> Retriever:
        from rag.search.retriever import Retriever

        search = self._settings.search
        return Retriever(
            self._embedder, candidates=search.candidates, dense_weight=search.dense_weight, reranker=self._reranker()
        )

    def _reranker(self) -> Reranker | None:
        from rag.search.reranking import CrossEncoderReranker

        if self._settings.search.reranker == "none":
            return None
        return CrossEncoderReranker(self._crossencoder)

    @cached_property
    def _crossencoder(self) -> CrossEncoder:
        """One for ranking and answering: what the one has read is there for the other."""
        from rag.models.crossencoder import CrossEncoder

        return CrossEncoder()

    @cached_property
    def _reader(self) -> Reader:
        from rag.answer.extractive import CrossEncoderReader

        return CrossEncoderReader(self._crossencoder, decline_below=self._crossencoder.threshold("answerable"))

    @cached_property
    def _corrector(self) -> Corrector:
        from rag.answer.presuppositions import CrossEncoderCorrector

        return CrossEncoderCorrector(self._crossencoder)

    @cached_property
    def _answering(self) -> Answering:
        from rag.answer.extractive import ExtractiveAnswerer
        from rag.answering import Answering

        embedder, settings = self._embedder, self._settings
        return Answering(
            store=self._store,
            retriever=self._retriever,
            extractive=ExtractiveAnswerer(self._reader, self._corrector),
            judge=self._judge,
            bar=self._bar,
            passages=settings.search.passages,
            version=version(),
            embedder=embedder.name,
            writing=self._writing(),
            understanding=self._understanding,
        )

    @cached_property
    def _understanding(self) -> Understanding:
        from rag.search.understanding import Understanding

        return Understanding()

    @cached_property
    def _judge(self) -> Judge:
        from rag.answer.judging import CrossEncoderJudge

        return CrossEncoderJudge(self._crossencoder)

    @property
    def _bar(self) -> Bar:
        from rag.answer.weighing import Bar

        return Bar(support=self._settings.answer.min_support)

    def _writing(self) -> Writing | None:
        """The language model, if one is configured and may be asked. Raises ConfigError where one is wanted in vain."""
        settings = self._settings
        wanted = settings.answer.answerer
        if wanted == "extractive" or (wanted == "auto" and settings.offline):
            return None
        if settings.offline:
            raise ConfigError("--offline rules out a language model", hint="use --answerer extractive, or auto")
        served = llm_settings(settings)
        if served is None:
            if wanted == "llm":
                raise ConfigError("no language model is configured", hint="name one with -m, or set RAG_LLM_MODEL")
            return None
        from rag import prompts
        from rag.answer.generative import GenerativeAnswerer
        from rag.answering import Writing
        from rag.llm import OpenAIChat

        llm = settings.llm
        model = OpenAIChat(
            served.model,
            base_url=served.base_url,
            api_key=served.api_key,
            temperature=llm.temperature,
            timeout_s=llm.timeout_s,
            max_retries=llm.max_retries,
        )
        prompt = prompts.load("answer")
        return Writing(
            model=model,
            answerer=GenerativeAnswerer(model, prompt),
            answer_prompt=prompt,
            standalone_prompt=prompts.load("standalone"),
            falls_back=wanted == "auto",
        )

    def _reading(self, page_year: int | None, page_names: Mapping[str, str] | None) -> Reading:
        year = page_year if page_year is not None else self._settings.corpus.page_year
        return Reading(page_year=year, page_names=page_names)


def ask(question: str, **options: Any) -> Answer:
    """One question to the default index; `options` are those of `Assistant.ask`."""
    with Assistant.open() as assistant:
        return assistant.ask(question, **options)


def _limits_of(limits: Limits | None, filters: Mapping[str, Any]) -> Limits:
    if limits is not None and filters:
        raise ConfigError("limits and filters cannot both be given", hint="put the filters into the limits")
    return limits or limits_from(filters)
