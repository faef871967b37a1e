from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.commands.case_files import read
from bot.commands.case_series import seen
from bot.commands.case_table import Metrics
from bot.domain.ranking import ITSELF, OTHER_KIND, SAME_KIND, SAME_METRIC
from tests.shops import START, shop, write


def made(**series: list[float]) -> Metrics:
    """A row a minute; `_` in a name is the slash."""
    rows = len(next(iter(series.values())))
    names = tuple((name.partition("_")[0], name.partition("_")[2]) for name in series)
    return Metrics(60.0 * np.arange(rows, dtype=np.float64), names, np.array(list(series.values()), dtype=np.float64).T)


def steps(low: float, high: float) -> list[float]:
    return [low] * 20 + [high] * 5


def test_up_and_down_are_told_from_the_kind_of_metric() -> None:
    table = made(a_latency=steps(1, 9), b_latency=steps(9, 1), c_success=steps(9, 1), d_requests=steps(9, 1))
    widths = [one.widths for one in seen(table, 1200.0, None)]
    assert widths[1] == 0
    assert min(widths[0], widths[2], widths[3]) > 5


def test_one_percent_less_success_is_news_whatever_the_unit() -> None:
    percent, share = made(a_availability=steps(100, 99)), made(a_availability=steps(1, 0.99))
    first, second = (seen(one, 1200.0, None)[0].widths for one in (percent, share))
    assert first > 2
    assert second == pytest.approx(first)


def test_with_a_symptom_each_series_is_compared_to_it() -> None:
    table = made(
        w_latency=steps(1, 9), a_latency=steps(1, 9), a_wait=steps(1, 9), a_cpu=steps(1, 9), a_requests=steps(9, 1)
    )
    found = seen(table, 1200.0, ("w", "latency"))
    assert [one.together for one in found] == pytest.approx([1.0] * 5)
    assert [one.likeness for one in found] == [ITSELF, SAME_METRIC, SAME_KIND, SAME_KIND, OTHER_KIND]


def test_units_do_not_matter(tmp_path: Path) -> None:
    case = read(write(shop(3), tmp_path))
    scales = 10.0 ** np.arange(-3, 3).repeat(10)
    scaled = replace(case.metrics, values=case.metrics.values * scales)
    before, after = (seen(metrics, START, case.symptom) for metrics in (case.metrics, scaled))
    assert [one.widths for one in after] == pytest.approx([one.widths for one in before])


def test_what_comes_long_after_the_start_is_not_looked_at() -> None:
    late = made(a_latency=[1.0] * 40 + [99.0] * 40)
    assert seen(late, 1200.0, None)[0].widths == 0
