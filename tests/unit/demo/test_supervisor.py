import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from actions.manifest import Instance, Manifest, Status, change, read_status, write
from demo import lineage
from demo.supervisor import Supervisor
from tests.unit.demo.support import listens, stub, until

GOOD, CRASHING = stub("v1"), stub("v2", "--exit-after", "0")


class Bench:
    """One service, `payments`, under a supervisor that runs in this process."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def status(self) -> Status:
        return read_status(self.directory, "payments")

    @property
    def ready(self) -> list[Instance]:
        return [instance for instance in self.status.instances if instance.ready]

    @property
    def targets(self) -> dict[str, str]:
        groups = json.loads((self.directory / "targets.json").read_text())
        return {group["labels"]["instance"]: group["targets"][0] for group in groups}

    def change(self, function: Callable[[Manifest], Manifest]) -> None:
        change(self.directory, "payments", None, function)


@asynccontextmanager
async def supervised(directory: Path, replicas: int = 1) -> AsyncIterator[Bench]:
    write(directory, Manifest(service="payments", replicas=replicas, revision="v1", revisions=(GOOD, CRASHING)))
    supervisor, bench = Supervisor(directory), Bench(directory)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(supervisor.run())
        try:
            await until(lambda: len(bench.ready) == replicas)
            yield bench
        finally:
            supervisor.stop()


async def test_it_starts_reports_scales_and_ends_its_processes(tmp_path: Path) -> None:
    async with supervised(tmp_path) as bench:
        (first,) = bench.ready
        assert bench.status.observed_version == 1
        assert bench.targets == {"payments-0": f"127.0.0.1:{first.port}"}

        bench.change(lambda old: replace(old, replicas=3))
        await until(lambda: len(bench.ready) == 3)
        assert set(bench.targets) == {"payments-0", "payments-1", "payments-2"}
        last = bench.ready[-1]

        bench.change(lambda old: replace(old, replicas=1))
        await until(lambda: bench.status.observed_version == 3 and set(bench.targets) == {"payments-0"})
        assert bench.ready == [first]
        await until(lambda: not listens(last.port))
    assert not listens(first.port)


async def test_a_restart_replaces_each_replica_and_never_leaves_a_slot_without_one(tmp_path: Path) -> None:
    async with supervised(tmp_path, replicas=2) as bench:
        before = {instance.pid for instance in bench.ready}

        bench.change(lambda old: replace(old, restarted_at=1_700_000_000.0))
        fewest = 2

        def replaced() -> bool:
            nonlocal fewest
            ports = [int(address.split(":")[1]) for address in bench.targets.values()]
            fewest = min(fewest, sum(listens(port) for port in ports))
            return len(bench.status.instances) == 2 and not before & {instance.pid for instance in bench.ready}

        await until(replaced)
        assert fewest == 2
        assert not any(instance.restarts for instance in bench.ready)


async def test_a_crash_loop_is_reported_backs_off_and_ends_with_a_rollback(tmp_path: Path) -> None:
    async with supervised(tmp_path) as bench:
        bench.change(lambda old: replace(old, revision="v2"))
        await until(lambda: any("CrashLoopBackOff: payments-0 (v2) exited 2 times" in p for p in bench.status.problems))
        assert "payments-0" in bench.targets

        bench.change(lambda old: replace(old, revision="v1"))
        await until(lambda: not bench.status.problems and [i.revision for i in bench.ready] == ["v1"])


async def test_a_killed_process_is_started_again_in_its_slot_and_counted(tmp_path: Path) -> None:
    async with supervised(tmp_path) as bench:
        (first,) = bench.ready
        os.kill(first.pid, signal.SIGKILL)

        await until(lambda: bool(bench.ready) and bench.ready[0].pid != first.pid)
        assert bench.ready[0].restarts == 1
        assert bench.status.problems == ("Crashed: payments-0 (v1) exited by signal 9",)
        assert bench.targets == {"payments-0": f"127.0.0.1:{bench.ready[0].port}"}


async def test_a_damaged_manifest_changes_nothing(tmp_path: Path) -> None:
    async with supervised(tmp_path) as bench:
        before = bench.ready
        (tmp_path / "payments.json").write_text("{")
        write(tmp_path, Manifest(service="other", replicas=1, revision="v1", revisions=(GOOD,)))

        await until(lambda: bool(read_status(tmp_path, "other").instances))

        assert bench.ready == before


async def test_its_processes_end_when_it_is_killed(tmp_path: Path) -> None:
    write(tmp_path, Manifest(service="payments", replicas=1, revision="v1", revisions=(GOOD,)))
    bench = Bench(tmp_path)
    process = await command(tmp_path)
    await until(lambda: bool(bench.ready))
    (instance,) = bench.ready

    process.kill()
    await process.wait()

    await until(lambda: not listens(instance.port))


async def test_sigterm_ends_all_with_code_0(tmp_path: Path) -> None:
    write(tmp_path, Manifest(service="payments", replicas=1, revision="v1", revisions=(GOOD,)))
    bench = Bench(tmp_path)
    process = await command(tmp_path)
    await until(lambda: bool(bench.ready))
    (instance,) = bench.ready

    process.terminate()

    assert await process.wait() == 0
    assert not listens(instance.port)


async def command(directory: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "demo.supervisor", str(directory), env={**os.environ, **lineage.environment()}
    )
