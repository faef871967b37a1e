"""Named arrays as bytes and back, by npz and never by pickle."""

import json
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


def pack(arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """The arrays as a compressed npz archive. Raises ValueError for an array that only pickle could hold."""
    buffer = BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, NDArray[np.generic]]:
    """The arrays of an npz archive.

    Raises:
        ValueError: the bytes are no such archive, are damaged, or would need pickle.
    """
    try:
        with np.lib.npyio.NpzFile(BytesIO(data), allow_pickle=False) as archive:
            return {name: np.asarray(archive[name]) for name in archive.files}
    except (ValueError, OSError, EOFError, KeyError, BadZipFile, zlib.error) as error:
        raise ValueError(f"the snapshot cannot be read ({error}): learn afresh") from error


def as_text(text: str) -> NDArray[np.generic]:
    """A text as an array."""
    return np.frombuffer(text.encode(), dtype=np.uint8)


def texts(items: Sequence[str | None]) -> NDArray[np.generic]:
    """Texts as an array."""
    return as_text(json.dumps(items))


def as_texts(array: NDArray[np.generic]) -> list[str | None]:
    """What `texts` made an array of. Raises ValueError when it did not."""
    try:
        items = json.loads(array.tobytes())
    except ValueError:
        items = None
    if not isinstance(items, list) or not all(item is None or isinstance(item, str) for item in items):
        raise ValueError("the snapshot's keys are no list of texts: learn afresh")
    return items
