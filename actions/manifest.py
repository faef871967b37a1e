"""The files of the declarative process target: what is wanted of a service, and what its supervisor sees.

In one directory, for each service: `<service>.json` is the manifest, the desired state, which actuators and
deployments change; `<service>.status.json` is the status, the observed state, which the supervisor writes.
Every change happens under the lock of `<service>.lock` and lands by rename, so a reader never sees half a file.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from actions.model import ActuatorError, DriftedError

T = TypeVar("T")

ACTIONS_KEPT = 50

LOCK_TIME = 5.0
LOCK_LOOK = 0.01
"""Seconds to wait for the lock in all, and between two looks."""


@dataclass(frozen=True, slots=True)
class Release:
    """One revision that can run. `env` is added to the supervisor's own; `deployed_at` is in epoch seconds."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    deployed_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is wanted.

    version: grows by one at every write; the caller need not set it.
    revision: the name of the release that shall run; `revisions` is oldest first.
    restarted_at: instances started before this moment (epoch seconds) shall be replaced.
    actions: action id -> the version that it wrote, oldest first; 0: called back before it had an effect.
    """

    service: str
    replicas: int
    revision: str
    revisions: tuple[Release, ...]
    version: int = 0
    restarted_at: float = 0.0
    actions: Mapping[str, int] = field(default_factory=dict)

    def release(self, name: str) -> Release | None:
        """The release of this name."""
        return next((release for release in self.revisions if release.name == name), None)


@dataclass(frozen=True, slots=True)
class Instance:
    """One running process of a service. `restarts` counts how often the supervisor had to start it anew."""

    pid: int
    port: int
    revision: str
    started_at: float
    ready: bool
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """What is observed. `observed_version` is the manifest version that the supervisor has last acted on."""

    observed_version: int = 0
    instances: tuple[Instance, ...] = ()
    problems: tuple[str, ...] = ()


_MANIFEST = TypeAdapter(Manifest)
_STATUS = TypeAdapter(Status)


def read(directory: Path, service: str) -> Manifest:
    """The manifest. Raises ActuatorError when there is none or it cannot be read."""
    path = _path(directory, service, ".json")
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise ActuatorError(f"no manifest of service {service!r} at {path}: is its supervisor set up?") from None
    except OSError as error:
        raise _trouble("read", path, error) from None
    return _parse(_MANIFEST, text, path)


def read_status(directory: Path, service: str) -> Status:
    """The status; an empty one before the supervisor first wrote. Raises ActuatorError when it cannot be read."""
    path = _path(directory, service, ".status.json")
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Status()
    except OSError as error:
        raise _trouble("read", path, error) from None
    return _parse(_STATUS, text, path)


def write(directory: Path, manifest: Manifest) -> Manifest:
    """Puts a manifest in place whatever was there, one version on; gives it as written. For first deployments."""
    with _locked(directory, manifest.service):
        path = _path(directory, manifest.service, ".json")
        version = read(directory, manifest.service).version if path.exists() else 0
        written = replace(manifest, version=version + 1)
        _put(path, _MANIFEST.dump_json(written, indent=2))
    return written


def write_status(directory: Path, service: str, status: Status) -> None:
    """Puts the status in place. Only the supervisor of the service calls this."""
    _put(_path(directory, service, ".status.json"), _STATUS.dump_json(status, indent=2))


def change(
    directory: Path, service: str, expected_version: int | None, function: Callable[[Manifest], Manifest]
) -> Manifest:
    """Compare and set: writes what `function` makes of the manifest, and gives the manifest as it then is.

    Nothing is written when the function gives back an equal manifest. The version is bumped here, not there.

    Raises:
        DriftedError: `expected_version` is given and is not the manifest's version.
        ActuatorError: the files cannot be used.
    """
    with _locked(directory, service):
        old = read(directory, service)
        if expected_version is not None and old.version != expected_version:
            raise DriftedError(
                f"service {service!r} is at manifest version {old.version}, not {expected_version}: "
                "it was changed since the plan was made; make a new plan"
            )
        new = function(old)
        if new == old:
            return old
        kept = dict(list(new.actions.items())[-ACTIONS_KEPT:])
        new = replace(new, version=old.version + 1, actions=kept)
        _put(_path(directory, service, ".json"), _MANIFEST.dump_json(new, indent=2))
        return new


@contextmanager
def _locked(directory: Path, service: str) -> Iterator[None]:
    path = _path(directory, service, ".lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _trouble("lock", path, error) from None
    try:
        _lock(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path, patience: float = LOCK_TIME) -> None:
    """Takes the lock, but does not wait for ever: this runs in a thread, which nobody could end."""
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise ActuatorError(f"{path} was held by another process for {patience:.0f} s: try again") from None
            time.sleep(LOCK_LOOK)
        else:
            return


def _put(path: Path, text: bytes) -> None:
    """Replaces a file whole: a temporary neighbour, flushed to disk, renamed over it."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _trouble("write", path, error) from None


def _parse(adapter: TypeAdapter[T], text: bytes, path: Path) -> T:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ActuatorError(f"{path} is damaged: {where}: {first['msg']}; mend it or deploy the service anew") from None


def _path(directory: Path, service: str, ending: str) -> Path:
    if not service or service.startswith(".") or "/" in service:
        raise ActuatorError(f"{service!r} cannot be the name of a process service: no slash and no leading dot")
    return directory / f"{service}{ending}"


def _trouble(verb: str, path: Path, error: OSError) -> ActuatorError:
    return ActuatorError(f"cannot {verb} {path}: {error.strerror}; check that the directory exists and is writable")
