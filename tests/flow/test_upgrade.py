"""An upgrade with approvals pending: rows of the version before are read, and old buttons say why they do not count."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, column, insert, select, table, update

from bot.domain.incident import Incident
from bot.domain.people import Click
from bot.domain.proposals import Proposal
from bot.store import codec, migrate
from bot.store.store import SqlStore
from bot.store.tables import proposals as rows
from tests import builders as make
from tests.builders import T
from tests.fakes.actuator import state
from tests.fakes.clock import FakeClock
from tests.flow.house import House
from tests.flow.shop import SERVICES, Shop
from tests.trail import trail
from tests.unit.bot.flow.cases import INCIDENT, PEOPLE, alike, click, events, executions, look_again, proposals, say

SINCE_0002 = ("undoes", "standing_until", "place")
SINCE_0003 = ("ack", "verdicts", "reopened_at", "rungs", "replicas", "storm", "folded")


def first_tables(connection: Connection) -> str:
    command.upgrade(migrate._config(connection), "0001")
    return ""


def first_row(incident: Incident) -> dict[str, Any]:
    """An incident as the first version wrote it."""
    body = {name: value for name, value in json.loads(codec.dump(incident)).items() if name not in SINCE_0003}
    times = {"opened_at": incident.opened_at, "updated_at": incident.updated_at}
    due = {f"due_{step}": False for step in ("investigate", "diagnose", "offer")}
    return {"id": incident.id, "state": incident.state, "version": 1, **times, **due, "body": json.dumps(body)}


def of_0001(proposal: Proposal) -> str:
    """A proposal as the first version wrote it."""
    body: dict[str, Any] = json.loads(codec.dump(proposal))
    yeses = [{name: value for name, value in yes.items() if name != "standing"} for yes in body["approvals"]]
    return json.dumps({name: value for name, value in body.items() if name not in SINCE_0002} | {"approvals": yeses})


@pytest.fixture
async def house(store_url: str, clock: FakeClock) -> AsyncIterator[House]:
    """The first version's store with a roll-back that waits for a click; buttons were bound to the plan alone."""
    await migrate._with(store_url, first_tables)
    store = SqlStore(store_url, clock.now)
    house = House(store, clock, Shop(), {name: state("v1", at=clock.now() - 86_400) for name in SERVICES})
    house.actuator.states["payments"] = state("v1", "v2", at=T - 60)
    plan = await house.actuator.plan(replace(make.plan().action, target=house.fleet.targets["payments"]))
    old = make.proposal("old", plan, digest=plan.digest, created_at=T, expires_at=T + 600)
    row = first_row(make.incident(due=frozenset()))
    async with store.unit() as unit:
        await unit._connection.execute(insert(table("incidents", *map(column, row))).values(row))
        await unit.ledger.offer(old)
        await unit._connection.execute(update(rows).values(body=of_0001(old)))
    yield house
    await store.close()


async def upgraded(house: House) -> Proposal:
    url = house.store._url.render_as_string(hide_password=False)
    _, wanted = await migrate.version(url)
    assert await migrate.upgrade(url) == wanted
    async with house.store.read() as unit:
        (body,) = (await unit._connection.execute(select(rows.c.body))).scalars()
        assert not set(SINCE_0002) & set(json.loads(body))
        (old,) = await unit.ledger.pending()
    return old


async def test_what_waited_is_read_and_lacks_what_is_new(house: House) -> None:
    old = await upgraded(house)
    assert (old.id, old.undoes, old.standing_until, old.place) == ("old", "", None, 0)
    shown = await say(house, "show 3f2a")
    assert shown.card is not None
    assert [button.verb for button in shown.card.buttons][:2] == ["approve", "reject"]


async def test_an_old_button_says_why_it_does_not_count_and_a_new_one_comes(house: House) -> None:
    old = await upgraded(house)
    house.clock.advance(60)
    answer = await house.desk.click(Click("c1", PEOPLE[0], "approve", old.id, old.plan.digest[:32]))
    assert not answer.accepted
    assert answer.text == "the plan or the rules behind this button have changed; use the newest message"
    await look_again(house)
    assert "Withdrawn: roll back payments to v1; the target, the cause or the rules have changed" in await events(
        house, "withdrawn"
    )
    (new,) = await proposals(house, "pending")
    assert (await house.desk.click(click(new))).accepted
    assert await house.execute() == 1
    assert len(house.actuator.effects) == 1
    assert (await trail(house.store)).broken == 0


async def test_what_was_approved_before_does_not_run_and_is_offered_anew(house: House) -> None:
    """The first version's approval is bound to the plan alone: nobody can say that the rules are the same."""
    async with house.store.unit() as unit:
        (old,) = await unit.ledger.pending()
        signed = make.approved(old, T, PEOPLE[0])
        assert await unit.ledger.claim(signed, make.execution("x1", old.id, state="queued", created_at=T))
        await unit._connection.execute(update(rows).values(body=of_0001(signed)))
    url = house.store._url.render_as_string(hide_password=False)
    await migrate.upgrade(url)
    house.clock.advance(60)
    assert await house.execute() == 1
    (execution,) = await executions(house)
    assert execution.error == "nothing was done: the plan or the rules are not those that were approved"
    assert house.actuator.effects == []
    await house.offer()
    (new,) = await proposals(house, "pending", INCIDENT)
    assert new.id != old.id


async def test_the_upgraded_store_takes_what_is_new(house: House) -> None:
    await upgraded(house)
    assert (await say(house, "stop")).accepted
    assert (await say(house, "go")).accepted
    new = await alike(house, "again", 700.0)
    assert (await house.desk.click(click(new, verb="stand"))).accepted
    assert (await say(house, "standing")).text == "1 standing approval"
