"""One raw answer becomes its wire value, or says in one sentence what is wrong with it.

Wire values are JSON-safe and exact: text trimmed, integers, other decimals as text, money as text with two
places, dates as YYYY-MM-DD, instants as local time with +08:00, files as lists of document ids.
None is "nothing was answered".
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.characters import shown, unseen
from app.clock import legal_day
from app.forms import kinds
from app.forms.around import Around
from app.forms.model import Attachment, Choice, Field
from app.forms.moments import READ_MOMENT
from app.forms.numbers import read_money, read_number
from app.forms.patterns import found
from app.forms.wrong import Wrong

TEXT_LENGTH = {"textfield": 200, "textarea": 5000}
MOST_CHOSEN = 200
MOST_FILES = 20


def read_value(field: Field, raw: Any, around: Around) -> Any:
    """The wire value of `raw`, None when blank. Limits that are expressions are judged elsewhere.

    Raises:
        Wrong: the value cannot be an answer to this field.
    """
    if raw is None:
        return None
    if field.kind == "person" and field.type != "textfield":
        return _READERS[field.type](field, raw, around)
    if field.kind:
        return _own_kind(field, raw, around)
    return _READERS[field.type](field, raw, around)


def choices(field: Field, around: Around) -> tuple[Choice, ...]:
    """What may be chosen: the options drawn, or for a person the candidates the server offers."""
    if field.kind != "person":
        return field.choices
    return tuple(Choice(login, name) for login, name in around.candidates.get(field.role, {}).items())


def _text(field: Field, raw: Any, around: Around) -> str | None:
    text = plain(field, raw, lines=field.type == "textarea")
    if not text:
        return None
    if len(text) < field.min_length:
        raise Wrong("too_short", limit=field.min_length, count=len(text))
    most = field.max_length or TEXT_LENGTH[field.type]
    if len(text) > most:
        raise Wrong("too_long", limit=most, count=len(text))
    return _formatted(field, text)


def plain(field: Field, raw: Any, *, lines: bool = False) -> str:
    """Trimmed text without unseen characters. Raises Wrong."""
    if not isinstance(raw, str):
        raise Wrong("not_text")
    text = raw.replace("\r\n", "\n").strip() if lines else raw.strip()
    character = unseen(text, lines=lines)
    if character:
        raise Wrong("character", character=character)
    return text


def _formatted(field: Field, text: str) -> str:
    reader = {"email": kinds.read_email, "phone": kinds.read_phone}.get(field.subtype)
    if reader:
        return _with(reader, text, field.subtype)
    if field.pattern and not found(field.pattern, text):
        raise Wrong("pattern", instead=field.pattern_message)
    return text


def _with(reader: Callable[[str], str], text: str, code: str) -> str:
    try:
        return reader(text)
    except ValueError as problem:
        raise Wrong(code) from problem


def _own_kind(field: Field, raw: Any, around: Around) -> str | None:
    if field.kind == "money":
        return read_money(raw)
    text = plain(field, raw)
    if not text:
        return None
    if field.kind == "person":
        return _among(text, {c.value for c in choices(field, around)}, "person")
    number = _with(_NUMBERS[field.kind], text, field.kind)
    if field.kind == "division" and not around.divisions(number):
        raise Wrong("division")
    if field.kind == "cn-id" and kinds.birth_date(number) > legal_day(around.at):
        raise Wrong("cn-id_future")
    return number


def _among(value: str, allowed: set[str], code: str) -> str:
    if value not in allowed:
        raise Wrong(code)
    return value


def _tick(field: Field, raw: Any, around: Around) -> bool:
    if not isinstance(raw, bool):
        raise Wrong("not_tick")
    return raw


def _one(field: Field, raw: Any, around: Around) -> str | None:
    if raw == "":
        return None
    if not isinstance(raw, str):
        raise Wrong("not_option")
    return _among(raw, {c.value for c in choices(field, around)}, "not_option")


def _several(field: Field, raw: Any, around: Around) -> list[str]:
    allowed = {c.value for c in choices(field, around)}
    chosen = [_among(each, allowed, "not_option") for each in _texts(raw, "not_list", MOST_CHOSEN)]
    if len(set(chosen)) < len(chosen):
        raise Wrong("twice")
    return chosen


def _texts(raw: Any, code: str, most: int) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(each, str) for each in raw):
        raise Wrong(code)
    if len(raw) > most:
        raise Wrong("too_many", limit=most)
    return raw


def _moment(field: Field, raw: Any, around: Around) -> str | None:
    text = plain(field, raw)
    if not text:
        return None
    if not text.isascii():
        raise Wrong(f"not_{field.subtype}")
    try:
        return READ_MOMENT[field.subtype](text)
    except (ValueError, OverflowError) as problem:
        raise Wrong(f"not_{field.subtype}") from problem


def _files(field: Field, raw: Any, around: Around) -> list[str]:
    given = list(dict.fromkeys(_texts([raw] if isinstance(raw, str) else raw, "unknown_file", MOST_FILES)))
    given = [each for each in given if each]
    most = MOST_FILES if field.multiple else 1
    if len(given) > most:
        raise Wrong("too_many", limit=most)
    for each in given:
        _acceptable(field, each, around.files)
    return given


def _acceptable(field: Field, given: str, files: Mapping[str, Attachment]) -> None:
    known = files.get(given)
    if known is None:
        raise Wrong("unknown_file")
    if field.accept and not any(_takes(each, known) for each in field.accept):
        raise Wrong("file_type", name=shown(known.name), accept="、".join(field.accept))


def _takes(accept: str, known: Attachment) -> bool:
    if accept.startswith("."):
        return known.name.lower().endswith(accept)
    return known.type == accept or (accept.endswith("/*") and known.type.startswith(accept[:-1]))


_NUMBERS = {
    "cn-id": kinds.read_cn_id,
    "uscc": kinds.read_uscc,
    "mobile": kinds.read_mobile,
    "phone": kinds.read_phone,
    "division": kinds.read_division,
}
_READERS: dict[str, Callable[[Field, Any, Around], Any]] = {
    "textfield": _text,
    "textarea": _text,
    "number": lambda field, raw, around: read_number(raw, field.places),
    "checkbox": _tick,
    "radio": _one,
    "select": _one,
    "checklist": _several,
    "taglist": _several,
    "datetime": _moment,
    "filepicker": _files,
}
