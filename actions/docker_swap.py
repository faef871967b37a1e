"""One container put into another one's place, so that at each moment it can be undone.

Whatever ends the way there (a refusal, a silent engine, the end of the time, the end of Steward itself), the old
container is put back under its name and started, unless the new one already stands there.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any

from actions.docker_api import Engine
from actions.docker_aside import OLD
from actions.docker_config import extra_networks
from actions.docker_pace import BACK
from actions.docker_read import Json, name
from actions.model import ActuatorError
from actions.shielded import see_through

HASTE = 3
"""Seconds that a container has to stop while something is put back."""


async def create_all(engine: Engine, bodies: Mapping[str, dict[str, Any]]) -> list[str]:
    """Creates these containers, none of them started, and gives their ids; all or none."""
    made: list[str] = []
    try:
        for called, body in bodies.items():
            await see_through(_create(engine, body, called, made), BACK)
    except BaseException:
        await see_through(discard_all(engine, made), BACK)
        raise
    return made


async def start_all(engine: Engine, made: Sequence[str]) -> None:
    """Starts these containers, one after the other; those that it does not come to are removed."""
    for at, new in enumerate(made):
        try:
            await engine.start(new)
        except BaseException:
            await see_through(discard_all(engine, made[at:]), BACK)
            raise


async def discard_all(engine: Engine, made: Sequence[str]) -> None:
    """Removes those of these containers that do not run; what stays of a roll-back, the next one clears away."""
    for new in made:
        await _tried(partial(engine.discard, new))


async def swap(engine: Engine, old: Json, new: str, grace: int, *, waits: bool) -> None:
    """Puts the new container in the old one's place. The old one is stopped and stays aside.

    Args:
        engine: where both are.
        old: the one that serves, inspected.
        new: the id of one that was never started.
        grace: seconds that the old one has to stop.
        waits: whether the new one must become well.

    Raises:
        ActuatorError: it could not be done; the text says whether the old one is back.
    """
    called = name(old)
    try:
        await engine.stop(old, grace)
        await engine.rename(old["Id"], called + OLD)
        await engine.rename(new, called)
        await engine.start(new)
        if waits:
            await engine.until_well(new)
    except BaseException as error:
        trouble = await see_through(_put_back(engine, old, new), BACK)
        if trouble or isinstance(error, ActuatorError):
            why = str(error) or f"the roll-back of {called} was cut off"
            raise ActuatorError(f"{why}; {trouble or 'the container before it was put back'}", "unknown") from None
        raise


async def _create(engine: Engine, body: dict[str, Any], called: str, made: list[str]) -> None:
    networks = extra_networks(body)
    made.append(await engine.create(body, called))
    await engine.connect(made[-1], networks)


async def _put_back(engine: Engine, old: Json, new: str) -> str:
    """Every step is tried, for an old container under another name serves better than none; then it is looked at.

    The old one is stopped once more: the first stop may be under way still, and would come after the start.

    Returns:
        what a person must do, or nothing.
    """
    called = name(old)
    was_up = bool(old["State"]["Running"])
    steps: list[Callable[[], Coroutine[Any, Any, None]]] = [
        partial(engine.drop, new, HASTE),
        partial(engine.stop, old, HASTE),
        partial(engine.rename, old["Id"], called),
        *([partial(engine.start, old["Id"])] if was_up else []),
    ]
    try:
        async with asyncio.timeout(BACK):
            for step in steps:
                await _tried(step)
            found = await engine.inspect(old["Id"])
    except (ActuatorError, TimeoutError):
        found = None
    if found is not None and name(found) == called and (found["State"]["Running"] or not was_up):
        return ""
    return (
        f"{called} could not be put back and may be down: see docker ps -a, then "
        f"docker rename {called}{OLD} {called} && docker start {called}"
    )


async def _tried(step: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        await step()
    except ActuatorError:
        return  # what counts is what the last look finds
