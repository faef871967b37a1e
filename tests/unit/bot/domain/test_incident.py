from itertools import product
from typing import get_args

import pytest

from bot.domain.incident import Ack, IllegalMoveError, State, begin, severity
from bot.domain.signals import Signal
from bot.domain.topology import Topology
from tests.builders import T, incident, log_signal, signal

TOPOLOGY = Topology({"storefront": ("checkout",), "checkout": ("payments",)})
ARROWS = {
    ("open", "acting"), ("open", "resolved"), ("acting", "verifying"), ("acting", "open"),
    ("verifying", "open"), ("verifying", "resolved"), ("resolved", "open"),
}  # fmt: skip
STATES: tuple[State, ...] = get_args(State)


@pytest.mark.parametrize(("start", "to"), list(product(STATES, STATES)))
def test_only_the_arrows_of_the_state_machine_exist(start: State, to: State) -> None:
    one = incident(state=start, resolved_at=T + 9 if start == "resolved" else None, version=7)
    if (start, to) not in ARROWS:
        with pytest.raises(IllegalMoveError, match=f"incident 3f2a9c01d4e7 cannot go from {start} to {to}"):
            one.move(to, T + 100)
        return
    moved = one.move(to, T + 100)
    assert (moved.state, moved.updated_at, moved.version) == (to, T + 100, 8)
    assert moved.resolved_at == (T + 100 if to == "resolved" else None)


def test_a_new_signal_asks_for_a_new_look_and_an_earlier_one_moves_the_onset() -> None:
    one = incident(due=frozenset({"offer"})).with_signal(signal("checkout", onset=T - 20), T + 70)
    assert one.due == {"offer", "investigate"}
    assert (one.onset, one.updated_at, one.signalled_at, one.version) == (T - 20, T + 70, T + 70, 2)
    assert one.services == ("checkout", "payments")


CHECKOUT = signal("checkout")
CLEARED = signal(firing=False)


@pytest.mark.parametrize(
    ("before", "state", "news", "look"),
    [
        pytest.param([signal()], "open", CHECKOUT, True, id="a new one"),
        pytest.param([signal()], "acting", CHECKOUT, False, id="a new one during the action"),
        pytest.param([CLEARED], "open", signal(), True, id="back again"),
        pytest.param([CLEARED], "verifying", signal(), False, id="back again after the action: the verdict says more"),
        pytest.param([signal(), CHECKOUT], "open", CLEARED, True, id="one of two cleared: the rest is another case"),
        pytest.param([signal(), CHECKOUT], "acting", CLEARED, False, id="cleared during the action, as expected"),
        pytest.param([signal(), CHECKOUT], "verifying", CLEARED, False, id="cleared after the action, as expected"),
        pytest.param([signal()], "open", CLEARED, False, id="the last one cleared"),
        pytest.param([CLEARED], "open", signal("checkout", firing=False), False, id="one that never fired here"),
    ],
)
def test_when_a_new_look_at_the_cause_is_due(before: list[Signal], state: State, news: Signal, look: bool) -> None:
    one = incident(*before, state=state).with_signal(news, T + 70)
    assert ("investigate" in one.due) is look
    assert one.signals[news.key].firing is news.firing


def test_a_signal_that_fires_again_keeps_its_first_onset() -> None:
    assert incident(CLEARED).with_signal(signal(onset=T + 50), T + 70).signals[CLEARED.key].onset == T


def test_firing_is_strongest_first_and_leaves_out_what_cleared() -> None:
    weak, strong = signal("a", score=0.5), signal("b", score=0.9)
    earlier = signal("c", score=0.5, onset=T - 1)
    one = incident(weak, strong, earlier, signal("d", firing=False))
    assert [found.service for found in one.firing] == ["b", "c", "a"]
    assert one.services == ("c", "a", "b", "d")


def test_a_done_step_may_make_others_due() -> None:
    one = incident(due=frozenset({"investigate"}))
    assert one.done("investigate", "diagnose", "offer").due == {"diagnose", "offer"}
    assert one.done("offer").due == {"investigate"}
    assert (one.changed(T + 99).version, one.changed(T + 99).updated_at) == (2, T + 99)


def test_an_incident_begins_open_with_its_first_look_due() -> None:
    one = begin("i1", signal("storefront"), TOPOLOGY, T + 30)
    assert (one.state, one.title, one.severity) == ("open", "storefront: errors", "critical")
    assert (one.onset, one.opened_at, one.version) == (T, T + 30, 1)
    assert one.due == {"investigate"}


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        pytest.param([signal("storefront")], "critical", id="users meet errors"),
        pytest.param([signal("storefront", "up", kind="presence")], "critical", id="users find it gone"),
        pytest.param([signal("storefront", "http_latency_p95")], "warning", id="users only wait"),
        pytest.param([signal("payments")], "warning", id="errors behind the entry"),
        pytest.param([signal("lonely")], "warning", id="nobody calls it and it calls nobody"),
        pytest.param([signal(one, "process_memory") for one in "abc"], "critical", id="spread over three"),
        pytest.param([signal(one, "process_memory") for one in "ab"], "warning", id="spread over two"),
        pytest.param([signal("storefront", firing=False), signal("payments")], "warning", id="the entry is well again"),
        pytest.param([log_signal()], "info", id="only logs speak"),
        pytest.param([signal(left=20 * 3600.0, score=0.55)], "warning", id="full tomorrow"),
        pytest.param([signal(left=3600.0, score=0.96)], "critical", id="full within the hour"),
        pytest.param([log_signal(), signal("payments", "process_memory")], "warning", id="logs and a metric"),
        pytest.param([log_signal(), signal(firing=False)], "info", id="the metric cleared"),
        pytest.param([signal(firing=False)], "warning", id="nothing fires"),
        pytest.param([], "warning", id="nothing at all"),
    ],
)
def test_severity(signals: list[Signal], expected: str) -> None:
    assert severity(signals, TOPOLOGY) == expected


@pytest.mark.parametrize(
    ("state", "firing", "after", "over"),
    [
        ("open", False, 120.0, True),
        ("open", False, 119.0, False),
        ("open", True, 999.0, False),
        ("acting", False, 999.0, False),
        ("resolved", False, 999.0, False),
    ],
)
def test_it_is_over_when_nothing_fired_for_a_while(state: State, firing: bool, after: float, over: bool) -> None:
    one = incident(signal(firing=firing), state=state)
    assert one.over(one.signalled_at + after, 120.0) == over


def test_what_comes_back_must_be_looked_after_once_more() -> None:
    over = incident(state="resolved", ack=Ack("slack:U1", "Ada", T), rungs=2, opened_at=T)
    again = over.move("open", T + 300)
    assert (again.ack, again.rungs, again.reopened_at) == (None, 0, T + 300)
