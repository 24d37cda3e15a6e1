"""登记调卷: the paper came, the two who brought it showed their cards, and this is what they want."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal
from app.history import append_to_system
from app.identity.actor import Actor
from app.identity.plain_text import plain
from app.instances.may_extract import may_extract
from app.instances.models import Instance
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings
from app.replay.file_requests.due import KINDS, due_day
from app.replay.file_requests.models import ASKED, FileRequest
from app.replay.file_requests.record import chain_of, told_by

WHOLE, CHOSEN, PROCEDURE = "whole", "chosen", "procedure"
SCOPES = {
    PROCEDURE: "只给办理经过，不含当事人提交的内容",
    CHOSEN: "办理经过，和选定步骤的内容",
    WHOLE: "全卷",
}
LONGEST, WORDS = 80, 500
"""Characters of a name, and of what is wanted."""


@dataclass(frozen=True)
class Bearer:
    """One of the two who came. `card` is the last four characters of the card's number: the whole is never kept."""

    name: str
    card: str


@dataclass(frozen=True)
class Asked:
    """`paper`: number of the letter; `wanted`: what it asks for, in its words; `steps`: those shown where `scope` is chosen;
    `asked_for`: the day the letter names."""

    kind: str
    authority: str
    paper: str
    bearers: tuple[Bearer, ...]
    received_on: date | None
    wanted: str
    scope: str
    steps: tuple[int, ...] = ()
    asked_for: date | None = None


def register_request(
    session: Session, around: Surroundings, instance_id: str, *, by: Actor, asked: Asked, now: datetime
) -> FileRequest:
    """Put it down; the case is not touched.

    Raises:
        Refusal: `not_found` (404), `file_request_not_extractor` (403), `file_request_wrong` (422) by field,
            `file_request_due` (422).
    """
    case = registrable(session, instance_id, by=by)
    asked = _clean(asked)
    wrong = _wrong(asked, case, legal_day(now))
    if wrong or asked.received_on is None:
        raise Refusal("file_request_wrong", 422, {"count": len(wrong)}, wrong)
    due = due_day(session, asked.kind, asked.received_on, asked.asked_for, division=case.division, now=now)
    row = FileRequest(
        case_id=case.id, division=case.division, organisation=by.organisation, kind=asked.kind, state=ASKED,
        received_on=asked.received_on, due_on=due.day, asked_by=by.id, asked_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    said = {
        name: value
        for name, value in asdict(asked).items()
        if name not in {"bearers", "received_on", "asked_for", "steps"}
    }
    append_to_system(
        session, vault=around.vault, log=around.log, name=chain_of(row.id), at=now, kind="file_requested",
        fields=told_by(
            by, **said, case=case.id, head=case.head_hash, step=case.head_seq, due_on=due.day.isoformat(),
            received_on=asked.received_on.isoformat(), steps=list(asked.steps),
            asked_for=asked.asked_for.isoformat() if asked.asked_for else None,
            bearers=[{"name": one.name, "card": one.card} for one in asked.bearers],
        ),
    )  # fmt: skip
    return row


def registrable(session: Session, instance_id: str, *, by: Actor) -> Instance:
    """The case, for an archivist over it.

    Raises:
        Refusal: `not_found` (404), `file_request_not_extractor` (403).
    """
    case = see_case(session, instance_id, by=by)
    if not may_extract(by, case.division):
        raise Refusal("file_request_not_extractor", 403)
    return case


def _clean(asked: Asked) -> Asked:
    return Asked(
        kind=asked.kind,
        authority=plain(asked.authority, LONGEST),
        paper=plain(asked.paper, LONGEST),
        bearers=tuple(Bearer(plain(one.name, LONGEST), plain(one.card, LONGEST).upper()) for one in asked.bearers),
        received_on=asked.received_on,
        wanted=plain(asked.wanted, WORDS),
        scope=asked.scope,
        steps=tuple(sorted(set(asked.steps))) if asked.scope == CHOSEN else (),
        asked_for=asked.asked_for,
    )


def _wrong(asked: Asked, case: Instance, today: date) -> dict[str, str]:
    """By field, what is wrong with it."""
    found: dict[str, str] = {}
    if asked.kind not in KINDS:
        found["kind"] = "请选择来文种类。"
    if len(asked.authority) < 4:
        found["authority"] = "请写来文机关的全称，如 隆安县人民法院。"
    if len(asked.paper) < 4:
        found["paper"] = "请写来文的文号，如 （2026）桂0123行初12号。"
    if asked.received_on is None or asked.received_on > today:
        found["received_on"] = "请填收到日期，不能晚于今天。"
    if len(asked.wanted) < 4:
        found["wanted"] = "请照来文写明要调取什么。"
    if asked.scope not in SCOPES:
        found["scope"] = "请选择提供的范围。"
    if asked.scope == CHOSEN and not (asked.steps and all(1 <= one <= case.head_seq for one in asked.steps)):
        found["scope"] = f"请选定要提供内容的步骤（1 至 {case.head_seq}）。"
    return found | _wrong_bearers(asked.bearers)


def _wrong_bearers(bearers: tuple[Bearer, ...]) -> dict[str, str]:
    """行政复议法（2023）45: no fewer than two, with their cards."""
    if len(bearers) != 2 or any(not one.name for one in bearers):
        return {"bearers": "调取人须为两人并出示证件，请写两人的姓名和证件号末四位。"}
    if any(not (len(one.card) == 4 and one.card.isascii() and one.card.isalnum()) for one in bearers):
        return {"bearers": "证件号只写末四位（数字或字母），不要写全号。"}
    if bearers[0] == bearers[1]:
        return {"bearers": "两名调取人填得一样，请核对证件。"}
    return {}
