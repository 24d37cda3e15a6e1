"""The tables of the record. `history_event` is only ever inserted into (`guards.py`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, TypeDecorator, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import Id, Mark
from app.db import Base
from app.history.canonical import canon
from app.history.digests import SM3, digest
from app.history.packed import BodyText


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

    `at` and `kind` stand beside it for lists; the verifier compares them with the body. `dedupe` is `dedupe_mark`:
    16 bytes over case and key, so that UNIQUE(case, dedupe) costs a third of an index over both texts. The key itself
    is in `sealed`, with the fields and the event key (see `fields.py`).
    """

    __tablename__ = "history_event"
    __table_args__ = (
        Index(
            "uq_history_event_dedupe",
            "dedupe",
            unique=True,
            sqlite_where=text("dedupe IS NOT NULL"),
            postgresql_where=text("dedupe IS NOT NULL"),
        ),
    )

    case: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    hash: Mapped[str] = mapped_column(Hex)
    body: Mapped[bytes] = mapped_column(BodyText)
    key_id: Mapped[str] = mapped_column(Hex)
    sealed: Mapped[bytes]
    dedupe: Mapped[bytes | None] = mapped_column(Mark)


def dedupe_mark(case: str, dedupe: str | None) -> bytes | None:
    """SM3 over canon([case, dedupe]) cut to 16 bytes, whatever the hash of the log; None for none."""
    return None if dedupe is None else digest(SM3, canon([case, dedupe]))[:16]


class StoredKey(Base):
    """The data key of one (case, subject), wrapped. Destroyed: `wrapped` is gone, the row stays to say when."""

    __tablename__ = "data_key"

    case: Mapped[str] = mapped_column(Id, primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(Hex)
    kek_id: Mapped[str] = mapped_column(Hex)
    wrapped: Mapped[bytes | None]
    destroyed_at: Mapped[datetime | None]


class HistoryHead(Base):
    """The head of a system case (`sys/…`). Other cases keep their head in the caller's own row."""

    __tablename__ = "history_head"

    case: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Hex)
