import json

import numpy as np
import pytest

from bot.sources.answers import NotAnAnswerError, RefusedError
from bot.sources.vectors import Vector, vector


def body(result: object, kind: str = "vector", **more: object) -> bytes:
    return json.dumps(
        {"status": "success", "data": {"resultType": kind, "result": result}, **more}, separators=(",", ":")
    ).encode()


def labels(found: Vector) -> list[object]:
    return [json.loads(bytes(one)) for one in found.labels]


def test_labels_and_values_of_each_series() -> None:
    found = vector(body([{"metric": {"a": "b"}, "value": [1.5, "2"]}, {"metric": {}, "value": [1.5, "-3e2"]}]))
    assert labels(found) == [{"a": "b"}, {}]
    assert found.values.tolist() == [2, -300]
    assert found.notes == []
    assert vector(body([])).values.shape == (0,)


@pytest.mark.parametrize("text", ["NaN", "+Inf", "-Inf", "Inf", "1e999"])
def test_a_value_that_is_no_finite_number_is_nan(text: str) -> None:
    found = vector(body([{"metric": {"le": "+Inf", "x": ',"+Inf"]'}, "value": [1, text]}]))
    np.testing.assert_array_equal(found.values, [np.nan])
    assert labels(found) == [{"le": "+Inf", "x": ',"+Inf"]'}]


@pytest.mark.parametrize("item", [None, {}, {"metric": {}}, {"metric": {}, "value": [1, "two"]}, {"metric": 1}])
def test_a_series_of_a_wrong_shape_is_left_out_and_told(item: object) -> None:
    found = vector(body([item, {"metric": {"a": "b"}, "value": [1, "2"]}]))
    assert (labels(found), found.values.tolist()) == ([{"a": "b"}], [2])
    assert found.notes == ["1 of 2 series had a wrong shape and were left out"]


def test_a_scalar_is_a_series_without_labels() -> None:
    found = vector(body([7, "8"], "scalar"))
    assert (labels(found), found.values.tolist()) == ([{}], [8])


@pytest.mark.parametrize("kind", ["vector", "scalar"])
def test_a_partial_answer_is_told(kind: str) -> None:
    found = vector(body([] if kind == "vector" else [7, "8"], kind, warnings=["store-2 is\naway"]))
    assert found.notes == ["partial answer: store-2 is away"]


def test_what_is_no_answer_is_told_as_everywhere() -> None:
    with pytest.raises(NotAnAnswerError, match="web page"):
        vector(b"<html>")
    with pytest.raises(NotAnAnswerError, match="cut short"):
        vector(body([{"metric": {"a": "b"}, "value": [1, "2"]}])[:-9])
    with pytest.raises(RefusedError, match="too many"):
        vector(json.dumps({"status": "error", "error": "too many samples"}).encode())
