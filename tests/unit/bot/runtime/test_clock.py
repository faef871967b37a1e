from pathlib import Path

import pytest

from bot.runtime.clock import SystemClock


def test_now_is_the_time_of_day(tmp_path: Path) -> None:
    (tmp_path / "now").touch()
    assert SystemClock().now() == pytest.approx((tmp_path / "now").stat().st_mtime, abs=60)


async def test_monotonic_time_never_steps_back() -> None:
    clock = SystemClock()
    seen = []
    for _ in range(5):
        seen.append(clock.monotonic())
        await clock.sleep(0)
    assert seen == sorted(seen)
