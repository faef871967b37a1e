import io

import numpy as np
import pytest

from detectors.archive import pack, unpack


def test_arrays_come_back() -> None:
    arrays = {"a/b": np.array([1.0, np.nan]), "c": np.zeros((0, 3), dtype=np.float32)}
    back = unpack(pack(arrays))
    assert set(back) == set(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], array)
        assert back[name].dtype == array.dtype


def pickled() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, a=np.array([{}], dtype=object))
    return buffer.getvalue()


def single() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    return buffer.getvalue()


@pytest.mark.parametrize("data", [b"", b"garbage", pack({"a": np.zeros(500)})[:-30], single(), pickled()])
def test_other_bytes_are_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^the snapshot cannot be read .*learn afresh$"):
        unpack(data)


def test_flipped_bytes_are_refused() -> None:
    data = bytearray(pack({"a": np.random.default_rng(1).uniform(size=500)}))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(ValueError, match="cannot be read"):
        unpack(bytes(data))


def test_objects_are_never_pickled() -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        pack({"a": np.array([{}], dtype=object)})
