"""Fresh ids: short enough for a button, long enough never to meet twice."""

import secrets


def fresh() -> str:
    """48 random bits as 12 hexadecimal digits."""
    return secrets.token_hex(6)
