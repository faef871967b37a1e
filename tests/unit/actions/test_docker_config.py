from collections.abc import Mapping
from typing import Any

import pytest

from actions import docker_config as made
from actions.docker_read import ACTION, NUMBER

IMAGE: dict[str, Any] = {
    "RepoTags": ["shop/checkout:v2"],
    "Config": {
        "Env": ["PATH=/bin", "VERSION=2"],
        "Cmd": ["serve"],
        "Entrypoint": ["/run"],
        "WorkingDir": "/srv",
        "Labels": {"built": "monday"},
        "ExposedPorts": {"80/tcp": {}},
    },
}


def container(
    config: Mapping[str, Any] | None = None, host: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "Id": "0123456789abcdef",
        "Name": "/shop-checkout-1",
        "Image": "sha256:v2",
        "Config": {**IMAGE["Config"], "Image": "shop/checkout:v2", "Hostname": "0123456789ab", **(config or {})},
        "HostConfig": {"NetworkMode": "shop_default", **(host or {})},
        "NetworkSettings": {"Networks": {}},
        "Mounts": [],
        **more,
    }


def test_what_came_from_the_old_image_is_not_taken_along() -> None:
    own = container({"Env": ["PATH=/bin", "VERSION=2", "TOKEN_FILE=/t"], "Labels": {"built": "monday", "mine": "1"}})
    body = made.successor(own, IMAGE, "shop/checkout:v1", "a1")
    assert body["Env"] == ["TOKEN_FILE=/t"]
    assert body["Labels"] == {"mine": "1", ACTION: "a1"}
    assert body["Image"] == "shop/checkout:v1"
    assert not {"Cmd", "Entrypoint", "WorkingDir", "ExposedPorts", "Hostname"} & set(body)


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ({"Cmd": ["serve", "--slow"]}, {"Cmd": ["serve", "--slow"]}),
        ({"Entrypoint": ["/other"]}, {"Entrypoint": ["/other"], "Cmd": ["serve"]}),
        ({"Entrypoint": ["/other"], "Cmd": None}, {"Entrypoint": ["/other"], "Cmd": None}),
        ({"Hostname": "till"}, {"Hostname": "till"}),
    ],
)
def test_what_was_set_on_the_container_is_kept(config: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    body = made.successor(container(config), IMAGE, "shop/checkout:v1", "a1")
    assert {key: body.get(key) for key in wanted} == wanted


MOUNTS = [
    {"Type": "volume", "Name": "data", "Destination": "/data"},
    {"Type": "volume", "Name": "f00d", "Destination": "/cache"},
    {"Type": "volume", "Name": "logs", "Destination": "/logs"},
    {"Type": "bind", "Source": "/etc/shop", "Destination": "/etc/shop"},
]
HOST: dict[str, Any] = {
    "Binds": ["data:/data:rw", "/etc/shop:/etc/shop"],
    "Mounts": [{"Type": "volume", "Target": "/logs"}],
}


def test_a_successor_takes_over_anonymous_volumes_and_a_sibling_does_not() -> None:
    old = container(host=HOST, Mounts=MOUNTS)
    successor = made.successor(old, IMAGE, "shop/checkout:v1", "a1")
    assert successor["HostConfig"]["Binds"] == [*HOST["Binds"], "f00d:/cache"]
    assert made.sibling(old, IMAGE, 2, "a1")["HostConfig"]["Binds"] == HOST["Binds"]


def test_networks_keep_their_aliases_and_only_a_successor_keeps_the_address() -> None:
    network = {"Aliases": ["checkout", "0123456789ab"], "IPAMConfig": {"IPv4Address": "10.0.0.9"}, "Links": None}
    old = container(NetworkSettings={"Networks": {"shop_default": network, "front": {}}})
    endpoints = made.successor(old, IMAGE, "i", "a1")["NetworkingConfig"]["EndpointsConfig"]
    assert endpoints["shop_default"]["Aliases"] == ["checkout"]
    assert endpoints["shop_default"]["IPAMConfig"] == {"IPv4Address": "10.0.0.9"}
    body = made.sibling(old, IMAGE, 2, "a1")
    assert "IPAMConfig" not in body["NetworkingConfig"]["EndpointsConfig"]["shop_default"]
    assert list(made.extra_networks(body)) == ["front"]
    assert list(body["NetworkingConfig"]["EndpointsConfig"]) == ["shop_default"]


@pytest.mark.parametrize("mode", ["host", "none", "container:db"])
def test_a_shared_network_has_no_settings_of_its_own(mode: str) -> None:
    body = made.successor(container({"Hostname": "machine"}, {"NetworkMode": mode}), IMAGE, "i", "a1")
    assert "NetworkingConfig" not in body
    assert "Hostname" not in body
    assert made.extra_networks(body) == {}


def test_a_sibling_has_its_number_and_the_very_same_image() -> None:
    body = made.sibling(container({"Labels": {NUMBER: "1"}}), IMAGE, 3, "a1")
    assert body["Labels"] == {NUMBER: "3", ACTION: "a1"}
    assert body["Image"] == "shop/checkout:v2"
    assert made.sibling(container(), {**IMAGE, "RepoTags": []}, 3, "a1")["Image"] == "sha256:v2"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("/shop-checkout-1", "shop-checkout-3"), ("/shop_checkout_1", "shop_checkout_3"), ("/till", ""), ("/1", "")],
)
def test_siblings_are_named_as_compose_does(name: str, wanted: str) -> None:
    assert made.sibling_name(container(Name=name), 3) == wanted


def test_ports_that_only_one_can_have() -> None:
    bindings = {"80/tcp": [{"HostIp": "", "HostPort": "8080"}], "81/tcp": [{"HostPort": ""}], "82/tcp": None}
    assert made.fixed_ports(container(host={"PortBindings": bindings})) == ["8080"]
    assert made.fixed_ports(container()) == []
