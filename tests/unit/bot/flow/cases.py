"""Where the tests of single steps begin: incidents that are as far along as a step needs them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.domain.execution import Execution
from bot.domain.incident import Incident
from bot.domain.people import Answer, Click, Command, Person
from bot.domain.proposals import Proposal
from bot.domain.standing import Standing
from bot.domain.timeline import Event
from bot.flow.recheck import Recheck
from bot.ports.store import Store
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T
from tests.fakes.actuator import state
from tests.flow.house import House

INCIDENT = make.incident().id
PEOPLE = (Person("slack", "U1", "Ada"), Person("telegram", "1001", "Grace"), Person("web", "owner", "Owner"))
STRANGER = Person("slack", "U666", "Ada")
HOUR = 3600.0


async def investigated(house: House, **over: Any) -> Incident:
    """Payments v2 was deployed and fails; the cause is known and nothing is offered yet."""
    house.actuator.states["payments"] = state("v1", "v2", at=T - 60)
    return await saved(house.store, make.incident(**{"due": frozenset({"offer"}), **over}))


async def saved(store: Store, incident: Incident, *events: Event) -> Incident:
    async with store.unit() as unit:
        await unit.incidents.save(incident, *(events or (make.event(incident_id=incident.id),)))
    return incident


async def offered(house: House, **over: Any) -> Proposal:
    """A roll-back of payments to v1 waits for a click."""
    await investigated(house, **over)
    house.clock.advance(60)
    await house.offer()
    (pending,) = await proposals(house, "pending")
    return pending


async def approved(house: House, **over: Any) -> Proposal:
    """Ada said yes, and nothing ran yet."""
    proposal = await offered(house, **over)
    answer = await house.desk.click(click(proposal))
    assert answer.accepted
    return proposal


async def executed(house: House, **over: Any) -> Execution:
    """The roll-back ran."""
    await approved(house, **over)
    await house.execute()
    return (await house.dossier()).executions[0]


def click(proposal: Proposal, person: Person = PEOPLE[0], verb: str = "approve", **over: Any) -> Click:
    """A press of a proposal's button, different for each person and verb."""
    given: dict[str, Any] = {
        "id": f"{person.identity}/{verb}/{proposal.id}",
        "person": person,
        "verb": verb,
        "subject": proposal.id,
        "digest": proposal.digest[:32],
    }
    return Click(**{**given, **over})


async def look_again(house: House) -> None:
    """What is offered is held against the targets and the rules once more."""
    await Recheck(house.store)()
    await house.offer()


async def alike(house: House, name: str, wait: float = HOUR, **over: Any) -> Proposal:
    """So long after, another incident of the same kind has its proposal."""
    house.clock.advance(wait)
    now = house.clock.now()
    house.actuator.states["payments"] = state("v1", "v2", at=now - 60)
    given = {"opened_at": now - 60, "onset": now - 60, "updated_at": now, "due": frozenset({"offer"}), **over}
    await saved(house.store, make.incident(make.signal(onset=now - 60, at=now - 60), id=name, **given))
    await house.offer()
    (pending,) = await proposals(house, "pending", name)
    return pending


async def granted(house: House, person: Person = PEOPLE[0]) -> Standing:
    """Somebody approved every roll-back of payments until tomorrow morning, and the first one ran and helped."""
    answer = await house.desk.click(click(await offered(house), person, "stand"))
    assert answer.accepted
    await house.execute()
    await recovered(house, INCIDENT)
    async with house.store.read() as unit:
        (given,) = await unit.standings.valid()
    return given


async def recovered(house: House, name: str) -> None:
    """The incident's signals ended after its action, and the verdict is reached."""
    house.clock.advance(6)
    async with house.store.unit() as unit:
        one = await unit.incidents.get(name)
        assert one is not None
        quiet = {key: replace(signal, firing=False, value=0.0) for key, signal in one.signals.items()}
        await unit.incidents.save(replace(one, signals=quiet))
        points = make.points([0.0], house.clock.now())
        await unit.telemetry.draw(name, [make.chart(signal, points) for signal in quiet.values()])
    assert await house.verify() == 1


async def standing(house: House, id_: str) -> Standing:
    """A standing approval as its row is now."""
    async with house.store.read() as unit:
        found = await unit.standings.get(id_)
    assert found is not None
    return found


async def executions(house: House, name: str = INCIDENT) -> list[Execution]:
    async with house.store.read() as unit:
        dossier = await unit.incidents.dossier(name)
    assert dossier is not None
    return list(dossier.executions)


async def say(house: House, text: str, person: Person = PEOPLE[0], id_: str = "") -> Answer:
    """Words to the bot."""
    return await house.desk.command(Command(id_ or f"{person.identity}/words/{text}", person, tuple(text.split())))


def under(house: House, store: SqlStore | None = None, **over: Any) -> House:
    """The same house after a restart with another policy, or a second process of it on another store."""
    policy = replace(house.policy, **over)
    return House(store or house.store, house.clock, house.values, house.states, policy, house.actuator)


async def proposals(house: House, state_: str | None = None, name: str = INCIDENT) -> list[Proposal]:
    async with house.store.read() as unit:
        found = await unit.ledger.of_incident(name)
    return [one for one in found if state_ in {None, one.state}]


async def events(house: House, *kinds: str, name: str = INCIDENT) -> list[str]:
    """The texts of the timeline's facts of these kinds, oldest first."""
    async with house.store.read() as unit:
        return [one.text for one in await unit.incidents.events(name) if one.kind in kinds]


def accepted(answers: Sequence[Answer]) -> list[Answer]:
    return [one for one in answers if one.accepted]
