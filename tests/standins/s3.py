"""As much of Amazon S3 as an archive needs: objects that are listed, read, and written whole or not at all."""

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.standins.ecs import CREDENTIALS

SETTINGS = {**CREDENTIALS, "AWS_DEFAULT_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "1"}


@dataclass
class S3:
    """The bucket `audit`, two keys a page. `failures`: status and code that a method answers; status 0 hangs up."""

    endpoint: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    failures: dict[str, tuple[int, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The keys without their folder, in order."""
        return sorted(key.rpartition("/")[2] for key in self.objects)

    def listed(self, prefix: str, after: str) -> bytes:
        """A page of the list."""
        keys = [key for key in sorted(self.objects) if key.startswith(prefix) and key > after]
        inner = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys[:2])
        more = f"<NextContinuationToken>{keys[1]}</NextContinuationToken>" if len(keys) > 2 else ""
        cut = f"<IsTruncated>{str(bool(more)).lower()}</IsTruncated>"
        return f"<ListBucketResult>{inner}{cut}{more}</ListBucketResult>".encode()


class _Handler(BaseHTTPRequestHandler):
    s3: S3
    protocol_version = "HTTP/1.1"  # which answers `Expect: 100-continue`

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if self._refused("LIST" if query else "GET"):
            return
        if query:
            body = self.s3.listed(query["prefix"][0], query.get("continuation-token", [""])[0])
        else:
            body = self.s3.objects[self._key]
        self._answer(200, body)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["x-amz-checksum-sha256"] == b64encode(sha256(body).digest()).decode()
        if not self._refused("PUT"):
            self.s3.objects[self._key] = body
            self._answer(200)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name in the standard library
        pass

    @property
    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/audit/")

    def _refused(self, call: str) -> bool:
        self.s3.calls.append(call)
        if re.match(r"/audit\b", self.path) is None:
            self._answer(404, b"<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>")
            return True
        if call not in self.s3.failures:
            return False
        status, code = self.s3.failures[call]
        if status:
            self._answer(status, f"<Error><Code>{code}</Code><Message>no,\nnot now</Message></Error>".encode())
        self.close_connection = True
        return True

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def credentials(folder: Path, **settings: str) -> Iterator[None]:
    """AWS settings in the environment alone: none of the machine's own, and no question to a cloud about its role."""
    files = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
    with pytest.MonkeyPatch.context() as patch:
        for name in (*SETTINGS, "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
            patch.delenv(name, raising=False)
        given = {"AWS_EC2_METADATA_DISABLED": "true", **dict.fromkeys(files, str(folder / "no-such-file")), **settings}
        for name, value in given.items():
            patch.setenv(name, value)
        yield


@contextmanager
def serving(folder: Path) -> Iterator[S3]:
    """Serves one on loopback in a thread, with credentials in the environment. `folder`: an empty one."""
    s3 = S3()
    handler = type("Handler", (_Handler,), {"s3": s3})
    with credentials(folder, **SETTINGS), ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        s3.endpoint = f"http://127.0.0.1:{server.server_port}"
        yield s3
        server.shutdown()
        thread.join()
