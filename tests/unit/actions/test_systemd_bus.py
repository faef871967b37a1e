from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actions.model import ActuatorError
from actions.systemd_bus import systemd
from tests.standins.systemd import StandIn, bus_at, standing_in

DENIED = "org.freedesktop.DBus.Error.AccessDenied"


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[StandIn]:
    async with standing_in(tmp_path) as found:
        yield found


async def test_units_and_instances(bus: StandIn) -> None:
    bus.units["checkout@3.service"] = "failed"
    async with systemd(bus.address) as manager:
        assert await manager.instances("checkout@.service") == [f"checkout@{number}.service" for number in (1, 2, 3)]
        unit = await manager.unit("checkout@3.service")
        assert (unit.active, unit.invocation, unit.restarts, unit.kind) == ("failed", f"{1:032x}", 0, "simple")
        await manager.forget_failure("checkout@3.service")
        assert (await manager.unit("checkout@3.service")).active == "inactive"
        with pytest.raises(ActuatorError, match=r"no unit nobody\.service .*not-found"):
            await manager.unit("nobody.service")


async def test_a_job_is_waited_for_and_its_own_result_is_told(bus: StandIn) -> None:
    async with systemd(bus.address) as manager:
        await manager.job("RestartUnit", "single.service")
        assert bus.invocations["single.service"] == 2
        for result in ("failed", "canceled", "timeout", "dependency"):
            bus.results["single.service"] = result
            with pytest.raises(ActuatorError, match=rf"restart single\.service \({result}\): see journalctl") as caught:
                await manager.job("RestartUnit", "single.service")
            assert caught.value.effect == "unknown"


@pytest.mark.parametrize(
    ("name", "words", "effect"),
    [
        (DENIED, "may not restart single.service on .*: let it by polkit, see deploy/systemd/steward.rules", "none"),
        ("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", "let it by polkit", "none"),
        ("org.freedesktop.systemd1.UnitMasked", "could not restart single.service on .* .UnitMasked.: no, not", "none"),
        ("org.freedesktop.DBus.Error.NoReply", "did not answer", "unknown"),
        ("org.freedesktop.DBus.Error.ServiceUnknown", "there is no systemd on", "none"),
    ],
)
async def test_a_refusal_is_one_line_with_its_mend(bus: StandIn, name: str, words: str, effect: str) -> None:
    bus.refuse["RestartUnit"] = name
    async with systemd(bus.address) as manager:
        with pytest.raises(ActuatorError, match=words) as caught:
            await manager.job("RestartUnit", "single.service")
    assert caught.value.effect == effect
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["unix:path=/nowhere", "nonsense", "tcp:host=127.0.0.1,port=1", "carrier:pigeon=1"])
async def test_a_bus_that_is_not_there_is_one_line(address: str) -> None:
    with pytest.raises(ActuatorError, match=f"cannot connect to {address}") as caught:
        async with systemd(address):
            pass
    assert caught.value.effect == "none"


async def test_a_bus_without_systemd_is_one_line(tmp_path: Path) -> None:
    async with bus_at(tmp_path) as address:
        with pytest.raises(ActuatorError, match="there is no systemd on"):
            async with systemd(address):
                pass
