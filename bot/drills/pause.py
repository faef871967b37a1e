"""The process is paused in the middle of its run, past its lease; another takes over; then it wakes."""

import json
import signal

from bot.drills.checks import Record
from bot.drills.children import Process
from bot.drills.ground import Ground
from bot.drills.kill import AHEAD
from bot.drills.table import Row
from bot.drills.trial import Trial

FAULT = "paused past the lease, taken over, awake again"
ADOPTED = 1
"""The point of a takeover at which it has the run and has not yet written how it ended: after its first commit."""


async def run(ground: Ground) -> list[Row]:
    """It is paused after it began, right before the effect, and right after; it wakes during the takeover, or later."""
    async with ground.trial() as trial:
        await trial.open()
        async with Process(trial.place) as calm:
            points = (await calm.ask("play"))["points"]
    wanted = ("execute, after commit", "execute, before effect", "execute, after effect")
    cases = [
        (f"paused in {name}, awake {when}", (points.index(name), when == "during the takeover"))
        for name in wanted
        for when in ("after the takeover", "during the takeover")
    ]
    return [await ground.each(FAULT, cases, _pause, "one effect; the stale fence was refused, the record is true")]


async def _pause(trial: Trial, case: tuple[int, bool]) -> list[str]:
    point, during = case
    stop = ADOPTED if during else None
    async with (
        Process(trial.place, point, signal.SIGSTOP) as first,
        Process(trial.place, stop, signal.SIGSTOP, ahead=AHEAD) as second,
        Process(trial.place, ahead=2 * AHEAD) as third,
    ):
        first.order("play")
        await first.stopped()
        second.order("steps", names=["recover"])
        if during:
            await second.stopped()
            first.send(signal.SIGCONT)
            await first.answer()
            second.send(signal.SIGCONT)
        await second.answer()
        if not during:
            first.send(signal.SIGCONT)
            await first.answer()
        await third.ask("play")
    return [*stale(await trial.record()), *await trial.problems(1, None)]


def stale(record: Record) -> list[str]:
    """The ends that were written by an owner who had lost its run."""
    ends = {(row.subject, json.loads(row.detail)["fence"]) for row in record.audit if row.what in {"done", "failed"}}
    fences = {one.id: one.fence for one in record.executions}
    return [
        f"an end was written with fence {fence} of {fences[id_]}" for id_, fence in ends if fences.get(id_) != fence
    ]
