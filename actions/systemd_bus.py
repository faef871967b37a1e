"""The few calls to systemd's D-Bus interface that acting needs, each with its failure in words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from dbus_fast import BusType, DBusFastError, Message, MessageType
from dbus_fast.aio import MessageBus

from actions.model import ActuatorError
from actions.report import inert
from actions.systemd_read import Unit

ANSWER = 10.0
"""Seconds for one answer of systemd."""

Job = Literal["StartUnit", "StopUnit", "RestartUnit"]

_NAME = "org.freedesktop.systemd1"
_PATH = "/org/freedesktop/systemd1"
_DENIED = ("AccessDenied", "InteractiveAuthorizationRequired", "AuthFailed")
_DOING = {"StartUnit": "start", "StopUnit": "stop", "RestartUnit": "restart", "ResetFailedUnit": "reset"}


class Manager:
    """systemd on one bus. Methods raise ActuatorError and nothing else."""

    def __init__(self, bus: MessageBus, where: str) -> None:
        self._bus = bus
        self._where = where

    async def subscribe(self) -> None:
        """Asks for word on jobs. Raises when there is no systemd on the bus."""
        await self._call("Subscribe")

    async def unit(self, name: str) -> Unit:
        """One unit. Raises when there is no such unit file."""
        (path,) = await self._call("LoadUnit", "s", name)
        said = await self._properties(path, "Unit")
        if said["LoadState"] != "loaded":
            raise ActuatorError(f"no unit {name} on {self._where} ({said['LoadState']}): check the target and the unit")
        of_service = await self._properties(path, "Service")
        return Unit(
            name,
            said["ActiveState"],
            said["SubState"],
            bytes(said["InvocationID"]).hex(),
            of_service["NRestarts"],
            of_service["Result"],
            of_service["ExecMainStatus"],
            of_service["Type"],
        )

    async def instances(self, template: str) -> list[str]:
        """The names of the instances of a template that systemd knows."""
        pattern = template.replace("@.service", "@*.service")
        (rows,) = await self._call("ListUnitsByPatterns", "asas", [], [pattern])
        return [row[0] for row in rows if row[2] == "loaded"]

    async def job(self, doing: Job, name: str) -> None:
        """Starts, stops or restarts a unit and waits for systemd's word on it.

        `effect` of an error is "none" only when systemd refused to begin.
        """
        ended: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

        def heard(message: Message) -> None:
            if message.member == "JobRemoved" and message.path == _PATH:
                ended.put_nowait((message.body[1], message.body[3]))

        rule = f"type='signal',sender='{_NAME}',path='{_PATH}',member='JobRemoved',arg2='{name}'"
        await self._call("AddMatch", "s", rule, to="org.freedesktop.DBus")
        self._bus.add_message_handler(heard)
        try:
            (path,) = await self._call(doing, "ss", name, "replace")
            result = await _result(ended, path)
        finally:
            self._bus.remove_message_handler(heard)
        if result != "done":
            raise ActuatorError(
                f"systemd could not {_DOING[doing]} {name} ({result}): see journalctl -u {name}", "unknown"
            )

    async def forget_failure(self, name: str) -> None:
        """Makes a stopped unit that had failed an inactive one."""
        await self._call("ResetFailedUnit", "s", name)

    async def _properties(self, path: str, interface: str) -> dict[str, Any]:
        (found,) = await self._call("GetAll", "s", f"{_NAME}.{interface}", path=path)
        return {name: variant.value for name, variant in found.items()}

    async def _call(self, member: str, signature: str = "", *body: Any, path: str = "", to: str = "") -> list[Any]:
        interface = {"GetAll": "org.freedesktop.DBus.Properties", "AddMatch": to}.get(member, f"{_NAME}.Manager")
        place = path or ("/org/freedesktop/DBus" if to else _PATH)
        message = Message(to or _NAME, place, interface, member, signature=signature, body=list(body))
        doing = f"{_DOING.get(member, member)} {body[0] if body and isinstance(body[0], str) else ''}".strip()
        try:
            async with asyncio.timeout(ANSWER):
                reply = await self._bus.call(message)
        except (OSError, EOFError, DBusFastError, TimeoutError) as error:
            why = str(error) or "it took too long"
            raise ActuatorError(f"no answer on {self._where} to {doing}: {why}", _effect(member)) from None
        if reply.message_type is MessageType.ERROR:
            raise _said(reply, doing, self._where)
        return list(reply.body)


@asynccontextmanager
async def systemd(address: str) -> AsyncIterator[Manager]:
    """Systemd on the bus at this address, or on the system bus where it is empty."""
    where = address or "the system bus"
    try:
        async with asyncio.timeout(ANSWER):
            bus = await MessageBus(address or None, BusType.SYSTEM, auth_timeout=ANSWER).connect()
    except (OSError, EOFError, DBusFastError, TimeoutError) as error:
        why = str(error) or "it took too long"
        raise ActuatorError(f"cannot connect to {where}: {why}; is D-Bus running, and may Steward use it?") from None
    try:
        manager = Manager(bus, where)
        await manager.subscribe()
        yield manager
    finally:
        bus.disconnect()


async def _result(ended: "asyncio.Queue[tuple[str, str]]", path: str) -> str:
    """How this job ended; the word on it may have come before the answer to the call that began it."""
    while True:
        job, result = await ended.get()
        if job == path:
            return result


def _effect(member: str) -> Literal["none", "unknown"]:
    return "unknown" if member in _DOING else "none"


def _said(reply: Message, doing: str, where: str) -> ActuatorError:
    """The refusal as one line with its mend; systemd refuses before it begins."""
    kind = (reply.error_name or "").rpartition(".")[2]
    words = inert(str(reply.body[0])) if reply.body else "no words"
    if kind in _DENIED:
        return ActuatorError(f"may not {doing} on {where}: let it by polkit, see deploy/systemd/steward.rules; {words}")
    if kind == "ServiceUnknown":
        return ActuatorError(f"there is no systemd on {where}: {words}")
    if kind in {"NoReply", "Disconnected", "Timeout"}:
        return ActuatorError(f"systemd did not answer on {where} to {doing}: {words}", "unknown")
    return ActuatorError(f"systemd could not {doing} on {where} ({kind}): {words}")
