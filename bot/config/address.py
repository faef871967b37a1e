"""Addresses of servers, in the config."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def web_address(url: str) -> str:
    """The address, if it is http(s) with a host, and carries no password.

    Raises:
        ValueError: it is not.
    """
    parts = urlsplit(url)
    port = parts.port  # a bad one raises by itself
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or url.split() != [url]:
        raise ValueError("must be an address such as http://127.0.0.1:9090")
    if "@" in parts.netloc:
        raise ValueError("must carry no user or password: secrets come from the environment")
    return url


WebAddress = Annotated[str, AfterValidator(web_address)]
