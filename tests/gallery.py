"""One message of each kind, as docs/messages.md shows them: fixed stories, through the real rules and desk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.chat.png import draw
from bot.domain.card import Card, Image
from bot.domain.dossier import Dossier
from bot.domain.incident import Ack
from bot.domain.people import Answer, Click, Command
from bot.domain.picture import picture
from bot.domain.render import Renderer
from bot.domain.silence import Silence
from bot.runtime.bell import Bell
from bot.store.store import SqlStore
from tests import builders as make
from tests import stories
from tests.builders import ADA, T
from tests.fakes.clock import FakeClock
from tests.showroom import ZONE, front_desk

Told = Card | Answer | Image

RENDER = Renderer(ZONE, "https://steward.example")
NOW = T + 75.0
UNKNOWN: Mapping[str, Any] = {"diagnosis": None, "suspects": (), "evidence": (), "due": frozenset({"investigate"})}
"""Of an incident whose cause is looked for."""


@dataclass(frozen=True)
class Piece:
    """A message. `words`: what it is, in a line."""

    words: str
    told: Told


async def gallery(store: SqlStore) -> Mapping[str, Piece]:
    """All of them by name, in the order of the page; `store` is empty, and its clock stands at NOW."""
    return {**incidents(), **await spoken(store)}


def incidents() -> dict[str, Piece]:
    """An incident's message as it goes on, and what else is said of incidents."""
    offer, charts = stories.bad_deploy()
    one = offer.incident
    looking = replace(offer, incident=replace(one, **UNKNOWN), proposals=())
    held = replace(one, ack=Ack(ADA.identity, ADA.words, T + 70), verdicts={ADA.identity: "helpful"})
    silent = [Silence("q1", one.services, ADA.identity, ADA.words, T + 70, T + 7270, "we move the database")]
    drawn = picture(offer, charts, ZONE)
    assert drawn is not None
    nobody = make.event("reminded", "Nobody has looked after this for 10 min: telling the second on call", at=T + 630)
    return {
        "new": Piece("A new incident: what is going on, while the cause is looked for", RENDER.incident(looking)),
        "proposal": Piece("The probable cause, and what can be done", RENDER.incident(offer)),
        "running": Piece("Approved, and being done", RENDER.incident(_running(offer))),
        "recovered": Piece("Over: what was done and whether it helped", RENDER.incident(_recovered(offer))),
        "worse": Piece("An action made it worse: the way back comes first", RENDER.incident(stories.worse()[0])),
        "care": Piece(
            "Somebody looks after it, and it is silenced", RENDER.incident(replace(offer, incident=held), silent)
        ),
        "storm": Piece("A storm: what was folded into one thread", RENDER.incident(_storm())),
        "forecast": Piece("Something will be full within hours", RENDER.incident(_forecast())),
        "reminder": Piece("Nobody looks after a critical incident", RENDER.event(nobody)),
        "picture": Piece("The leading series, in the thread", Image(draw(drawn), drawn.title, drawn.alt)),
    }


async def spoken(store: SqlStore) -> dict[str, Piece]:
    """What the desk answers."""
    desk = front_desk(store, Bell(), FakeClock(NOW))
    await stories.seed(store, NOW)
    await stories.worsen(store, NOW)
    stranger = replace(ADA, id="U0EVE", name="Eve")
    refused = await desk.click(Click("click", stranger, "approve", "p1", make.proposal().digest))

    async def said(words: str) -> Told:
        answer = await desk.command(Command(f"said/{words}", ADA, (words,)))
        return answer.card or answer

    return {
        "refused": Piece("The answer to a click that may not be", refused),
        "home": Piece("What is open and what waits, for one person", await said("home")),
        "digest": Piece("The daily digest", await said("digest")),
        "help": Piece("What can be said to it", await said("help")),
    }


def _running(offer: Dossier) -> Dossier:
    first, *others = offer.proposals
    yes = make.approved(first, T + 80)
    gone = [replace(one, state="void") for one in others]
    going = make.execution(state="running", created_at=T + 80, started_at=T + 81, finished_at=None)
    return replace(offer, incident=replace(offer.incident, state="acting"), proposals=(yes, *gone), executions=(going,))


def _recovered(offer: Dossier) -> Dossier:
    before = _running(offer)
    calm = {key: replace(one, firing=False) for key, one in before.incident.signals.items()}
    over = replace(before.incident, signals=calm, state="resolved", resolved_at=T + 150)
    return replace(before, incident=over, executions=(make.execution(),), outcomes=(make.outcome(),))


def _storm() -> Dossier:
    names = [f"shard-{place:02}" for place in range(1, 15)]
    many = [make.signal(name, "up", title="no answer", unit="count", value=0.0, expected=1.0) for name in names]
    one = make.incident(*many, title="Storm: 14 services at once", storm=True, folded=31, **UNKNOWN)
    return replace(make.dossier(one), proposals=())


def _forecast() -> Dossier:
    disk = make.signal(
        "payments-db", "disk", title="disk in use", unit="ratio", value=0.81, expected=None, left=18_000.0,
        against="full at", detail="db-1 /var",
    )  # fmt: skip
    one = make.incident(disk, severity="warning", **UNKNOWN)
    return replace(make.dossier(one), proposals=())
