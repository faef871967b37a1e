from dataclasses import replace
from itertools import count

import pytest

from bot.domain import storm
from bot.domain.filing import Cabinet, Rules
from bot.domain.incident import Incident
from bot.domain.storm import Rules as Much
from bot.domain.topology import Topology
from tests import builders as make
from tests.builders import T


def incident(at: float, **over: object) -> Incident:
    return make.incident(id=f"i{at}", opened_at=at, **over)


@pytest.mark.parametrize(
    ("held", "blows"),
    [
        ([], False),
        ([T, T + 1], False),
        ([T, T + 1, T + 2], True),
        ([T - 999, T + 1, T + 2], False),
    ],
)
def test_it_blows_when_many_began_a_short_while_ago(held: list[float], blows: bool) -> None:
    assert storm.blowing([incident(at) for at in held], T + 10, Much(3, 100)) is blows


def test_what_is_over_and_the_storm_itself_do_not_count() -> None:
    held = [incident(T), incident(T + 1, state="resolved"), incident(T + 2, storm=True)]
    assert not storm.blowing(held, T + 10, Much(2, 100))


def filed(number: int, services: int, **rules: int) -> list[Incident]:
    """So many signals of so many unrelated services begin at once."""
    found = [make.signal(f"s{one % services}", key=f"k{one}") for one in range(number)]
    ids = count()
    known = {signal.key: signal for signal in found}
    cabinet = Cabinet({}, known, Rules(Topology({}), much=Much(**rules)), lambda: f"i{next(ids)}")
    return [one for one, _ in cabinet.file(found, T)]


def test_very_much_at_once_is_a_few_threads_and_one_summary() -> None:
    *few, rest = filed(1000, 100)
    assert [one.title for one in few] == [f"s{number}: errors" for number in range(5)]
    assert (rest.storm, rest.title, rest.severity) == (True, "Storm: 95 services at once", "critical")
    assert len(rest.signals) + rest.folded + sum(len(one.signals) for one in few) == 1000
    assert len(rest.signals) == 200


def test_a_few_are_no_storm() -> None:
    assert [one.storm for one in filed(50, 5)] == [False] * 5


def test_the_summary_names_the_services_with_the_most_signals() -> None:
    rest = filed(40, 20, at=1)[-1]
    assert storm.summary(rest, 2) == ("s1: 2 signals", "s2: 2 signals", "and 17 more services")
    assert "1 incident began within 2 min before it" in storm.reason(Much(1))
    assert storm.title(replace(rest, signals={})) == "Storm: 0 services at once"
