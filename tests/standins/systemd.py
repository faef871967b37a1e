"""A stand-in of systemd on a bus of its own: units that start and stop at once, or as a test says."""

import asyncio
import fnmatch
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from tests.real.need import program

NAME = "org.freedesktop.systemd1"
PATH = "/org/freedesktop/systemd1"
CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/>
  </policy>
</busconfig>
"""


@dataclass
class StandIn:
    """Loaded units by name and their state.

    results: how the next jobs of a unit end, "done" where it says nothing, never where it says "".
    refuse: members that are refused, with the error's name.
    kind: the Type of all units.
    """

    address: str
    units: dict[str, str] = field(default_factory=dict)
    invocations: dict[str, int] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    refuse: dict[str, str] = field(default_factory=dict)
    kind: str = "simple"
    calls: list[tuple[str, str]] = field(default_factory=list)
    jobs: Callable[[], int] = field(default_factory=lambda: count(1).__next__)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, bus: MessageBus, message: Message) -> Message | None:
        """The reply to one call."""
        if message.message_type is not MessageType.METHOD_CALL or message.destination not in {NAME, bus.unique_name}:
            return None
        member = message.member or ""
        if member in self.refuse:
            return Message.new_error(message, self.refuse[member], "no,\nnot now")
        match member:
            case "Subscribe":
                return Message.new_method_return(message)
            case "LoadUnit":
                return Message.new_method_return(message, "o", [f"{PATH}/unit/{message.body[0].encode().hex()}"])
            case "ListUnitsByPatterns":
                return Message.new_method_return(message, "a(ssssssouso)", [self._rows(message.body[1][0])])
            case "GetAll":
                return Message.new_method_return(message, "a{sv}", [self._properties(message)])
            case "ResetFailedUnit":
                self.calls.append((member, message.body[0]))
                self.units[message.body[0]] = "inactive"
                return Message.new_method_return(message)
        return self._job(bus, message, member, message.body[0])

    def _rows(self, pattern: str) -> list[Any]:
        names = fnmatch.filter(self.units, pattern)
        return [[name, "", "loaded", self.units[name], "", "", PATH, 0, "", "/"] for name in names]

    def _properties(self, message: Message) -> dict[str, Variant]:
        name = bytes.fromhex((message.path or "").rpartition("/")[2]).decode()
        if message.body[0].endswith(".Service"):
            ended = {"Result": Variant("s", "success"), "ExecMainStatus": Variant("i", 0)}
            return {"NRestarts": Variant("u", 0), "Type": Variant("s", self.kind), **ended}
        return {
            "LoadState": Variant("s", "loaded" if name in self.units else "not-found"),
            "ActiveState": Variant("s", self.units.get(name, "inactive")),
            "SubState": Variant("s", "running"),
            "InvocationID": Variant("ay", self.invocations.get(name, 1).to_bytes(16, "big")),
        }

    def _job(self, bus: MessageBus, message: Message, member: str, name: str) -> Message:
        self.calls.append((member, name))
        path = f"{PATH}/job/{self.jobs()}"
        result = self.results.get(name, "done")
        if result == "done":
            self.units[name] = "inactive" if member == "StopUnit" else "active"
            self.invocations[name] = self.invocations.get(name, 1) + (member != "StopUnit")
        for each, how in (("/another/job", "failed"), (path, result)) if result else ():
            # A job may be over before the answer that names it: then the word on it comes first.
            bus.send(Message.new_signal(PATH, f"{NAME}.Manager", "JobRemoved", "uoss", [1, each, name, how]))
        self.begun.set()
        return Message.new_method_return(message, "o", [path])


@asynccontextmanager
async def standing_in(folder: Path) -> AsyncIterator[StandIn]:
    """Serves one, with two instances of `checkout@.service` and `single.service`."""
    async with bus_at(folder) as address:
        bus = await MessageBus(address).connect()
        await bus.request_name(NAME)
        units = dict.fromkeys(("checkout@1.service", "checkout@2.service", "single.service"), "active")
        found = StandIn(address, units)
        bus.add_message_handler(lambda message: found.answer(bus, message))
        try:
            yield found
        finally:
            bus.disconnect()


@asynccontextmanager
async def bus_at(folder: Path) -> AsyncIterator[str]:
    """A bus without systemd."""
    daemon = program("dbus-daemon", "dbus")
    path, config = folder / "bus", folder / "bus.conf"
    config.write_text(CONFIG.format(path=path))
    process = await asyncio.create_subprocess_exec(
        daemon, f"--config-file={config}", "--nofork", "--nopidfile", "--print-address", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        assert await process.stdout.readline(), "dbus-daemon did not come up"
        yield f"unix:path={path}"
    finally:
        process.terminate()
        await process.communicate()
