import inspect

import pytest

from bot.domain import errors
from bot.domain.errors import ChatError, StewardError


def test_a_chat_error_says_what_a_retry_can_do() -> None:
    plain = ChatError("no answer")
    assert (plain.permanent, plain.retry_after, plain.gone, plain.maybe_sent) == (False, 0.0, False, False)
    told = ChatError("slow down", retry_after=30.0)
    assert (str(told), told.retry_after) == ("slow down", 30.0)


@pytest.mark.parametrize("kind", [one for _, one in inspect.getmembers(errors, inspect.isclass)])
def test_every_error_has_the_one_root_and_stands_in_the_picture(kind: type[Exception]) -> None:
    assert issubclass(kind, StewardError)
    assert kind.__name__ in (errors.__doc__ or "")
