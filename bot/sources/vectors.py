"""Reads the answer to an instant query as columns, one slice of some ten thousand series at a time.

What Prometheus writes is read by a typed decoder that makes no object a label; anything else goes through
`answers.decode`, which says what is wrong with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from bot.sources.answers import decode, one_line
from detectors.model import Floats


@dataclass(frozen=True, slots=True)
class Vector:
    """The series of one answer: labels as JSON objects in the server's own spelling, and the newest value of each.

    The labels are views of the answer, so that none is copied.

    A value that is no finite number is NaN. notes: what was wrong with the answer, a line each.
    """

    labels: Sequence[bytes | msgspec.Raw]
    values: Floats
    notes: Sequence[str] = ()


class _Point(msgspec.Struct, array_like=True, gc=False, forbid_unknown_fields=True):
    time: float
    value: float


class _Item(msgspec.Struct, gc=False):
    metric: msgspec.Raw
    value: _Point


class _Data(msgspec.Struct):
    kind: Literal["vector"] = msgspec.field(name="resultType")
    result: list[_Item]


class _Answer(msgspec.Struct):
    status: Literal["success"]
    data: _Data
    warnings: list[str] = []


_DECODER = msgspec.json.Decoder(_Answer, strict=False)  # not strict: values are numbers in quotes


def vector(body: bytes) -> Vector:
    """Reads a body. Raises as `answers.decode` does."""
    try:
        # The one spelling of a number that the decoder does not know. Inside a text there is no bare quote.
        answer = _DECODER.decode(body.replace(b',"+Inf"]', b',"inf"]'))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _tolerant(body)
    values = np.array([item.value.value for item in answer.data.result], dtype=np.float64)
    notes = [f"partial answer: {one_line(warning)}" for warning in answer.warnings]
    return Vector([item.metric for item in answer.data.result], _finite(values), notes)


def _tolerant(body: bytes) -> Vector:
    answer = decode(body)
    labels = [msgspec.json.encode(row.labels) for row in answer.rows]
    return Vector(labels, _finite(np.array([row.values[-1] for row in answer.rows], dtype=np.float64)), answer.notes)


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)
