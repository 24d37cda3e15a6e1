"""The tables of the sealed log, of what was kept of neighbours' logs, and of time-stamp tokens (proof §2.4, §2.5). All but
`LogDuty` are only ever inserted into (`guards.py`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import Id
from app.db import Base
from app.history.models import Hex


class LogLeaf(Base):
    """One leaf L1: entries `first` to `last` of a case, and the hash of the last. `sealed_at` is not in the leaf: what
    proves when is the checkpoint."""

    __tablename__ = "log_leaf"
    __table_args__ = (Index("ix_log_leaf_case_last", "case", "last", unique=True),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 0."""
    case: Mapped[str] = mapped_column(Id)
    first: Mapped[int]
    last: Mapped[int]
    head: Mapped[str] = mapped_column(Hex)
    sealed_at: Mapped[datetime]


class LogNode(Base):
    """The root of a whole subtree: over leaves [number·2^level, (number+1)·2^level). Level 0 are the leaf hashes."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(Hex)


class LogCheckpoint(Base):
    """A signed checkpoint. `body` is the truth; `size`, `at` and `complete` are for finding it.

    `complete`: its `heads` were reckoned at its own size, so it proves which entries are all entries.
    """

    __tablename__ = "log_checkpoint"
    __table_args__ = (Index("ix_log_checkpoint_size", "size"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1."""
    size: Mapped[int]
    at: Mapped[datetime]
    complete: Mapped[bool]
    body: Mapped[bytes]
    signatures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class LogKey(Base):
    """One line of the key manifest, signed by the offline root key. A later line about the same key narrows it."""

    __tablename__ = "log_key"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1."""
    body: Mapped[bytes]
    root: Mapped[bytes]
    """The root's public key."""
    signature: Mapped[bytes]
    entered_at: Mapped[datetime]


class NeighbourCheckpoint(Base):
    """A neighbour's checkpoint as it was kept. `body` is the truth; `peer` (the name of its log), `size`, `root` and `at`
    are for finding it."""

    __tablename__ = "neighbour_checkpoint"
    __table_args__ = (Index("ix_neighbour_checkpoint_peer", "peer", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1, over all neighbours."""
    peer: Mapped[str]
    size: Mapped[int]
    root: Mapped[str] = mapped_column(Hex)
    at: Mapped[datetime]
    body: Mapped[bytes]
    signatures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    keys: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The lines of the neighbour's manifest that came with it: {key, sig}."""
    trusted: Mapped[bytes]
    """The neighbour's root public key, whose fingerprint a named person had from elsewhere."""
    kept_at: Mapped[datetime]


class TimeStamp(Base):
    """A time-stamp token over one of our checkpoints. `answer` (TimeStampResp, DER) is the truth; `at` and `authority` are
    for finding it."""

    __tablename__ = "time_stamp"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1."""
    checkpoint: Mapped[int]
    """Number of the checkpoint."""
    at: Mapped[datetime]
    authority: Mapped[str]
    answer: Mapped[bytes]
    roots: Mapped[bytes]
    """The certificates that a named person vouches for, PEM."""
    kept_at: Mapped[datetime]


class LogDuty(Base):
    """Who may seal now: one row, locked while the tree grows; its lease is when the next turn is due."""

    __tablename__ = "log_duty"

    id: Mapped[str] = mapped_column(primary_key=True)
    lease_until: Mapped[datetime | None]
