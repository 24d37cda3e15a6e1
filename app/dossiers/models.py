"""Tables of dossiers, submissions and search tokens. Whatever names a person is sealed or blind."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import BY, Id
from app.db import Base
from app.history.models import Hex


class Dossier(Base):
    """一人一档: one child, under a number that says nothing about the child."""

    __tablename__ = "dossier"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str] = mapped_column(unique=True)
    """GX, six digits of the opening authority's division, two of the year, six running, one check digit."""
    division: Mapped[str] = mapped_column(index=True)
    identity: Mapped[bytes]
    """Sealed JSON: name, identity number and what else tells who the child is."""
    identity_index: Mapped[str | None] = mapped_column(index=True)
    """Blind index of the identity number; None for a child without one."""
    key_id: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]


class Submission(Base):
    """What one person filled in and handed over, once. It never changes; a correction is another submission."""

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_dossier_id", "dossier_id", postgresql_where=text("dossier_id IS NOT NULL")),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"))
    case: Mapped[str] = mapped_column(Id, index=True)
    """Alone in its index: a case has tens of submissions, and one key for all of them takes hardly any room."""
    form: Mapped[str]
    answers: Mapped[bytes]
    """Sealed: 16 bytes of salt, then the canonical JSON of the clean answers."""
    digest: Mapped[str] = mapped_column(Hex)
    """SM3 over salt and answers: goes on the record, and cannot be guessed from likely answers."""
    key_id: Mapped[str] = mapped_column(Hex)
    by: Mapped[str] = mapped_column(BY)
    on_behalf_of: Mapped[str | None] = mapped_column(BY)
    at: Mapped[datetime]


class SearchToken(Base):
    """By which a case is found without its subject's name being stored: HMAC values, one per kind."""

    __tablename__ = "search_token"
    __table_args__ = (UniqueConstraint("case", "kind", "token"), Index("ix_search_token_kind_token", "kind", "token"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case: Mapped[str] = mapped_column(Id)
    kind: Mapped[str]
    """name | initials | phone4 | number | alone"""
    token: Mapped[str]


class NeverChanged(RuntimeError):
    """A submission was about to be changed or deleted: a mistake in the program, not of a person."""


@event.listens_for(Submission, "before_update")
@event.listens_for(Submission, "before_delete")
def _never(_mapper: Any, _connection: Any, target: Submission) -> None:
    raise NeverChanged(str(target.id))
