"""Who calls whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topology:
    """The call graph: `calls[caller]` are the services that it depends on."""

    calls: Mapping[str, tuple[str, ...]]

    def callees(self, service: str) -> tuple[str, ...]:
        """The services that this one calls directly."""
        return self.calls.get(service, ())

    def callers(self, service: str) -> tuple[str, ...]:
        """The services that call this one directly."""
        return tuple(caller for caller, callees in self.calls.items() if service in callees)

    def entry(self, service: str) -> bool:
        """Whether users meet this service first: nobody in the graph calls it, and it calls somebody."""
        return not self.callers(service) and bool(self.callees(service))

    def near(self, services: Iterable[str], hops: int = 1) -> frozenset[str]:
        """These services and all within so many calls of them, in either direction."""
        reached = frozenset(services)
        for _ in range(hops):
            reached |= {other for one in reached for other in (*self.callees(one), *self.callers(one))}
        return reached
