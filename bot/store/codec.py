"""Domain values as JSON text and back. Never pickle."""

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

T = TypeVar("T")


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(value: Any) -> str:
    """The value as JSON text. Halves of surrogate pairs, which no database takes, become question marks."""
    adapter = _adapter(type(value))
    try:
        return adapter.dump_json(value).decode()
    except PydanticSerializationError:
        text = json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False)
        return text.encode("utf-8", "replace").decode()


def load(kind: type[T], text: str) -> T:
    """The value that `dump` wrote."""
    value: T = _adapter(kind).validate_json(text)
    return value
