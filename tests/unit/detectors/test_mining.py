import json
import random
from collections.abc import Sequence

import pytest

from detectors.masks import LONGEST, MASK
from detectors.mining import OTHER, Miner
from tests.loglines import written


def texts(lines: Sequence[str], step: int = 1000) -> list[str]:
    miner = Miner()
    numbers = [number for at in range(0, len(lines), step) for number in miner.add(lines[at : at + step])]
    return [miner.text(number) for number in numbers]


@pytest.mark.parametrize(
    ("lines", "template"),
    [
        ([f"served {number}" for number in range(3)], "served <*>"),
        ([f"user {name} left" for name in ("ann", "bob", "cy", "dan", "eve", "fay")], "user <*> left"),
        ([f"cache hit {a}:{b}" for a, b in zip("abcdefgh", "stuvwxyz", strict=True)], "cache hit <*>:<*>"),
        (
            [f"user={a} host={b} done={c}" for a, b, c in zip("abcdefg", "hijklmn", "opqrstu", strict=True)],
            "user=<*> host=<*> done=<*>",
        ),
        ([f'item "{"big " * size}hat" sold' for size in range(6)], 'item "<*>" sold'),
        (['{"ts": 17, "msg": "took 3s"}'], "took <*>"),
        (["  tabs\tand   spaces \r"], "tabs and spaces"),
        ([""], ""),
    ],
)
def test_lines_that_differ_in_what_varies_have_one_template(lines: list[str], template: str) -> None:
    assert set(texts(lines)) == {template}


@pytest.mark.parametrize(
    "lines",
    [
        ["breaker is open", "breaker is closed", "breaker is half-open"],
        ["GET /a HTTP/1.1", "PUT /a HTTP/1.1", "POST /a HTTP/1.1"],
        ["link eth0 up", "link eth0 down", "link eth1 up", "link eth1 down"],
        ["Starting", "Started", "Stopping", "Stopped", "Failed", "Reloading", "Reloaded"],
        ["job done", "job done in 3 s"],
    ],
)
def test_few_words_in_a_place_are_templates_of_their_own(lines: list[str]) -> None:
    assert len(set(texts(lines * 5))) == len(lines)


@pytest.mark.parametrize("seed", range(3))
def test_made_up_logs_are_grouped_as_they_were_written(seed: int) -> None:
    lines, kinds = written(seed, 2000)
    groups: dict[str, set[str]] = {}
    for kind, text in zip(kinds, texts(lines), strict=True):
        groups.setdefault(kind, set()).add(text)
    of = {text: sum(text in found for found in groups.values()) for found in groups.values() for text in found}
    right = {kind for kind, found in groups.items() if len(found) == 1 and of[min(found)] == 1}
    assert sum(kind in right for kind in kinds) / len(kinds) > 0.97


def test_a_prefix_gives_the_same_numbers_as_the_whole() -> None:
    lines, _ = written(1, 1500)
    whole, part = Miner(), Miner()
    numbers = whole.add(lines)
    assert part.add(lines[:700]) == numbers[:700]


def test_the_same_lines_give_the_same_templates_however_they_come() -> None:
    lines, _ = written(2, 1500)
    assert texts(lines) == texts(lines, step=7)


def test_numbers_lead_to_the_template_of_now_and_names_are_told() -> None:
    miner = Miner()
    first = miner.add([f"user {name} left" for name in ("ann", "bob", "cy", "dan", "eve")])
    assert len(set(map(miner.now, first))) == 5
    assert miner.renamed == []
    old = {miner.name(number) for number in first}
    (last,) = miner.add(["user fay left"])
    assert set(map(miner.now, first)) == {miner.now(last)}
    assert list(miner.all_now())[first[0]] == miner.now(last)
    assert miner.name(last) in old
    assert {one for one, _ in miner.renamed} >= old - {miner.name(last)}
    assert {one for _, one in miner.renamed} == {miner.name(last)}
    assert len(miner) == 1


def test_templates_that_were_not_seen_for_longest_are_forgotten() -> None:
    miner = Miner(most=10)
    kept = miner.add(["this one stays"])
    for length in range(1, 40):
        (number,) = miner.add(["it failed" + " badly" * length])
        miner.add(["this one stays"])
        assert len(miner) <= 10
        assert miner.text(number).startswith("it failed")
    assert miner.text(kept[0]) == "this one stays"
    assert miner.now(2) == OTHER
    assert (miner.text(2), miner.name(2)) == (MASK, "other")
    assert miner.add(["this one stays"]) == kept


def test_a_restored_miner_goes_on_as_the_old_one_would() -> None:
    lines, _ = written(3, 1200)
    old, new = Miner(), Miner()
    old.add(lines[:800])
    new.restore(json.loads(json.dumps(old.snapshot())))
    ours, theirs = old.add(lines[800:]), new.add(lines[800:])
    assert [new.text(number) for number in theirs] == [old.text(number) for number in ours]
    assert [new.name(number) for number in theirs] == [old.name(number) for number in ours]


@pytest.mark.parametrize("state", [[1], [["n", "w"]], [["n", ["a"], [], "x", {}]], [["n", ["a"], [], 1, []]]])
def test_what_is_no_snapshot_is_refused(state: list[object]) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError)):
        Miner().restore(state)


@pytest.mark.parametrize(
    "line",
    [
        "x" * 10_000_000,
        "a." * 5_000_000,
        "1:" * 1000,
        "/a" * 1000,
        '"' * 2000,
        "<*>" * 700,
        "a-1" * 700,
        "\x00\x01\x02\ufffd" * 500,
        "\u202e\u2066 mirrored \u200b",
        "\ud800 broken",
        "@channel <!here> " * 50,
        "[[[[((((" * 250,
    ],
)
def test_whatever_a_line_holds_it_has_a_template(line: str) -> None:
    (text,) = texts([line])
    assert len(text) <= LONGEST * len(MASK)


def test_noise_is_mined_within_bounds() -> None:
    chance = random.Random(5)
    signs = [chr(code) for code in range(1, 0x250)] + list(" =:,()[]{}<>*\"'|./-@\\~%") * 10
    miner = Miner(most=50)
    for _ in range(20):
        miner.add("".join(chance.choices(signs, k=chance.randint(0, 120))) for _ in range(50))
        assert len(miner) <= 50
