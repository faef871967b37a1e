import subprocess
import sys

import pytest

from actions.model import Actuator
from actions.registry import ACTUATORS, build


@pytest.mark.parametrize("kind", sorted(ACTUATORS))
async def test_every_kind_can_be_built(kind: str) -> None:
    actuator: Actuator = build(kind)
    assert actuator.verbs
    await actuator.close()


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'dokcer'; the kinds are docker, kubernetes, process"):
        build("dokcer")


def test_a_kind_nobody_uses_is_not_imported() -> None:
    code = "import sys, actions.registry as r; r.build('process'); sys.exit('aiodocker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
