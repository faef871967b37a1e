"""A model that answers what a test wrote down."""

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import LlmError


class FakeLlm:
    """Gives `answer`, or fails with `broken`; keeps the prompts and schemas that it saw."""

    name = "fake"

    def __init__(self, answer: str = "", broken: str = "") -> None:
        self.answer = answer
        self.broken = broken
        self.prompts: list[str] = []
        self.schemas: list[Mapping[str, Any]] = []

    async def complete(self, prompt: str, schema: Mapping[str, Any]) -> str:
        self.prompts.append(prompt)
        self.schemas.append(schema)
        if self.broken:
            raise LlmError(self.broken)
        return self.answer

    async def check(self) -> None:
        if self.broken:
            raise LlmError(self.broken)

    async def close(self) -> None:
        return
