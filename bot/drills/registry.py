"""The drills by name, in the order in which they run."""

from collections.abc import Awaitable, Callable, Mapping

from bot.drills import (
    between,
    blind,
    clicks,
    clock,
    corrupt,
    drift,
    full,
    healed,
    kill,
    late,
    locked,
    pause,
    people,
    replays,
    restart,
    sigterm,
    together,
)
from bot.drills.ground import Ground
from bot.drills.table import Row

DRILLS: Mapping[str, Callable[[Ground], Awaitable[list[Row]]]] = {
    "kill": kill.run,
    "pause": pause.run,
    "clicks": clicks.run,
    "replays": replays.run,
    "late": late.run,
    "drift": drift.run,
    "people": people.run,
    "healed": healed.run,
    "between": between.run,
    "together": together.run,
    "clock": clock.run,
    "locked": locked.run,
    "full": full.run,
    "corrupt": corrupt.run,
    "restart": restart.run,
    "blind": blind.run,
    "sigterm": sigterm.run,
}
