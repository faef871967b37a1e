from pathlib import Path

from actions.kubernetes_api import Api, place_of
from actions.kubernetes_look import Seen, look
from actions.kubernetes_read import INTENDED, LAST_ACTION
from tests.unit.actions.kubernetes_server import NOW, Cluster, acting, pod


async def seen(cluster: Cluster, folder: Path) -> Seen:
    api = Api()
    async with acting(cluster, folder) as (_, target):
        try:
            return await look(api, place_of(target), NOW)
        finally:
            await api.close()


async def test_own_pods_are_told_from_strays(tmp_path: Path) -> None:
    found = await seen(Cluster(pods=[pod("a", "n1"), pod("b", "n1", owner="other")]), tmp_path)
    assert [one["metadata"]["name"] for one in found.pods] == ["a"]
    assert [one["metadata"]["name"] for one in found.strays] == ["b"]
    assert [one.name for one in found.state.instances] == ["a"]


async def test_a_pod_is_found_by_its_uid_while_it_stays(tmp_path: Path) -> None:
    cluster = Cluster()
    cluster.pods[1]["metadata"]["deletionTimestamp"] = "2026-11-20T10:00:30Z"
    found = await seen(cluster, tmp_path)
    assert found.pod("uid-checkout-a") == cluster.pods[0]
    assert found.pod("uid-checkout-b") is None
    assert found.pod("checkout-a") is None


async def test_what_was_begun_and_what_was_done_are_two_things(tmp_path: Path) -> None:
    cluster = Cluster()
    cluster.object["metadata"]["annotations"] = {INTENDED: "pod/u1=a1,pod/u2=a2", LAST_ACTION: "a1"}
    found = await seen(cluster, tmp_path)
    assert (found.was_done("a1"), found.was_done("a2"), found.intended("a2")) == (True, False, "pod/u2")


async def test_the_update_strategy_says_how_many_go_at_once(tmp_path: Path) -> None:
    cluster = Cluster()
    cluster.object["spec"]["strategy"] = {"type": "Recreate"}
    assert (await seen(cluster, tmp_path)).state.at_once == 2
