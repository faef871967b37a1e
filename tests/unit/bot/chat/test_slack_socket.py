"""The pace of attempts, and the proxy that the environment names."""

import pytest

from bot.chat.slack_socket import Pace, proxy_for


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0.0), (1, 0.5), (2, 1.0), (4, 4.0), (7, 30.0), (10_000, 30.0)])
def test_waits_double_up_to_the_longest(failures: int, seconds: float) -> None:
    assert Pace().wait(failures) == seconds


@pytest.mark.parametrize(
    ("address", "proxy"),
    [
        ("https://slack.com/api/", "http://proxy:3128"),
        ("wss://wss-primary.slack.com/link", "http://proxy:3128"),
        ("http://slack.example/api/", None),
        ("ws://127.0.0.1:4000/link", None),
        ("https://gov.internal/api/", None),
        ("https://name:pass@gov.internal:8443/api/", None),
    ],
)
def test_the_proxy_of_the_scheme_is_used_unless_no_proxy_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, address: str, proxy: str | None
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ws_proxy", "wss_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1,gov.internal")
    assert proxy_for(address) == proxy
