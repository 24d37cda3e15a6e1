"""What a neighbour's checkpoint says of our log, against our log as it is (proof §2.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from app.history.digests import SM3
from app.history.sealed_log import size_of, stored_nodes
from app.history.tree import Node, root
from app.history.witnessed import entry_about


@dataclass(frozen=True)
class Compared:
    """`agrees`: None where the neighbour says nothing of our log. `sentence` is Chinese, without a full stop."""

    agrees: bool | None
    sentence: str


def compare(
    session: Session, said: Mapping[str, Any], log: str, alg: str = SM3, *, node: Node | None = None
) -> Compared:
    """Compare one with our log.

    Args:
        said: the body of a checkpoint of the right form, whose signatures were checked.
        node: our tree, where several are compared.
    """
    entry, peer = entry_about(said, log), said["log"]
    if entry is None:
        return Compared(
            None,
            f"{peer} 的检查点（{said['at']}）没有记载本系统的日志（{log}），无从核对。请把本系统的检查点交给对方留存",
        )
    size, ours = entry["size"], size_of(session)
    about = f"{peer} 的检查点（{said['at']}）记载本系统日志 {size} 条"
    if size > ours:
        return Compared(False, f"不一致：{about}，而本系统的日志只有 {ours} 条：后面的被删除，或对方看到的是另一份日志")
    try:
        mine = root(node or stored_nodes(session), size, alg).hex()
    except NoResultFound:
        return Compared(False, f"无从核对：{about}，而本系统的日志缺少结点。请先运行 flask history verify")
    if mine != entry["root"]:
        return Compared(
            False,
            f"不一致：{about}时的根为 {entry['root']}，本系统同一条数的根为 {mine}：日志被改写，或对方看到的是另一份日志，"
            "或对方所记不实（请对方出示它留存的、有本系统签名的检查点）",
        )
    return Compared(True, f"一致：{about}时的根，与本系统相同")
