import random
import string

import pytest

from detectors import masks
from detectors.masks import LONG, MASK, Masks, message_of


def masked(line: str) -> str:
    words = Masks()
    return " ".join([words[word] for word in line.split()])


@pytest.mark.parametrize(
    ("line", "template"),
    [
        ("took 12 ms, 0.5% of 1,000 at -3.2e5", "took <*> ms, <*>% of <*> at <*>"),
        ("256MB in 1.5s", "<*> in <*>"),
        ("at 2026-11-20T10:21:33.123Z: charge", "at <*>: charge"),
        ("at 10:21:33", "at <*>:<*>:<*>"),
        ("request 8f14e45f-ceea-467f-a8d4-1b2c3d4e5f60 failed", "request <*> failed"),
        ("from 10.0.0.5:8080, 10.0.0.5,10.0.0.6 and 10.0.0.0/8", "from <*>, <*> and <*>"),
        ("db-3/10.0.0.5:5432 is down", "<*> is down"),
        ("peer fe80::1:2%eth0 or ::1 or fe80:0:0:0:1:2:3:4 left", "peer <*> or <*> or <*> left"),
        ("port aa:bb:cc:dd:ee:0f up", "port <*> up"),
        ("open /var/lib/shop/a.db: no space", "open <*>: no space"),
        (r"open C:\Users\x\a.txt, \\host\share", "open <*>, <*>"),
        ("in ~/notes and ./run and a/b/c/d", "in <*> and <*> and <*>"),
        ("read and/or write, seq/ack/win", "read and/or write, seq/ack/win"),
        ("GET http://shop.local/cart?id=1 failed", "GET <*> failed"),
        ("mail to bob@example.com bounced", "mail to <*> bounced"),
        ("proxy.example.org:443 and main.go:17", "<*> and main.go:<*>"),
        ("on web-1.eu.example.com now", "on <*> now"),
        ("pod cart-7d9f8b6c5d-xkqzt on node-17", "pod <*> on node-<*>"),
        ("key deadbeefdeadbeef at 0xBEEF, word 003a90fc", "key <*> at <*>, word <*>"),
        ("block blk_-160899 of job_2026_0001.", "block <*> of <*>."),
        ("package tool~3.1~amd64", "package <*>"),
        ("ok=true, parent null, by root", "ok=<*>, parent <*>, by <*>"),
        ("eth0 Log4j metrics2.properties utf-8", "eth0 Log4j metrics2.properties utf-<*>"),
        ("[instance: 17] (x=3)", "[instance: <*>] (x=<*>)"),
        ("١٢٣ cafés", "<*> cafés"),
        ("\x00\ufffd\u202e broken 1", "\x00\ufffd\u202e broken <*>"),
        ("", ""),
    ],
)
def test_what_varies_is_masked(line: str, template: str) -> None:
    assert masked(line) == template


def test_the_answer_for_one_shape_of_word_is_right_for_every_word_of_it() -> None:
    chance = random.Random(7)
    signs = string.digits * 3 + string.ascii_letters + "-_.:/=,@~"
    words = ["".join(chance.choices(signs, k=chance.randint(1, 12))) for _ in range(20_000)]
    together = Masks()
    assert [together[word] for word in words] == [Masks()[word] for word in words]


def test_names_keep_their_own_digits() -> None:
    words = Masks()
    assert [words[word] for word in ("eth0", "eth1", "eth0")] == ["eth0", "eth1", "eth0"]


def test_memory_is_bounded() -> None:
    words = Masks()
    for number in range(masks.REMEMBERED + 10):
        assert words[f"{number:b}".translate({48: "a", 49: "b"})]
    assert len(words) <= masks.REMEMBERED
    assert words["/" + "x" * LONG] == MASK
    assert "/" + "x" * LONG not in words


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"ts": 1.5, "level": "error", "msg": "cannot reach \\"db\\" in 3s"}', 'cannot reach "db" in 3s'),
        ('{"message": "a", "error": "b"}', "a b"),
        ('{"ts": 1.5, "code": 17}', '{"ts": 1.5, "code": 17}'),
        ("plain", "plain"),
    ],
)
def test_of_a_json_line_its_message_counts(line: str, message: str) -> None:
    assert message_of(line) == message
