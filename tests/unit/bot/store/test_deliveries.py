from dataclasses import replace

import pytest

from bot.domain.people import Answer
from bot.domain.timeline import ANNOUNCED
from bot.store.store import SqlStore, SqlUnit
from tests import builders as make
from tests.builders import T

INCIDENT = make.incident().id


async def behind(unit: SqlUnit, surface: str, since: float = 0) -> list[tuple[str, str]]:
    return [(one.incident_id, one.ref) for one in await unit.deliveries.behind(surface, since)]


async def test_a_surface_is_behind_until_it_shows_the_newest_version(store: SqlStore) -> None:
    async with store.unit() as unit:
        await unit.incidents.save(make.incident(version=3))
        assert await behind(unit, "slack") == [(INCIDENT, "")]
        await unit.deliveries.shown("slack", INCIDENT, "C1/1", 2)
        assert await behind(unit, "slack") == [(INCIDENT, "C1/1")]
        await unit.deliveries.shown("slack", INCIDENT, "C1/2", 3)
        assert await behind(unit, "slack") == []
        assert await behind(unit, "telegram") == [(INCIDENT, "")]
        assert await unit.deliveries.ref("slack", INCIDENT) == "C1/2"
        assert await unit.deliveries.ref("telegram", INCIDENT) == ""


async def test_what_ended_long_ago_is_not_behind_and_the_oldest_comes_first(store: SqlStore) -> None:
    async with store.unit() as unit:
        for name, opened, updated in (("b", T + 1, T + 9), ("a", T, T + 9), ("old", T - 9, T)):
            await unit.incidents.save(make.incident(id=name, opened_at=opened, updated_at=updated, state="resolved"))
        await unit.incidents.save(make.incident(id="open", opened_at=T - 8, updated_at=T - 8))
        assert await behind(unit, "slack", T) == [("open", ""), ("a", ""), ("b", "")]


async def test_only_announced_news_of_a_thread_that_exists_is_unsaid(store: SqlStore) -> None:
    told = make.event("proposed", "Proposal: roll back")
    async with store.unit() as unit:
        await unit.incidents.save(make.incident(), make.event("attached"), told, replace(told, text="second"))
        assert await unit.deliveries.unsaid("slack", 0) == []
        await unit.deliveries.shown("slack", INCIDENT, "C1/1", 1)
        found = await unit.deliveries.unsaid("slack", 0)
        assert [(one.event.text, one.thread) for one in found] == [("Proposal: roll back", "C1/1"), ("second", "C1/1")]
        await unit.deliveries.said("slack", found[0].event.id, "C1/2")
        assert [one.event.text for one in await unit.deliveries.unsaid("slack", 0)] == ["second"]
        assert await unit.deliveries.unsaid("slack", T + 30) == []
        assert "attached" not in ANNOUNCED


@pytest.mark.parametrize("answer", [Answer("approved by Ada"), Answer("no", accepted=False)])
async def test_a_handled_click_is_known_with_its_answer(store: SqlStore, answer: Answer) -> None:
    async with store.unit() as unit:
        assert await unit.deliveries.answered("click-1") is None
        await unit.deliveries.remember("click-1", answer)
    async with store.read() as unit:
        assert await unit.deliveries.answered("click-1") == answer
        assert await unit.deliveries.answered("click-2") is None


async def test_a_day_of_a_surface_is_claimed_once(store: SqlStore) -> None:
    async with store.unit() as unit:
        assert await unit.deliveries.digest_due("slack", "2026-11-20")
        assert not await unit.deliveries.digest_due("slack", "2026-11-20")
        assert await unit.deliveries.digest_due("telegram", "2026-11-20")
        assert await unit.deliveries.digest_due("slack", "2026-11-21")


async def test_a_claim_can_be_given_back(store: SqlStore) -> None:
    async with store.unit() as unit:
        assert not await unit.deliveries.digested("slack")
        await unit.deliveries.digest_due("slack", "2026-11-20")
        assert await unit.deliveries.digested("slack")
        assert not await unit.deliveries.digested("telegram")
        await unit.deliveries.digest_failed("slack", "2026-11-20")
        assert await unit.deliveries.digest_due("slack", "2026-11-20")


@pytest.mark.parametrize(
    ("shown", "thread", "found"),
    [
        ("C1:17.5", "C1:17.5", True),
        ("-1:12", "-1:12", True),
        ("-1:12", "-1:2", False),
        ("-1:12", "-1:1", False),
        ("-1:7:12", "-1:12", True),
        ("-1:7:12", "-1:7:", True),
        ("-1:#7:12", "-1:12", True),
        ("-1:#7:12", "-1:7:", False),
        ("-1:17:12", "-1:7:", False),
        ("-1:7:12", "-2:12", False),
        ("-1:12", "%:%", False),
        ("-1:12", ":", False),
        ("-1:12", "", False),
        ("slack-1", "slack-1", True),
    ],
)
async def test_a_message_is_known_by_the_ends_of_its_ref_and_a_topic_by_its_beginning(
    store: SqlStore, shown: str, thread: str, found: bool
) -> None:
    async with store.unit() as unit:
        await unit.incidents.save(make.incident())
        await unit.deliveries.shown("telegram", INCIDENT, shown, 1)
        assert await unit.deliveries.of("telegram", thread) == (INCIDENT if found else "")
        assert await unit.deliveries.of("slack", thread) == ""
