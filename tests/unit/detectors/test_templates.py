import pytest

from detectors.templates import LONGEST, looks_like_error, template_id, template_of


@pytest.mark.parametrize(
    ("line", "template"),
    [
        (
            "2026-11-20T10:21:33.123Z ERROR charge 8f14e45f-ceea-467f-a8d4-1b2c3d4e5f60 failed",
            "<*> ERROR charge <*> failed",
        ),
        ("connect to 10.0.0.5:8080 refused after 12.3ms", "connect to <*> refused after <*>"),
        ("cannot open /var/lib/shop/a.db: no space", "cannot open <*>: no space"),
        ("cannot open '/var/a b.db': don't know", "cannot open <*>: don't know"),
        ('card "4111 x" declined', "card <*> declined"),
        ("peer fe80::1:2 left, key deadbeefdeadbeefdead", "peer <*> left, key <*>"),
        ("mail to bob@example.com bounced", "mail to <*> bounced"),
        ("GET http://shop.local/cart?id=1 failed", "GET <*> failed"),
        ("values 1, 2, 3 and 0xdeadbeef", "values <*> and <*>"),
        ("  tabs\tand   spaces \n", "tabs and spaces"),
        (
            'level=error msg="cannot reach 10.0.0.1" caller=x.go:12',
            'level=error msg="cannot reach <*>" caller=x.go:<*>',
        ),
        ('{"ts": 1.5, "level": "error", "msg": "cannot reach \\"db\\" in 3s"}', "cannot reach <*> in <*>"),
        ('{"ts": 1.5, "code": 17}', "{<*>}"),
        ("", ""),
        ("\x00\ufffd\u202e broken 1", "\x00\ufffd\u202e broken <*>"),
    ],
)
def test_what_varies_is_masked(line: str, template: str) -> None:
    assert template_of(line) == template


def test_only_the_beginning_of_a_line_counts() -> None:
    assert template_of("x" * LONGEST + " tail") == "x" * LONGEST
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
