import signal

import pytest

from bot.domain.errors import StewardError
from bot.drills.children import Process
from bot.drills.ground import Ground


@pytest.mark.slow
async def test_a_child_answers_dies_or_fails(ground: Ground) -> None:
    async with ground.trial() as trial:
        await trial.open()
        async with Process(trial.place) as calm, Process(trial.place, 0) as doomed, Process(trial.place) as wrong:
            assert await calm.ask("steps", names=["offer"]) == 1
            assert await doomed.ask("steps", names=["recover"]) is None
            with pytest.raises(StewardError, match="a process of the drill failed: ValueError: there is no order"):
                await wrong.ask("dance")


@pytest.mark.slow
async def test_a_child_that_stopped_goes_on_when_it_is_woken(ground: Ground) -> None:
    async with ground.trial() as trial:
        await trial.open()
        async with Process(trial.place, 0, signal.SIGSTOP) as child:
            child.order("steps", names=["offer"])
            await child.stopped()
            child.send(signal.SIGCONT)
            assert await child.answer() == 1
