"""A chat that is a file: what was posted outlives the process that posted it."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from bot.domain.card import Card, Image
from bot.domain.pace import Allowance, Kind
from bot.flow.ids import fresh
from bot.ports import Desk


class Notebook:
    """The Chat port over a file of JSON lines, each on disk before the call returns."""

    surface = "notebook"
    trouble = ""
    allowances: Mapping[Kind, Allowance] = {}

    def __init__(self, path: Path) -> None:
        self._path = path

    async def post(self, card: Card, place: str = "") -> str:
        """A new root."""
        del place
        return self._write("post", card)

    async def edit(self, ref: str, card: Card) -> None:
        """Says nothing new."""
        del ref, card

    async def reply(self, ref: str, card: Card) -> str:
        """One fact in a thread."""
        del ref
        return self._write("reply", card)

    async def picture(self, ref: str, image: Image, old: str) -> str:
        """Draws nothing."""
        del image
        return old or ref

    async def check(self) -> None:
        """Is always well."""

    async def listen(self, desk: Desk) -> None:
        """Nobody clicks in a file."""
        del desk
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Holds nothing open."""

    def _write(self, kind: str, card: Card) -> str:
        ref = fresh()
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "text": card.title, "ref": ref}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return ref


def said(path: Path) -> Counter[str]:
    """How many messages of each kind are in the notebook."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return Counter(json.loads(line)["kind"] for line in lines)
