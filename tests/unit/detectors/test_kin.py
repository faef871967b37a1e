import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from detectors.kin import Kin

members = some.lists(
    some.tuples(some.integers(0, 4), some.floats(-1e6, 1e6, allow_nan=False), some.booleans()), min_size=1, max_size=40
)


@given(members)
def test_what_is_said_of_all_groups_is_what_would_be_said_of_each(drawn: list[tuple[int, float, bool]]) -> None:
    groups, values, which = (np.array(column) for column in zip(*drawn, strict=True))
    kin = Kin(groups)
    total, most, median = kin.total(which), kin.most(values, which), kin.median(values, which)
    for group in range(kin.count):
        mine = values[(groups == group) & which]
        assert total[group] == len(mine)
        assert most[group] == (mine.max() if len(mine) else -np.inf)
        np.testing.assert_allclose(median[group], np.median(mine) if len(mine) else np.nan)
    others = kin.others(values, which)
    for member, group in enumerate(groups.tolist()):
        left = values[(groups == group) & which & (np.arange(len(values)) != member)]
        np.testing.assert_allclose(others[member], np.median(left) if len(left) else np.nan)


def test_nobody_has_no_groups() -> None:
    nobody = np.zeros(0, dtype=np.intp)
    kin = Kin(nobody)
    assert kin.count == 0
    assert kin.others(np.zeros(0), np.zeros(0, dtype=np.bool_)).shape == (0,)
