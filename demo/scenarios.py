"""What can happen to the shop, and what cures it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Cure = Literal["restart", "scale", "rollback"]
Kind = Literal["deploy", "poison", "load"]

DEFAULT = "bad-deploy"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that happens.

    story: what happens, in a sentence for people.
    service: where it happens.
    cure: the action that ends it; None where nothing is wrong.
    kind: how it is brought about: a deployment of `v2`, a request that poisons a live process, or another load.
    settings: the environment that the deployed version brings.
    load: the factor by which the load changes.
    """

    name: str
    title: str
    story: str
    service: str
    cure: Cure | None
    kind: Kind
    settings: Mapping[str, str] = field(default_factory=dict)
    load: float = 1.0


_ALL = (
    Scenario(
        name="bad-deploy",
        title="A bad version of payments",
        story="Payments v2 speaks an old protocol to the card gateway: slow and failing charges reach all its callers.",
        service="payments",
        cure="rollback",
        kind="deploy",
        settings={"CARD_GATEWAY_TLS": "1.0"},
    ),
    Scenario(
        name="memory-leak",
        title="A memory leak in catalog",
        story="A campaign makes catalog keep a page for every visitor and search them all: memory and latency grow.",
        service="catalog",
        cure="restart",
        kind="poison",
    ),
    Scenario(
        name="overload",
        title="Too many shoppers for catalog",
        story="Four times the shoppers come, too many for one replica of catalog: requests queue and are refused.",
        service="catalog",
        cure="scale",
        kind="load",
        load=4.0,
    ),
    Scenario(
        name="crash-loop",
        title="Checkout cannot stay up",
        story="Checkout v2 has an invalid currency in its settings and exits two seconds after each start.",
        service="checkout",
        cure="rollback",
        kind="deploy",
        settings={"CHECKOUT_CURRENCY": "EURO"},
    ),
    Scenario(
        name="quiet",
        title="Nothing is wrong",
        story="A harmless version of catalog is deployed while a few more shoppers come. Nothing may be reported.",
        service="catalog",
        cure=None,
        kind="deploy",
        load=1.15,
    ),
)

SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in _ALL}
