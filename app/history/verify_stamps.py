"""Check again the time-stamp tokens that are kept, against their certificates, their chain and our checkpoints."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.history.log_models import LogCheckpoint, TimeStamp
from app.history.read import read_events
from app.history.system import SYSTEM
from app.history.time_stamps import (
    CHAIN,
    Stamp,
    Unread,
    authority_of,
    certificates,
    holds,
    read_answer,
    said_at,
    stamp_of,
)
from app.history.witnessed import ALTERED
from app.vault import Vault


def verify_stamps(session: Session, vault: Vault) -> list[str]:
    """Sentences (Chinese) about what does not hold. Raises Refusal `record_broken`: the chain cannot be read."""
    found: list[Stamp] = []
    broken: list[str] = []
    for number in session.scalars(select(TimeStamp.number).order_by(TimeStamp.number)).all():
        try:  # each on its own: one that cannot even be fetched hides no other
            one = stamp_of(session.scalars(select(TimeStamp).where(TimeStamp.number == number)).one())
            broken += [f"第 {number} 份：{what}" for what in _row(session, one)]
            found.append(one)
        except ALTERED:
            broken.append(f"第 {number} 份：不是约定的写法")
    return [*broken, *_chain(session, vault, found)]


def _row(session: Session, one: Stamp) -> Iterator[str]:
    body = session.scalar(select(LogCheckpoint.body).where(LogCheckpoint.number == one.checkpoint))
    if body is None:
        yield f"检查点 {one.checkpoint} 已不在"
        return
    try:
        holds(one.answer, body, one.roots)
    except Unread:
        yield f"不是对检查点 {one.checkpoint} 的时间戳，或所附证书不能证明它"
        return
    token = read_answer(one.answer)
    if (said_at(token), authority_of(token, certificates(one.roots))) != (one.at, one.authority):
        yield "列与时间戳不一致"


def _chain(session: Session, vault: Vault, found: Sequence[Stamp]) -> Iterator[str]:
    entries = read_events(session, vault, SYSTEM + CHAIN)
    effects: list[Any] = [(entry.fields or {}).get("effects") for entry in entries]
    told = {said["number"]: said for said in effects if said}
    rows = {one.number: one.told() for one in found}
    for number in sorted(told.keys() | rows.keys()):
        if told.get(number) != rows.get(number):
            yield f"第 {number} 份与 {SYSTEM}{CHAIN} 所记不符：被改动、删除或补入"
