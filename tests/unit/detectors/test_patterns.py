import json
from collections.abc import Sequence

import numpy as np
import pytest

from detectors.patterns import NOVEL, QUIET, Patterns, PatternVerdict

LINE = tuple[str, str, bool]
EVERY = 10.0
REFUSED: LINE = ("cart", "connect to 10.0.0.5 refused", True)
REFUSED_TOO: LINE = ("cart", "connect to 10.0.0.9 refused", True)
FINE: LINE = ("cart", "served 17", False)


def watch(patterns: Patterns, ticks: Sequence[Sequence[LINE]], start: float = 1000.0) -> list[PatternVerdict]:
    return [patterns.update(start + tick * EVERY, lines) for tick, lines in enumerate(ticks)]


def found(verdicts: Sequence[PatternVerdict]) -> list[int]:
    return [len(verdict.found) for verdict in verdicts]


def warm(max_templates: int = 100, lines: Sequence[LINE] = (FINE,), quiet: float = QUIET) -> Patterns:
    """After 20 ticks, the next one is at 1200."""
    patterns = Patterns(max_templates=max_templates, warm_up=60.0, every=EVERY, quiet=quiet)
    watch(patterns, [lines] * 20)
    return patterns


def test_a_new_error_pattern_is_news_as_long_as_it_comes() -> None:
    verdicts = watch(warm(), [[FINE], [REFUSED, FINE], [REFUSED_TOO, REFUSED], [FINE]], 1200.0)
    assert found(verdicts) == [0, 1, 1, 0]
    (one,) = verdicts[2].found
    assert (one.service, one.template, one.example, one.novel) == ("cart", "connect to <*> refused", REFUSED[1], True)
    assert one.anomaly.key.startswith("logs/cart/")
    assert (one.anomaly.time, one.anomaly.value, one.anomaly.detector) == (1220.0, 0.2, "patterns")
    assert one.anomaly.score >= 0.5


def test_lines_that_are_no_errors_are_no_news() -> None:
    assert found(watch(warm(), [[("cart", "never said before", False)]] * 3, 1200.0)) == [0, 0, 0]


def test_what_comes_in_the_warm_up_is_known() -> None:
    assert found(watch(Patterns(warm_up=60.0), [[REFUSED]] * 100)) == [0] * 100


def test_the_same_words_of_another_service_are_news() -> None:
    assert found(watch(warm(lines=[REFUSED]), [[("pay", REFUSED[1], True)]], 1200.0)) == [1]


@pytest.mark.parametrize("seconds", [20.0, QUIET])
def test_a_pattern_that_fell_silent_is_named_once(seconds: float) -> None:
    quiet = int(seconds / EVERY)
    verdicts = watch(warm(quiet=seconds), [[REFUSED], [REFUSED], *[[FINE]] * (quiet + 3)], 1200.0)
    key = verdicts[0].found[0].anomaly.key
    assert [list(verdict.silent) for verdict in verdicts] == [[]] * (1 + quiet) + [[key]] + [[]] * 3


def test_a_lasting_pattern_stops_to_be_new_and_falls_silent() -> None:
    ticks = int((NOVEL + QUIET) / EVERY) + 2
    verdicts = watch(warm(), [[REFUSED]] * ticks, 1200.0)
    assert sum(found(verdicts)) == int(NOVEL / EVERY)
    assert sum(len(verdict.silent) for verdict in verdicts) == 1


def test_a_known_pattern_whose_rate_jumps_is_news_for_long() -> None:
    patterns = warm(lines=[REFUSED])
    verdicts = watch(patterns, [[REFUSED], [REFUSED] * 3, *[[REFUSED] * 60] * 360], 1200.0)
    assert found(verdicts) == [0, 0] + [1] * 360
    one = verdicts[2].found[0]
    assert not one.novel
    assert one.anomaly.expected == pytest.approx(0.1, rel=0.3)
    assert one.anomaly.value == 6.0
    assert one.anomaly.low <= one.anomaly.expected < one.anomaly.high < one.anomaly.value


def test_a_steady_rate_is_no_jump_at_whatever_height() -> None:
    patterns = warm(lines=[REFUSED] * 40)
    assert found(watch(patterns, [[REFUSED] * count for count in (45, 30, 60, 0, 50, 70)], 1200.0)) == [0] * 6


def test_time_that_does_not_advance_is_ignored() -> None:
    patterns = warm()
    assert patterns.update(1190.0, [REFUSED]) == PatternVerdict()
    assert patterns.update(float("nan"), [REFUSED]) == PatternVerdict()
    assert found(watch(patterns, [[REFUSED]], 1200.0)) == [1]


def test_memory_is_bounded_and_what_is_forgotten_falls_silent() -> None:
    patterns = warm(max_templates=3)
    words = ["alpha", "beta", "gamma", "delta"]
    verdicts = watch(patterns, [[("cart", f"{word} failed", True)] for word in words], 1200.0)
    assert verdicts[3].silent == [verdicts[0].found[0].anomaly.key]
    flood = patterns.update(1300.0, [("cart", "it failed" + " badly" * length, True) for length in range(1, 50)])
    assert 0 < len(flood.found) <= 3
    assert len(patterns.snapshot()["patterns"]) == 3
    assert len(patterns.snapshot()["templates"]) <= 3


def test_names_that_vary_are_one_pattern_which_goes_on_as_it_was() -> None:
    def refused(tick: int) -> LINE:
        return ("cart", f"no key for customer {'abcdefghijklmnopqrstuvwxyz'[tick] * 3}", True)

    verdicts = watch(warm(), [[refused(tick)] for tick in range(12)], 1200.0)
    assert found(verdicts) == [1] * 12
    keys = [verdict.found[0].anomaly.key for verdict in verdicts]
    assert len(set(keys)) == 5
    assert len(set(keys[5:])) == 1
    assert keys[5] in keys[:5]
    assert verdicts[-1].found[0].template == "no key for customer <*>"


def test_a_pattern_that_became_wider_does_not_jump() -> None:
    named = [("cart", f"no key for customer {letter * 3}", True) for letter in "abcdefgh"]
    ticks = [[*named[:5] * 4, FINE]] * 60 + [[*named * 3, FINE]] * 5
    patterns = Patterns(warm_up=600.0, every=EVERY)
    assert found(watch(patterns, ticks)) == [0] * 65


def test_a_prefix_gives_the_same_as_the_whole() -> None:
    ticks = [[FINE]] * 10 + [[REFUSED]] * 3 + [[FINE]] * 10
    whole = watch(Patterns(), ticks)
    assert watch(Patterns(), ticks[:12]) == whole[:12]


def test_a_restored_memory_says_the_same() -> None:
    patterns = warm(lines=[REFUSED])
    watch(patterns, [[REFUSED, ("pay", "declined", True)]], 1200.0)
    copy = Patterns(max_templates=100, warm_up=60.0, every=EVERY)
    copy.restore(json.loads(json.dumps(patterns.snapshot())))
    after = [[REFUSED] * 50, [("pay", "declined", True)], *[[FINE]] * 10]
    ours = watch(patterns, after, 1210.0)
    assert watch(copy, after, 1210.0) == ours
    assert found(ours)[:2] == [1, 1]


def test_an_empty_memory_is_restored_as_one() -> None:
    copy = Patterns()
    copy.restore(json.loads(json.dumps(Patterns().snapshot())))
    assert found(watch(copy, [[REFUSED]] * 5)) == [0] * 5


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"patterns": None},
        {"patterns": {"k": {"first": 1}}},
        {"alarms": {"k": "x"}},
        {"started": "soon"},
    ],
)
def test_another_snapshot_is_refused_and_leaves_the_state(change: dict[str, object]) -> None:
    patterns = warm(lines=[REFUSED])
    before = patterns.snapshot()
    with pytest.raises(ValueError, match="the snapshot of log patterns"):
        patterns.restore({**before, **change})
    assert patterns.snapshot() == before


def test_a_rate_that_shifts_by_less_than_a_jump_is_noticed_in_minutes_and_usual_in_hours() -> None:
    patterns = Patterns(every=EVERY)
    assert found(watch(patterns, [[REFUSED]] * 1000)) == [0] * 1000
    shifted = watch(patterns, [[REFUSED] * 4] * 3000, 11_000.0)
    first = found(shifted).index(1)
    assert 100.0 <= first * EVERY <= 900.0
    (one,) = shifted[first].found
    assert not one.novel
    assert 0.1 < one.anomaly.expected < 0.15 < one.anomaly.high <= one.anomaly.value
    assert found(shifted)[-500:] == [0] * 500


def test_chance_alone_is_no_shift() -> None:
    chance = np.random.default_rng(3)
    for rate in (0.05, 0.5, 3.0):
        counts = chance.poisson(rate, 20_000)
        patterns = Patterns(every=EVERY)
        assert sum(found(watch(patterns, [[REFUSED] * count for count in [1, *counts.tolist()]]))) <= 3
