import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from actions.model import ActuatorError
from actions.safe_http import LARGEST, Call, SafeHttp, permitted, resolve
from tests.real.need import program
from tests.unit.actions.answering import answering, hang_up

LOOPBACK = ("127.0.0.0/8",)


class Names:
    """A resolver that says what a test says, each time the next answer."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self.answers.pop(0)


@asynccontextmanager
async def sending(resolver: Names | None = None) -> AsyncIterator[SafeHttp]:
    http = SafeHttp(resolver or resolve)
    try:
        yield http
    finally:
        await http.close()


def call(port: int, host: str = "127.0.0.1", allow: Sequence[str] = LOOPBACK, content: bytes | None = b"{}") -> Call:
    return Call(f"http://{host}:{port}/act?key=s3cret", allow, 5.0, {"X-Mine": "yes"}, content)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
        "168.63.129.16", "100.100.100.200", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_no_special_address_is_permitted_unless_listed(address: str) -> None:
    assert not permitted("deploy.example.com", address, ())
    assert not permitted("deploy.example.com", address, ("example.com", "other.example.com", "203.0.113.0/24"))
    assert permitted("deploy.example.com", address, ("Deploy.Example.com",))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_addresses_are_permitted(address: str) -> None:
    assert permitted("deploy.example.com", address, ())


@pytest.mark.parametrize(
    ("address", "allow", "yes"),
    [
        ("10.1.2.3", ("10.1.2.0/24",), True),
        ("10.1.3.3", ("10.1.2.0/24",), False),
        ("10.1.2.3", ("10.1.2.3",), True),
        ("::ffff:10.1.2.3", ("10.1.2.0/24",), True),
        ("fd00::7", ("fd00::/64",), True),
        ("fd00::7", ("10.0.0.0/8",), False),
    ],
)
def test_networks_can_be_listed(address: str, allow: Sequence[str], yes: bool) -> None:
    assert permitted("deploy", address, allow) is yes


async def test_the_name_is_resolved_once_and_kept_for_the_receiver() -> None:
    seen: list[web.BaseRequest] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        return web.Response(text=(await request.read()).decode(), status=201)

    # A second question would be answered with an address where nobody may go.
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    async with answering(handler) as port, sending(names) as http:
        reply = await http.send(call(port, "deploy.example.com"))
    assert (reply.code, reply.body) == (201, b"{}")
    assert names.asked == [("deploy.example.com", port)]
    assert (seen[0].method, seen[0].headers["Host"]) == ("POST", f"deploy.example.com:{port}")
    assert seen[0].headers["X-Mine"] == "yes"
    assert seen[0].path_qs == "/act?key=s3cret"


@pytest.mark.parametrize("found", [["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"], []])
async def test_nothing_is_sent_when_any_address_is_refused(found: list[str]) -> None:
    seen = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        return web.Response()

    async with answering(handler) as port, sending(Names(found, found)) as http:
        for doing in (http.send, http.reach):
            with pytest.raises(ActuatorError, match=r"deploy\.example\.com") as caught:
                await doing(call(port, "deploy.example.com"))
            assert caught.value.effect == "none"
            assert "s3cret" not in str(caught.value)
    assert not seen


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
async def test_other_ways_to_write_loopback_are_refused_too(host: str) -> None:
    async with sending() as http:
        with pytest.raises(ActuatorError, match="which is no public address: nothing was sent"):
            await http.send(call(1, host, allow=()))


async def test_a_redirect_is_not_followed() -> None:
    seen = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with answering(handler) as port, sending() as http:
        assert (await http.send(call(port))).code == 302
    assert seen == ["/act"]


async def test_the_next_address_is_tried_only_when_nothing_was_sent() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(text="here")

    async with answering(handler) as port, sending(Names(["::1", "127.0.0.1"])) as http:
        assert (await http.send(call(port, "deploy", allow=("deploy",)))).body == b"here"
    tries = []

    async def dropping(request: web.Request) -> web.StreamResponse:
        tries.append(1)
        return await hang_up(request)

    async with answering(dropping) as port, sending(Names(["127.0.0.1", "::ffff:127.0.0.1"])) as http:
        with pytest.raises(ActuatorError) as caught:
            await http.send(call(port, "deploy", allow=("deploy",)))
    assert (caught.value.effect, len(tries)) == ("unknown", 1)


async def test_a_long_answer_is_cut() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * (4 * LARGEST))

    async with answering(handler) as port, sending() as http:
        assert len((await http.send(call(port))).body) == LARGEST


async def test_a_packed_answer_is_not_unpacked() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.headers["Accept-Encoding"] == "identity"
        return web.Response(body=b"packed", headers={"Content-Encoding": "gzip"})

    async with answering(handler) as port, sending() as http:
        assert (await http.send(call(port))).body == b"packed"


@pytest.mark.parametrize("silent", [False, True])
async def test_a_lost_answer_leaves_the_effect_unknown(silent: bool) -> None:
    over = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        if not silent:
            return await hang_up(request)
        await over.wait()
        return web.Response()

    async with answering(handler) as port, sending() as http:
        asked = Call(f"http://127.0.0.1:{port}/", LOOPBACK, 0.2, {}, b"{}")
        with pytest.raises(ActuatorError, match=f"no usable answer from 127.0.0.1:{port}") as caught:
            await http.send(asked)
        over.set()
    assert caught.value.effect == "unknown"
    assert "\n" not in str(caught.value)


async def test_nobody_there_means_no_effect() -> None:
    async with sending() as http:
        for doing in (http.send, http.reach):
            with pytest.raises(ActuatorError, match=r"cannot connect to 127\.0\.0\.1:1: .*is it up") as caught:
                await doing(call(1))
            assert caught.value.effect == "none"


async def test_a_name_that_nobody_knows() -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(-2, "Name or service not known")

    http = SafeHttp(nobody)
    with pytest.raises(ActuatorError, match=r"cannot find the address of deploy\.example\.com: .*not known"):
        await http.send(call(80, "deploy.example.com"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for deploy.example.com with its key in one file."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    wanted = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=deploy")
    names = ("-addext", "subjectAltName=DNS:deploy.example.com")
    command = [program("openssl", "openssl"), "req", "-x509", *wanted, *names, "-keyout", str(path), "-out", "-"]
    made = subprocess.run(command, capture_output=True, check=True)
    path.write_bytes(path.read_bytes() + made.stdout)
    return path


@pytest.mark.parametrize(("host", "trusted"), [("deploy.example.com", True), ("other.example.com", False)])
async def test_the_certificate_is_checked_against_the_name_and_not_the_address(
    host: str, trusted: bool, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    seen = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["Host"])
        return web.Response(text="hello")

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with answering(handler, context) as port, sending(Names(["127.0.0.1"])) as http:
        asked = Call(f"https://{host}:{port}/", LOOPBACK, 5.0, {}, b"{}")
        if trusted:
            assert (await http.send(asked)).body == b"hello"
        else:
            with pytest.raises(ActuatorError, match=r"[Hh]ostname mismatch") as caught:
                await http.send(asked)
            assert caught.value.effect == "none"
    assert seen == ([f"{host}:{port}"] if trusted else [])
