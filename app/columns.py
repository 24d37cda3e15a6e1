"""Column types that keep in PostgreSQL half the bytes of what the program holds. On SQLite they are plain text."""

from typing import Any

from sqlalchemy import LargeBinary, String, TypeDecorator, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

ID_DIGITS = 32
PERSON = Uuid(as_uuid=False)
"""Id of a person as text, kept in 16 bytes where the database can: a task names up to six."""
BY = PERSON.with_variant(String(), "sqlite")
"""The same for columns that SQLite has kept as text from the beginning."""


PERSON_TEXT = 36


class Who(TypeDecorator[str]):
    """Id of a person, or a word for what is none (`machine`): 16 bytes or UTF-8 on PostgreSQL."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return _bytes_or_text(dialect)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "postgresql":
            return value
        digits = value.replace("-", "") if len(value) == PERSON_TEXT else ""
        return id_bytes(digits if _hyphened(digits) == value else value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return None if value is None else str(value)
        name = id_text(value)
        return _hyphened(name) if len(value) == ID_DIGITS // 2 else name


class Mark(TypeDecorator[bytes]):
    """Sixteen bytes; on PostgreSQL a UUID, whose entry in an index is a fifth shorter than that of a byte string."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kept: TypeEngine[Any] = Uuid(as_uuid=False) if dialect.name == "postgresql" else LargeBinary()
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name != "postgresql" else value.hex()

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return value if value is None or dialect.name != "postgresql" else bytes.fromhex(value.replace("-", ""))


class Id(TypeDecorator[str]):
    """Id of a row, 32 hexadecimal digits in the program: 16 bytes on PostgreSQL, where a case has some ninety of them.

    Chains of the deployment are named by words (`sys/grants`) and stand in the same columns: words are kept as UTF-8,
    with a NUL behind them where they happen to have 16 bytes. So no two names are kept alike, and equality, joins and
    unique keys mean what they meant. The order is that of the bytes.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return _bytes_or_text(dialect)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name != "postgresql" else id_bytes(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return value if value is None or dialect.name != "postgresql" else id_text(value)


def _bytes_or_text(dialect: Dialect) -> TypeEngine[Any]:
    kept: TypeEngine[Any] = LargeBinary() if dialect.name == "postgresql" else String()
    return dialect.type_descriptor(kept)


def _hyphened(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def id_bytes(name: str) -> bytes:
    """The bytes under which a name is kept."""
    if len(name) == ID_DIGITS:
        try:
            kept = bytes.fromhex(name)
        except ValueError:
            pass
        else:
            if kept.hex() == name:
                return kept
    word = name.encode()
    return word + b"\0" if len(word) == ID_DIGITS // 2 else word


def id_text(kept: bytes) -> str:
    """The name again. Bytes that are neither an id nor UTF-8 (somebody altered them) give their digits."""
    if len(kept) == ID_DIGITS // 2:
        return kept.hex()
    word = kept.removesuffix(b"\0") if len(kept) == ID_DIGITS // 2 + 1 else kept
    return word.decode(errors="backslashreplace")
