import subprocess
import sys

import pytest
from pydantic import ValidationError

from actions.model import Actuator
from actions.registry import ACTUATORS, build, options
from tests.real.need import package

PACKAGES = {"ecs": "aiobotocore", "systemd": "dbus_fast"}
"""Kinds that need a package which not everybody installs."""


@pytest.fixture(params=sorted(ACTUATORS))
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    module = PACKAGES.get(found, "actions")
    package(module, module.replace("_", "-"))
    return found


async def test_every_kind_can_be_built(kind: str) -> None:
    actuator: Actuator = build(kind)
    assert actuator.verbs
    await actuator.close()


def test_the_options_of_every_kind_refuse_a_key_that_they_do_not_know(kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        options(kind).model_validate({"directroy": "/srv"})
    assert "extra_forbidden" in {fault["type"] for fault in caught.value.errors()}


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'dokcer'; the kinds are .*docker.*process"):
        build("dokcer")
    with pytest.raises(ValueError, match="'dokcer'"):
        options("dokcer")


@pytest.mark.parametrize(("kind", "module"), PACKAGES.items())
def test_a_package_that_is_missing_is_named(kind: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(f"actions.{kind}")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ValueError, match=rf"a target of kind {kind} needs {module}: pip install 'steward\[{kind}\]'"):
        options(kind)


def test_a_kind_nobody_uses_is_not_imported() -> None:
    code = "import sys, actions.registry as r; r.build('process'); sys.exit('aiodocker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
