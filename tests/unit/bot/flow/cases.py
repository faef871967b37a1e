"""Where the tests of single steps begin: incidents that are as far along as a step needs them."""

from collections.abc import Sequence
from typing import Any

from bot.domain.execution import Execution
from bot.domain.incident import Incident
from bot.domain.people import Answer, Click, Person
from bot.domain.proposals import Proposal
from bot.domain.timeline import Event
from bot.flow.recheck import Recheck
from bot.ports.store import Store
from tests import builders as make
from tests.builders import T
from tests.fakes.actuator import state
from tests.flow.house import House

INCIDENT = make.incident().id
PEOPLE = (Person("slack", "U1", "Ada"), Person("telegram", "1001", "Grace"), Person("web", "owner", "Owner"))


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


async def proposals(house: House, state_: str | None = None) -> list[Proposal]:
    async with house.store.read() as unit:
        found = await unit.ledger.of_incident(INCIDENT)
    return [one for one in found if state_ in {None, one.state}]


async def events(house: House, *kinds: str) -> list[str]:
    """The texts of the timeline's facts of these kinds, oldest first."""
    async with house.store.read() as unit:
        return [one.text for one in await unit.incidents.events(INCIDENT) if one.kind in kinds]


def accepted(answers: Sequence[Answer]) -> list[Answer]:
    return [one for one in answers if one.accepted]
