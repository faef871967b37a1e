from pathlib import Path

import pytest

from actions.model import Action, Target
from actions.process import ProcessActuator
from bot.drills.place import SERVICE
from bot.drills.sandbox import Sandbox
from tests.unit.bot.drills.paper import Paper


async def test_drift_is_no_deed(tmp_path: Path) -> None:
    target = Paper(tmp_path / "target")
    before = target.deeds()
    target.drift()
    assert target.deeds().since(before).writes == 0


@pytest.mark.slow
async def test_a_restart_is_one_new_process(tmp_path: Path) -> None:
    async with Sandbox(tmp_path / "target") as sandbox:
        before = sandbox.deeds()
        actuator, target = ProcessActuator(), Target("process", SERVICE, {"directory": str(sandbox.folder)})
        await actuator.run(await actuator.plan(Action("restart", target)), "x1")
        await actuator.recall(target, "x2")
        await sandbox.settled()
        done = sandbox.deeds().since(before)
    assert (done.effects, done.starts) == (1, 1)
    assert (done.ids, done.recalled) == (frozenset({"x1"}), frozenset({"x2"}))
