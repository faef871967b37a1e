"""Labels that tell series of one title apart."""

import pytest

from bot.domain.labels import labels, telling
from bot.domain.samples import series_key

SERVICE = {"service": "search"}


@pytest.mark.parametrize("value", ["/var", 'a "quoted" \\ path', "two\nlines", "", "a,b}"])
def test_labels_are_read_as_they_were_written(value: str) -> None:
    given = {"mountpoint": value, **SERVICE}
    assert labels(series_key("shop", "disk", given)) == given


def test_a_key_of_another_form_has_none() -> None:
    assert labels("logs/payments/1") == {}


@pytest.mark.parametrize(
    ("series", "words"),
    [
        ([{}], [""]),
        ([{"instance": "a:1"}], [""]),
        ([{"instance": "a:1"}, {"instance": "b:1"}], ["instance a:1", "instance b:1"]),
        (
            [{"device": "sda", "mountpoint": "/", "fstype": "xfs"}, {"device": "sdb", "mountpoint": "/var"}],
            ["mountpoint /", "mountpoint /var"],
        ),
        (
            [{"instance": "a", "cpu": "0"}, {"instance": "a", "cpu": "1"}, {"instance": "b", "cpu": "0"}],
            ["instance a, cpu 0", "instance a, cpu 1", "instance b, cpu 0"],
        ),
        ([{"zone": "x"}, {}], ["zone x", ""]),
    ],
)
def test_as_few_labels_as_tell_them_apart(series: list[dict[str, str]], words: list[str]) -> None:
    keys = [series_key("shop", "disk", one | SERVICE) for one in series]
    assert list(telling(dict.fromkeys(keys, ("search", "disk in use"))).values()) == words


def test_other_titles_and_services_are_no_likes() -> None:
    kinds = {'a/b{x="1"}': ("search", "disk"), 'a/c{x="2"}': ("search", "CPU"), 'a/b{x="3"}': ("web", "disk")}
    assert set(telling(kinds).values()) == {""}
