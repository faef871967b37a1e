"""A machine with systemd as process 1, in a container, whose system bus and one folder this machine shares."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.real.debian_base import root_archive
from tests.real.docker_cli import Docker
from tests.real.docker_engine import docker_engine
from tests.real.need import package

IMAGE = "steward-test-systemd:bookworm"
PACKAGES = "systemd,systemd-sysv,libpam-systemd,dbus,polkitd"  # debootstrap resolves no virtual default-logind
RIGHTS = (
    "--cap-add=SYS_ADMIN",
    *(f"--security-opt={each}=unconfined" for each in ("seccomp", "apparmor", "systempaths")),
)
"""What systemd needs. All rights, as --privileged gives them, cannot be given where one's own are bounded."""
OUTSIDE = ("--network=host", "--cgroupns=private", "--tmpfs=/run", "--tmpfs=/run/lock", "--tmpfs=/tmp")
UNIT = """\
[Service]
ExecStart=/bin/sleep 100000
WorkingDirectory={folder}/current
Restart=on-failure
RestartSec=100ms
"""
START = 30.0
PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Machine:
    """`folder` has the same path inside and outside; units in `folder/units` are known to systemd after `reload`."""

    folder: Path
    docker: Docker

    @property
    def address(self) -> str:
        """The system bus."""
        return f"unix:path={self.folder}/bus/system_bus_socket"

    def run(self, *words: str) -> str:
        """Runs a program inside; gives what it printed."""
        return self.docker("exec", "machine", *words)


@contextmanager
def systemd_machine() -> Iterator[Machine]:
    """Starts the machine with `checkout@.service` and `single.service`, and releases v1 and v2 of it."""
    package("dbus_fast", "dbus-fast")
    with docker_engine() as host, tempfile.TemporaryDirectory(prefix="steward-systemd-") as name:
        folder, docker = Path(name), Docker(host)
        folder.chmod(0o755)
        _lay_out(folder)
        docker("import", str(root_archive("bookworm-systemd.tar", PACKAGES)), IMAGE)
        shared = (
            f"-v={folder}:{folder}",
            f"-v={folder}/bus:/run/dbus",
            f"-v={folder}/units:/usr/local/lib/systemd/system",
        )
        docker(
            "run",
            "-d",
            "--name=machine",
            *RIGHTS,
            *OUTSIDE,
            *shared,
            "-e=container=docker",
            IMAGE,
            "/lib/systemd/systemd",
        )
        try:
            _wait(docker)
            yield Machine(folder, docker)
        finally:
            docker("rm", "-f", "machine")


def _lay_out(folder: Path) -> None:
    for place in ("bus", "units", "notes", "releases/v1", "releases/v2"):
        (folder / place).mkdir(parents=True)
    for unit in ("checkout@", "single"):
        (folder / f"units/{unit}.service").write_text(UNIT.format(folder=folder))
    (folder / "units/broken.service").write_text("[Service]\nType=oneshot\nExecStart=/bin/false\n")
    fragile = "[Service]\nExecStart=/bin/sh -c 'test %i = 1 && exec sleep 100000'\n"
    (folder / "units/fragile@.service").write_text(fragile)
    (folder / "current").symlink_to("releases/v2")


def _wait(docker: Docker) -> None:
    said = ""
    for _ in range(int(START / PAUSE)):
        said = docker.attempt("exec", "machine", "systemctl", "is-system-running").stdout
        if said.strip() in {"running", "degraded"}:
            return
        time.sleep(PAUSE)
    pytest.fail(f"systemd did not come up: {said}", pytrace=False)
