"""From the config to where, when not and whom. A name that nothing bears is an error: nobody would ever be told."""

from zoneinfo import ZoneInfo

from bot.config.document import nearest
from bot.config.load import Config
from bot.config.policy import minutes
from bot.domain.calendar import Span
from bot.domain.hush import Quiet
from bot.domain.incident import Severity
from bot.domain.routing import Route, Routing, Rung


def routing(config: Config) -> Routing:
    """The routes and the escalation.

    Raises:
        ConfigError: a route names a service or a team that there is not, or a surface that is not set up.
    """
    told, services = config.settings.telling, config.settings.services
    teams = {name: service.team for name, service in services.items() if service.team}
    for at, route in enumerate(told.routes):
        _known(config, ("telling", "routes", at), route.services, set(services))
        _known(config, ("telling", "routes", at), route.teams, set(teams.values()))
        _set_up(config, ("telling", "routes", at), route.places)
    for at, rung in enumerate(told.escalation):
        _set_up(config, ("telling", "escalation", at), rung.places)
    routes = tuple(Route(one.places, one.services, one.teams, one.severity) for one in told.routes)
    return Routing(routes, teams, tuple(Rung(one.after, one.name, one.places) for one in told.escalation))


def quiet(config: Config) -> Quiet:
    """The quiet hours, by severity."""
    told = config.settings.telling.quiet_hours
    given: dict[Severity, str | None] = {"warning": told.warning, "info": told.info}
    spans = {
        severity: Span(hours, start=minutes(hours)[0], end=minutes(hours)[1])
        for severity, hours in given.items()
        if hours
    }
    return Quiet(ZoneInfo(config.settings.digest.timezone), spans)


def _known(config: Config, path: tuple[str | int, ...], names: frozenset[str], known: set[str]) -> None:
    for name in sorted(names - known):
        raise config.document.error(path, f"there is no {name!r} in the config{nearest(name, list(known))}")


def _set_up(config: Config, path: tuple[str | int, ...], places: dict[str, str]) -> None:
    for surface in places:
        if getattr(config.settings.chat, surface, None) is None:
            raise config.document.error(path, f"names a place in {surface}, and chat.{surface} is not set up")
