import numpy as np
import pytest

from detectors.rows import Register


def test_rows_are_found_reused_and_restored() -> None:
    register = Register()
    register.add(["a", "b", "c", "a"])
    assert register.find(["c", "x", "a"]).tolist() == [2, -1, 0]
    assert register.drop(np.array([1])) == ["b"]
    assert register.used().tolist() == [0, 2]
    copy = Register()
    copy.restore(register.snapshot())
    for one in (register, copy):
        one.add(["d", "e"])
        assert one.find(["a", "c", "d", "e"]).tolist() == [0, 2, 1, 3]
        assert len(one) == 4
        assert "b" not in one


def test_a_free_row_has_no_key() -> None:
    register = Register()
    register.restore(["a", None])
    with pytest.raises(KeyError, match="free"):
        register.key(1)


def test_two_rows_for_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="two rows"):
        Register().restore(["a", "a"])
