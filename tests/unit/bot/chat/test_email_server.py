import ssl
import subprocess
from pathlib import Path

import pytest

from bot.chat.email_server import MailServer, Security
from bot.domain.errors import ChatError
from tests.real.need import program
from tests.standins.mail import LOGIN, Post, post_office

MAIL = b"Subject: x\r\n\r\n.one\r\n..two\r\n.\r\nend\r\n"
FROM, TO = "steward@example.com", ("ops@example.com", "b@example.com")


def server(post: Post, security: Security = "none", user: str = "", password: str = "") -> MailServer:
    return MailServer("127.0.0.1", post.port, security, 20.0, user, password)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key in one file."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    wanted = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=mail")
    names = ("-addext", "subjectAltName=IP:127.0.0.1")
    command = [program("openssl", "openssl"), "req", "-x509", *wanted, *names, "-keyout", str(path), "-out", "-"]
    made = subprocess.run(command, capture_output=True, check=True)
    path.write_bytes(path.read_bytes() + made.stdout)
    return path


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate)
    return made


async def test_a_mail_arrives_whole_with_its_dots() -> None:
    async with post_office() as post:
        assert await server(post).send(MAIL, FROM, TO) == ""
    assert post.to == [list(TO)]
    assert post.raw == [MAIL]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_the_login_goes_over_tls(
    security: Security, context: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    starttls, tls = (context, None) if security == "starttls" else (None, context)
    async with post_office(starttls=starttls, tls=tls, login=True) as post:
        await server(post, security, *LOGIN).look()
        assert post.mails == []
        await server(post, security, *LOGIN).send(MAIL, FROM, TO)
        with pytest.raises(ChatError, match="refuses SMTP_USER and SMTP_PASSWORD: 535") as caught:
            await server(post, security, "steward", "wrong-pass").look()
    assert caught.value.permanent
    assert "wrong-pass" not in str(caught.value)
    assert len(post.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(security: Security, context: ssl.SSLContext) -> None:
    starttls, tls = (context, None) if security == "starttls" else (None, context)
    async with post_office(starttls=starttls, tls=tls, login=True) as post:
        with pytest.raises(ChatError, match=r"(?i)certificate"):
            await server(post, security, *LOGIN).send(MAIL, FROM, TO)
    assert post.mails == []


async def test_nothing_is_sent_in_the_clear_when_the_server_has_no_starttls() -> None:
    async with post_office() as post:
        with pytest.raises(ChatError, match=r"STARTTLS.*see chat\.email\.security") as caught:
            await server(post, "starttls").send(MAIL, FROM, TO)
    assert caught.value.permanent
    assert post.mails == []


async def test_one_refused_address_does_not_keep_the_mail_from_the_others() -> None:
    async with post_office() as post:
        post.no = {TO[0]: "550 no such user"}
        assert (await server(post).send(MAIL, FROM, TO)).endswith(f"refuses {TO[0]}: 550 no such user")
    assert post.to == [[TO[1]]]


@pytest.mark.parametrize(("answer", "permanent", "wait"), [("550 no such user", True, 0.0), ("450 later", False, 60.0)])
async def test_when_all_addresses_are_refused_it_is_an_error(answer: str, permanent: bool, wait: float) -> None:
    async with post_office() as post:
        post.no = dict.fromkeys(TO, answer)
        with pytest.raises(ChatError, match=rf"refuses ops@example\.com, b@example\.com: {answer}") as caught:
            await server(post).send(MAIL, FROM, TO)
    assert (caught.value.permanent, caught.value.retry_after, caught.value.maybe_sent) == (permanent, wait, False)


@pytest.mark.parametrize(("answer", "permanent", "wait"), [("554 spam", True, 0.0), ("452 full", False, 60.0)])
async def test_a_refused_mail_was_not_sent(answer: str, permanent: bool, wait: float) -> None:
    async with post_office() as post:
        post.data_reply = answer
        with pytest.raises(ChatError, match=answer) as caught:
            await server(post).send(MAIL, FROM, TO)
    assert (caught.value.permanent, caught.value.retry_after, caught.value.maybe_sent) == (permanent, wait, False)


async def test_without_an_answer_to_the_mail_it_may_have_arrived() -> None:
    async with post_office() as post:
        post.hang_up = True
        with pytest.raises(ChatError, match="gave no answer to a mail") as caught:
            await server(post).send(MAIL, FROM, TO)
    assert caught.value.maybe_sent


async def test_a_server_that_is_away_is_one_line_and_nothing_was_sent() -> None:
    with pytest.raises(ChatError, match=r"cannot use the mail server 127\.0\.0\.1:1: .*is it up") as caught:
        await server(Post(port=1)).send(MAIL, FROM, TO)
    assert (caught.value.maybe_sent, caught.value.permanent) == (False, False)
