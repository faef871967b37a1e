"""A Steward in a process of its own: `python -m bot.drills.child` takes orders as lines of JSON, and answers each.

The first line says where, and what shall happen to it: {"folder", "store", "at", "signal", "hang", "ahead"}.
Then: {"do": "play"}; {"do": "serve"}; {"do": "steps", "names"};
{"do": "clicks", "person", "times", "proposal", "digest"}.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.domain.people import Click, Person
from bot.drills.fate import Points
from bot.drills.place import Place
from bot.drills.sandbox import Target
from bot.drills.steward import Setup, Steward
from bot.drills.story import Story
from bot.runtime.logs import configure
from bot.store.store import SqlStore


class Child:
    """Does what the lines say."""

    def __init__(self, first: Mapping[str, Any]) -> None:
        place = Place(first["folder"], first["store"])
        self._points = Points(first["at"], first["signal"], first["hang"])
        self._steward = Steward(place, Setup(self._points, ahead=first["ahead"]))
        self._stage = SqlStore(place.store)
        self._story = Story(self._steward, self._points, Target(Path(place.folder)), self._stage)

    async def obey(self, order: Mapping[str, Any]) -> Any:
        """One order; gives the answer."""
        match order["do"]:
            case "play":
                await self._story.play()
                return {"points": self._points.names, "answers": self._story.answers}
            case "steps":
                self._points.step = "+".join(order["names"])
                return await self._steward.steps(*order["names"])
            case "serve":
                return await self._serve()
            case "clicks":
                return await self._clicks(order)
            case other:
                raise ValueError(f"there is no order {other!r}")

    async def close(self) -> None:
        """Frees connections."""
        await self._steward.close()
        await self._stage.close()

    async def _serve(self) -> str:
        """All of Steward, as `steward run` has it, until SIGTERM."""
        from bot.process import Process  # the others, which start many times, do without

        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        process = Process(self._steward.bot.parts)
        try:
            await process.start()
            await stop.wait()
        finally:
            await process.stop()
        return "stopped"

    async def _clicks(self, order: Mapping[str, Any]) -> list[tuple[str, bool]]:
        """All at the same moment, each a press of its own."""
        who, subject = Person(*order["person"]), order["proposal"]
        presses = [
            Click(f"{subject}:{who.identity}:{number}", who, "approve", subject, order["digest"])
            for number in range(order["times"])
        ]
        answers = await asyncio.gather(*(self._steward.bot.desk.click(press) for press in presses))
        return [(answer.text, answer.accepted) for answer in answers]


async def serve() -> None:
    """Takes orders until its parent is gone or has no more."""
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    child = Child(json.loads(await lines.readline()))
    try:
        while line := await lines.readline():
            answer = await child.obey(json.loads(line))
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    finally:
        await child.close()


def main() -> None:
    """The command."""
    configure("error")
    asyncio.run(serve())


if __name__ == "__main__":
    main()
