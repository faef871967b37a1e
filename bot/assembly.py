"""From the config to the parts that it names, built but not started. `bot.app` composes the flow over them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from actions import registry as actuators
from actions.model import Actuator, Target
from actions.options import carried
from bot import plugins
from bot.chat.artist import Artist
from bot.config.load import Config
from bot.config.model import Settings
from bot.config.policy import policy
from bot.config.routing import routing
from bot.config.secrets import Secrets
from bot.config.wording import wording
from bot.domain.errors import ConfigError, StoreError
from bot.domain.topology import Topology
from bot.flow.fleet import Fleet
from bot.ports import Chat, Clock, Llm, Source
from bot.runtime.clock import SystemClock
from bot.store.engine import address
from bot.store.store import SqlStore


@dataclass(frozen=True, slots=True)
class Parts:
    """What the config names, built but not started."""

    config: Config
    store: SqlStore
    clock: Clock
    sources: tuple[Source, ...]
    chats: tuple[Chat, ...]
    llm: Llm | None
    fleet: Fleet
    artist: Artist

    @property
    def settings(self) -> Settings:
        """The settings of the config."""
        return self.config.settings

    async def close(self) -> None:
        """Closes everything, the store last."""
        for chat in self.chats:
            await chat.close()
        for source in self.sources:
            await source.close()
        for actuator in self.fleet.actuators.values():
            await actuator.close()
        if self.llm is not None:
            await self.llm.close()
        self.artist.close()
        await self.store.close()


def validate(config: Config) -> None:
    """Checks all that can be checked without secrets and without touching anything outside.

    Raises:
        ConfigError: a kind that does not exist, an option that is wrong, an address that cannot be one.
    """
    for place in range(len(config.settings.sources)):
        _source_options(config, place)
    for surface in _surfaces(config):
        _chat_options(config, surface)
    _fleet(config)
    policy(config)
    routing(config)
    wording(config)
    try:
        address(config.settings.store)
    except StoreError as error:
        raise config.document.error(("store",), str(error).removeprefix("store: ")) from None


def lacking(config: Config, secrets: Secrets) -> dict[str, str]:
    """The surfaces whose secrets are missing, each with what to do."""
    found = {}
    for surface in _surfaces(config):
        try:
            _secrets(config, surface, secrets)
        except ConfigError as error:
            found[surface] = str(error)
    return found


def assemble(config: Config, secrets: Secrets, clock: Clock | None = None, without: Collection[str] = ()) -> Parts:
    """Builds the parts, but for the surfaces in `without`.

    Raises:
        ConfigError: as `validate`, or a secret is missing.
    """
    validate(config)
    time = clock or SystemClock()
    return Parts(
        config=config,
        store=SqlStore(config.settings.store),
        clock=time,
        sources=sources(config, secrets, time),
        chats=tuple(_chat(config, surface, secrets) for surface in _surfaces(config) if surface not in without),
        llm=_llm(config),
        fleet=_fleet(config),
        artist=Artist(),
    )


def sources(config: Config, secrets: Mapping[str, str], clock: Clock) -> tuple[Source, ...]:
    """The sources of the config, built but not asked yet. Raises ConfigError for a kind or an option that is wrong."""
    return tuple(_source(config, place, secrets, clock) for place in range(len(config.settings.sources)))


def topology(config: Config) -> Topology:
    """Who calls whom, by the config."""
    return Topology({name: service.depends_on for name, service in config.settings.services.items()})


def _source_options(config: Config, place: int) -> tuple[Any, BaseModel]:
    """The class of a source and its checked options."""
    settings, document = config.settings.sources[place], config.document
    path = ("sources", place)
    kind = plugins.find("source", settings.kind, plugins.SOURCES, document, (*path, "kind"))
    values = settings.options
    own = [at for at, watch in enumerate(config.settings.watch) if watch.source == settings.name]
    if own and "watch" not in kind.Options.model_fields:
        raise document.error(
            ("watch", own[0], "source"), f"a source of kind {settings.kind} takes no queries of your own"
        )
    if own:
        asked = [config.settings.watch[at] for at in own]
        values["watch"] = [watch.model_dump(exclude={"source"}, exclude_none=True) for watch in asked]
    return kind, plugins.options(kind.Options, values, document, path)


def _source(config: Config, place: int, secrets: Mapping[str, str], clock: Clock) -> Source:
    kind, options = _source_options(config, place)
    source: Source = kind(config.settings.sources[place].name, options, secrets, clock)
    return source


def _surfaces(config: Config) -> list[str]:
    return [surface for surface in plugins.CHATS if getattr(config.settings.chat, surface) is not None]


def _chat_options(config: Config, surface: str) -> tuple[Any, BaseModel]:
    """The class of a surface and its checked options."""
    path = ("chat", surface)
    kind = plugins.find("chat", surface, plugins.CHATS, config.document, path)
    return kind, plugins.options(kind.Options, getattr(config.settings.chat, surface).options, config.document, path)


def _chat(config: Config, surface: str, secrets: Secrets) -> Chat:
    kind, options = _chat_options(config, surface)
    chat: Chat = kind.create(options, _secrets(config, surface, secrets))
    return chat


def _secrets(config: Config, surface: str, secrets: Secrets) -> dict[str, str]:
    kind, _ = _chat_options(config, surface)
    given = {name: secrets[name] for name in getattr(kind, "OPTIONAL", ()) if name in secrets}
    return given | {name: secrets.need(name, f"chat.{surface}") for name in kind.SECRETS}


def _llm(config: Config) -> Llm | None:
    llm = config.settings.llm
    if llm is None:
        return None
    from bot.llm.ollama import Ollama  # a third of the time that a start takes, and many have no model

    return Ollama(llm.url, llm.model, llm.timeout, llm.context)


def _fleet(config: Config) -> Fleet:
    targets: dict[str, Target] = {}
    built: dict[str, Actuator] = {}
    for name, service in config.settings.services.items():
        if service.target is None:
            continue
        kind = service.target.kind
        path = ("services", name, "target")
        try:
            model = actuators.options(kind)
        except ValueError as error:
            raise config.document.error((*path, "kind"), str(error)) from None
        given = plugins.options(model, service.target.options, config.document, path)
        targets[name] = Target(kind, name, carried(given))
        if kind not in built:
            built[kind] = actuators.build(kind)
    return Fleet(targets, built, topology(config))
