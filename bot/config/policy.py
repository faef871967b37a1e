"""From the config to the policy. A name that nothing bears is an error: a rule about nobody would protect nothing."""

from collections.abc import Iterable, Sequence
from typing import get_args
from zoneinfo import ZoneInfo

from actions.guard import Limits
from actions.model import Action, Target, Verb
from bot.config.document import Path, nearest
from bot.config.load import Config
from bot.config.permission import ApproverSettings, RuleSettings, ScopeSettings, SpanSettings
from bot.domain.approval import can_be_two
from bot.domain.calendar import DAY, Calendar, Entry, Span
from bot.domain.policy import Policy, Rule
from bot.domain.scope import Scope

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def policy(config: Config) -> Policy:
    """All that the config allows.

    Raises:
        ConfigError: a rule, a freeze or a window names a service, an environment or a group that there is not, or
            nobody could approve.
    """
    settings = config.settings
    approvals, actions, services = settings.approvals, settings.actions, settings.services
    made = Policy(
        approvers=identities(approvals.approvers),
        two_people_for=frozenset(approvals.two_people_for),
        expires_after=approvals.expires_after,
        people={
            f"{surface}:{account}": name
            for name, person in approvals.people.items()
            for surface, account in person.model_dump(exclude_none=True).items()
        },
        rules=tuple(_rule(config, place, rule) for place, rule in enumerate(approvals.rules)),
        environments={name: service.environment for name, service in services.items()},
        limits={name: Limits(**service.limits.model_dump()) for name, service in services.items()},
        calendar=Calendar(
            ZoneInfo(settings.digest.timezone),
            _entries(config, "freezes", actions.freezes),
            _entries(config, "windows", actions.windows),
        ),
        max_per_hour=actions.max_per_hour,
        standing_until=approvals.standing_until,
    )
    for service in services:
        for verb in get_args(Verb):
            terms = made.terms(Action(verb, Target("", service)))
            if terms.needed > 1 and not can_be_two(terms.approvers, made):
                raise config.document.error(
                    ("approvals",),
                    f"two people must approve to {verb} {service}, and no two of its approvers are surely two people: "
                    "name two of one surface, or whose accounts are whose under approvals.people",
                )
    return made


def identities(who: ApproverSettings) -> frozenset[str]:
    """Accounts by surface as identities, such as `slack:U012AB3CD`."""
    return frozenset(f"{surface}:{one}" for surface, ids in who.model_dump().items() for one in ids)


def _rule(config: Config, place: int, rule: RuleSettings) -> Rule:
    path: Path = ("approvals", "rules", place)
    groups = config.settings.approvals.groups
    _known(config, (*path, "groups"), rule.groups, groups)
    approvers = identities(rule.approvers).union(*(identities(groups[name]) for name in rule.groups))
    if not approvers:
        raise config.document.error(path, "names nobody who may approve: give approvers or groups")
    return Rule(_scope(config, path, rule), approvers, rule.people)


def _entries(config: Config, key: str, given: Sequence[SpanSettings]) -> tuple[Entry, ...]:
    paths: list[Path] = [("actions", key, place) for place in range(len(given))]
    return tuple(
        Entry(_span(one), _scope(config, path, one), one.reason) for path, one in zip(paths, given, strict=True)
    )


def _scope(config: Config, path: Path, about: ScopeSettings) -> Scope:
    services = config.settings.services
    _known(config, (*path, "services"), about.services, services)
    environments = {service.environment for service in services.values()} - {""}
    _known(config, (*path, "environments"), about.environments, environments)
    return Scope(about.services, about.environments, frozenset(about.actions))


def _known(config: Config, path: Path, names: Iterable[str], known: Iterable[str]) -> None:
    for name in sorted(set(names) - set(known)):
        raise config.document.error(path, f"there is no {name!r} in the config{nearest(name, list(known))}")


def _span(given: SpanSettings) -> Span:
    ends = [f"{word} {at:%Y-%m-%d %H:%M}" for word, at in (("from", given.first), ("until", given.until)) if at]
    words = " ".join([*ends, ", ".join(given.days), given.hours or ""])
    return Span(
        words=" ".join(words.split()),
        first=given.first,
        last=given.until,
        days=frozenset(DAYS.index(day) for day in given.days),
        start=minutes(given.hours)[0],
        end=minutes(given.hours)[1],
    )


def minutes(hours: str | None) -> tuple[int, int]:
    """Hours such as "22:00-06:00" as minutes of the day; without any, the whole day."""
    start, _, end = (hours or "00:00-24:00").partition("-")
    return _minute(start), min(_minute(end), DAY)


def _minute(clock: str) -> int:
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)
