"""What a rule of the config is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Some services, environments and verbs; an empty set means all of them."""

    services: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()

    def covers(self, service: str, environment: str, verb: str) -> bool:
        """Whether the rule is about this verb on this service."""
        asked = ((self.services, service), (self.environments, environment), (self.verbs, verb))
        return all(not named or one in named for named, one in asked)
