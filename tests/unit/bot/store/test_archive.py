import socket
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.domain.errors import StewardError, UsageError
from bot.domain.export import Span
from bot.store.archive import Place, opened, place
from tests.standins.ecs import CREDENTIALS
from tests.standins.s3 import S3, SETTINGS, credentials, serving

SPAN, NEXT, LAST = Span(1, 2, "a" * 64), Span(3, 9, "b" * 64), Span(10, 1_234_567_890, "c" * 64)


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[S3]:
    with serving(tmp_path) as found:
        yield found


def at(s3: S3, address: str = "s3://audit/prod") -> Place:
    return place(address, s3.endpoint)


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("s3://audit", Place("audit")),
        ("s3://audit/", Place("audit")),
        ("s3://my.audit-1/prod/eu/", Place("my.audit-1", "prod/eu/")),
        ("s3://audit/year=2026", Place("audit", "year=2026/")),
    ],
)
def test_an_address_is_a_bucket_and_a_prefix(address: str, meant: Place) -> None:
    assert place(address) == meant
    assert address.startswith(str(meant).rstrip("/"))


@pytest.mark.parametrize(
    ("address", "endpoint", "region", "said"),
    [
        ("audit.jsonl", "", "", "write s3://BUCKET/PREFIX"),
        ("s3://", "", "", "write s3://BUCKET/PREFIX"),
        ("s3://Audit", "", "", "write s3://BUCKET/PREFIX"),
        ("s3://audit/a b", "", "", "write s3://BUCKET/PREFIX"),
        ("s3://audit", "localhost:9000", "", "--endpoint is no address"),
        ("s3://audit", "http://me:s3cret@localhost", "", "--endpoint is no address"),
        ("s3://audit", "", "EU West", "--region 'EU West' is no region"),
    ],
)
def test_what_is_no_address_is_refused(address: str, endpoint: str, region: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        place(address, endpoint, region)
    assert "s3cret" not in str(caught.value)


async def test_files_are_written_listed_in_order_and_read(s3: S3) -> None:
    s3.objects = {"prod/notes.txt": b"", "prod/audit-old.jsonl": b"", "other/" + NEXT.name: b"", "prod/audit/x": b""}
    async with opened(at(s3)) as archive:
        for span in (LAST, NEXT, SPAN):
            await archive.write(span, span.name.encode())
        assert await archive.spans() == [SPAN, NEXT, LAST]
        assert await archive.read(NEXT) == NEXT.name.encode()
    assert f"prod/{LAST.name}" in s3.objects
    assert s3.calls.count("LIST") > 1  # a list of several pages


async def test_an_archive_may_be_at_the_root_of_a_bucket(s3: S3) -> None:
    async with opened(at(s3, "s3://audit")) as archive:
        await archive.write(SPAN, b"x")
        assert await archive.spans() == [SPAN]
    assert list(s3.objects) == [SPAN.name]


async def test_an_upload_that_is_cut_off_leaves_nothing(s3: S3) -> None:
    s3.failures["PUT"] = (0, "")
    async with opened(at(s3)) as archive:
        with pytest.raises(StewardError, match=r"no answer from http://127\.0\.0\.1:\d+ for s3://audit/prod/"):
            await archive.write(SPAN, b"x" * 100_000)
        assert await archive.spans() == []


@pytest.mark.parametrize(
    ("call", "status", "code", "said"),
    [
        ("LIST", 403, "AccessDenied", "may not use s3:ListBucket on s3://audit/prod/: add it to the policy"),
        ("PUT", 403, "AccessDenied", "may not use s3:PutObject on"),
        ("GET", 403, "AccessDenied", "may not use s3:GetObject on"),
        ("LIST", 404, "NoSuchBucket", "there is no bucket audit"),
        ("LIST", 403, "InvalidAccessKeyId", "not known or too old: renew them"),
        ("PUT", 403, "SignatureDoesNotMatch", "not known or too old: renew them"),
        ("PUT", 400, "AuthorizationHeaderMalformed", "in another region: name it with --region"),
        ("PUT", 503, "SlowDown", "S3 is too busy"),
        ("PUT", 400, "BadDigest", r"S3 refused s3:PutObject \(s3://audit/prod/, BadDigest\): no, not now"),
    ],
)
async def test_a_refusal_is_one_line_with_its_mend(s3: S3, call: str, status: int, code: str, said: str) -> None:
    s3.failures[call] = (status, code)
    async with opened(at(s3)) as archive:
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "LIST": archive.spans,
            "PUT": partial(archive.write, SPAN, b"x"),
            "GET": partial(archive.read, SPAN),
        }
        with pytest.raises(StewardError, match=said) as caught:
            await calls[call]()
    assert not any(secret in str(caught.value) for secret in CREDENTIALS.values())
    assert "\n" not in str(caught.value)


async def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with credentials(tmp_path, **SETTINGS):
        async with opened(place("s3://audit", f"http://127.0.0.1:{port}")) as archive:
            with pytest.raises(StewardError, match=r"no answer from .*: check --endpoint and the network"):
                await archive.spans()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "no AWS credentials for s3://audit/: set AWS_ACCESS_KEY_ID"),
        ({"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE"}, "no AWS credentials|cannot use .*credentials"),
        ({"AWS_PROFILE": "night"}, r"cannot use s3://audit/ \(its settings\): .*\(night\) could not be found"),
    ],
)
async def test_missing_credentials_are_told(s3: S3, tmp_path: Path, settings: dict[str, str], said: str) -> None:
    with credentials(tmp_path, **settings), pytest.raises(StewardError, match=said):
        async with opened(at(s3, "s3://audit")) as archive:
            await archive.spans()
    assert s3.calls == []
