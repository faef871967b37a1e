from dataclasses import replace

import pytest

from actions.model import Instance, State
from bot.domain.neighbours import find, hungry
from bot.domain.signals import Signal
from bot.domain.topology import Topology
from tests.builders import T, signal

CPU = signal("batch", "process_cpu", title="CPU", unit="count", value=3.9, expected=0.4, onset=T - 20)
ALONE = Topology({})


def on(*nodes: str) -> State:
    instances = tuple(Instance(f"pod-{place}", node, ready=True) for place, node in enumerate(nodes))
    return State(len(nodes), len(nodes), "v1", (), "7", instances=instances)


STATES = {"batch": on("n1"), "payments": on("n1", "n2"), "search": on("n2")}


@pytest.mark.parametrize(
    ("one", "takes"),
    [
        (CPU, True),
        (replace(CPU, query="process_memory"), True),
        (replace(CPU, query="http_error_ratio"), False),
        (replace(CPU, firing=False), False),
        (replace(CPU, value=0.1), False),
        (replace(CPU, expected=None), True),
    ],
)
def test_who_takes_more_than_it_normally_does(one: Signal, takes: bool) -> None:
    assert bool(hungry([one])) is takes


def test_who_shares_a_node_with_the_unwell_is_told_with_the_node() -> None:
    (piece,) = find([CPU], ["payments"], T, STATES, ALONE)
    assert (piece.kind, piece.service, piece.subject) == ("neighbour", "batch", "n1")
    assert piece.text == "batch: CPU 3.9, normally 0.4, and it shares node n1 with payments"


@pytest.mark.parametrize(
    ("unwell", "taker", "topology"),
    [
        pytest.param(["search"], CPU, ALONE, id="another node"),
        pytest.param(["batch"], CPU, ALONE, id="itself"),
        pytest.param(["payments"], replace(CPU, onset=T + 31), ALONE, id="took more only later"),
        pytest.param(["payments"], CPU, Topology({"payments": ("batch",)}), id="called by it"),
        pytest.param(["payments"], CPU, Topology({"batch": ("payments",)}), id="calls it"),
        pytest.param(["elsewhere"], CPU, ALONE, id="nodes are not known"),
    ],
)
def test_others_are_not_blamed(unwell: list[str], taker: Signal, topology: Topology) -> None:
    assert find([taker], unwell, T, STATES, topology) == []


def test_one_piece_for_a_node_however_many_signals_there_are() -> None:
    memory = replace(CPU, query="process_memory")
    assert len(find([CPU, memory], ["payments"], T, STATES, ALONE)) == 1
