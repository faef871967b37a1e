from zoneinfo import ZoneInfo

import pytest

from bot.config.document import parse
from bot.config.load import Config, check
from bot.config.routing import quiet, routing
from bot.domain.errors import ConfigError
from bot.domain.routing import Route

LEAST = """\
sources: [{name: prom, kind: prometheus, url: "http://127.0.0.1:9090"}]
services: {checkout: {team: shop}, ledger: {}}
chat: {slack: {channel: C1}}
digest: {timezone: Europe/Berlin}
telling:
"""


def config(told: str) -> Config:
    return check(parse(LEAST + told, "steward.yaml", {}))


def test_routes_rungs_and_quiet_hours_are_as_written() -> None:
    given = config(
        "  routes: [{teams: [shop], severity: [critical], slack: C2}]\n"
        "  escalation: [{after: 10m}, {after: 20m, name: Grace, slack: U2}]\n"
        '  quiet_hours: {warning: "22:00-07:00"}\n'
    )
    found = routing(given)
    assert found.routes == (Route({"slack": "C2"}, teams=frozenset({"shop"}), severities=frozenset({"critical"})),)
    assert found.teams == {"checkout": "shop"}
    assert [(rung.after, rung.name, rung.places) for rung in found.rungs] == [
        (600.0, "", {}), (1200.0, "Grace", {"slack": "U2"}),
    ]  # fmt: skip
    hours = quiet(given)
    assert hours.zone == ZoneInfo("Europe/Berlin")
    assert [(name, span.start, span.end) for name, span in hours.hours.items()] == [("warning", 1320, 420)]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (
            "  routes: [{services: [chekout], slack: C2}]",
            "no 'chekout' in the config; did you mean 'checkout'?",
        ),
        ("  routes: [{teams: [money], slack: C2}]", "there is no 'money' in the config"),
        ("  routes: [{telegram: '1'}]", "names a place in telegram, and chat.telegram is not set up"),
        ("  escalation: [{after: 1m, name: x, telegram: '1'}]", "chat.telegram is not set up"),
    ],
)
def test_a_name_that_nothing_bears_is_refused_with_its_place(told: str, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        routing(config(told))
    assert why in str(caught.value)
    assert "steward.yaml" in str(caught.value)
