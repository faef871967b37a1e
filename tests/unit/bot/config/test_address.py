import pytest

from bot.config.address import web_address


@pytest.mark.parametrize("url", ["http://127.0.0.1:9090", "https://api.example/v1/", "http://[::1]:1", "http://x?a=b"])
def test_an_address_stays_as_it_is(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "must be an address such as http://127.0.0.1:9090"),
        ("localhost:9090", "must be an address"),
        ("ftp://x", "must be an address"),
        ("http://", "must be an address"),
        ("http://x:0", "must be an address"),
        ("http://a b", "must be an address"),
        ("http://x\n", "must be an address"),
        ("http://x:99999", "[Pp]ort"),
        ("http://x:port", "[Pp]ort"),
        ("http://[", "IPv6"),
        ("http://ada:pw@x:1", "must carry no user or password"),
    ],
)
def test_what_is_no_address(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        web_address(url)
    assert "pw" not in str(caught.value)
