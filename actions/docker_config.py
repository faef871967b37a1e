"""How a container is made again from what `docker inspect` says of one: the body of Docker's create call. Pure."""

import re
from typing import Any

from actions.docker_read import ACTION, NUMBER, Json, name, number

_NO_NETWORKS = re.compile(r"host$|none$|container:")


def successor(container: Json, image: Json, reference: str, action_id: str) -> dict[str, Any]:
    """The same container on another image: same volumes, same addresses, the new image's defaults.

    `image` is the inspected image that the container was made from, `reference` the one to run now.
    """
    return _body(container, image, reference, {ACTION: action_id}, keep=True)


def sibling(container: Json, image: Json, new_number: int, action_id: str) -> dict[str, Any]:
    """A further container of the same Compose service, with volumes and addresses of its own."""
    configured = container["Config"]["Image"]
    reference = configured if configured in (image.get("RepoTags") or ()) else container["Image"]
    labels = {ACTION: action_id, NUMBER: str(new_number)}
    return _body(container, image, reference, labels, keep=False)


def sibling_name(container: Json, new_number: int) -> str:
    """The name Compose would give: `shop-checkout-1` becomes `shop-checkout-3`; empty where the name is a fixed one."""
    stem, found, _ = name(container).rpartition(str(number(container)))
    return f"{stem}{new_number}" if found and name(container) == f"{stem}{found}" and stem else ""


def fixed_ports(container: Json) -> list[str]:
    """The host ports that only one container can have."""
    bindings = container["HostConfig"].get("PortBindings") or {}
    return sorted({entry["HostPort"] for entries in bindings.values() for entry in entries or () if entry["HostPort"]})


def extra_networks(body: dict[str, Any]) -> dict[str, Any]:
    """Takes all networks but the first out of a create body: older engines accept one there, the rest is connected."""
    networks = (body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
    return {key: networks.pop(key) for key in list(networks)[1:]}


def _body(container: Json, image: Json, reference: str, labels: dict[str, str], *, keep: bool) -> dict[str, Any]:
    config = _own(container["Config"], image.get("Config") or {})
    host = dict(container["HostConfig"])
    mode = str(host.get("NetworkMode", ""))
    shares = bool(_NO_NETWORKS.match(mode))
    if shares or container["Id"].startswith(config.get("Hostname") or " "):
        config.pop("Hostname", None)
    config.pop("MacAddress", None)
    config["Labels"] = {**(config.get("Labels") or {}), **labels}
    if keep:
        host["Binds"] = [*(host.get("Binds") or ()), *_anonymous(container)]
    body = {**config, "Image": reference, "HostConfig": host}
    if not shares:
        networks = container["NetworkSettings"].get("Networks") or {}
        endpoints = {key: _endpoint(container, value, keep=keep) for key, value in networks.items()}
        body["NetworkingConfig"] = {"EndpointsConfig": endpoints}
    return body


def _own(config: Json, defaults: Json) -> dict[str, Any]:
    """The container's own settings, without those that it only has from its image."""
    own = {key: value for key, value in config.items() if key != "Image" and value != defaults.get(key)}
    if isinstance(own.get("Env"), list):
        own["Env"] = [entry for entry in own["Env"] if entry not in (defaults.get("Env") or ())]
    for key in ("Labels", "ExposedPorts", "Volumes"):
        if isinstance(own.get(key), dict):
            there = defaults.get(key) or {}
            own[key] = {item: value for item, value in own[key].items() if there.get(item) != value}
    if "Entrypoint" in own:
        own["Cmd"] = config.get("Cmd")  # an entrypoint of one's own makes Docker forget the image's command
    return own


def _anonymous(container: Json) -> list[str]:
    """Volumes that no setting names: they must be handed on by the name that Docker gave them."""
    host = container["HostConfig"]
    named = {bind.split(":")[1] for bind in host.get("Binds") or () if ":" in bind}
    named |= {mount["Target"] for mount in host.get("Mounts") or ()}
    return [
        f"{mount['Name']}:{mount['Destination']}"
        for mount in container.get("Mounts") or ()
        if mount["Type"] == "volume" and mount["Destination"] not in named
    ]


def _endpoint(container: Json, network: Json, *, keep: bool) -> dict[str, Any]:
    aliases = [alias for alias in network.get("Aliases") or () if not container["Id"].startswith(alias)]
    endpoint = {"Aliases": aliases or None, "Links": network.get("Links"), "DriverOpts": network.get("DriverOpts")}
    if keep:
        endpoint["IPAMConfig"] = network.get("IPAMConfig")
    return endpoint
