import itertools
from dataclasses import replace

import pytest

from bot.domain.filing import Cabinet, Rules
from bot.domain.incident import Incident
from bot.domain.signals import End, Signal
from bot.domain.timeline import Event
from bot.domain.topology import Topology
from tests import builders

T = 1_800_000_000.0
RULES = Rules(Topology({"storefront": ("checkout",), "checkout": ("payments",)}))

Filed = list[tuple[Incident, list[Event]]]


def one(service: str, *, firing: bool = True, onset: float = T) -> Signal:
    return replace(builders.signal(service), firing=firing, onset=onset)


def file(changes: list[Signal], *held: Incident, now: float = T, newest: dict[str, Signal] | None = None) -> Filed:
    ids = (f"new{number}" for number in itertools.count(1))
    return Cabinet({each.id: each for each in held}, newest or {}, RULES, lambda: next(ids)).file(changes, now)


def opened(*services: str, now: float = T) -> Incident:
    ((incident, _),) = file([one(service) for service in services], now=now)
    return incident


def test_what_spreads_along_the_calls_in_one_tick_is_one_incident_written_once() -> None:
    ((incident, events),) = file([one("checkout"), one("storefront"), one("payments")])
    assert set(incident.services) == {"checkout", "storefront", "payments"}
    assert [event.kind for event in events] == ["opened", "attached", "attached"]
    assert incident.severity == "critical"


def test_what_is_not_connected_is_another_incident() -> None:
    filed = file([one("payments"), one("printer")])
    assert [incident.id for incident, _ in filed] == ["new1", "new2"]


def test_an_end_without_an_incident_is_dropped() -> None:
    assert file([one("payments", firing=False)]) == []


@pytest.mark.parametrize(
    ("end", "words"), [("cleared", "Cleared"), ("lost", "Lost from sight"), ("adopted", "Counts as normal by now")]
)
def test_an_end_says_how_it_ended(end: End, words: str) -> None:
    ended = replace(one("payments", firing=False), end=end)
    ((incident, (event,)),) = file([ended], opened("payments"), now=T + 9)
    assert event.text.startswith(f"{words}: payments")
    assert incident.firing == ()


def test_what_comes_back_soon_reopens_and_asks_for_a_look() -> None:
    ended = opened("payments").with_signal(one("payments", firing=False), T + 5).move("resolved", T + 10)
    ((incident, (event,)),) = file([one("payments", onset=T + 60)], replace(ended, due=frozenset()), now=T + 60)
    assert (incident.state, event.kind) == ("open", "reopened")
    assert "investigate" in incident.due


def test_signals_that_still_fire_are_brought_up_to_date() -> None:
    held = opened("payments")
    worse = {key: replace(signal, value=0.9) for key, signal in held.signals.items()}
    ((incident, _),) = file([one("checkout")], held, now=T + 5, newest=worse)
    assert {signal.value for signal in incident.signals.values() if signal.service == "payments"} == {0.9}


def test_what_becomes_urgent_is_told_again_and_makes_it_critical() -> None:
    soon = replace(one("payments"), left=20 * 3600.0, score=0.55)
    ((held, _),) = file([soon])
    assert held.severity == "warning"
    assert file([replace(soon, left=10 * 3600.0, score=0.7)], held, now=T + 5) == []
    ((incident, (event,)),) = file([replace(soon, left=3600.0, score=0.96)], held, now=T + 9)
    assert event.text.startswith("Urgent: payments: errors is at 34% and will be full in about 60 min")
    assert incident.severity == "critical"


def test_what_is_held_opens_nothing_joins_what_opens_and_is_told_once() -> None:
    busy = replace(one("checkout"), key="cpu", patience=900.0)
    assert file([busy], newest={"cpu": busy}) == []
    ((incident, events),) = file([one("payments")], newest={"cpu": busy}, now=T + 60)
    assert set(incident.services) == {"payments", "checkout"}
    assert [event.kind for event in events] == ["opened", "attached"]
    lasted = replace(busy, at=T + 1000)
    assert not lasted.held
    assert file([lasted], incident, newest={"cpu": lasted}, now=T + 1000) == []


def test_what_is_held_and_far_away_stays_out() -> None:
    busy = replace(one("printer"), key="cpu", patience=900.0)
    ((incident, _),) = file([one("payments")], newest={"cpu": busy})
    assert incident.services == ("payments",)
