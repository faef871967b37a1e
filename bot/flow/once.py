"""What people do beside approving, each once: done, audited and answered in one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.domain.people import Answer, Person
from bot.ports.store import Store, Unit


@dataclass(frozen=True, slots=True)
class Deed:
    """What came of it: the answer, and how the audit names it. A refusal is audited as one."""

    what: str
    subject: str
    answer: Answer
    detail: dict[str, Any] = field(default_factory=dict)


def refused(words: str) -> Answer:
    """An answer that says why not."""
    return Answer(words, accepted=False)


async def once(store: Store, id_: str, person: Person, work: Callable[[Unit], Awaitable[Deed]]) -> Answer:
    """Does the work unless it was done before; a replay gets the same answer. Durable when this returns.

    Args:
        store: where it is done.
        id_: names the click or command.
        person: who asks.
        work: what is done; it may look at several incidents.
    """
    async with store.unit() as unit:
        await unit.incidents.exclusive()  # replays take turns, and so do those who file signals
        before = await unit.deliveries.answered(id_)
        if before is not None:
            return before
        deed = await work(unit)
        what = deed.what if deed.answer.accepted else "refuse"
        await unit.audit.record(person.identity, what, deed.subject[:40], words=deed.answer.text, **deed.detail)
        await unit.deliveries.remember(id_, deed.answer)
        return deed.answer
