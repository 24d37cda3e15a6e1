"""Tables of received files and of letters. Names and contents are sealed; digests and sizes are not secret."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Document(Base):
    """A file as it was received. The row never changes; `sha256` and `sm3` are of the original bytes."""

    __tablename__ = "document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case: Mapped[str | None] = mapped_column(index=True)
    """Id of the case, as the caller names it."""
    sha256: Mapped[str]
    sm3: Mapped[str]
    size: Mapped[int]
    """Bytes of the original."""
    type: Mapped[str]
    """Media type found in the bytes."""
    pages: Mapped[int | None]
    """Of a PDF."""
    name: Mapped[bytes]
    """Sealed: people put names of people into names of files."""
    key_id: Mapped[str]
    received_by: Mapped[str]
    received_at: Mapped[datetime]


class DocumentContent(Base):
    """The bytes, apart from the row that lists read. A photo's `original` is evidence and is never handed out."""

    __tablename__ = "document_content"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    original: Mapped[bytes]
    served: Mapped[bytes | None]
    """Sealed copy made anew from the pixels; None for a PDF, whose original is handed out."""


class Letter(Base):
    """The text of a letter as it was made, paragraph by paragraph; sealed, never changed."""

    __tablename__ = "letter"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case: Mapped[str | None] = mapped_column(index=True)
    code: Mapped[str]
    """Key under `[letters]` of process.toml."""
    title: Mapped[str]
    number: Mapped[str | None]
    """隆民收〔2026〕3号 (GB/T 9704); None for papers without one."""
    sm3: Mapped[str]
    """Of the canonical JSON of its paragraphs."""
    content: Mapped[bytes]
    key_id: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
