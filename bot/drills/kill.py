"""Killed with -9 before and after every commit and every effect: another process finishes what the rows say."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.domain.dossier import Dossier
from bot.domain.words import count
from bot.drills.children import Process
from bot.drills.ground import Ground
from bot.drills.notebook import said
from bot.drills.table import Row
from bot.drills.trial import Trial

AHEAD = 120.0
"""Seconds that the store's clock is ahead for who recovers, so that nobody waits for a lease."""

FAULT = "kill -9 before and after every commit and every effect"


async def run(ground: Ground) -> list[Row]:
    """First a run without a crash names the points; then one is killed at each."""
    async with ground.trial() as trial:
        await trial.open()
        async with Process(trial.place) as calm:
            points = (await calm.ask("play"))["points"]
        broken = await trial.problems(1)
    if broken:
        return [Row(FAULT, 1, 0, f"already without a crash: {broken[0]}")]
    cases = [(name, place) for place, name in enumerate(points)]
    return [await ground.each(FAULT, cases, _kill, f"{counted(points)}: one effect each, records finished and true")]


async def _kill(trial: Trial, point: int) -> list[str]:
    async with Process(trial.place, point) as first, Process(trial.place, ahead=AHEAD) as second:
        if await first.ask("play") is not None:
            return ["it was not killed"]
        played = await second.ask("play")
    record, told = await trial.record(), said(trial.place.notebook)
    return [*await trial.problems(1, None), *finished(record.dossiers, told), *answered(played["answers"])]


def counted(points: Sequence[str]) -> str:
    """How many commits and effects these points are around."""
    kinds = Counter(name.rpartition(" ")[2] for name in points)
    return f"{count(kinds['commit'] // 2, 'commit')} and {count(kinds['effect'] // 2, 'effect')}"


def answered(answers: Mapping[str, Sequence[str]]) -> list[str]:
    """Clicks that got another answer when they were delivered again."""
    return [f"a click was answered {words}" for words in answers.values() if len(set(words)) != 1]


def finished(dossiers: Sequence[Dossier], told: Mapping[str, int]) -> list[str]:
    """What is not as if the crash had not been: the incidents, and what the chat heard of them.

    A message that was on its way in the crash may have been sent twice; nothing else may, and none may be missing.
    """
    found = [f"the incident is {one.incident.state}" for one in dossiers if one.incident.state != "resolved"]
    facts = sum(event.announced for one in dossiers for event in one.events)
    posts, replies = told.get("post", 0), told.get("reply", 0)
    if posts < 1 or replies < facts or posts + replies > 1 + facts + 1:
        heard = f"{count(replies, 'message')} in {count(posts, 'thread')}"
        found.append(f"the chat heard {heard} of {count(facts, 'fact')}")
    return found
