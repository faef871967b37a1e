"""Where an incident is told: the first route that fits it names the places; and whom to tell when nobody looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.delivery import Behind
from bot.domain.incident import Incident, Severity


@dataclass(frozen=True, slots=True)
class Route:
    """Some services, teams and severities; an empty set means all of them.

    places: by surface, as that surface writes its places; a surface that is left out uses its own default.
    """

    places: Mapping[str, str]
    services: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the escalation: `after` so many seconds without an ack. Without places it is a reminder in the thread.

    name: whom it tells, for reading.
    """

    after: float
    name: str = ""
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Routing:
    """The routes of a config in order, the teams of its services, and the rungs of its escalation in order."""

    routes: Sequence[Route] = ()
    teams: Mapping[str, str] = field(default_factory=dict)
    rungs: Sequence[Rung] = ()

    def place(self, one: Behind, surface: str) -> str:
        """Where the surface tells of it; empty: where it tells of everything."""
        teams = {self.teams[name] for name in one.services if name in self.teams}
        for route in self.routes:
            fits = (
                (not route.services or route.services & set(one.services))
                and (not route.teams or route.teams & teams)
                and (not route.severities or one.severity in route.severities)
            )
            if fits and surface in route.places:
                return route.places[surface]
        return ""

    def due(self, incident: Incident, now: float) -> int:
        """How many rungs have been due by now (epoch seconds) for a critical incident that nobody looks after."""
        if incident.severity != "critical" or incident.state == "resolved" or incident.ack or not incident.firing:
            return 0
        since = incident.reopened_at or incident.opened_at
        return sum(now - since >= rung.after for rung in self.rungs)
