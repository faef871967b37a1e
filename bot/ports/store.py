"""The store as the flow sees it: units of work over rows. Adapters raise StoreError and nothing else.

A unit is one transaction. It commits when its block ends and rolls back when an error leaves the block. No network
call belongs inside one. Units take their locks in one order, or two of them would wait for each other: execution,
incident, proposal, and the audit chain last; one incident a unit where the chain is written.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from bot.domain.audit import Entry
from bot.domain.charts import Chart
from bot.domain.dossier import Dossier
from bot.domain.incident import Incident, Step
from bot.domain.signals import Track
from bot.domain.timeline import Event, EventKind
from bot.ports.deliveries import Deliveries
from bot.ports.ledger import Ledger, Standings
from bot.ports.wishes import Silences, Votes


class Incidents(Protocol):
    """Incidents and their timelines."""

    async def get(self, incident_id: str) -> Incident | None:
        """One incident, locked until the unit ends."""
        ...

    async def save(self, incident: Incident, *events: Event) -> None:
        """Writes the incident and appends facts to its timeline."""
        ...

    async def exclusive(self) -> None:
        """Until the unit ends nobody else may file signals: else two sources could open two incidents for one fault."""
        ...

    async def live(self, since: float) -> Sequence[Incident]:
        """Those not resolved, and those resolved after `since`, oldest first."""
        ...

    async def due(self, step: Step) -> Sequence[str]:
        """The ids of those for which a step waits to be done, oldest first."""
        ...

    async def recent(self, limit: int, before: float | None = None) -> Sequence[Incident]:
        """The newest ones, newest first."""
        ...

    async def dossier(self, incident_id: str) -> Dossier | None:
        """An incident with all that belongs to it. A unique beginning of an id will do."""
        ...

    async def events(self, incident_id: str) -> Sequence[Event]:
        """The timeline, oldest first."""
        ...

    async def told(self, incident_ids: Collection[str], kinds: Collection[EventKind]) -> Mapping[str, Sequence[Event]]:
        """Of each of these incidents the facts of some kinds, oldest first; one without any is left out."""
        ...


class Audit(Protocol):
    """The audit chain."""

    async def record(self, actor: str, what: str, subject: str, **detail: Any) -> None:
        """Appends a row."""
        ...

    async def head(self) -> str:
        """The hash of the newest row; empty when there is none."""
        ...

    async def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """The rows after number `after`, in order, at most so many."""
        ...


class Telemetry(Protocol):
    """Signal state, charts of open incidents, and snapshots of baselines."""

    async def tracks(self, source: str) -> Mapping[str, Track]:
        """The debounce state of a source's keys."""
        ...

    async def save_tracks(self, source: str, states: Mapping[str, Track], gone: Iterable[str]) -> None:
        """Writes changed tracks and removes those that are done."""
        ...

    async def draw(self, incident_id: str, drawn: Iterable[Chart]) -> None:
        """Adds points to an incident's charts; a point that is there already stays as it is."""
        ...

    async def charts(self, incident_id: str) -> Sequence[Chart]:
        """The charts of an incident."""
        ...

    async def baselines(self, source: str) -> Mapping[str, bytes]:
        """The newest snapshots of a source's banks, by query."""
        ...

    async def save_baseline(self, source: str, query: str, state: bytes) -> None:
        """Replaces the snapshot of a bank."""
        ...

    async def position(self, source: str) -> Mapping[str, Any]:
        """Where a source of lines has read to; empty at first."""
        ...

    async def save_position(self, source: str, position: Mapping[str, Any]) -> None:
        """Replaces where a source has read to."""
        ...


class Upkeep(Protocol):
    """What keeps the store from growing for ever."""

    async def prune(self, charts_before: float, handled_before: float) -> int:
        """Removes what was drawn and said of incidents resolved before, clicks handled before, and what expired."""
        ...


class Sessions(Protocol):
    """People signed in on the page, known by the hash of their cookie."""

    async def open(self, hash_: str, identity: str, name: str, lasts: float) -> None:
        """Signs somebody in for so many seconds."""
        ...

    async def who(self, hash_: str) -> tuple[str, str] | None:
        """The identity and name of an unexpired session."""
        ...


class Unit(Protocol):
    """One transaction and its repositories."""

    @property
    def incidents(self) -> Incidents:
        """The repository of incidents."""
        ...

    @property
    def ledger(self) -> Ledger:
        """The repository of ledger."""
        ...

    @property
    def standings(self) -> Standings:
        """The repository of standing approvals."""
        ...

    @property
    def audit(self) -> Audit:
        """The audit chain."""
        ...

    @property
    def telemetry(self) -> Telemetry:
        """The repository of telemetry."""
        ...

    @property
    def deliveries(self) -> Deliveries:
        """The repository of deliveries."""
        ...

    @property
    def silences(self) -> Silences:
        """The repository of silences."""
        ...

    @property
    def votes(self) -> Votes:
        """The repository of votes."""
        ...

    @property
    def sessions(self) -> Sessions:
        """The repository of sessions."""
        ...

    @property
    def upkeep(self) -> Upkeep:
        """What keeps the store small."""
        ...

    async def now(self) -> float:
        """The store's clock, epoch seconds."""
        ...


class Store(Protocol):
    """Where rows live."""

    def unit(self) -> AbstractAsyncContextManager[Unit]:
        """A unit of work that reads and writes."""
        ...

    def read(self) -> AbstractAsyncContextManager[Unit]:
        """A unit that only reads and never waits for a writer."""
        ...
