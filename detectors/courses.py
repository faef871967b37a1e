"""What runs on from tick to tick, for many series: the same to the last bit however ticks are cut into blocks.

Few series over many ticks go along the ticks, many series go tick by tick; the arithmetic is the same.
"""

from itertools import accumulate

import numpy as np

from detectors.model import Floats

FEW = 4
"""So few series are followed one at a time: arrays that short cost more than plain floats."""


def course(step: np.ufunc, start: Floats, values: Floats) -> Floats:
    """What `step` (a sum, a minimum) has come to after each tick. start: [..., row]; values: [tick, ..., row]."""
    if len(values) == 1:
        return step(start, values[0])[np.newaxis]  # type: ignore[no-any-return]  # ufuncs are not typed
    if values.shape[-1] <= FEW:
        run: Floats = step.accumulate(np.concatenate([start[np.newaxis], values]))
        return run[1:]
    out = np.empty_like(values)
    for tick, value in enumerate(values):
        start = step(start, value, out=out[tick])
    return out


def follow(mean: Floats, values: Floats, paces: Floats) -> Floats:
    """The exponentially weighted mean after each tick: `mean += pace * (value - mean)`. It is left in `mean`.

    Args:
        mean: [row], before the first tick.
        values: [tick, row], finite.
        paces: [tick, row], 0 where nothing came.
    """
    out = np.empty_like(values)
    if len(values) > 1 and len(mean) <= FEW:
        for row, start in enumerate(mean.tolist()):
            steps = zip(values[:, row].tolist(), paces[:, row].tolist(), strict=True)
            means = accumulate(steps, lambda at, step: at + step[1] * (step[0] - at), initial=start)
            out[:, row] = np.fromiter(means, dtype=np.float64, count=len(values) + 1)[1:]
        mean[:] = out[-1]
        return out
    for after, value, pace in zip(out, values, paces, strict=True):
        np.subtract(value, mean, out=after)
        np.multiply(after, pace, out=after)
        np.add(after, mean, out=mean)
        after[:] = mean
    return out
