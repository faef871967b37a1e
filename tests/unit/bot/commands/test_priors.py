import asyncio
from pathlib import Path

from bot.domain.execution import Course
from bot.store.store import SqlStore
from tests import stories
from tests.builders import T
from tests.unit.bot.commands.conftest import write
from tests.unit.bot.conftest import Steward


def leave_alone(folder: Path, *courses: Course) -> None:
    """Stores how incidents went without an action."""

    async def stored() -> None:
        store = SqlStore(f"sqlite:///{folder}/steward.db")
        async with store.unit() as unit:
            for course in courses:
                await unit.ledger.left_alone(course)
        await store.close()

    asyncio.run(stored())


def test_before_anything_was_verified(steward: Steward, own_store: SqlStore) -> None:
    ran = steward("priors")
    assert (ran.status, ran.out) == (0, "nothing learned so far: no action was verified yet\n")


def test_a_line_for_each_action_with_what_happened_without_it(
    steward: Steward, folder: Path, own_store: SqlStore
) -> None:
    leak, noise = stories.leak(), stories.noise()
    (outcome,) = leak.outcomes
    write(own_store, leak, noise)
    leave_alone(
        folder,
        Course(leak.incident.id, outcome.signature, outcome.kind, recovered=False, at=T),
        Course(noise.incident.id, "mailer:log_pattern", "fault", recovered=True, at=T),
    )
    ran = steward("priors")
    assert ran.status == 0
    numbers = "helped 1 of 1 times; without action 0 of 1 recovered (few data)"
    assert ran.out.splitlines() == [
        f"restart   {outcome.signature}: chance 85%, ranked by 1.03; {numbers}",
        "-         mailer:log_pattern: not tried here before; without action 1 of 1 recovered (few data)",
    ]
