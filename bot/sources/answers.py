"""Reads the JSON that Prometheus's HTTP API answers. Believes nothing: what has the wrong shape is left out and told.

The format: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np

from detectors.model import Floats


class NotAnAnswerError(ValueError):
    """The body is not an answer of Prometheus's API; the text says what it is instead."""


class RefusedError(ValueError):
    """The server refused one query; the text is its reason. Other queries may do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One series of an answer. Times are epoch seconds; a value that is no finite number is NaN."""

    labels: Mapping[str, str]
    times: Floats
    values: Floats


@dataclass(frozen=True, slots=True)
class Answer:
    """The series of one answer, and what was wrong with it, a line each."""

    rows: Sequence[Row]
    notes: Sequence[str] = ()


def decode(body: bytes) -> Answer:
    """Reads a body.

    Raises:
        NotAnAnswerError: it is a web page, it was cut short, or it is other JSON.
        RefusedError: it is an error about this query.
    """
    data = _data(_parsed(body))
    notes = [f"partial answer: {one_line(warning)}" for warning in _listed(data.pop("warnings", None))]
    kind, result = data.get("resultType"), data.get("result")
    if kind == "scalar":
        result = [{"metric": {}, "value": result}]
    elif kind not in {"vector", "matrix"}:
        raise RefusedError(f"the query gives a {one_line(kind)}, not series")
    if not isinstance(result, list):
        raise NotAnAnswerError("the answer has no list of results")
    rows = [row for row in map(_row, result) if row is not None]
    if len(rows) < len(result):
        notes.append(f"{len(result) - len(rows)} of {len(result)} series had a wrong shape and were left out")
    return Answer(rows, notes)


def one_line(text: object, most: int = 200) -> str:
    """Foreign text made fit for a message: one line, printable, cut."""
    line = "".join(char if char.isprintable() else " " for char in str(text)[: 4 * most])
    line = " ".join(line.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _parsed(body: bytes) -> Mapping[str, Any]:
    if body.lstrip()[:1] == b"<":
        raise NotAnAnswerError("a web page (HTML) came instead of JSON: a login page or a proxy may stand in between")
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise NotAnAnswerError("the answer is not JSON, or was cut short") from error
    if not isinstance(parsed, dict) or parsed.get("status") not in {"success", "error"}:
        raise NotAnAnswerError("the answer is JSON, but not of Prometheus's API")
    return parsed


def _data(parsed: Mapping[str, Any]) -> dict[str, Any]:
    if parsed["status"] == "error":
        raise RefusedError(one_line(parsed.get("error") or parsed.get("errorType") or "no reason given"))
    data = parsed.get("data")
    if not isinstance(data, dict):
        raise NotAnAnswerError("the answer has no data")
    return {**data, "warnings": parsed.get("warnings")}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _row(item: object) -> Row | None:
    """The series, or None when its shape is wrong."""
    if not isinstance(item, dict) or not isinstance(labels := item.get("metric"), dict):
        return None
    pairs = item.get("values", [item.get("value")])
    points = [point for point in map(_point, _listed(pairs)) if point is not None]
    if not points or not all(isinstance(text, str) and _sound(text) for text in labels.values()):
        return None
    columns = np.array(points)
    return Row(labels, columns[:, 0], columns[:, 1])


def _sound(text: str) -> bool:
    """Whether the text can be stored: JSON may spell halves of characters, which no encoding holds."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _point(pair: object) -> tuple[float, float] | None:
    if not isinstance(pair, list) or len(pair) != 2:
        return None
    try:
        time, value = float(pair[0]), float(pair[1])
    except (TypeError, ValueError, OverflowError):
        return None
    if not isfinite(time):
        return None
    return time, value if isfinite(value) else nan
