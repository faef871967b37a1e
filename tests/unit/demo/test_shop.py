import io
from pathlib import Path

import pytest

from demo.shop import Checkout
from tests.unit.demo.support import kit, peers, service

ORDERS = {
    "all is well": ({"catalog": 200, "payments": 200}, 200),
    "the card is declined": ({"catalog": 200, "payments": 402}, 402),
    "payments fails": ({"catalog": 200, "payments": 500}, 502),
    "catalog is overloaded": ({"catalog": 503, "payments": 200}, 502),
    "payments is not there": ({"catalog": 200}, 502),
}


@pytest.mark.parametrize(("statuses", "expected"), ORDERS.values(), ids=ORDERS)
async def test_checkout_answers_as_its_peers_let_it(tmp_path: Path, statuses: dict[str, int], expected: int) -> None:
    async with peers(tmp_path, **statuses), service("checkout", tmp_path) as client:
        assert (await client.post("/orders?order=42")).status == expected


@pytest.mark.parametrize(("status", "expected"), [(200, 200), (402, 402), (502, 502)])
async def test_trouble_of_checkout_reaches_the_shoppers_who_buy(tmp_path: Path, status: int, expected: int) -> None:
    async with peers(tmp_path, catalog=200, checkout=status), service("storefront", tmp_path) as client:
        assert (await client.post("/buy")).status == expected
        assert (await client.get("/")).status == 200


async def test_a_callers_log_names_the_peer_and_the_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with peers(tmp_path, catalog=200, payments=500), service("checkout", tmp_path) as client:
        await client.post("/orders?order=42")

    assert "WARNING checkout payments answered 500 order=42" in capsys.readouterr().out


async def test_checkout_ends_itself_over_an_invalid_currency(tmp_path: Path) -> None:
    stream = io.StringIO()
    async with kit(tmp_path, {"CHECKOUT_CURRENCY": "EURO"}, stream) as tools:
        with pytest.raises(SystemExit, match="1"):
            Checkout(tools).check_rules()

    assert "ERROR test configuration invalid: CHECKOUT_CURRENCY 'EURO' is not known, exiting" in stream.getvalue()


async def test_checkout_stays_with_a_valid_one(tmp_path: Path) -> None:
    stream = io.StringIO()
    async with kit(tmp_path, {}, stream) as tools:
        Checkout(tools).check_rules()

    assert "price rules loaded currency=EUR" in stream.getvalue()
