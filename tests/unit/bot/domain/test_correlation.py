import pytest

from bot.domain.correlation import Rules, assign
from bot.domain.incident import Incident
from bot.domain.signals import Signal
from bot.domain.topology import Topology
from tests.builders import T, incident, signal

# storefront -> checkout -> payments -> bank; search stands alone.
TOPOLOGY = Topology({"storefront": ("checkout",), "checkout": ("payments",), "payments": ("bank",)})
RULES = Rules(window=900, reopen=600, hops=2)
NOW = T + 100
OPEN = incident(id="open")
RESOLVED = incident(id="resolved", state="resolved", resolved_at=T + 60)


@pytest.mark.parametrize(
    ("found", "incidents", "move", "which", "reason"),
    [
        pytest.param(signal(), [], "open", None, "no open incident is near", id="nothing there"),
        pytest.param(signal(), [OPEN], "attach", "open", "one of this incident's signals", id="its own"),
        pytest.param(signal(firing=False), [OPEN], "attach", "open", "one of this incident's", id="its own, cleared"),
        pytest.param(signal(firing=False), [], "drop", None, "cleared before it belonged", id="cleared, nobody's"),
        pytest.param(signal("bank", firing=False), [OPEN], "drop", None, "cleared before", id="cleared, only near"),
        pytest.param(signal(firing=False), [RESOLVED], "drop", None, "cleared before", id="cleared, after the end"),
        pytest.param(
            signal(query="up"), [OPEN], "attach", "open", "payments is already part of it", id="same service"
        ),
        pytest.param(signal("bank"), [OPEN], "attach", "open", "bank is within 2 calls of payments", id="a callee"),
        pytest.param(signal("storefront"), [OPEN], "attach", "open", "within 2 calls of", id="caller's caller"),
        pytest.param(signal("search"), [OPEN], "open", None, "no open incident is near", id="unrelated"),
        pytest.param(signal("search", patience=90.0), [OPEN], "drop", None, "waits for company", id="held, unrelated"),
        pytest.param(signal("bank", patience=90.0), [OPEN], "attach", "open", "within 2 calls", id="held, in company"),
        pytest.param(signal("search", patience=20.0), [OPEN], "open", None, "no open incident", id="held no more"),
        pytest.param(signal(), [RESOLVED], "reopen", "resolved", "same signal came back", id="back again"),
        pytest.param(signal(query="up"), [RESOLVED], "open", None, "no open incident", id="another one after the end"),
        pytest.param(signal("bank"), [RESOLVED], "open", None, "no open incident", id="a neighbour after the end"),
        pytest.param(
            signal("bank"), [incident(signal("storefront"))], "open", None, "no open incident", id="three calls away"
        ),
        pytest.param(
            signal(), [RESOLVED, incident(signal("checkout"), id="near")], "attach", "near", "within 2 calls",
            id="an open one before a resolved one",
        ),
        pytest.param(
            signal("checkout"), [OPEN, incident(id="newer", signalled_at=T + 99)], "attach", "newer", "within",
            id="the one that heard of a signal last",
        ),
    ],
)  # fmt: skip
def test_assign(found: Signal, incidents: list[Incident], move: str, which: str | None, reason: str) -> None:
    result = assign(found, incidents, TOPOLOGY, NOW, RULES)
    assert (result.move, result.incident.id if result.incident else None) == (move, which)
    assert reason in result.reason


@pytest.mark.parametrize(
    ("found", "one", "at", "move"),
    [
        (signal("bank"), OPEN, OPEN.signalled_at + 900.0, "attach"),
        (signal("bank"), OPEN, OPEN.signalled_at + 900.5, "open"),
        (signal("bank"), incident(updated_at=T + 900), OPEN.signalled_at + 900.5, "open"),
        (signal(), RESOLVED, T + 60 + 600.0, "reopen"),
        (signal(), RESOLVED, T + 60 + 600.5, "open"),
        (signal(), OPEN, T + 86_400.0, "attach"),
    ],
)
def test_near_in_time_counts_from_the_last_signal_or_from_the_end(
    found: Signal, one: Incident, at: float, move: str
) -> None:
    assert assign(found, [one], TOPOLOGY, at, RULES).move == move
