import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain.errors import LlmError
from bot.llm.ollama import ANSWER_TOKENS, Ollama
from tests.standins.ollama import DROPPED, FOREVER, HALF, TROUBLES, StandIn, standing

SCHEMA = {"type": "object", "properties": {"summary": {"type": "string"}}}


@pytest.fixture
async def server() -> AsyncIterator[StandIn]:
    async with standing() as running:
        yield running


@pytest.fixture
async def model(server: StandIn) -> AsyncIterator[Ollama]:
    client = Ollama(server.url, "llama3.2", timeout=30.0)
    yield client
    await client.close()


async def refusal(model: Ollama, prompt: str = "why?") -> str:
    with pytest.raises(LlmError) as caught:
        await model.complete(prompt, SCHEMA)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
    return str(caught.value)


async def test_the_models_text_is_given_and_the_schema_and_context_are_asked_for(
    server: StandIn, model: Ollama
) -> None:
    assert await model.complete("why?", SCHEMA) == '{"summary": "ok"}'
    (asked,) = server.asked
    assert asked["format"] == SCHEMA
    assert asked["messages"] == [{"role": "user", "content": "why?"}]
    assert asked["options"] == {"num_ctx": 8192, "num_predict": ANSWER_TOKENS, "temperature": 0}
    await model.check()


@pytest.mark.parametrize("trouble", [*TROUBLES, DROPPED, HALF])
async def test_every_trouble_is_one_clear_line(server: StandIn, model: Ollama, trouble: str) -> None:
    server.trouble = trouble
    words = await refusal(model)
    assert server.url in words
    with pytest.raises(LlmError) as caught:
        await model.check()
    assert "\n" not in str(caught.value)
    server.trouble = ""
    assert await model.complete("why?", SCHEMA)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("full queue", "answered 503: server busy"),
        ("error in lines", "answered 500: one two three"),
        ("error without words", "answered 500"),
        ("a page", "something that is not"),
    ],
)
async def test_the_reason_is_told(server: StandIn, model: Ollama, trouble: str, words: str) -> None:
    server.trouble = trouble
    assert words in await refusal(model)


async def test_a_model_that_is_not_there_is_named_with_the_mend(server: StandIn) -> None:
    client = Ollama(server.url, "mistral", timeout=30.0)
    assert "answered 404: model 'mistral' not found" in await refusal(client)
    with pytest.raises(LlmError, match="has no model mistral: run `ollama pull mistral`"):
        await client.check()
    await client.close()


@pytest.mark.parametrize("name", ["llama3.2", "llama3.2:latest", "qwen2.5:3b"])
async def test_a_model_is_known_with_and_without_its_tag(server: StandIn, name: str) -> None:
    client = Ollama(server.url, name, timeout=30.0)
    await client.check()
    await client.close()


async def test_a_model_that_hangs_is_given_up_at_the_deadline(server: StandIn) -> None:
    server.trouble = FOREVER
    client = Ollama(server.url, "llama3.2", timeout=0.05)
    assert await refusal(client) == "no answer within 0.05 s"
    with pytest.raises(LlmError, match="does not answer"):
        await client.check()
    await client.close()


async def test_a_question_that_is_cancelled_is_no_answer(server: StandIn, model: Ollama) -> None:
    server.trouble = FOREVER
    asking = asyncio.ensure_future(model.complete("why?", SCHEMA))
    await server.came.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_cut_answer_is_none(server: StandIn, model: Ollama) -> None:
    server.content = '{"summary": "' + "x" * 4 * ANSWER_TOKENS
    assert await refusal(model) == "the answer was cut off"


async def test_a_prompt_that_does_not_fit_is_no_basis_for_an_answer(server: StandIn, model: Ollama) -> None:
    assert "does not fit into 8192 tokens: raise llm.context" in await refusal(model, "x" * 4 * 8192)
    assert await model.complete("x" * 4 * 7000, SCHEMA)


async def test_a_server_that_is_not_there_is_told_so(server: StandIn) -> None:
    async with standing() as gone:
        url = gone.url
    client = Ollama(url, "llama3.2", timeout=30.0)
    assert await refusal(client) == f"Ollama at {url} cannot be reached: is it running?"
    with pytest.raises(LlmError, match="is it running"):
        await client.check()
    await client.close()
