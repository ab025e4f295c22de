"""The judge and the reader that are measured, by name; each opens what ships with the package."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from benchmarks.judging.scoring import ClaimJudge, Reader
from rag.answer.headings import Headed
from rag.answer.judging import Judge, Judgement
from rag.answer.weighing import Bar, weigh

Models = tuple[ClaimJudge, Reader]


def reader() -> tuple[Judge, Reader]:
    """The packaged cross-encoder, each claim put to its text whole."""
    from rag.answer.extractive import CrossEncoderReader
    from rag.answer.judging import CrossEncoderJudge
    from rag.models.crossencoder import CrossEncoder

    model = CrossEncoder(workers=2)
    return CrossEncoderJudge(model), CrossEncoderReader(model, decline_below=model.threshold("answerable"))


def weighed(bar: Bar) -> Models:
    """The same, each claim weighed as `rag verify --jsonl` does: fact by fact, with the guard over figures, as set."""
    judge, answers = reader()
    return Weighing(judge, bar), answers


class Weighing:
    """A judge whose support is what weighing makes of another's; contradictions are that other's."""

    def __init__(self, judge: Judge, bar: Bar) -> None:
        self.name = f"{judge.name}, weighed"
        self._judge = judge
        self._bar = bar

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """A judgement for each (text, claim), in their order."""
        whole = self._judge.judge(pairs)
        return [
            Judgement(
                weigh(claim, [Headed(text=text)], [0], self._judge, self._bar).support, one.contradicts, one.evidence
            )
            for (text, claim), one in zip(pairs, whole, strict=True)
        ]


MODELS: Mapping[str, Callable[[], Models]] = {
    "reader": reader,
    "reader-weighed": lambda: weighed(Bar()),
    "reader-no-facts": lambda: weighed(Bar(whole=0.0)),
    "reader-no-figures": lambda: weighed(Bar(number=0.0)),
}
DEFAULT = "reader"
