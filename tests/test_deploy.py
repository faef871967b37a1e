"""docker-compose.yml and the files that it mounts fit together, and open no more than they must."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import VERSION
from bot.assembly import assemble
from bot.config.load import load
from bot.config.secrets import Secrets

ROOT = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
CONFIGS = ROOT / "deploy/compose"


def filled(text: str) -> str:
    """A value as Compose sees it with nothing set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


async def test_stewards_config_is_good() -> None:
    environment = {name: filled(value) for name, value in SERVICES["steward"]["environment"].items()}
    config = load(CONFIGS / "steward.yaml", environment)
    parts = assemble(config, Secrets(environment))
    await parts.close()
    assert parts.settings.store == "sqlite:////var/lib/steward/steward.db"
    assert parts.settings.chat.web.listen == "0.0.0.0:8484"
    assert parts.settings.chat.web.url == "http://127.0.0.1:8484"
    assert parts.settings.llm
    assert parts.settings.llm.url == "http://ollama:11434"


def test_nothing_is_reachable_from_other_machines() -> None:
    assert SERVICES["steward"]["ports"] == ["127.0.0.1:${STEWARD_PORT:-8484}:8484"]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["steward"]


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_runs_one_version_without_dockers_socket(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[\w/-]+:v?\d+\.\d+[\w.-]*", service["image"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not any("docker.sock" in volume for volume in service["volumes"])
    assert not service.get("privileged")


def test_steward_cannot_change_its_own_container() -> None:
    steward = SERVICES["steward"]
    assert (steward["read_only"], steward["cap_drop"], steward["tmpfs"]) == (True, ["ALL"], ["/tmp"])
    assert steward["image"] == f"steward:{VERSION}"


def test_each_named_volume_is_declared_and_each_file_is_there() -> None:
    mounted = [volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]]
    assert {name for name in mounted if name[0] not in "./"} == set(COMPOSE["volumes"])
    assert all((ROOT / name).exists() for name in mounted if name[0] == ".")


def test_prometheus_scrapes_what_compose_starts() -> None:
    config = yaml.safe_load((CONFIGS / "prometheus.yml").read_text())
    targets = {
        target for job in config["scrape_configs"] for group in job["static_configs"] for target in group["targets"]
    }
    assert targets == {"127.0.0.1:9090", "node-exporter:9100"}


def test_the_image_gets_each_package_that_the_wheel_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert sent >= {*packages, project["project"]["readme"], "pyproject.toml", "requirements.lock"}
