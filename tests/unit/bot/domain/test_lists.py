from dataclasses import replace
from datetime import UTC

from bot.domain import lists, tuning
from bot.domain.moments import flattened
from bot.domain.silence import Silence
from bot.domain.tuning import Vote
from tests import builders
from tests.builders import T

SIGNATURE = "payments/http_error_ratio#level"


def test_yeses_in_advance_are_listed_each_with_its_way_out() -> None:
    assert lists.standings([], UTC).title == "No standing approval: every action waits for a click"
    shown = lists.standings([builders.standing(), builders.standing("s2", verb="restart", used=3)], UTC)
    assert (shown.title, [button.subject for button in shown.buttons]) == ("2 standing approvals", ["s1", "s2"])
    long = builders.standing(target=replace(builders.standing().target, service="s" * 200))
    assert len(lists.standings([long], UTC).buttons[0].label) == 75


def test_silences_are_listed_each_with_its_way_out() -> None:
    assert lists.silences([], UTC).title == "Nothing is silenced"
    shown = lists.silences([Silence("s1", ("checkout",), "slack:U1", "Ada (Slack)", T, T + 3600, "a move")], UTC)
    assert shown.title == "1 silence"
    assert flattened(shown).sections[0].lines == ("until 09:00: checkout, by Ada (Slack): a move",)
    assert [(button.verb, button.subject) for button in shown.buttons] == [("unsilence", "s1")]


def test_moved_thresholds_are_listed_with_who_moved_them() -> None:
    assert lists.tuned([], {}).title == "Every threshold is as shipped"
    said = [Vote("i1", "slack:U1", SIGNATURE, "harmless", T, "Ada (Slack)")]
    shown = lists.tuned(said, {"search/cpu#level": 2.0})
    assert shown.title == "2 thresholds moved"
    assert shown.sections[0].lines == (
        f"{SIGNATURE}: 1.10 times as wide (harmless by Ada (Slack))",
        "search/cpu#level: 2.00 times as wide (by the config)",
    )
    assert [(button.verb, button.subject) for button in shown.buttons] == [("retune", tuning.short(SIGNATURE))]
