import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import ValidationError

from actions.model import Action, ActuatorError, DriftedError, Option, Target
from actions.webhook import WebhookActuator, WebhookOptions
from tests.standins.receiver import SECRET, Receiver, receiving
from tests.unit.actions.answering import answering

NOW = 1_718_000_000.5


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@pytest.fixture
async def actuator() -> AsyncIterator[WebhookActuator]:
    made = WebhookActuator(lambda: NOW, {"HOOK_SECRET": SECRET})
    yield made
    await made.close()


def target(receiver: Receiver, **more: Option) -> Target:
    url = receiver.url("/act")
    return Target("webhook", "checkout", {"url": url, "secret_env": "HOOK_SECRET", "allow": ("127.0.0.1",), **more})


def seen(receiver: Receiver) -> Target:
    return target(receiver, status_url=receiver.url("/state"), verbs=("restart", "scale", "rollback"))


async def test_the_receiver_gets_all_it_needs_to_judge(receiver: Receiver, actuator: WebhookActuator) -> None:
    plan = await actuator.plan(Action("scale", seen(receiver), replicas=3))
    await actuator.run(plan, "a-1")
    (asked,) = receiver.posts
    assert asked.headers["Idempotency-Key"] == "a-1"
    assert asked.headers["Content-Type"] == "application/json"
    body = await asked.read()
    assert json.loads(body) == {
        "action": "a-1",
        "service": "checkout",
        "verb": "scale",
        "parameters": {"replicas": 3},
        "plan": plan.digest,
        "version": "1",
    }
    signed = hmac.new(SECRET.encode(), b"1718000000." + body, hashlib.sha256).hexdigest()
    assert asked.headers["X-Steward-Signature"] == f"t=1718000000,v1={signed}"
    assert receiver.replicas == 3


async def test_without_a_status_address_a_restart_can_be_asked_for_and_nothing_is_known(
    receiver: Receiver, actuator: WebhookActuator
) -> None:
    blind = target(receiver)
    await actuator.check(blind)
    assert not receiver.posts
    assert (await actuator.state(blind)).revision == "unknown"
    plan = await actuator.plan(Action("restart", blind))
    assert plan.changes[0].after == f"restarted by the webhook at 127.0.0.1:{receiver.port}"
    with pytest.raises(ActuatorError, match="knows only restart"):
        await actuator.plan(Action("scale", blind, replicas=3))
    receiver.version = 0
    with pytest.raises(DriftedError):
        await actuator.run(plan, "a-1")
    assert not receiver.gets
    assert await actuator.probe(blind, "a-1") == "unknown"


@pytest.mark.parametrize(
    ("code", "effect", "words"),
    [
        (301, "unknown", "answered 301, so it is not known what it did: no, not now"),
        (400, "none", "refused with 400, nothing was done: no, not now"),
        (403, "none", "refused with 403"),
        (404, "none", "refused with 404"),
        (408, "unknown", "answered 408"),
        (409, "unknown", "answered 409"),
        (425, "unknown", "answered 425"),
        (429, "unknown", "answered 429"),
        (500, "unknown", "answered 500"),
        (503, "unknown", "answered 503"),
    ],
)
async def test_an_answer_that_is_no_yes_says_what_is_known_of_the_effect(
    receiver: Receiver, actuator: WebhookActuator, code: int, effect: str, words: str
) -> None:
    plan = await actuator.plan(Action("restart", target(receiver)))
    receiver.refuse = code
    with pytest.raises(ActuatorError) as caught:
        await actuator.run(plan, "a-1")
    assert caught.value.effect == effect
    assert words in str(caught.value)
    assert str(caught.value).isprintable()
    assert SECRET not in str(caught.value)


async def test_a_precondition_that_failed_is_drift(receiver: Receiver, actuator: WebhookActuator) -> None:
    plan = await actuator.plan(Action("restart", target(receiver)))
    with pytest.raises(DriftedError, match="make a new plan") as caught:
        await actuator.run(plan, "a-1")
    assert caught.value.effect == "none"


async def test_a_question_that_fails_before_the_post_has_no_effect(actuator: WebhookActuator) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=503, text="busy")

    async with answering(handler) as port:
        given: dict[str, Option] = {
            "url": f"http://127.0.0.1:{port}/act",
            "status_url": f"http://127.0.0.1:{port}/state?token=s3cret",
            "secret_env": "HOOK_SECRET",
            "allow": ("127.0.0.1",),
        }
        aim = Target("webhook", "checkout", given)
        for doing in (actuator.check(aim), actuator.state(aim), actuator.probe(aim, "a-1")):
            with pytest.raises(ActuatorError, match=f"127.0.0.1:{port} answered 503 .*: busy") as caught:
                await doing
            assert caught.value.effect == "none"
            assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(("name", "text"), [("HOOK_SECRET", SECRET), ("HOOK_SECRET_FILE", "")])
async def test_the_secret_comes_from_the_environment_or_a_file(
    receiver: Receiver, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    made = WebhookActuator(environment={name: text or str(tmp_path / "secret")})
    await made.check(seen(receiver))
    await made.close()
    assert len(receiver.gets) == 1


@pytest.mark.parametrize(
    ("environment", "words"),
    [({}, "HOOK_SECRET is not set"), ({"HOOK_SECRET": " "}, "is not set"), ({"HOOK_SECRET_FILE": "/no/where"}, "read")],
)
async def test_a_missing_secret_is_one_line_and_nothing_is_sent(
    receiver: Receiver, environment: dict[str, str], words: str
) -> None:
    made = WebhookActuator(environment=environment)
    with pytest.raises(ActuatorError, match=words) as caught:
        await made.check(seen(receiver))
    assert caught.value.effect == "none"
    assert not receiver.gets


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "deploy.example.com"}, "must be an address such as"),
        ({"url": "ftp://deploy.example.com"}, "must be an address such as"),
        ({"url": "https://u:p@deploy.example.com"}, "secrets come from the environment"),
        ({"url": "https://deploy.example.com:99999"}, "[Pp]ort"),
        ({"secret_env": "s3cret-text"}, "pattern"),
        ({"verbs": ["scale"]}, "scale and rollback need status_url"),
        ({"verbs": ["delete"]}, "'restart', 'scale' or 'rollback'"),
        ({"verbs": []}, "at least 1"),
        ({"allow": ["10.0.0.0/99"]}, "neither a host's name nor a network"),
        ({"timeout": "1h"}, "number"),
        ({"statusurl": "https://x"}, "not permitted"),
    ],
)
def test_wrong_options_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        WebhookOptions.model_validate({"url": "https://deploy.example.com/x", "secret_env": "HOOK_SECRET", **change})
