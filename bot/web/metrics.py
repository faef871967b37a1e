"""Steward's own metrics, in Prometheus' text format."""

from collections import Counter
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest

from bot.ports.store import Store

DAY = 86_400.0
INCIDENT_STATES = ("open", "acting", "verifying", "resolved")
EXECUTION_STATES = ("queued", "running", "done", "failed", "unknown")


async def exposition(store: Store, parts: Mapping[str, str], version: str) -> bytes:
    """All metrics as of now.

    Args:
        store: counted are incidents that are not resolved, and what happened within a day.
        parts: the health board: each part's trouble, empty when it is well.
        version: of this program.

    Raises:
        StoreError: the rows cannot be read.
    """
    async with store.read() as unit:
        since = await unit.now() - DAY
        incidents = Counter[str](one.state for one in await unit.incidents.live(since))
        executions = Counter[str](done.state for done, _ in await unit.ledger.executed_since(since))
        pending = len(await unit.ledger.pending())
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    states = {state: incidents[state] for state in INCIDENT_STATES}
    _gauge(registry, "steward_incidents", "Incidents by state; resolved ones of the last day.", "state", states)
    states = {state: executions[state] for state in EXECUTION_STATES}
    _gauge(registry, "steward_executions", "Executions of the last day by state.", "state", states)
    up = {part: int(not trouble) for part, trouble in parts.items()}
    _gauge(registry, "steward_part_up", "Whether a part works.", "part", up)
    _gauge(registry, "steward_info", "The version that runs.", "version", {version: 1})
    Gauge("steward_proposals_pending", "Proposals that wait for a decision.", registry=registry).set(pending)
    return generate_latest(registry)


def _gauge(registry: CollectorRegistry, name: str, help_: str, label: str, values: Mapping[str, int]) -> None:
    gauge = Gauge(name, help_, [label], registry=registry)
    for key, value in values.items():
        gauge.labels(key).set(value)
