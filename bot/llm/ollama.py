"""Ollama: a local model that fills in a JSON schema within a deadline."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import ollama

from bot.domain.errors import LlmError

UNREADABLE = (ValueError, TypeError, AttributeError, RecursionError)
"""What the library lets out when an answer is not JSON, or is JSON of another shape."""

FAILURES = (ollama.ResponseError, ollama.RequestError, ConnectionError, httpx.HTTPError, *UNREADABLE)
ANSWER_TOKENS = 700


class Ollama:
    """The Llm port over Ollama's chat API. `timeout` in seconds bounds the whole answer; `context` is in tokens."""

    def __init__(self, url: str, model: str, timeout: float, context: int = 8192) -> None:
        self.name = model
        self._url = url
        self._timeout = timeout
        self._context = context
        self._client = ollama.AsyncClient(host=url, timeout=timeout, trust_env=False)

    async def complete(self, prompt: str, schema: Mapping[str, Any]) -> str:
        """The model's JSON text.

        Raises:
            LlmError: it did not answer in time, failed, was cut off, or did not get the whole prompt.
        """
        options = {"num_ctx": self._context, "num_predict": ANSWER_TOKENS, "temperature": 0}
        messages = [{"role": "user", "content": prompt}]
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._client.chat(
                    model=self.name, messages=messages, format=dict(schema), options=options
                )
        except TimeoutError:
            raise LlmError(f"no answer within {self._timeout:g} s") from None
        except FAILURES as error:
            raise LlmError(self._words(error)) from None
        if answer.done_reason == "length":
            raise LlmError("the answer was cut off")
        if (answer.prompt_eval_count or 0) + ANSWER_TOKENS > self._context:
            raise LlmError(f"the prompt does not fit into {self._context} tokens: raise llm.context")
        return answer.message.content or ""

    async def check(self) -> None:
        """Raises LlmError when the server does not answer or lacks the model."""
        try:
            async with asyncio.timeout(min(10.0, self._timeout)):
                listing = await self._client.list()
        except TimeoutError:
            raise LlmError(f"Ollama at {self._url} does not answer: is it running?") from None
        except FAILURES as error:
            raise LlmError(self._words(error)) from None
        names = {entry.model or "" for entry in listing.models}
        if self.name not in names and f"{self.name}:latest" not in names:
            raise LlmError(f"Ollama at {self._url} has no model {self.name}: run `ollama pull {self.name}`")

    async def close(self) -> None:
        """Frees connections."""
        await self._client.close()  # type: ignore[no-untyped-call]  # the library annotates all but this

    def _words(self, error: BaseException) -> str:
        if isinstance(error, ollama.ResponseError):
            reason = " ".join(str(error.error).split())[:200]
            return f"Ollama at {self._url} answered {error.status_code}" + (f": {reason}" if reason else "")
        if isinstance(error, httpx.TimeoutException):
            return f"no answer within {self._timeout:g} s"
        if isinstance(error, UNREADABLE):
            return f"Ollama at {self._url} answered something that is not of its API: is it Ollama?"
        return f"Ollama at {self._url} cannot be reached: is it running?"
