"""The house of the flow tests, for the tests of its single steps."""

import pytest

from bot.store.store import SqlStore
from tests.fakes.actuator import state
from tests.fakes.clock import FakeClock
from tests.flow.house import House
from tests.flow.shop import SERVICES, Shop


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def house(store: SqlStore, clock: FakeClock, shop: Shop) -> House:
    return House(store, clock, shop, {name: state("v1", at=clock.now() - 86_400) for name in SERVICES})
