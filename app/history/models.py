"""The tables of the record. `history_event` is only ever inserted into (`guards.py`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, TypeDecorator, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Hex(TypeDecorator[str]):
    """Hexadecimal text in the program, half as many raw bytes in the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else bytes(value).hex()


class HistoryEvent(Base):
    """One entry of one chain. `body` is the truth; log, prev, def, eng, n and root are read from it.

    `at` and `kind` stand beside it for lists; the verifier compares them with the body. `sealed` holds the fields,
    the event key and `dedupe` once more (see `fields.py`).
    """

    __tablename__ = "history_event"
    __table_args__ = (
        Index(
            "uq_history_event_case_dedupe",
            "case",
            "dedupe",
            unique=True,
            sqlite_where=text("dedupe IS NOT NULL"),
            postgresql_where=text("dedupe IS NOT NULL"),
        ),
    )

    case: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    hash: Mapped[str] = mapped_column(Hex)
    body: Mapped[bytes]
    key_id: Mapped[str] = mapped_column(Hex)
    sealed: Mapped[bytes]
    dedupe: Mapped[str | None]


class StoredKey(Base):
    """The data key of one (case, subject), wrapped. Destroyed: `wrapped` is gone, the row stays to say when."""

    __tablename__ = "data_key"

    case: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(Hex)
    kek_id: Mapped[str] = mapped_column(Hex)
    wrapped: Mapped[bytes | None]
    destroyed_at: Mapped[datetime | None]


class HistoryHead(Base):
    """The head of a system case (`sys/…`). Other cases keep their head in the caller's own row."""

    __tablename__ = "history_head"

    case: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Hex)
