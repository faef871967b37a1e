import json

import pytest
from aiohttp import web

from actions.docker_api import Engine
from actions.model import ActuatorError, Target
from tests.unit.actions.answering import Handler, answering, hang_up
from tests.unit.actions.test_docker_read import container

ONE = Target("docker", "checkout", {"container": "checkout"})
COMPOSE = Target("docker", "checkout", {"project": "shop", "compose_service": "checkout"})


def engine_that(answer: Handler) -> Handler:
    """An engine that says its version and then answers as told."""

    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path == "/version":
            return web.json_response({"ApiVersion": "1.41"})
        return await answer(request)

    return handler


def says(status: int, body: object) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=json.dumps(body), content_type="application/json")

    return handler


async def not_docker(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>welcome</html>", content_type="text/html")


@pytest.mark.parametrize(
    ("handler", "words", "effect"),
    [
        (engine_that(says(404, {"message": "No such container: checkout"})), "No such container", "unknown"),
        (engine_that(says(403, {"message": "no"})), "does not let Steward restart container c1", "unknown"),
        (engine_that(says(500, {"message": "cannot stop:\nstuck"})), "could not restart container c1", "unknown"),
        (engine_that(hang_up), "to restart container c1", "unknown"),
    ],
)
async def test_a_failed_restart_is_one_line_of_unknown_effect(handler: Handler, words: str, effect: str) -> None:
    async with answering(handler) as port:
        engine = Engine(f"tcp://127.0.0.1:{port}")
        with pytest.raises(ActuatorError) as caught:
            await engine.restart(container(), 1)
        await engine.close()
    assert words in str(caught.value)
    assert caught.value.effect == effect
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (engine_that(says(404, {"message": "No such container: checkout"})), "could not find container checkout"),
        (engine_that(says(200, {"Id": "c1"})), "is not a Docker Engine"),
        (engine_that(says(200, [])), "is not a Docker Engine"),
        (not_docker, "is not a Docker Engine"),
        (hang_up, "no Docker Engine at"),
    ],
)
async def test_a_failed_look_is_one_line_without_effect(handler: Handler, words: str) -> None:
    async with answering(handler) as port:
        engine = Engine(f"tcp://127.0.0.1:{port}")
        with pytest.raises(ActuatorError, match=words) as caught:
            await engine.containers(ONE)
        await engine.close()
    assert caught.value.effect == "none"


async def test_a_service_without_containers_says_where_it_looked() -> None:
    async with answering(engine_that(says(200, []))) as port:
        engine = Engine(f"tcp://127.0.0.1:{port}")
        with pytest.raises(ActuatorError, match="no container of service checkout in Compose project shop"):
            await engine.containers(COMPOSE)
        await engine.close()


async def test_nobody_listening_is_one_line() -> None:
    engine = Engine("unix:///nowhere/docker.sock")
    with pytest.raises(ActuatorError, match=r"no Docker Engine at unix:///nowhere/docker\.sock"):
        await engine.images()
    await engine.close()


async def test_an_address_of_no_known_form_is_one_line() -> None:
    with pytest.raises(ActuatorError, match="carrier-pigeon"):
        Engine("carrier-pigeon://roof")
