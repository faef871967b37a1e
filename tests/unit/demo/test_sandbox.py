from pathlib import Path

import aiohttp
import pytest

from actions.manifest import Manifest, read, read_status, write
from demo.load import CALM, read_rate
from demo.sandbox import Sandbox, SandboxError, deploy
from demo.scenarios import SCENARIOS
from demo.targets import Directory, Endpoint, render
from demo.targets import write as write_targets
from demo.topology import SERVICES
from tests.unit.demo.support import listens, service, stub, until


def deployed(directory: Path, name: str) -> Manifest:
    first = stub("v1")
    return write(directory, Manifest(service=name, replicas=1, revision="v1", revisions=(first,)))


async def metrics(address: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}/metrics") as response:
        return await response.text()


async def test_the_shop_starts_serves_shoppers_breaks_and_ends_without_a_trace(tmp_path: Path) -> None:
    said: list[str] = []
    directory = Directory(tmp_path)
    async with Sandbox(tmp_path, SCENARIOS["bad-deploy"], said.append) as sandbox:
        ports = [instance.port for name in SERVICES for instance in read_status(tmp_path, name).instances]
        assert len(ports) == len(SERVICES)
        assert said[-1] == "all services are ready"
        (old,) = directory.addresses("payments")

        await sandbox.break_it()
        await until(lambda: directory.addresses("payments") != [old])

        text = await metrics(directory.addresses("payments")[0])
        assert 'build_info{version="v2"} 1.0' in text
        assert "process_resident_memory_bytes" in text
        ports += [instance.port for instance in read_status(tmp_path, "payments").instances]
    assert not any(listens(port) for port in ports)
    await sandbox.stop()


async def test_one_that_does_not_get_ready_says_which_services_and_where_to_look(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path, SCENARIOS["quiet"])
    with pytest.raises(SandboxError, match=r"storefront, .* did not become ready within 0 s .* see .*/logs"):
        await sandbox.start(patience=0.0)
    await sandbox.stop()


@pytest.mark.parametrize("name", ["bad-deploy", "crash-loop", "quiet"])
async def test_a_deployment_is_a_new_revision_with_its_settings(tmp_path: Path, name: str) -> None:
    scenario = SCENARIOS[name]
    before = deployed(tmp_path, scenario.service)

    moment = await Sandbox(tmp_path, scenario).break_it()

    after = read(tmp_path, scenario.service)
    assert [release.name for release in after.revisions] == ["v1", "v2"]
    assert (after.revision, after.version) == ("v2", before.version + 1)
    assert after.revisions[-1].env == scenario.settings
    assert after.revisions[-1].deployed_at >= moment


@pytest.mark.parametrize(("name", "factor"), [("overload", 4.0), ("quiet", 1.15), ("bad-deploy", 1.0)])
async def test_the_load_changes_where_the_scenario_says_so(tmp_path: Path, name: str, factor: float) -> None:
    deployed(tmp_path, SCENARIOS[name].service)

    await Sandbox(tmp_path, SCENARIOS[name]).break_it()

    assert read_rate(tmp_path) == pytest.approx(CALM * factor)


async def test_the_leak_starts_by_a_request_to_the_live_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with service("catalog", tmp_path) as client:
        write_targets(tmp_path, render([Endpoint("catalog", "catalog-0", client.port or 0)]))
        await Sandbox(tmp_path, SCENARIOS["memory-leak"]).break_it()

    assert "campaign started" in capsys.readouterr().out


def test_a_deployment_keeps_what_was_scaled(tmp_path: Path) -> None:
    manifest = Manifest(service="catalog", replicas=3, revision="v1", revisions=(stub("v1"),))
    write(tmp_path, manifest)

    assert deploy(tmp_path, "catalog", stub("v2")).replicas == 3
