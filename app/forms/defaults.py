"""What stands in a field before anybody has answered it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.dmn.feel import Expression, FeelError
from app.dmn.feel.wire import to_wire
from app.forms.around import Around
from app.forms.model import Field
from app.forms.values import read_value
from app.forms.wrong import Wrong

_ANY_TIME = datetime(2200, 1, 1, tzinfo=UTC)


def default_of(field: Field, scope: Mapping[str, Any], around: Around) -> Any:
    """The default as a wire value; None when there is none or it does not fit. Expressions see `scope`."""
    default = field.default
    try:
        if isinstance(default, Expression):
            default = to_wire(default.evaluate(scope, at=around.at))
        return read_value(field, default, around)
    except (Wrong, FeelError):
        return None


def default_fits(field: Field) -> bool:
    """Whether a literal default could be an answer; those that need the server's lists are judged when shown."""
    if field.default is None or isinstance(field.default, Expression) or field.kind in {"division", "person"}:
        return True
    try:
        read_value(field, field.default, Around(_ANY_TIME))
    except Wrong:
        return False
    return True
