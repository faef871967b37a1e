"""Step 6 and 7: gather the evidence pack of an incident, rank the suspects, and say it in the rules' words."""

from dataclasses import dataclass, replace

from bot.domain import diagnosis, neighbours, pack, suspects
from bot.domain.incident import Incident, severity, worst
from bot.domain.timeline import Event
from bot.flow.fleet import Fleet
from bot.ports import Clock
from bot.ports.store import Store


@dataclass(frozen=True, slots=True)
class Investigate:
    """Looks again at every incident that has new signals. `model`: whether a model shall find words afterwards."""

    store: Store
    clock: Clock
    fleet: Fleet
    model: bool = False

    async def __call__(self) -> int:
        """How many incidents were looked at."""
        async with self.store.read() as unit:
            due = await unit.incidents.due("investigate")
        for incident_id in due:
            await self._look(incident_id)
        return len(due)

    async def _look(self, incident_id: str) -> None:
        async with self.store.read() as unit:
            before = await unit.incidents.get(incident_id)
            charts = await unit.telemetry.charts(incident_id)
            live = await unit.incidents.live(self.clock.now())
        if before is None:
            return
        topology = self.fleet.topology
        takers = neighbours.hungry(signal for one in live for signal in one.firing)
        states = await self.fleet.states(topology.near(before.services) | {taker.service for taker in takers})
        beside = neighbours.find(takers, before.services, before.onset, states, topology)
        now = self.clock.now()
        async with self.store.unit() as unit:
            incident = await unit.incidents.get(incident_id)
            if incident is None:
                return
            if not incident.firing:  # what was found stands: nothing speaks for another cause now
                await unit.incidents.save(incident.done("investigate"))
                return
            evidence = pack.gather(incident.signals.values(), states, charts, incident.onset, beside)
            ranked = suspects.rank(incident.signals.values(), evidence, topology)
            after = self._concluded(replace(incident, evidence=evidence, suspects=ranked), now)
            if incident.signals.keys() != before.signals.keys():  # more came while the targets were asked
                after = replace(after, due=after.due | {"investigate"})
            await unit.incidents.save(after, *_news(incident, after, now))

    def _concluded(self, incident: Incident, now: float) -> Incident:
        looked = incident.done("investigate", *(("offer", "diagnose") if self.model else ("offer",)))
        return replace(
            looked,
            diagnosis=diagnosis.explain(incident.suspects, incident.evidence),
            title=title(incident),
            severity=worst(incident.severity, severity(incident.firing, self.fleet.topology)),
            investigated_at=now,
        ).changed(now)


def title(incident: Incident) -> str:
    """The probable cause's service with its strongest signal, and how far the trouble spread."""
    blamed = incident.suspects[0].service if incident.suspects else incident.firing[0].service
    own = [signal for signal in incident.firing if signal.service == blamed and signal.kind != "log"]
    leading = max(own, key=suspects.strength, default=incident.firing[0])
    others = len(set(incident.services) - {blamed})
    spread = f", {others} more {'service' if others == 1 else 'services'} affected" if others else ""
    return f"{pack.sentence(leading)}{spread}"


def _news(before: Incident, after: Incident, now: float) -> list[Event]:
    blamed = after.diagnosis.service if after.diagnosis else ""
    known = before.diagnosis.service if before.diagnosis else None
    if blamed == known:
        return []
    text = f"Probable cause: {blamed}" if blamed else "Investigated: inconclusive so far"
    return [Event(after.id, now, "investigated", text)]
