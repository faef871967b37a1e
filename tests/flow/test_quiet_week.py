"""A week in which nothing is wrong, through the live code: packs, banks, debounce, correlation."""

from collections.abc import Mapping

import numpy as np
import pytest

from bot.domain import filing, signals
from bot.domain.incident import Incident
from bot.domain.samples import Pull
from bot.domain.topology import Topology
from bot.flow.replay import Replay, moments
from bot.flow.watch import Scope
from detectors.model import Floats
from tests.weeks import DAY, Week

EVERY = 300.0
ASKED = ("node_cpu", "node_disk_busy", "node_disk", "http_error_ratio", "http_latency_p95", "process_cpu")
BEGIN = 90
"""The tick of a fault: half past seven on the first morning."""


def incidents(pull: Pull) -> list[Incident]:
    replay = Replay({"prom": EVERY}, Scope(filing.Rules(Topology({})), signals.Rules()), 120.0)
    for time, tick in moments(pull):
        replay.tick("prom", time, tick)
    return replay.incidents


def test_an_ordinary_week_opens_nothing() -> None:
    """Rhythm, weekend, nightly backup and log rotation, a deployment without effect, counters that begin anew."""
    week = Week(1, EVERY, 10)
    assert [(one.title, (one.opened_at - week.times[0]) / DAY) for one in incidents(week.pull(ASKED))] == []


def test_an_ordinary_week_of_series_that_nobody_described_opens_nothing() -> None:
    assert [one.title for one in incidents(Week(1, EVERY, 3).table())] == []


def faulty(values: Mapping[str, Floats]) -> Pull:
    """The first hours of one machine; from BEGIN on these values."""
    week = Week(3, EVERY, 1, days=(BEGIN + len(HIGH)) * EVERY / DAY)
    for query, course in values.items():
        np.copyto(week.values[query][BEGIN:], course[:, np.newaxis])
    return week.pull(ASKED)


HIGH = np.full(32, 1.0)


@pytest.mark.parametrize(
    ("fault", "after"),
    [
        pytest.param({"http_error_ratio": 0.3 * HIGH}, 2, id="users meet errors"),
        pytest.param({"http_latency_p95": 3.0 * HIGH}, 2, id="users wait"),
        pytest.param({"node_cpu": 98.0 * HIGH}, 2, id="a machine without any CPU left"),
        pytest.param({"node_cpu": 80.0 * HIGH}, None, id="a busy machine, as far as known a nightly job"),
    ],
)
def test_on_the_first_day_faults_open_at_once_and_busy_machines_do_not(
    fault: Mapping[str, Floats], after: int | None
) -> None:
    pull = faulty(fault)
    found = [round((one.opened_at - pull.batches[0].times[BEGIN]) / EVERY) + 1 for one in incidents(pull)]
    assert found == ([] if after is None else [after])


def test_what_waited_joins_the_incident_that_it_explains() -> None:
    late = np.where(np.arange(32) < 6, 0.001, 0.3)
    (one,) = incidents(faulty({"node_cpu": 80.0 * HIGH, "http_error_ratio": late}))
    assert {signal.query for signal in one.signals.values()} == {"node_cpu", "http_error_ratio"}
    assert one.title.endswith("errors")
    assert one.onset < one.opened_at - 5 * EVERY
