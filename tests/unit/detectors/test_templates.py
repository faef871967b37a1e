import pytest

from detectors.masks import LONGEST
from detectors.templates import looks_like_error, template_id


def test_only_the_beginning_of_a_line_counts() -> None:
    assert not looks_like_error("x" * LONGEST + " ERROR")


def test_an_id_is_stable_and_belongs_to_its_service() -> None:
    assert template_id("shop", "<*> failed") == "c91b868a6067"
    assert template_id("shop", "<*> failed") != template_id("cart", "<*> failed")
    assert len(template_id("shop", "\ud800")) == 12


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-20 10:21:33 ERROR cart: no stock",
        "[error] 17#0: upstream prematurely closed",
        "level=error msg=oops",
        '{"severity": "Critical", "message": "x"}',
        "E: error: cannot open file",
        "Traceback (most recent call last):",
        "KeyError: 'price'",
        "java.lang.NullPointerException",
        "panic: runtime error: index out of range [5]",
        "kernel: Out of memory: Killed process 12",
        '10.0.0.1 - - "GET /pay HTTP/1.1" 503 17',
        "INFO request done status=500 path=/pay",
        '{"level": "info", "status_code": 502}',
        "connection refused by payments",
        "upstream timed out",
        "INFO worker: Unhandled exception in thread",
    ],
)
def test_errors(line: str) -> None:
    assert looks_like_error(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "0 errors, 12 warnings",
        "done with no errors",
        "finished without any failed jobs",
        "errors=0 failed: 0",
        "error_count=0 error_rate: 0.0%",
        '{"error": null, "took": 5}',
        "INFO error budget is fine",
        'level=info msg="retry of failed job worked"',
        "WARN slow query, no error yet",
        "[debug] ERROR handler installed",
        '10.0.0.1 - - "GET /errors HTTP/1.1" 200 500',
        "took 503 ms",
        "terror in the mirror",
        "status=200 size=512",
    ],
)
def test_no_errors(line: str) -> None:
    assert not looks_like_error(line)
