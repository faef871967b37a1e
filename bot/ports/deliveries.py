"""The delivery log as the flow sees it: what each surface shows and said. Adapters raise StoreError, nothing else."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.delivery import Behind, Pictured, Unsaid
from bot.domain.people import Answer


class Deliveries(Protocol):
    """The delivery log: which surface shows what, and which clicks were handled."""

    async def behind(self, surface: str, since: float) -> Sequence[Behind]:
        """Incidents open or changed after `since` that the surface does not show as they are, oldest first."""
        ...

    async def shown(self, surface: str, incident_id: str, ref: str, version: int) -> None:
        """Records what a surface shows now."""
        ...

    async def ref(self, surface: str, incident_id: str) -> str:
        """The root message of an incident on a surface; empty when there is none."""
        ...

    async def of(self, surface: str, ref: str) -> str:
        """The id of the incident that a message is about: its root, a reply or its picture; empty when unknown."""
        ...

    async def untold(self, since: float) -> int:
        """How many incidents opened after `since` ended without any surface having been told, though one asked."""
        ...

    async def unpictured(self, surface: str, before: float) -> Sequence[Pictured]:
        """The shown incidents whose picture is missing, or older than they are and than `before`, oldest first."""
        ...

    async def pictured(self, surface: str, incident_id: str, ref: str, version: int) -> None:
        """Records the picture that a surface shows now."""
        ...

    async def unsaid(self, surface: str, since: float) -> Sequence[Unsaid]:
        """Announced events later than `since` that the surface has not said, with the thread's ref, oldest first."""
        ...

    async def said(self, surface: str, event_id: int, ref: str) -> None:
        """Records that a surface said an event."""
        ...

    async def answered(self, click_id: str) -> Answer | None:
        """What a click or command was answered before, when it was handled already."""
        ...

    async def remember(self, click_id: str, answer: Answer) -> None:
        """Records a handled click."""
        ...

    async def digested(self, surface: str) -> bool:
        """Whether a surface ever got a digest."""
        ...

    async def digest_failed(self, surface: str, day: str) -> None:
        """Gives the claim back: the digest surely was not sent."""
        ...

    async def digest_due(self, surface: str, day: str) -> bool:
        """Claims the digest of a day for a surface; False when it was claimed before."""
        ...
