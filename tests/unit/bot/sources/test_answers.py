import json
from math import isnan

import pytest

from bot.sources.answers import Answer, NotAnAnswerError, RefusedError, decode, one_line


def body(result: object, kind: str = "vector", **more: object) -> bytes:
    return json.dumps({"status": "success", "data": {"resultType": kind, "result": result}, **more}).encode()


def only(answer: Answer) -> tuple[dict[str, str], list[float], list[float]]:
    (row,) = answer.rows
    return dict(row.labels), row.times.tolist(), row.values.tolist()


def test_a_vector_a_matrix_and_a_scalar() -> None:
    assert only(decode(body([{"metric": {"a": "b"}, "value": [1.5, "2"]}]))) == ({"a": "b"}, [1.5], [2])
    assert only(decode(body([{"metric": {}, "values": [[1, "2"], [2, "3"]]}], "matrix"))) == ({}, [1, 2], [2, 3])
    assert only(decode(body([7, "8"], "scalar"))) == ({}, [7], [8])
    assert decode(body([])) == Answer([], [])


@pytest.mark.parametrize("text", ["NaN", "+Inf", "-Inf", "Inf"])
def test_a_value_that_is_no_finite_number_is_nan(text: str) -> None:
    assert isnan(only(decode(body([{"metric": {}, "value": [1, text]}])))[2][0])


@pytest.mark.parametrize(
    "item",
    [
        None,
        7,
        [],
        {},
        {"metric": {}},
        {"metric": [], "value": [1, "2"]},
        {"metric": {"a": 1}, "value": [1, "2"]},
        {"metric": {}, "value": "2"},
        {"metric": {}, "value": [1]},
        {"metric": {}, "value": [1, {}]},
        {"metric": {}, "value": [1, "two"]},
        {"metric": {}, "value": [None, "2"]},
        {"metric": {}, "value": ["NaN", "2"]},
        {"metric": {}, "values": []},
        {"metric": {}, "values": {"1": "2"}},
        {"metric": {"a": "\ud800"}, "value": [1, "2"]},
        {"metric": {}, "histogram": [1, {"count": "5"}]},
    ],
)
def test_a_series_of_a_wrong_shape_is_left_out_and_told(item: object) -> None:
    answer = decode(body([item, {"metric": {}, "value": [1, "2"]}]))
    assert len(answer.rows) == 1
    assert answer.notes == ["1 of 2 series had a wrong shape and were left out"]


def test_a_partial_answer_is_told() -> None:
    assert decode(body([], warnings=["store-2 is away\n"])).notes == ["partial answer: store-2 is away"]
    assert decode(body([], warnings="garbage")).notes == []


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"<html>", "web page"),
        (b"  <!doctype html>", "web page"),
        (b"", "cut short"),
        (b'{"status":"succ', "cut short"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not of Prometheus"),
        (b'{"status":"ok"}', "not of Prometheus"),
        (b'{"status":"success"}', "no data"),
        (body({}), "no list"),
        (body(None), "no list"),
    ],
)
def test_what_is_no_answer(raw: bytes, words: str) -> None:
    with pytest.raises(NotAnAnswerError, match=words):
        decode(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"status":"error","errorType":"bad_data","error":"parse error at char 3"}', "parse error at char 3"),
        (b'{"status":"error","errorType":"timeout"}', "timeout"),
        (b'{"status":"error"}', "no reason given"),
        (body([1, "text"], "string"), "gives a string"),
        (body([], "streams"), "gives a streams"),
    ],
)
def test_a_refusal_gives_the_servers_reason(raw: bytes, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        decode(raw)


def test_foreign_text_becomes_one_short_line() -> None:
    assert one_line("a\n b\x1b[31m\u202e c") == "a b [31m c"
    assert len(one_line("x" * 10_000)) == 200
