"""Times as the API tells them."""

from bot.web.model import Moment, moment


def test_a_moment_is_one_time_told_twice() -> None:
    at = moment(1_800_000_000.25)
    assert isinstance(at, Moment)
    assert at.model_dump(mode="json") == {"iso": "2027-01-15T08:00:00.250000Z", "epoch": 1_800_000_000.25}
    assert moment(at) is at
    assert moment(None) is None
