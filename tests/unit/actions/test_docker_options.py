import pytest
from pydantic import ValidationError

from actions.docker_options import DockerOptions


@pytest.mark.parametrize(
    "given", [{"container": "pay"}, {"project": "shop", "compose_service": "pay", "host": "tcp://h"}]
)
def test_a_container_or_a_compose_service(given: dict[str, str]) -> None:
    assert DockerOptions.model_validate(given).model_dump(exclude_defaults=True) == given


@pytest.mark.parametrize(
    "given",
    [{}, {"host": "tcp://h"}, {"project": "shop"}, {"compose_service": "pay"}, {"container": "pay", "project": "shop"}],
)
def test_neither_both_nor_half(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="either container, or project and compose_service"):
        DockerOptions.model_validate(given)
