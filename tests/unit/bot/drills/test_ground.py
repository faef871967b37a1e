from collections.abc import Sequence
from dataclasses import replace

from bot.drills.ground import Ground
from bot.drills.trial import Trial


async def test_each_case_is_tried_so_often_at_a_place_of_its_own(ground: Ground) -> None:
    told: list[tuple[int, int]] = []
    stores: list[str] = []

    async def attempt(trial: Trial, case: int) -> Sequence[str]:
        stores.append(trial.place.store)
        return ["odd"] if case % 2 else []

    twice = replace(ground, times=2, tell=lambda _, done, total: told.append((done, total)))
    row = await twice.each("fault", [("one", 1), ("two", 2)], attempt, "well")
    assert (row.tried, row.held, row.seen) == (4, 2, "one: odd (and 1 more)")
    assert told == [(done, 4) for done in range(5)]
    assert len(set(stores)) == 4


def test_chance_is_the_same_with_the_same_seed(ground: Ground) -> None:
    assert ground.chance("a").random() == ground.chance("a").random()
    assert ground.chance("a").random() != ground.chance("b").random()
    assert ground.chance("a").random() != replace(ground, seed=2).chance("a").random()


async def test_a_drill_that_cannot_go_on_has_not_held(ground: Ground) -> None:
    async def attempt(trial: Trial, case: int) -> Sequence[str]:
        await trial.heal()
        await trial.steward().offered()
        return [str(case)]

    row = await ground.each("fault", [("one", 1)], attempt, "well")
    assert (row.held, row.seen) == (0, "one: could not go on: nothing was offered")
