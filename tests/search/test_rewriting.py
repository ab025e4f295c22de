import pytest

from rag import prompts
from rag.llm import OpenAIChat
from rag.schema import Turn
from rag.search.question import standalone
from tests.fakes import ScriptedLLM
from tests.openai_server import OpenAIServer, Reply

HISTORY = [Turn("Which optimizer estimates the diagonal of the Hessian?", "Brisk does. [1]")]
BY_RULE = "How much memory does Brisk use?"


def understood(reply: str, asked: str = "How much memory does it use?") -> str:
    return standalone(asked, HISTORY, llm=ScriptedLLM(reply), prompt=prompts.load("standalone")).text


@pytest.mark.parametrize(
    "reply",
    [
        "How much memory does the optimizer Brisk use?",
        '"How much memory does the optimizer Brisk use?"',
        "Standalone question: How much memory does the optimizer Brisk use?",
        "How much memory does\nthe optimizer Brisk use?\n",
    ],
)
def test_a_model_s_rewriting_is_searched_for(reply: str) -> None:
    assert understood(reply) == "How much memory does the optimizer Brisk use?"


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "  \n",
        "It uses as much memory as plain momentum.",
        "As much as plain momentum does [1], doesn't it?",
        "How much memory does it use? " * 60,
        "What is the weather like tomorrow in the mountains?",
    ],
)
def test_a_reply_that_is_no_rewriting_gives_way_to_the_rules(reply: str) -> None:
    assert understood(reply) == BY_RULE


def test_a_model_does_not_drag_a_new_topic_to_the_old_one() -> None:
    asked = "Which method removes haze from satellite images?"
    assert understood("Does Brisk estimate the diagonal of the Hessian?", asked) == asked


def test_a_server_that_speaks_openai_s_protocol_rewrites_with_the_conversation_in_sight() -> None:
    long = [Turn("Which robot swims?", "Otter does. [1]"), *[Turn("And why?", "word " * 5_000)] * 12, *HISTORY]
    with OpenAIServer(Reply("How much memory does Brisk use on one card?")) as server:
        model = OpenAIChat("any", base_url=server.url)
        question = standalone("How much memory does it use?", long, llm=model, prompt=prompts.load("standalone"))
        model.close()
    sent = str(server.requests)
    assert question.text == "How much memory does Brisk use on one card?"
    assert "Otter" in sent
    assert len(sent) < 40_000
