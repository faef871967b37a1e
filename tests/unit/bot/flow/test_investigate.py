from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from actions.model import Instance, State, Target
from bot.domain.incident import Incident
from bot.domain.signals import Signal
from bot.flow.investigate import title
from tests import builders as make
from tests.builders import T
from tests.fakes.actuator import FakeActuator, state
from tests.flow.house import House
from tests.unit.bot.flow.cases import events, saved

CALLER = make.signal("checkout", onset=T + 5, score=0.8)
UNSEEN: dict[str, Any] = {"evidence": (), "suspects": (), "diagnosis": None, "due": frozenset({"investigate"})}


async def looked(house: House) -> Incident:
    assert await house.investigate() == 1
    return (await house.dossier()).incident


async def test_the_pack_the_suspects_and_the_words_of_rules_are_written(house: House) -> None:
    house.actuator.states["payments"] = state("v1", "v2", at=T - 60)
    await saved(house.store, make.incident(make.signal(), CALLER, make.log_signal(), **UNSEEN))
    one = await looked(house)
    assert {piece.kind for piece in one.evidence} == {"signal", "log", "deployment"}
    assert [piece.id for piece in one.evidence] == ["E1", "E2", "E3", "E4"]
    assert (one.suspects[0].service, one.suspects[0].cause) == ("payments", "deployment")
    assert one.diagnosis is not None
    assert (one.diagnosis.service, one.diagnosis.author) == ("payments", "rules")
    assert one.title == "payments: errors 34%, normally 0%, 1 more service affected"
    assert one.due == {"offer"}
    assert await events(house, "investigated") == ["Probable cause: payments"]
    assert await house.investigate() == 0


async def test_with_a_model_its_words_are_asked_for_as_well(house: House) -> None:
    await saved(house.store, make.incident(**UNSEEN))
    await replace(house.investigate, model=True)()
    assert (await house.dossier()).incident.due == {"offer", "diagnose"}


async def test_neighbours_without_signals_are_looked_at_and_no_others(house: House) -> None:
    for name in house.actuator.states:
        house.actuator.states[name] = replace(state("v1", at=T - 86_400), problems=(f"{name} has no disk left",))
    await saved(house.store, make.incident(make.signal("payments"), **UNSEEN))
    one = await looked(house)
    assert {piece.service for piece in one.evidence if piece.kind == "state"} == {"payments", "checkout"}


async def test_a_target_that_does_not_answer_stops_nothing(house: House) -> None:
    del house.actuator.states["payments"]
    await saved(house.store, make.incident(**UNSEEN))
    one = await looked(house)
    assert [piece.kind for piece in one.evidence] == ["signal"]
    assert one.suspects[0].cause == "fault"


async def test_when_nothing_stands_out_it_says_so(house: House) -> None:
    crowd = [make.signal(name, onset=T) for name in ("payments", "catalog", "mailer")]
    await saved(house.store, make.incident(*crowd, **UNSEEN))
    one = await looked(house)
    assert one.diagnosis is not None
    assert one.diagnosis.summary.startswith("Inconclusive")
    assert await events(house, "investigated") == ["Investigated: inconclusive so far"]


async def test_the_same_finding_is_no_news(house: House) -> None:
    await saved(house.store, make.incident(due=frozenset({"investigate"})))
    await looked(house)
    assert await events(house, "investigated") == []


class Slow(FakeActuator):
    """A target during whose answer something else happens."""

    meanwhile: Callable[[], Awaitable[object]]

    async def state(self, target: Target) -> State:
        await self.meanwhile()
        return await super().state(target)


async def test_a_signal_that_comes_while_looking_asks_for_another_look(house: House) -> None:
    await saved(house.store, make.incident(**UNSEEN))

    async def joins() -> None:
        async with house.store.unit() as unit:
            one = await unit.incidents.get(make.incident().id)
            assert one is not None
            await unit.incidents.save(one.with_signal(CALLER, T + 40))

    slow = Slow(house.states)
    slow.meanwhile = joins
    other = House(house.store, house.clock, house.values, house.states, actuator_=slow)
    await other.investigate()
    one = (await house.dossier()).incident
    assert set(one.services) == {"payments", "checkout"}
    assert "investigate" in one.due
    await house.investigate()
    assert (await house.dossier()).incident.due == {"offer"}


LOG = "payments: new kind of error in the log: card gateway refused the handshake: protocol version 1.0"
ERRORS = "payments: errors 34%, normally 0%"


@pytest.mark.parametrize(
    ("signals", "words"),
    [
        ([make.signal()], ERRORS),
        ([make.log_signal()], LOG),
        ([make.signal(), CALLER, make.signal("storefront")], f"{ERRORS}, 2 more services affected"),
    ],
)
def test_the_title_names_the_blamed_service_and_how_far_it_spread(signals: list[Signal], words: str) -> None:
    assert title(make.incident(*signals)) == words


async def test_who_takes_the_node_of_the_unwell_is_found_in_another_incident(house: House) -> None:
    crowded = Instance("one", "n1", ready=True)
    for name in ("payments", "search"):
        house.actuator.states[name] = replace(state("v1", at=T - 86_400), instances=(crowded,))
    fleet = replace(house.fleet, targets={**house.fleet.targets, "search": Target("fake", "search")})
    cpu = make.signal("search", "process_cpu", title="CPU", unit="count", value=4.0, expected=0.5, onset=T - 9)
    await saved(house.store, make.incident(cpu, id="another", opened_at=T + 1))
    await saved(house.store, make.incident(**UNSEEN))
    await replace(house.investigate, fleet=fleet)()
    async with house.store.read() as unit:
        one = await unit.incidents.get(make.incident().id)
    assert one is not None
    assert (one.suspects[0].service, one.suspects[0].cause) == ("search", "neighbour")
    assert one.diagnosis is not None
    assert "takes so much of its node" in one.diagnosis.summary
