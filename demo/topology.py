"""Who calls whom in the shop."""

from collections.abc import Mapping

DEPENDS_ON: Mapping[str, tuple[str, ...]] = {
    "storefront": ("checkout", "catalog"),
    "checkout": ("payments", "catalog"),
    "payments": (),
    "catalog": (),
}
"""Caller -> the services it calls."""

SERVICES = tuple(DEPENDS_ON)
