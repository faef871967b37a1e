"""Whether anything may be done to a service now: looked at before an offer, at the click and before the run."""

from dataclasses import dataclass

from actions import guard
from actions.guard import History, Recent
from actions.model import Action
from bot.domain.policy import Policy
from bot.ports import Clock
from bot.ports.store import Unit


@dataclass(frozen=True, slots=True)
class Gate:
    """The switch, the calendar and the pace. What a target's own state forbids is `guard.fits`."""

    policy: Policy
    clock: Clock

    async def __call__(self, unit: Unit, action: Action, *besides: str) -> tuple[str, ...]:
        """Why the action must not be done now, one clear line each; empty when nothing speaks against it.

        Args:
            unit: what the rows are read in.
            action: what would be done.
            besides: executions that do not count: the one at hand, and the one that it is the way back from.
        """
        now, limits = await unit.now(), self.policy.limits_of(action.target.service)
        stop = await unit.ledger.stopped()
        executed = await unit.ledger.executed_since(now - max(guard.HOUR, limits.cooldown))
        recent = [
            Recent(proposal.plan.action.target, done.started_at or done.created_at, done.state in {"queued", "running"})
            for done, proposal in executed
            if done.state != "failed" and done.id not in besides  # a failed one did nothing
        ]
        closed = self.policy.closed(action, now)
        history = History(recent, now, self.policy.max_per_hour)
        first = (*([stop.sentence] if stop else []), *([closed] if closed else []))
        return (*first, *guard.pace(action.target, limits, history))
