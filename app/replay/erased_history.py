"""What is left of a case whose content was destroyed by law, as a paper for a court (proof §2.6): that there were entries,
when, their hashes and commitments, who destroyed the content on what ground, and that nothing can be played again."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.documents.typeset import qr_svg
from app.history.erase import ERASED
from app.history.hidden import hidden_fields
from app.history.read import read_events
from app.instances.authority import bureau_over
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.instances.wording import WORDS
from app.replay.case_history import (
    QR_SAYS,
    STEPS,
    Excerpt,
    Row,
    checking,
    chinese_day,
    chinese_instant,
    cover_of,
    qr_text,
    running,
)
from app.replay.erased import Left, left_in

TEMPLATE = STEPS + (Path(__file__).parent / "erased_history.typ").read_text("utf-8")
TITLE = "办件存证摘录（内容已依法销毁）"
EXTENT = "内容已依法销毁，不可重演：只列各步的时间、种类、哈希、承诺值和销毁记录"
GONE = (
    "内容销毁后，每一步仍留有该步全部内容的承诺值，一并算入该步的哈希。承诺值加了随机数，随机数与内容一并销毁，"
    "不能由承诺值推知内容。核验程序对这些步骤报“内容已依法销毁”，不作为不成立。"
)
OTHER_KEY = "未销毁，因本件其余内容已销毁而不显示，列承诺值"


def erased_history(session: Session, around: Surroundings, row: Instance, excerpt: Excerpt) -> dict[str, Any]:
    """The data of `erased_history.typ`. Raises Refusal `record_broken` (500)."""
    events = read_events(session, around.vault, row.id)
    left, head = left_in(session, events), events[-1]
    versions = _versions(session, left)
    hidden = hidden_fields(session, around.vault, row.id, shown=lambda _seq, _name: False)
    return {
        "title": TITLE,
        "running": running(row, TITLE),
        "cover": cover_of(session, row, head, versions.values(), EXTENT, excerpt),
        "qr": qr_svg(qr_text(row.id, head.hash)),
        "qr_says": QR_SAYS,
        "said": list(_said(left)),
        "steps": [
            {"head": f"第 {one.seq} 步　{_did(one)}", "rows": list(_rows(one, versions, hidden))} for one in left
        ],
        "checking": checking(session, later=GONE),
        "signing": ["摘录人（签名）：", f"{bureau_over(session, row.division)}（盖章）", chinese_day(excerpt.at)],
    }


def _versions(session: Session, left: tuple[Left, ...]) -> Mapping[str, str]:
    """By digest, in the order in which the case ran on them."""
    digests = dict.fromkeys(one.definition for one in left if one.definition)
    asked = select(Definition.digest, Definition.version).where(Definition.digest.in_(digests))
    found = {row.digest: f"第 {row.version} 版" for row in session.execute(asked)}
    return {digest: found[digest] for digest in digests if digest in found}


def _did(one: Left) -> str:
    return "依法销毁内容" if one.kind == ERASED else WORDS.get(one.kind, one.kind)


def _said(left: tuple[Left, ...]) -> Iterator[str]:
    gone = sum(one.destroyed for one in left)
    yield (
        f"本件共 {len(left)} 步，其中 {gone} 步的内容已依法销毁：加密这些内容的密钥已经销毁，内容不能再读出，本机关也不能恢复。"
        "这不是记录缺失或系统故障。"
    )
    for one in left:
        if one.kind == ERASED:
            yield (
                f"销毁记录见第 {one.seq} 步：{chinese_instant(one.at)}，由{one.who}办理、{one.second}批准，"
                f"依据：{one.ground}。"
            )
    yield "本件不可重演：内容既已销毁，不能按原流程重新计算，也不能说明各步写了什么、由谁办理。"
    yield (
        "尚可证明的是：有过哪些步骤、各在什么时候记下、属于哪一种类，各步自封存以来未经改动、没有缺少，以及内容是何时、由谁、依据什么销毁的。"
    )


def _rows(one: Left, versions: Mapping[str, str], hidden: Mapping[int, Mapping[str, str]]) -> Iterator[Row]:
    yield {"kind": "text", "name": "录入时间", "text": chinese_instant(one.at)}
    if one.definition:
        yield {"kind": "text", "name": "流程版本", "text": versions.get(one.definition, one.definition)}
    if one.kind == ERASED:
        yield {"kind": "text", "name": "办理人", "text": f"{one.who}，{one.second}批准"}
        yield {"kind": "text", "name": "销毁依据", "text": one.ground}
        yield {"kind": "text", "name": "销毁的密钥编号", "text": "、".join(one.keys)}
    else:
        yield {"kind": "text", "name": "内容", "text": "已依法销毁，不可重演" if one.destroyed else OTHER_KEY}
        if one.seq in hidden:
            yield {"kind": "digest", "name": "未予显示\n（承诺值）", "lines": list(hidden[one.seq].values())}
    yield {"kind": "digest", "name": f"全部 {one.n} 项内容\n的承诺值", "lines": [one.root]}
    yield {"kind": "digest", "name": "本步哈希", "lines": [one.hash]}
