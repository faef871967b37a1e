"""Debian with Python as a base image, made by debootstrap, for machines that reach no registry of images."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from tests.real.docker_cli import Docker
from tests.real.need import need, program

BASE = "steward-test-base:bookworm"
PACKAGES = "python3,python3-venv,ca-certificates"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "steward-tests"


def add_base(docker: Docker, folder: Path) -> None:
    """Imports the base image. Its certificates are this machine's, so that pip trusts what it trusts here."""
    need(CERTIFICATES.exists(), "no certificates: apt-get install ca-certificates")
    archive = folder / "base.tar"
    shutil.copyfile(root_archive("bookworm-python.tar", PACKAGES), archive)
    with tarfile.open(archive, "a") as tar:
        tar.add(CERTIFICATES.resolve(), f".{CERTIFICATES}")
    docker("import", str(archive), BASE)
    archive.unlink()


def root_archive(name: str, packages: str) -> Path:
    """A root file system with these packages, as an archive of this name; made once, then kept between runs."""
    kept = CACHE / name
    if not kept.exists():
        debootstrap = program("debootstrap", "debootstrap")
        need(os.geteuid() == 0, "debootstrap needs root: run these tests as root")
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="debootstrap-", dir=CACHE, ignore_cleanup_errors=True) as folder:
            _make((debootstrap, "--variant=minbase", f"--include={packages}", "bookworm"), Path(folder), kept)
    return kept


def _make(command: tuple[str, ...], folder: Path, kept: Path) -> None:
    root = folder / "root"
    try:
        _run(*command, str(root))
        archive = folder / "root.tar"
        left_out = [f"--exclude=.{place}" for place in ("/var/cache/apt/*", "/var/lib/apt/lists/*", CERTIFICATES)]
        _run("tar", "--one-file-system", *left_out, "-C", str(root), "-cf", str(archive), ".")
        archive.replace(kept)  # at once, so that a run that is cut off leaves no half of it
    finally:
        for mounted in ("proc", "sys"):
            subprocess.run(["umount", "--quiet", str(root / mounted)], check=False, stderr=subprocess.DEVNULL)


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
