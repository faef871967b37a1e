"""What the config allows: who may approve which action, how many must, within which bounds, and when."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import time

from actions.guard import Limits
from actions.model import Action, Plan
from bot.domain.calendar import Calendar
from bot.domain.scope import Scope


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may approve what the scope names, by identity; `needed`: how many of them must."""

    scope: Scope
    approvers: frozenset[str]
    needed: int = 1


@dataclass(frozen=True, slots=True)
class Terms:
    """What the config says of one action on one service."""

    approvers: frozenset[str]
    needed: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class Policy:
    """All that the config allows. The first rule whose scope covers an action decides on it; else `approvers` do.

    approvers: identities such as `slack:U012AB3CD`.
    two_people_for: verbs that need two people, whatever the rule says.
    expires_after: seconds that a proposal waits for a decision.
    people: identities that are known to be one person's, each with that person's name.
    environments, limits: by service.
    max_per_hour: actions on all services together.
    standing_until: the time of day at which standing approvals end; None: there are none.
    """

    approvers: frozenset[str]
    two_people_for: frozenset[str] = frozenset()
    expires_after: float = 1800.0
    people: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    environments: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    max_per_hour: int = 20
    standing_until: time | None = time(8)

    @property
    def everyone(self) -> frozenset[str]:
        """All who may approve anything."""
        return self.approvers.union(*(rule.approvers for rule in self.rules))

    def limits_of(self, service: str) -> Limits:
        """The service's limits, or the default ones."""
        return self.limits.get(service, Limits())

    def terms(self, action: Action) -> Terms:
        """What holds for this action."""
        service = action.target.service
        least = 2 if action.verb in self.two_people_for else 1
        for rule in self.rules:
            if rule.scope.covers(service, self.environments.get(service, ""), action.verb):
                return Terms(rule.approvers, max(least, rule.needed), self.limits_of(service))
        return Terms(self.approvers, least, self.limits_of(service))

    def closed(self, action: Action, now: float) -> str:
        """Why the calendar forbids this action now; empty when it does not."""
        service = action.target.service
        return self.calendar.closed(service, self.environments.get(service, ""), action.verb, now)

    def seal(self, plan: Plan) -> str:
        """What a button is bound to: SHA-256 over the plan, its target's version and the terms, 64 digits.

        A plan that changes, a target that moves on or a config that allows other people or bounds break the seal.
        """
        terms = asdict(self.terms(plan.action)) | {"plan": plan.digest}
        text = json.dumps(terms, sort_keys=True, separators=(",", ":"), default=sorted)
        return hashlib.sha256(text.encode()).hexdigest()
