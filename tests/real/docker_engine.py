"""A Docker Engine of our own on a private socket, and images made from busybox.

The engine needs root. It runs with no default bridge and no iptables, so that it also works inside of containers and
small virtual machines; a container shares the host's network, or has one that its test makes.
"""

import io
import os
import socket
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import httpx
import pytest

from tests.real.need import need, program

FLAGS = ("--iptables=false", "--ip6tables=false", "--bridge=none")
COPIES = ("--storage-driver=vfs",)
"""Layers as copies: works everywhere, and is quick enough for images of one file."""
START = 60.0
PAUSE = 0.1


@contextmanager
def docker_engine(storage: tuple[str, ...] = COPIES) -> Iterator[str]:
    """Starts dockerd, gives its address, stops it and removes all it had. `storage`: flags; () lets it choose."""
    dockerd = program("dockerd", "docker.io")
    need(os.geteuid() == 0, "dockerd needs root: run these tests as root")
    with tempfile.TemporaryDirectory(prefix="steward-docker-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        address = home / "docker.sock"
        places = (f"--data-root={home}/data", f"--exec-root={home}/exec", f"--pidfile={home}/pid")
        with (home / "log").open("wb") as log:
            command = [dockerd, f"--host=unix://{address}", *places, *FLAGS, *storage]
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_until_up(process, address, home / "log")
            yield f"unix://{address}"
        finally:
            process.terminate()
            process.wait(60)
            # What dockerd leaves mounted would keep the folder from being removed.
            subprocess.run(
                ["umount", "--quiet", str(home / "exec/netns/default")], check=False, stderr=subprocess.DEVNULL
            )


@cache
def add_image(
    host: str, repository: str, tag: str, *, command: tuple[str, ...] = ("/bin/busybox", "sleep", "100000")
) -> None:
    """Imports an image with nothing in it but busybox and a file that makes each tag an image of its own."""
    busybox = program("busybox", "busybox-static")
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.add(Path(busybox).resolve(), "bin/busybox")
        version = tarfile.TarInfo("version")
        version.size = len(tag)
        tar.addfile(version, io.BytesIO(tag.encode()))
    words = ", ".join(f'"{word}"' for word in command)
    changes = [f"CMD [{words}]", f"ENV VERSION={tag}"]
    asked = {"fromSrc": "-", "repo": repository, "tag": tag, "changes": changes}
    with _client(host.removeprefix("unix://")) as client:
        answer = client.post("/images/create", params=asked, content=archive.getvalue())
        assert answer.status_code == 200, answer.text


def _wait_until_up(process: subprocess.Popen[bytes], address: Path, log: Path) -> None:
    for _ in range(int(START / PAUSE)):
        if _answers(address):
            return
        try:
            process.wait(PAUSE)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail("dockerd did not come up; the end of its log:\n" + log.read_text()[-2000:], pytrace=False)


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(str(address))
            asking.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return b" 200 " in asking.recv(64)
        except OSError:
            return False


def _client(address: str) -> httpx.Client:
    return httpx.Client(transport=httpx.HTTPTransport(uds=address), base_url="http://docker", timeout=30)
