from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import ChatError
from bot.domain.filling import Filling
from bot.domain.render import Renderer
from bot.flow.digest import Digest
from tests import builders as make
from tests.builders import T
from tests.fakes.clock import FakeClock
from tests.flow.house import House
from tests.unit.bot.flow.cases import offered, saved

BERLIN = ZoneInfo("Europe/Berlin")


def digest_on(house: House, day: int) -> Digest:
    clock = FakeClock(datetime(2026, 11, day, 9, tzinfo=BERLIN).timestamp())
    return Digest(house.store, clock, Renderer(BERLIN), house.digest.around)


async def test_a_day_has_one_digest_a_surface_through_restarts(house: House) -> None:
    for first in (True, False, False):
        digest = digest_on(house, 20)
        assert [await digest.post(chat, "09:00") for chat in (house.slack, house.telegram)] == [first, first]
    assert await digest_on(house, 21).post(house.slack, "09:00")
    assert (len(house.slack.roots), len(house.telegram.roots)) == (2, 1)


@pytest.mark.parametrize(
    ("month", "day", "dates"),
    [(3, 29, [29, 30]), (10, 25, [25, 26]), (2, 28, [28, 1]), (12, 31, [31, 1])],
    ids=["spring forward", "fall back", "no leap day", "new year"],
)
@pytest.mark.parametrize("at", ["02:30", "09:00"])
async def test_odd_days_have_one_digest_too(house: House, month: int, day: int, dates: list[int], at: str) -> None:
    """Asked every ten minutes of two days: the day in spring has 23 hours and the one in autumn 25."""
    clock = FakeClock(datetime(2026, month, day, tzinfo=BERLIN).timestamp() - 3600)
    async with house.store.unit() as unit:
        await unit.deliveries.digest_due("slack", "2026-01-01")
    digest = Digest(house.store, clock, Renderer(BERLIN), house.digest.around)
    posted = []
    for _ in range(6 * 49):
        if await digest.post(house.slack, at):
            posted.append(datetime.fromtimestamp(clock.now(), BERLIN).day)
        clock.advance(600)
    assert posted == dates


@pytest.mark.parametrize(
    ("minutes", "before", "posted"),
    [
        (-1, True, False), (0, False, True), (1, False, True), (2, False, False),
        (2, True, True), (179, True, True), (180, True, False),
    ],
)  # fmt: skip
async def test_a_missed_digest_is_made_up_for_within_three_hours(
    house: House, minutes: int, before: bool, posted: bool
) -> None:
    """But not by a Steward that never posted one: it has nothing to catch up with."""
    if before:
        async with house.store.unit() as unit:
            await unit.deliveries.digest_due("slack", "2026-11-19")
    digest = digest_on(house, 20)
    digest = replace(digest, clock=FakeClock(digest.clock.now() + 60 * minutes))
    assert await digest.post(house.slack, "09:00") is posted


@pytest.mark.parametrize(("maybe_sent", "again"), [(False, True), (True, False)])
async def test_a_refused_digest_is_tried_again_unless_it_may_have_arrived(
    house: House, maybe_sent: bool, again: bool
) -> None:
    digest = digest_on(house, 20)
    house.slack.broken = ChatError("Slack is down", maybe_sent=maybe_sent)
    with pytest.raises(ChatError):
        await digest.post(house.slack, "09:00")
    house.slack.broken = None
    assert await digest.post(house.slack, "09:00") is again
    assert not await digest.post(house.slack, "09:00")


async def test_a_quiet_day_says_so(house: House) -> None:
    card = await house.digest.card()
    assert (card.tone, card.title, card.sections) == ("good", "Digest: a quiet day, nothing to report", ())


async def test_a_day_with_something_to_report(house: House) -> None:
    await offered(house)
    done = make.incident(id="a81c", state="resolved", resolved_at=T + 400, diagnosis=None)
    await saved(house.store, done)
    await saved(house.store, replace(done, id="old", updated_at=T - 90_000))
    card = await house.digest.card()
    assert (card.tone, card.title) == ("warning", "Digest: 2 incidents in 24 h, 1 still open")
    sections = {section.heading: section.lines for section in card.sections}
    assert "a81c payments: errors · resolved, lasted 7 min" in sections["Incidents"]
    assert "3f2a9c01d4e7 payments: errors · open; cause: payments" in sections["Incidents"]
    assert sections["Waiting"] == ("1 proposal waiting for a decision",)
    assert card.footer.startswith("audit head ")


async def test_what_fills_up_is_told_the_soonest_first(house: House) -> None:
    disks = [Filling("db", "disk in use", f"/d{left:g}", "percent", 80.0, left * 3600) for left in (70.0, 5.0)]
    digest = replace(house.digest, around=replace(house.digest.around, filling=lambda: disks))
    sections = {section.heading: section.lines for section in (await digest.card()).sections}
    assert sections["Filling up"] == (
        "db: disk in use /d5 is at 80% and will be full in about 5 h at this pace",
        "db: disk in use /d70 is at 80% and will be full in about 3 d at this pace",
    )
