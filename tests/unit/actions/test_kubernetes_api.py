import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from actions.kubernetes_api import Api, KubernetesOptions, Place, place_of
from actions.model import ActuatorError, Target
from actions.options import options_of
from tests.unit.actions.answering import Handler, answering, hang_up


def kubeconfig(folder: Path, port: int) -> str:
    path = folder / "kubeconfig"
    config = {
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "u", "user": {"token": "s3cret"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    path.write_text(json.dumps(config))
    return str(path)


@asynccontextmanager
async def asking(handler: Handler, folder: Path) -> AsyncIterator[tuple[Api, Place]]:
    async with answering(handler) as port:
        api = Api()
        try:
            yield api, Place(kubeconfig(folder, port), "", "shop", "deployment", "checkout")
        finally:
            await api.close()


def status(code: int, message: str = "because") -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": message}
        return web.json_response(body, status=code)

    return handler


def text(code: int, body: str) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, text=body, content_type="text/html")

    return handler


@pytest.mark.parametrize(
    ("handler", "words", "effect"),
    [
        (status(401), "renew those in its kubeconfig", "none"),
        (status(403), "may not patch deployments (deployment/checkout in namespace shop): add it to Steward's", "none"),
        (status(404), "no deployment/checkout in namespace shop", "none"),
        (status(422), "invalid: because", "none"),
        (status(429), "too busy to patch deployments", "none"),
        (status(500), "answer 500: because", "unknown"),
        (status(504), "answer 504", "unknown"),
        (text(502, "<html>bad gateway</html>"), "answer 502", "unknown"),
        (text(403, "<html>go away</html>"), "may not patch deployments", "none"),
        (text(200, "<html>welcome</html>"), "no usable answer", "unknown"),
        (hang_up, "no usable answer", "unknown"),
    ],
)
async def test_a_failed_patch_is_one_line_and_says_what_is_known_of_its_effect(
    tmp_path: Path, handler: Handler, words: str, effect: str
) -> None:
    async with asking(handler, tmp_path) as (api, place):
        with pytest.raises(ActuatorError) as caught:
            await api.patch(place, {})
        assert words in str(caught.value)
        assert caught.value.effect == effect
        assert "\n" not in str(caught.value)
        assert "s3cret" not in str(caught.value)
        with pytest.raises(ActuatorError) as caught:
            await api.patch(place, {}, dry_run=True)
        assert caught.value.effect == "none"


async def test_reading_names_the_verb_and_the_resource_that_lack(tmp_path: Path) -> None:
    async with asking(status(403), tmp_path) as (api, place):
        with pytest.raises(ActuatorError, match="may not get deployments"):
            await api.workload(place)
        workload = {"spec": {"selector": {"matchLabels": {"app": "checkout"}}}}
        with pytest.raises(ActuatorError, match="may not list replicasets"):
            await api.history(place, workload)
        with pytest.raises(ActuatorError, match="may not list pods"):
            await api.pods(place, workload)


@pytest.mark.parametrize("body", ["{}", "[]", "null", '{"metadata": {}, "spec": null}', "<html>"])
async def test_what_is_not_a_workload_is_no_usable_answer(tmp_path: Path, body: str) -> None:
    async with asking(text(200, body), tmp_path) as (api, place):
        with pytest.raises(ActuatorError, match="no usable answer"):
            await api.workload(place)


async def test_a_conflict_is_no_error_but_no_success(tmp_path: Path) -> None:
    async with asking(status(409), tmp_path) as (api, place):
        assert not await api.patch(place, {})


async def test_a_webhook_that_cannot_be_tried_does_not_stop_the_plan(tmp_path: Path) -> None:
    async with asking(status(400, "admission webhook w does not support dry run"), tmp_path) as (api, place):
        assert await api.patch(place, {}, dry_run=True)
        with pytest.raises(ActuatorError, match="invalid"):
            await api.patch(place, {})


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "not found"), ("{{{", "cannot use the kubeconfig"), ("[]", "cannot use the kubeconfig"), ("{}", "cannot")],
)
async def test_a_bad_kubeconfig_is_one_line(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "kubeconfig"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ActuatorError, match=words) as caught:
        await Api().workload(Place(str(path), "", "shop", "deployment", "checkout"))
    assert "\n" not in str(caught.value)


async def test_a_missing_context_is_named(tmp_path: Path) -> None:
    with pytest.raises(ActuatorError, match="'staging' not found"):
        await Api().workload(Place(kubeconfig(tmp_path, 1), "staging", "shop", "deployment", "checkout"))


async def test_nobody_listening_means_no_effect(tmp_path: Path) -> None:
    api = Api()
    with pytest.raises(ActuatorError, match="no usable answer") as caught:
        await api.patch(Place(kubeconfig(tmp_path, 1), "", "shop", "deployment", "checkout"), {})
    assert caught.value.effect == "none"
    await api.close()


@pytest.mark.parametrize("workload", ["checkout", "job/checkout", "deployment/", "/checkout"])
def test_a_workload_that_cannot_be_is_explained(workload: str) -> None:
    target = Target("kubernetes", "checkout", {"namespace": "shop", "workload": workload})
    with pytest.raises(ActuatorError, match="write deployment/NAME, statefulset/NAME or daemonset/NAME"):
        place_of(target)


def test_kinds_are_read_in_any_case() -> None:
    target = Target("kubernetes", "checkout", {"namespace": "shop", "workload": "Deployment/checkout"})
    assert str(place_of(target)) == "deployment/checkout in namespace shop"


@pytest.mark.parametrize(
    ("workload", "cordon", "verbs"),
    [
        ("deployment/a", "false", ("restart", "scale", "rollback", "evict")),
        ("statefulset/a", "True", ("restart", "scale", "rollback", "evict", "cordon", "uncordon")),
        ("DaemonSet/a", "false", ("restart", "rollback")),
        ("daemonset/a", "true", ("restart", "rollback", "cordon", "uncordon")),
    ],
)
def test_what_a_target_can_do(workload: str, cordon: str, verbs: tuple[str, ...]) -> None:
    target = Target("kubernetes", "checkout", {"namespace": "shop", "workload": workload, "cordon": cordon})
    assert options_of(target, KubernetesOptions).verbs == verbs


@pytest.mark.parametrize(
    ("handler", "there"), [(status(201), True), (status(404), False), (status(409), False), (status(500), None)]
)
async def test_an_eviction_says_whether_it_met_this_very_pod(
    tmp_path: Path, handler: Handler, there: bool | None
) -> None:
    async with asking(handler, tmp_path) as (api, place):
        if there is None:
            with pytest.raises(ActuatorError, match="could not create pods/eviction") as caught:
                await api.evict(place, "checkout-a", "u1")
            assert caught.value.effect == "unknown"
        else:
            assert await api.evict(place, "checkout-a", "u1") is there


async def test_an_eviction_names_no_version_and_one_uid(tmp_path: Path) -> None:
    asked = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append((request.path, await request.json()))
        return web.json_response({"kind": "Status", "status": "Success"}, status=201)

    async with asking(handler, tmp_path) as (api, place):
        assert await api.evict(place, "checkout-a", "u1")
    ((path, body),) = asked
    assert path == "/api/v1/namespaces/shop/pods/checkout-a/eviction"
    assert (body["apiVersion"], body["kind"], body["metadata"]["name"]) == ("", "", "checkout-a")
    assert body["deleteOptions"] == {"preconditions": {"uid": "u1"}}


async def test_a_node_that_is_not_there_is_none_and_one_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    async with asking(status(404), tmp_path) as (api, place):
        assert await api.node(place, "n1") is None
    async with asking(status(403), tmp_path) as (api, place):
        with pytest.raises(ActuatorError, match=r"may not get nodes \(node n1\): apply deploy/kubernetes/cordon"):
            await api.node(place, "n1")


async def test_rights_that_cannot_be_asked_for_are_told(tmp_path: Path) -> None:
    async with asking(status(403), tmp_path) as (api, place):
        with pytest.raises(ActuatorError, match="may not create selfsubjectaccessreviews"):
            await api.need(place, "create", "pods/eviction")
