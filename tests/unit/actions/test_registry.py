import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from actions.model import Actuator
from actions.registry import ACTUATORS, build, options
from tests.real.need import package

DOCS = (Path(__file__).parents[3] / "docs/actuators.md").read_text(encoding="utf-8")
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


def test_the_docs_explain_every_option_of_a_kind(kind: str) -> None:
    section = DOCS.partition(f"\n## {kind}\n")[2].partition("\n## ")[0]
    assert [name for name in options(kind).model_fields if f"`{name}`" not in section] == []


def test_the_examples_in_the_docs_are_right(kind: str) -> None:
    section = DOCS.partition(f"\n## {kind}\n")[2].partition("\n## ")[0]
    for example in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL):
        target = yaml.safe_load(example)["target"]
        assert target.pop("kind") == kind
        assert options(kind).model_validate(target).model_fields_set == set(target)


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'dokcer'; the kinds are .*docker.*process"):
        build("dokcer")
    with pytest.raises(ValueError, match="'dokcer'"):
        options("dokcer")


@pytest.mark.parametrize(("kind", "module"), PACKAGES.items())
def test_a_package_that_is_missing_is_named(kind: str, module: str) -> None:
    code = f"import sys, actions.registry as r; sys.modules[{module!r}] = None; r.options({kind!r})"
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    told = f"ValueError: a target of kind {kind} needs {module}: pip install 'steward[{kind}]'"
    assert ended.stderr.splitlines()[-1] == told


def test_a_kind_nobody_uses_is_not_imported() -> None:
    code = "import sys, actions.registry as r; r.build('process'); sys.exit('aiodocker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
