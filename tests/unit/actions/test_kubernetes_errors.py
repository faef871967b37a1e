from typing import Any

import httpx2
import pytest

from actions.kubernetes_errors import CORDON, budget, said

REFUSED = {
    "causes": [{"reason": "DisruptionBudget", "message": "The budget needs\n 2 healthy pods and has 2 currently"}]
}


def error(code: int, body: Any = None) -> httpx2.HTTPStatusError:
    request = httpx2.Request("POST", "http://127.0.0.1/")
    answer = httpx2.Response(code, json=body, request=request)
    return httpx2.HTTPStatusError("failed", request=request, response=answer)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (
            error(429, {"message": "Cannot evict", "details": REFUSED}),
            "The budget needs 2 healthy pods and has 2 currently",
        ),
        (error(429, {"details": {"causes": [{"reason": "DisruptionBudget"}]}}), "its disruption budget"),
        (error(429, {"message": "too many requests"}), ""),
        (error(429, ["?"]), ""),
        (error(500, {"details": REFUSED}), ""),
        (OSError("gone"), ""),
    ],
)
def test_what_a_disruption_budget_said(failure: Exception, words: str) -> None:
    assert budget(failure) == words


@pytest.mark.parametrize(
    ("failure", "writes", "effect"),
    [
        (error(403), True, "none"),
        (error(500), True, "unknown"),
        (error(500), False, "none"),
        (httpx2.ReadTimeout("late"), True, "unknown"),
        (httpx2.ReadTimeout("late"), False, "none"),
        (httpx2.ConnectError("refused"), True, "none"),
    ],
)
def test_a_write_that_may_have_been_done_is_unknown(failure: Exception, writes: bool, effect: str) -> None:
    assert said(failure, "node n1", "patch nodes", writes=writes).effect == effect


def test_a_missing_right_comes_with_what_gives_it() -> None:
    told = str(said(error(403, {"message": "nodes is\n forbidden"}), "node n1", "patch nodes", mend=CORDON))
    assert told.startswith("may not patch nodes (node n1): apply deploy/kubernetes/cordon.yaml")
    assert told.endswith("; nodes is forbidden")
