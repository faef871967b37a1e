from typing import Any

import pytest
from pydantic import ValidationError

from bot.config.model import Settings

LEAST: dict[str, Any] = {"sources": [{"name": "prom", "kind": "prometheus"}]}


def test_the_least_config_has_the_defaults_that_are_documented() -> None:
    found = Settings.model_validate(LEAST)
    assert (found.store, found.llm, found.chat.slack, found.chat.telegram) == ("sqlite:///steward.db", None, None, None)
    assert (found.chat.web.listen, found.approvals.expires_after) == ("127.0.0.1:8484", 1800.0)
    assert found.approvals.approvers.model_dump() == {"slack": (), "telegram": (), "web": ("owner",)}
    rules = found.incidents
    assert (rules.debounce, rules.clear_after, rules.verify_after, rules.verify_for) == (2, 5, 60.0, 300.0)
    assert (found.digest.at, found.digest.timezone) == ("09:00", "UTC")


def test_the_whole_of_it() -> None:
    found = Settings.model_validate(
        {
            "store": "postgresql://user@host/db",
            "sources": [{"name": "prom", "kind": "prometheus", "url": "http://127.0.0.1:9090", "packs": ["auto"]}],
            "watch": [{"name": "queue_depth", "source": "prom", "query": "up", "service": "queue", "bad": "up"}],
            "services": {
                "checkout": {
                    "depends_on": ["payments"],
                    "target": {"kind": "kubernetes", "namespace": "shop", "workload": "deployment/checkout"},
                    "limits": {"min_replicas": 1, "max_replicas": 10, "cooldown": "10m"},
                }
            },
            "chat": {
                "slack": {"channel": "C0123456789", "api_url": "https://slack.com/api/"},
                "telegram": {"chat": -1001234567890, "topic": 5},
                "web": {"listen": "[::1]:8484"},
            },
            "llm": {"url": "http://127.0.0.1:11434", "model": "llama3.2", "timeout": "60s"},
            "approvals": {
                "approvers": {"slack": ["U012AB3CD"], "telegram": [1001]},
                "expires_after": "30m",
                "two_people_for": ["rollback"],
            },
            "incidents": {"debounce": 2, "verify_after": "60s", "verify_for": "5m"},
            "digest": {"at": "09:00", "timezone": "Europe/Berlin"},
        }
    )
    assert found.sources[0].options == {"url": "http://127.0.0.1:9090", "packs": ["auto"]}
    target = found.services["checkout"].target
    assert target is not None
    assert target.options == {"namespace": "shop", "workload": "deployment/checkout"}
    assert found.services["checkout"].limits.cooldown == 600.0
    assert found.chat.slack is not None
    assert found.chat.slack.options["channel"] == "C0123456789"
    assert found.approvals.two_people_for == {"rollback"}


@pytest.mark.parametrize(
    ("over", "place"),
    [
        ({"sources": []}, ("sources",)),
        ({"sources": [{"name": "Prom!", "kind": "x"}]}, ("sources", 0, "name")),
        ({"sources": [{"name": "prom"}]}, ("sources", 0, "kind")),
        ({"nonsense": 1}, ("nonsense",)),
        ({"watch": [{"name": "q", "source": "prom", "query": ""}]}, ("watch", 0, "query")),
        ({"watch": [{"name": "q", "source": "prom", "query": "up", "bad": "sideways"}]}, ("watch", 0, "bad")),
        ({"services": {"a": {"limits": {"min_replicas": 0}}}}, ("services", "a", "limits", "min_replicas")),
        ({"services": {"a": {"target": {}}}}, ("services", "a", "target", "kind")),
        ({"chat": {"web": {"listen": "8484"}}}, ("chat", "web", "listen")),
        ({"chat": {"web": {"listen": "127.0.0.1:port"}}}, ("chat", "web", "listen")),
        ({"chat": {"web": {"listen": "127.0.0.1:65536"}}}, ("chat", "web", "listen")),
        ({"chat": {"web": {"url": "steward.example"}}}, ("chat", "web", "url")),
        ({"chat": {"irc": {}}}, ("chat", "irc")),
        ({"llm": {"url": "127.0.0.1:11434", "model": "x"}}, ("llm", "url")),
        ({"llm": {"model": "x", "context": 10}}, ("llm", "context")),
        ({"approvals": {"approvers": {"telegram": ["ada"]}}}, ("approvals", "approvers", "telegram", 0)),
        ({"approvals": {"expires_after": -1}}, ("approvals", "expires_after")),
        ({"incidents": {"debounce": 0}}, ("incidents", "debounce")),
        ({"digest": {"at": "24:00"}}, ("digest", "at")),
        ({"digest": {"at": "9:00"}}, ("digest", "at")),
        ({"digest": {"timezone": "Mars/Olympus"}}, ("digest", "timezone")),
        ({"digest": {"timezone": "../../etc/passwd"}}, ("digest", "timezone")),
    ],
)
def test_a_bad_value_is_refused_at_its_place(over: dict[str, Any], place: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({**LEAST, **over})
    assert caught.value.errors()[0]["loc"] == place
