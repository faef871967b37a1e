from typing import Annotated

import pytest
from pydantic import AfterValidator, ValidationError

from actions.model import ActuatorError, Option, Target
from actions.options import Seconds, TargetOptions, Text, carried, options_of


def _even(number: int) -> int:
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number


class Options(TargetOptions):
    cluster: Text
    zone: Text
    words: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()
    size: Annotated[int, AfterValidator(_even)] = 2
    timeout: Seconds = 20.0


WHOLE: dict[str, Option] = {"cluster": "c", "zone": "z"}


def test_missing_options_are_all_named() -> None:
    with pytest.raises(ActuatorError, match=r"lacks cluster, zone: add it under services\.payments\.target"):
        options_of(Target("made-up", "payments"), Options)


def test_a_wrong_option_is_named_with_its_place() -> None:
    with pytest.raises(ActuatorError, match=r"^services\.payments\.target\.size: 3 is odd$"):
        options_of(Target("made-up", "payments", {**WHOLE, "size": "3"}), Options)


def test_what_a_target_carries_gives_the_same_options_again() -> None:
    given = Options(cluster="c", zone="z", words=("a b", "c"), codes=(75,), size=4, timeout=9)
    text = carried(given)
    assert text == {**WHOLE, "words": ("a b", "c"), "codes": ("75",), "size": "4", "timeout": "9.0"}
    assert options_of(Target("made-up", "payments", text), Options) == given
    assert carried(Options(cluster="c", zone="z")) == WHOLE


@pytest.mark.parametrize(("given", "seconds"), [(20, 20.0), ("20s", 20.0), ("2.5", 2.5)])
def test_seconds(given: object, seconds: float) -> None:
    assert Options.model_validate({**WHOLE, "timeout": given}).timeout == seconds


@pytest.mark.parametrize("given", [0, "36s", "soon", "2m"])
def test_what_are_no_seconds_or_too_many(given: object) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate({**WHOLE, "timeout": given})
