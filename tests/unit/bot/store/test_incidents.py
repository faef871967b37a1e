from dataclasses import replace

import pytest

from bot.domain.incident import Step
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T


async def test_an_incident_is_kept_and_replaced_and_its_timeline_grows(store: SqlStore) -> None:
    first = make.incident()
    async with store.unit() as unit:
        await unit.incidents.save(first, make.event("opened", "one"), make.event("attached", "two"))
        await unit.incidents.save(replace(first, title="worse", version=2), make.event("cleared", "three", actor="x:1"))
    async with store.read() as unit:
        assert await unit.incidents.get(first.id) == replace(first, title="worse", version=2)
        assert await unit.incidents.get("none") is None
        events = await unit.incidents.events(first.id)
    assert [(event.text, event.kind, event.actor) for event in events] == [
        ("one", "opened", "steward"), ("two", "attached", "steward"), ("three", "cleared", "x:1"),
    ]  # fmt: skip
    assert [event.id for event in events] == sorted({event.id for event in events})


async def test_live_are_the_open_ones_and_those_that_ended_just_now(store: SqlStore) -> None:
    async with store.unit() as unit:
        for place, (state, updated) in enumerate(
            [("open", T - 9999), ("acting", T), ("resolved", T - 1), ("resolved", T + 1), ("verifying", T)]
        ):
            await unit.incidents.save(make.incident(id=f"i{place}", state=state, updated_at=updated, opened_at=-place))
        assert [one.id for one in await unit.incidents.live(T)] == ["i4", "i3", "i1", "i0"]


@pytest.mark.parametrize("step", ["investigate", "diagnose", "offer"])
async def test_what_is_due_is_found_oldest_first(store: SqlStore, step: Step) -> None:
    async with store.unit() as unit:
        for place, due in enumerate([(step,), (), ("investigate", "diagnose", "offer")]):
            await unit.incidents.save(make.incident(id=f"i{place}", due=frozenset(due), opened_at=T - place))
        assert await unit.incidents.due(step) == ["i2", "i0"]
        await unit.incidents.save(make.incident(id="i0", due=frozenset()))
        assert await unit.incidents.due(step) == ["i2"]


async def test_the_newest_come_in_pages(store: SqlStore) -> None:
    async with store.unit() as unit:
        for place in range(5):
            await unit.incidents.save(make.incident(id=f"i{place}", opened_at=T + place))
        assert [one.id for one in await unit.incidents.recent(2)] == ["i4", "i3"]
        assert [one.id for one in await unit.incidents.recent(2, before=T + 3)] == ["i2", "i1"]
        assert await unit.incidents.recent(2, before=T) == []


async def test_a_dossier_has_all_that_belongs_to_an_incident_and_nothing_else(store: SqlStore) -> None:
    done = make.execution(state="queued")
    async with store.unit() as unit:
        await unit.incidents.save(make.incident(), make.event())
        await unit.incidents.save(make.incident(id="other"), make.event(incident_id="other"))
        await unit.ledger.offer(make.proposal("p0", created_at=T))
        await unit.ledger.offer(make.proposal())
        await unit.ledger.offer(make.proposal("p9", incident_id="other"))
        await unit.ledger.claim(make.approved(make.proposal(), T), done)
        await unit.ledger.judge(make.outcome())
        found = await unit.incidents.dossier("3f2a")
    assert found is not None
    assert [one.id for one in found.proposals] == ["p1", "p0"]
    assert [one.id for one in found.executions] == ["x1"]
    assert found.outcomes == (make.outcome(),)
    assert len(found.events) == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [("aa1", "aa1"), ("b", "b_1"), ("aa", None), ("", None), ("%", None), ("b%", None), ("_", None), ("\udcff", None)],
)
async def test_a_unique_beginning_of_an_id_will_do(store: SqlStore, asked: str, found: str | None) -> None:
    async with store.unit() as unit:
        for name in ("aa1", "aa2", "b_1"):
            await unit.incidents.save(make.incident(id=name))
        dossier = await unit.incidents.dossier(asked)
    assert (dossier.incident.id if dossier else None) == found
