"""The composition root: composes the flow over the parts that `bot.assembly` built from the config."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.assembly import Parts, topology
from bot.config.load import Config
from bot.config.policy import policy
from bot.config.routing import quiet, routing
from bot.config.wording import wording
from bot.domain import filing, signals, verification
from bot.domain.pace import Pace
from bot.domain.render import Renderer
from bot.flow.answer import Answer
from bot.flow.around import Around
from bot.flow.ask import Ask
from bot.flow.desk import Deeds, FrontDesk
from bot.flow.diagnose import Diagnose, Prompt
from bot.flow.digest import Digest
from bot.flow.execute import Execute
from bot.flow.gate import Gate
from bot.flow.illustrate import Illustrate
from bot.flow.investigate import Investigate
from bot.flow.learn import Learn
from bot.flow.manners import Manners
from bot.flow.offer import Offer
from bot.flow.publish import Publish
from bot.flow.recover import Recover
from bot.flow.remind import Remind
from bot.flow.stand import Stand
from bot.flow.tend import Tend
from bot.flow.verify import Verify
from bot.flow.vouch import Vouch
from bot.flow.watch import Scope, Watch
from bot.runtime.bell import Bell
from bot.runtime.health import Board
from bot.runtime.loop import Step

VERSION = metadata.version("steward")


@dataclass(frozen=True, slots=True)
class Bot:
    """The steps over the parts, ready to run: one file each in `bot.flow`, in the order of an incident."""

    parts: Parts
    board: Board
    bell: Bell
    renderer: Renderer
    watches: tuple[Watch, ...]
    steps: tuple[Step, ...]
    desk: FrontDesk
    digest: Digest
    manners: Mapping[str, Manners]


def compose(parts: Parts, board: Board, page: str = "") -> Bot:
    """Builds the flow over the parts. `page` is the page's address for links, or empty."""
    settings, store, clock, fleet = parts.settings, parts.store, parts.clock, parts.fleet
    gate = Gate(policy(parts.config), clock)
    words = wording(parts.config, lambda trouble: board.report("templates", note=trouble))
    renderer = Renderer(ZoneInfo(settings.digest.timezone), page, words)
    told, hours = routing(parts.config), quiet(parts.config)
    manners = {chat.surface: Manners(told, hours, Pace(chat.allowances)) for chat in parts.chats}
    watches = tuple(Watch(source, store, clock, scope(parts.config), board) for source in parts.sources)
    around = Around(
        fleet, lambda: board.parts, settings.tuning, lambda: [one for watch in watches for one in watch.filling()]
    )
    digest = Digest(store, clock, renderer, around)
    bell = Bell()
    rules = settings.incidents
    longest = max((source.every for source in parts.sources), default=15.0)
    checks = verification.Rules(rules.verify_after, rules.verify_for, stale=max(6 * longest, 10.0))
    steps = [
        Step("investigate", Investigate(store, clock, fleet, model=parts.llm is not None)),
        Step("offer", Offer(store, clock, fleet, gate, rules.calm), poll=1.0),
        Step("stand", Stand(store, clock, gate)),
        *(
            Step(chat.surface, Publish(chat, store, clock, renderer, manners[chat.surface]), poll=1.0)
            for chat in parts.chats
        ),
        *(
            Step(
                f"{chat.surface} pictures",
                Illustrate(chat, store, clock, manners[chat.surface], parts.artist),
                poll=5.0,
            )
            for chat in parts.chats
        ),
        Step("vouch", Vouch(parts.chats, clock, lambda: board.parts), poll=10.0),
        Step("remind", Remind(store, clock, told), poll=5.0),
        Step("execute", Execute(store, clock, fleet, gate)),
        Step("verify", Verify(store, clock, fleet, checks), poll=1.0),
        Step("learn", Learn(store, clock, rules.verify_for)),
        Step("tend", Tend(store, clock, rules.quiet)),
        Step("recover", Recover(store, clock, fleet), poll=5.0),
    ]
    if parts.llm is not None:
        steps.append(Step("diagnose", Diagnose(store, clock, parts.llm, _prompt("diagnose"), board)))
    deeds = Deeds.over(store, clock, gate, hours, frozenset(settings.services))
    answer = Answer(store, clock, renderer, digest, around)
    return Bot(
        parts=parts,
        board=board,
        bell=bell,
        renderer=renderer,
        watches=watches,
        steps=tuple(steps),
        desk=FrontDesk(deeds, answer, Ask(answer, parts.llm, _prompt("ask")), bell.ring),
        digest=digest,
        manners=manners,
    )


def scope(config: Config) -> Scope:
    """What watching needs to know of the config."""
    rules = config.settings.incidents
    debounce = signals.Rules(rules.debounce, rules.clear_after)
    return Scope(filing.Rules(topology(config)), debounce, config.settings.tuning)


def _prompt(name: str) -> Prompt:
    folder = files("prompts")
    schema = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return Prompt((folder / f"{name}.txt").read_text(encoding="utf-8"), schema)
