from typing import get_args

import pytest

from bot.domain.timeline import ANNOUNCED, EventKind
from tests.builders import event


@pytest.mark.parametrize(
    ("kind", "announced"),
    [
        ("verified", True), ("unknown", True), ("granted", True), ("revoked", True), ("stopped", True),
        ("resumed", True), ("opened", False), ("attached", False), ("refused", False),
    ],
)  # fmt: skip
def test_what_the_thread_hears(kind: EventKind, announced: bool) -> None:
    assert event(kind).announced is announced


def test_only_kinds_that_exist_are_announced() -> None:
    assert set(get_args(EventKind)) >= ANNOUNCED
