"""What the tests of the real Kubernetes share, and those of the page."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from actions.kubernetes import KubernetesActuator
from bot.store.store import SqlStore
from tests.real.chromium import Browser, browser
from tests.real.house import House, running
from tests.real.kubernetes_cluster import Cluster, kubernetes_cluster


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    """A namespace of its own on the test cluster."""
    async with kubernetes_cluster() as found:
        yield found


@pytest.fixture
async def actuator() -> AsyncIterator[KubernetesActuator]:
    """An actuator that is closed at the end."""
    made = KubernetesActuator()
    yield made
    await made.close()


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Browser]:
    """Somebody at a browser."""
    with browser(tmp_path / "profile") as found:
        yield found


@pytest.fixture
async def house(migrated: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A page over an empty store."""
    store = SqlStore(f"sqlite:///{shutil.copy(migrated, tmp_path / 'steward.db')}")
    async with running(store) as found:
        yield found
    await store.close()
