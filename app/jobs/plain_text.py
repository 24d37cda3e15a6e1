"""How errands are written down by DBOS: as JSON, never pickled.

DBOS would unpickle a row that says it was pickled, whatever serializer is set; then whoever can write that table runs code
in the worker. `never_unpickle` closes that door.
"""

import json
from typing import Any, NoReturn

from dbos import Serializer
from dbos._serialization import DefaultSerializer


class PlainText(Serializer):
    """Of a fault only the class is kept: its text may quote what somebody filled in."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=_class_of, separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "banyan"


def _class_of(value: Any) -> str:
    if isinstance(value, BaseException):
        return type(value).__name__
    raise TypeError(f"an errand takes ids, not {type(value).__name__}")


def never_unpickle() -> None:
    def refused(_self: object, _text: str) -> NoReturn:
        raise ValueError("a pickled errand is not read")

    DefaultSerializer.deserialize = refused  # type: ignore[method-assign, assignment]
