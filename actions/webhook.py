"""Acts by asking a server of the user's own: a signed POST for each action.

The receiver gets `{"action", "service", "verb", "parameters", "plan", "version"}`, with the action's id as
Idempotency-Key too, and must do the same key once only. It answers 2xx when it did what was asked, 412 when the target
is no longer at `version`, another 4xx when it did nothing.

With `status_url` the target can be asked how it is (see `actions.report`); with an Idempotency-Key, also whether that
action had its effect. Without it nothing is known but what the POST answered, so that only a restart can be offered.
"""

import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from actions import report
from actions.draft import draft
from actions.model import Action, ActuatorError, Answer, DriftedError, Plan, State, Target, Verb
from actions.options import Seconds, TargetOptions, options_of
from actions.safe_http import Call, Reply, Resolve, SafeHttp, network_of, resolve

UNCLEAR = frozenset({408, 409, 425, 429})
"""Refusals after which the action may still have been, or may still be done."""


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0 or value.split() != [value]:
        raise ValueError("must be an address such as https://deploy.example.com/steward")
    if "@" in parts.netloc:
        raise ValueError("must carry no user or password: secrets come from the environment")
    return value


def _listed(entry: str) -> str:
    if network_of(entry) is None and ("/" in entry or ":" in entry or not entry.strip()):
        raise ValueError(f"{entry!r} is neither a host's name nor a network such as 10.1.2.0/24")
    return entry


Url = Annotated[str, AfterValidator(_url)]
Listed = Annotated[str, AfterValidator(_listed)]
"""A host or a network that may be a private one."""


def signature(secret: bytes, moment: int, content: bytes) -> str:
    """The header X-Steward-Signature: `t=MOMENT,v1=HMAC`, the SHA-256 HMAC in hex of `MOMENT.CONTENT`."""
    return f"t={moment},v1={hmac.new(secret, f'{moment}.'.encode() + content, hashlib.sha256).hexdigest()}"


class WebhookOptions(TargetOptions):
    """`secret_env`: the variable with the signing secret. `allow`: hosts and networks that may be private ones."""

    url: Url
    secret_env: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    status_url: Url | None = None
    verbs: Annotated[tuple[Literal["restart", "scale", "rollback"], ...], Field(min_length=1)] = ("restart",)
    allow: tuple[Listed, ...] = ()
    timeout: Seconds = 10.0

    @model_validator(mode="after")
    def _seen(self) -> "WebhookOptions":
        if self.status_url is None and set(self.verbs) != {"restart"}:
            raise ValueError("scale and rollback need status_url: nobody can judge them who cannot see the target")
        return self


class WebhookActuator:
    """The actuator of kind `webhook`. `now` gives epoch seconds."""

    Options: ClassVar[type[WebhookOptions]] = WebhookOptions
    verbs: Sequence[Verb] = ("restart", "scale", "rollback")

    def __init__(
        self,
        now: Callable[[], float] = time.time,
        environment: Mapping[str, str] = os.environ,
        resolver: Resolve = resolve,
    ) -> None:
        self._now = now
        self._environment = environment
        self._http = SafeHttp(resolver)

    async def check(self, target: Target) -> None:
        """Raises ActuatorError when the receiver cannot be reached, or the secret is not there."""
        options = options_of(target, WebhookOptions)
        await self._http.reach(self._call(options, options.url, {}, None))
        await self._ask(options)

    async def state(self, target: Target) -> State:
        """What the status address says; without one, a state that says nothing."""
        found = await self._ask(options_of(target, WebhookOptions))
        return found.state if found else report.UNSEEN

    async def plan(self, action: Action) -> Plan:
        """The dry run, which the receiver is not asked for."""
        options = options_of(action.target, WebhookOptions)
        found = await self._ask(options)
        plan = draft(action, found.state if found else report.UNSEEN, options.verbs)
        return plan if found else report.blind(action, f"the webhook at {self._name(options)}")

    async def run(self, plan: Plan, action_id: str) -> None:
        """Posts the action, once, unless the target says that it was done or has changed."""
        options = options_of(plan.action.target, WebhookOptions)
        if found := await self._ask(options, action_id):
            if found.action == "done":
                return
            report.refuse_drift(plan, found.state)
        call = self._call(options, options.url, {"Idempotency-Key": action_id}, _body(plan, action_id))
        _judge(await self._http.send(call), call.name)

    async def probe(self, target: Target, action_id: str) -> Answer:
        """What the status address says of this Idempotency-Key; `unknown` without one."""
        found = await self._ask(options_of(target, WebhookOptions), action_id)
        return found.action if found else "unknown"

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.close()

    async def _ask(self, options: WebhookOptions, action_id: str = "") -> report.Report | None:
        if options.status_url is None:
            return None
        headers = {"Idempotency-Key": action_id} if action_id else {}
        call = self._call(options, options.status_url, headers, None)
        try:
            reply = await self._http.send(call)
        except ActuatorError as error:
            raise ActuatorError(str(error)) from None  # a question has no effect
        if reply.code != 200:
            raise ActuatorError(f"{call.name} answered {reply.code} to the question for the state{_words(reply)}")
        return report.read(reply.body, call.name)

    def _call(self, options: WebhookOptions, url: str, headers: Mapping[str, str], content: bytes | None) -> Call:
        given = {
            "Content-Type": "application/json",
            "User-Agent": "steward",
            "X-Steward-Signature": signature(self._secret(options), int(self._now()), content or b""),
            **headers,
        }
        return Call(url, options.allow, options.timeout, given, content)

    def _secret(self, options: WebhookOptions) -> bytes:
        name = options.secret_env
        path = self._environment.get(f"{name}_FILE")
        try:
            found = self._environment.get(name) or (Path(path).read_text(encoding="utf-8") if path else "")
        except (OSError, UnicodeDecodeError) as error:
            raise ActuatorError(f"{name}_FILE: {path} cannot be read: {error}") from None
        if not found.strip():
            raise ActuatorError(f"{name} is not set, and the webhook is signed with it: export {name}=...")
        return found.strip().encode()

    def _name(self, options: WebhookOptions) -> str:
        return urlsplit(options.url).netloc


def _body(plan: Plan, action_id: str) -> bytes:
    action = plan.action
    said = {
        "action": action_id,
        "service": action.target.service,
        "verb": action.verb,
        "parameters": report.parameters(action),
        "plan": plan.digest,
        "version": plan.version,
    }
    return json.dumps(said, sort_keys=True).encode()


def _judge(reply: Reply, name: str) -> None:
    """Raises when the answer to a POST is no yes."""
    if 200 <= reply.code < 300:
        return
    if reply.code == 412:
        raise DriftedError(f"{name} says that the target changed since the plan was made: make a new plan")
    if 400 <= reply.code < 500 and reply.code not in UNCLEAR:
        raise ActuatorError(f"{name} refused with {reply.code}, nothing was done{_words(reply)}")
    raise ActuatorError(f"{name} answered {reply.code}, so it is not known what it did{_words(reply)}", "unknown")


def _words(reply: Reply) -> str:
    words = report.inert(reply.body.decode("utf-8", "replace"))
    return f": {words}" if words else ""
