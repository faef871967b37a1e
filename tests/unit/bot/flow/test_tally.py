from collections.abc import Iterable, Sequence

import pytest

from bot.domain.samples import Batch, LogLine, Pull
from bot.domain.signals import Signal
from bot.flow.eyes import Eyes
from bot.flow.tally import MINED, MOST_READ, MOST_SERVICES, MOST_TEMPLATES, QUIET, RATES, Tally, chosen, is_error

EVERY = 5.0


def lines(count: int, text: str = "GET /orders 200", level: str = "info", service: str = "shop") -> list[LogLine]:
    return [LogLine(0.0, service, text, level) for _ in range(count)]


def counted(tally: Tally, ticks: Iterable[Sequence[LogLine]], start: float = 0.0) -> list[Batch]:
    """The batches of the last tick."""
    batches: list[Batch] = []
    for tick, came in enumerate(ticks):
        batches = tally.count(start + EVERY * tick, came, [(line, is_error(line)) for line in chosen(came)])
    return batches


def rates(batches: Sequence[Batch]) -> dict[tuple[str, str], float]:
    """Lines a minute by query and service; those of templates are summed."""
    found: dict[tuple[str, str], float] = {}
    for batch in batches:
        for series, value in zip(batch.series, batch.values[-1].tolist(), strict=True):
            kind = (batch.query.name, series.service)
            found[kind] = found.get(kind, 0.0) + round(60 * value)
    return found


def test_rates_are_of_the_last_minute_once_there_was_one() -> None:
    tally = Tally(EVERY)
    tick = [*lines(3), *lines(2, "slow", "warning"), *lines(1, "it failed", "error")]
    assert counted(tally, [tick] * 12) == []
    batches = counted(tally, [tick] * 20, start=60.0)
    shop = {"log_errors": 12, "log_warnings": 24, "log_lines": 72, "log_template": 60}
    assert rates(batches) == {(query, "shop"): count for query, count in shop.items()}
    assert [batch.query.name for batch in batches] == list(RATES)
    assert rates(counted(tally, [[]] * 13, start=160.0)) == {(query, "shop"): 0 for query in shop}


def test_a_service_that_is_quiet_for_long_is_let_go_and_services_are_bounded() -> None:
    tally = Tally(EVERY)
    counted(tally, [lines(1)] * 20)
    assert rates(counted(tally, [lines(1, service="mail")], start=QUIET))[("log_lines", "shop")] == 0
    assert ("log_lines", "shop") not in rates(counted(tally, [lines(1, service="mail")], start=QUIET + 100))
    many = [line for place in range(MOST_SERVICES + 50) for line in lines(1, service=f"s{place}")]
    assert len({service for _, service in rates(counted(tally, [many], start=QUIET + 200))}) == MOST_SERVICES


def test_the_commonest_templates_have_series_that_say_what_they_are() -> None:
    tally = Tally(EVERY)
    words = ["amber", "birch", "cedar", "dahlia", "elder", "fern", "ginkgo", "hazel"]
    tick = [line for place, word in enumerate(words) for line in lines(place + 1, f"{word} " * (place + 2))]
    batches = counted(tally, [tick] * 20)
    (templates,) = (batch for batch in batches if batch.query.name == "log_template")
    assert len(templates.series) == MOST_TEMPLATES
    assert {series.labels["text"].split()[0] for series in templates.series} == set(words[-MOST_TEMPLATES:])
    assert len({series.key for series in templates.series}) == MOST_TEMPLATES
    assert "hazel" not in templates.series[0].key  # its name stays when more of it turns out to vary


def test_what_is_remembered_is_bounded() -> None:
    tally = Tally(EVERY)
    for tick in range(20):
        letters = [chr(97 + tick) * (3 + place % 40) + " " + "x " * (place // 40) for place in range(400)]
        counted(tally, [[line for text in letters for line in lines(1, text)]], start=EVERY * tick)
    assert len(tally._miner) <= MINED
    assert max(len(known) for known in tally._common.values()) <= 10 * MOST_TEMPLATES + 400


def test_of_a_flood_each_service_has_its_share_and_the_loud_come_first() -> None:
    few = lines(3, "it failed", "error", "small")
    needle = lines(1, "panic in a thread", "error")
    flood = [*lines(50_000), *needle, *lines(50_000), *few]
    picked = chosen(flood)
    assert len(picked) <= MOST_READ
    assert [line for line in picked if line.service == "small"] == few
    assert needle[0] in picked
    assert chosen(flood[:MOST_READ]) == flood[:MOST_READ]


def test_all_lines_of_a_flood_are_counted() -> None:
    tally = Tally(EVERY)
    flood = [*lines(30_000), *lines(10_000, "worker stopped: connection refused", "")]
    found = rates(counted(tally, [[], *[lines(1)] * 12, flood]))
    assert found["log_lines", "shop"] == 40_011
    assert 9_000 <= found["log_errors", "shop"] <= 11_000  # estimated from those that were read


@pytest.mark.parametrize("text", ["a=" * 5_000_000, "\x00\udcff\ufffd" * 100_000, "{" * 1_000_000, ""], ids=len)
def test_long_and_broken_lines_do_no_harm(text: str) -> None:
    eyes = Eyes(EVERY)
    for tick in range(20):
        (sight,) = eyes.look(Pull((), lines(2, text, "error")), EVERY * tick, {})
        assert all(len(one.example) <= 2_000 for one in sight.statements)
    assert [chart.query for chart in eyes.charts({"shop"}, {})] == [
        "log_errors",
        "log_warnings",
        "log_lines",
    ]


def said(eyes: Eyes, came: Sequence[LogLine], now: float) -> list[Signal]:
    (sight,) = eyes.look(Pull((), came), now, {})
    return list(sight.statements)


def taught() -> tuple[Eyes, float]:
    eyes = Eyes(EVERY)
    usual = [*lines(5), *lines(1, "disk is slow", "warning")]
    for tick in range(60):
        assert said(eyes, usual, EVERY * tick) == []
    return eyes, EVERY * 60


def test_warnings_that_jump_are_told_once_and_open_nothing_alone() -> None:
    eyes, now = taught()
    (told,) = said(eyes, lines(200, "disk is slow", "warning"), now)
    assert (told.query, told.service, told.held) == ("log_warnings", "shop", True)
    assert told.value > 10 * (told.expected or 0.0)


def test_errors_that_a_pattern_tells_are_not_told_again() -> None:
    eyes, now = taught()
    (told,) = said(eyes, lines(100, "card gateway refused", "error"), now)
    assert (told.query, told.title) == ("log_pattern", "new error in the log")
    for tick in range(1, 30):  # while those lines are in the window, and after
        assert said(eyes, [], now + EVERY * tick) == []


def test_errors_that_no_pattern_tells_are() -> None:
    """Many templates, each known, none with more than a few lines."""
    eyes = Eyes(EVERY)
    kinds = ["alpha " * place + "beta failed" for place in range(30)]
    for text in kinds:
        said(eyes, lines(1, text, "error"), EVERY * len(text) / 100)  # while every template is taken as known
    for tick in range(1, 300):
        said(eyes, lines(1, kinds[tick % 30], "error") if tick % 6 == 0 else lines(1), EVERY * tick)
    many = [line for text in kinds for line in lines(1, text, "error")]
    (told,) = said(eyes, many, EVERY * 300)
    assert (told.query, told.title, told.held) == ("log_errors", "errors in the log", False)


def test_a_flood_is_noted() -> None:
    eyes, now = taught()
    assert eyes.note == ""
    said(eyes, lines(MOST_READ + 1), now)
    assert f"{MOST_READ} of {MOST_READ + 1} log lines were read" in eyes.note
    said(eyes, lines(1), now + EVERY)
    assert eyes.note == ""
