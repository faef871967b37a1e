from bot.drills.ground import Ground
from bot.drills.place import ADA
from bot.drills.steward import Setup, ShiftedClock
from bot.runtime.clock import SystemClock


async def test_a_wrong_clock_is_wrong_by_so_much() -> None:
    assert 3590 < ShiftedClock(3600).now() - SystemClock().now() < 3610


async def test_it_offers_and_a_second_press_is_a_replay(ground: Ground) -> None:
    async with ground.trial() as trial:
        await trial.open()
        steward = trial.steward()
        proposal = await steward.approved(ADA)
        assert [one.id for one in await steward.proposals("approved")] == [proposal.id]
        assert (await steward.click(proposal, ADA)).text == "approved by Ada (Slack)"


async def test_the_stores_clock_can_be_ahead_or_stand_still(ground: Ground) -> None:
    async with ground.trial() as trial:
        still, ahead = trial.steward(Setup(now=5.0)), trial.steward(Setup(ahead=1000.0))
        async with still.store.read() as unit:
            assert await unit.now() == 5.0
        async with ahead.store.read() as unit:
            assert 990 < await unit.now() - SystemClock().now() < 1010
