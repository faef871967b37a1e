"""What only a real systemd shows."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from actions.model import Action, ActuatorError
from tests.real.need import until
from tests.real.systemd_machine import Machine, systemd_machine

pytestmark = pytest.mark.real
pytest.importorskip("dbus_fast")

from actions.systemd import SystemdActuator  # noqa: E402  # only where its package is installed
from tests.real.systemd_service import Service, reset, systemd_service  # noqa: E402

RULES = Path(__file__).parents[2] / "deploy/systemd/steward.rules"


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with systemd_machine() as found:
        yield found


@pytest.fixture
async def service(machine: Machine) -> AsyncIterator[Service]:
    async with systemd_service(machine.folder) as found:
        await reset(found)
        yield found


async def test_a_single_unit_can_be_restarted_and_nothing_else(machine: Machine, service: Service) -> None:
    machine.run("systemctl", "start", "single.service")
    actuator = SystemdActuator()
    before = await service.manager.unit("single.service")
    plan = await actuator.plan(Action("restart", service.single))
    await actuator.run(plan, "a-1")
    after = await service.manager.unit("single.service")
    assert (after.active, after.invocation != before.invocation) == ("active", True)
    assert await actuator.probe(service.single, "a-1") == "unknown"
    for verb in ("scale", "rollback"):
        with pytest.raises(ActuatorError, match="knows only restart"):
            await actuator.plan(Action(verb, service.single, 3, "v1"))


async def test_a_crash_is_no_restart_on_request(machine: Machine, service: Service) -> None:
    actuator = SystemdActuator()
    plan = await actuator.plan(Action("restart", service.target))
    before = await service.manager.unit("checkout@1.service")
    machine.run("systemctl", "kill", "--signal=KILL", "checkout@1.service", "checkout@2.service")

    async def back() -> bool:
        seen = [await service.manager.unit(f"checkout@{number}.service") for number in (1, 2)]
        return all(unit.active == "active" and unit.restarts == 1 for unit in seen)

    await until(back, "both were restarted by systemd")
    assert (await service.manager.unit("checkout@1.service")).invocation != before.invocation
    assert await actuator.probe(service.target, "a-1") == "not_done"
    await actuator.run(plan, "a-1")  # a restart by systemd itself is no drift
    assert await actuator.probe(service.target, "a-1") == "done"
    assert (await actuator.state(service.target)).restarts == 0


async def test_a_unit_that_fails_is_told_with_its_reason(machine: Machine, service: Service) -> None:
    target = replace(service.single, options={**service.single.options, "unit": "broken.service"})
    actuator = SystemdActuator()
    plan = await actuator.plan(Action("restart", target))
    with pytest.raises(ActuatorError, match=r"could not restart broken.service \(failed\): see journalctl") as caught:
        await actuator.run(plan, "a-1")
    assert caught.value.effect == "unknown"
    assert (await actuator.state(target)).problems == ("broken.service: failed (exit-code), last exit code 1",)


async def test_a_unit_that_is_not_there_is_one_line(machine: Machine, service: Service) -> None:
    for unit, words in (("nobody.service", "no unit nobody.service"), ("nobody@.service", "no instance of nobody@")):
        target = replace(service.single, options={**service.single.options, "unit": unit})
        with pytest.raises(ActuatorError, match=words):
            await SystemdActuator().check(target)


async def test_a_failed_instance_counts_until_it_is_scaled_away(machine: Machine, service: Service) -> None:
    target = replace(service.target, options={**service.target.options, "unit": "fragile@.service"})
    machine.run("systemctl", "start", "fragile@1.service", "fragile@2.service")
    actuator = SystemdActuator()

    async def failed() -> bool:
        return bool((await actuator.state(target)).problems)

    await until(failed, "the second instance failed")
    state = await actuator.state(target)
    assert (state.replicas, state.ready) == (2, 1)
    await actuator.run(await actuator.plan(Action("scale", target, replicas=1)), "a-1")
    state = await actuator.state(target)
    assert (state.replicas, state.ready, state.problems) == (1, 1, ())
    assert await actuator.probe(target, "a-1") == "done"


def test_the_rules_let_steward_do_what_they_name_and_no_more(machine: Machine) -> None:
    machine.run("useradd", "--system", "steward")
    machine.run("useradd", "--system", "other")
    machine.docker("cp", str(RULES), "machine:/etc/polkit-1/rules.d/50-steward.rules")
    machine.run("systemctl", "restart", "polkit")

    def may(user: str, *words: str) -> bool:
        command = ("exec", f"--user={user}", "machine", "systemctl", "--no-ask-password", *words)
        return machine.docker.attempt(*command).returncode == 0

    assert may("steward", "restart", "single.service")
    assert may("steward", "start", "checkout@7.service")
    assert may("steward", "restart", "checkout@7.service")
    assert may("steward", "stop", "checkout@7.service")
    for words in (
        ("stop", "single.service"),
        ("restart", "dbus.service"),
        ("restart", "checkout@evil.service"),
        ("kill", "checkout@1.service"),
        ("set-property", "--runtime", "single.service", "MemoryMax=1G"),
        ("daemon-reload",),
        ("enable", "single.service"),
        ("poweroff",),
    ):
        assert not may("steward", *words), words
    assert not may("other", "restart", "single.service")
