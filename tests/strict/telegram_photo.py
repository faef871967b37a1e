"""Pictures as the Bot API takes them.

Source: https://core.telegram.org/bots/api#sendphoto: at most 10 MB, width and height at most 10,000 in total, their
ratio at most 20. A document may have 50 MB.
"""

import struct
from collections.abc import Iterator
from typing import Any

PHOTO, DOCUMENT = 10_000_000, 50_000_000
_PNG = b"\x89PNG\r\n\x1a\n"


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, from its first chunk.

    Raises:
        ValueError: it is no PNG.
    """
    if png[:8] != _PNG or png[12:16] != b"IHDR" or len(png) < 24:
        raise ValueError("not a PNG")
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


def photo_faults(value: Any, where: str) -> Iterator[str]:
    """A file that is uploaded; or, as text, the id of one that Telegram has, or an address."""
    if isinstance(value, str):
        lost = value.startswith("attach://")  # what is attached was put in its place
        yield from (f"{where}: {value!r} names nothing",) if lost or not value else ()
        return
    if not isinstance(value, bytes):
        yield f"{where}: must be a file or its id, not {type(value).__name__}"
        return
    most = DOCUMENT if where.endswith("/document") else PHOTO
    if not 0 < len(value) <= most:
        yield f"{where}: has {len(value)} bytes, {most} are allowed"
    if most == PHOTO:
        yield from (f"{where}: {fault}" for fault in _dimensions(value))


def _dimensions(value: bytes) -> Iterator[str]:
    try:
        width, height = size_of(value)
    except ValueError as error:
        yield str(error)
        return
    if width + height > 10_000:
        yield f"PHOTO_INVALID_DIMENSIONS: {width} by {height}"
    if max(width, height) > 20 * min(width, height):
        yield f"PHOTO_INVALID_DIMENSIONS: the ratio of {width} by {height} is over 20"
