"""What the tests of the real Kubernetes share."""

from collections.abc import AsyncIterator

import pytest

from actions.kubernetes import KubernetesActuator
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
