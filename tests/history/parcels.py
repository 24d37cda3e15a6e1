"""Bundles as the tests take them away, and as a forger changes them.

One case of seven entries, sealed in three turns beside other cases, with checkpoints between them; two versions of its
procedure; the last entries may be about an erased child.
"""

import copy
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.bundle import Bundle
from app.history import GENESIS, Head, append, data_key_of, erase, open_case
from app.history.bundle import bundle_of
from app.history.canonical import canon, parse
from app.history.checkpoint import Checkpoint
from app.history.digests import SM3, digest
from app.history.last_heads import head_leaf
from app.history.sealed_log import Leaf
from app.history.signing import CHECKPOINT_CONTEXT, KeyLine, SoftwareSigner, key_id, sign_line
from app.vault import Vault
from tests.history.chains import CASE, ENGINE, FIELDS, LOG, NINE, OTHER, write_chain
from tests.history.notary import OTHER as FORGER
from tests.history.notary import enter, sealed, signed

TURN = timedelta(minutes=10)
FIRST = Bundle("care", {"care/process.bpmn": "<一/>", "care/process.toml": 'title = "收养"', "care/forms/a.json": "{}"})
SECOND = Bundle("care", {"care/process.bpmn": "<二/>"})
FILES = {one.digest: one.files for one in (FIRST, SECOND)}
Content = dict[str, Any]


def entries(
    session: Session, vault: Vault, head: Head, count: int, at: datetime, definition: Bundle = FIRST, subject: str = ""
) -> Head:
    key = data_key_of(session, vault=vault, case=CASE, subject=subject)
    key = key or open_case(session, vault=vault, case=CASE, subject=subject)
    for _ in range(count):
        fields = {**FIELDS, "facts/age": head.seq, "payload/姓名": "韦小宝", "payload/𠮷": "基本平面之外的字段名"}
        head = append(
            session, vault=vault, log=LOG, case=CASE, head=head, at=at, kind="completed", definition=definition.digest,
            engine=ENGINE, fields=fields, data_key=key,
        )  # fmt: skip
    return head


def story(session: Session, vault: Vault, *, erased: bool = False, early: timedelta = timedelta(0)) -> Checkpoint:
    """The case, sealed and signed; the last checkpoint is complete.

    Args:
        erased: the fifth and sixth entry were about a child whose data were destroyed by the seventh.
        early: how much before their sealing the last entries claim to have happened.
    """
    enter(session, vault)
    write_chain(session, vault, OTHER, 2)
    sealed(session)
    signed(session)
    head = entries(session, vault, GENESIS, 2, NINE + TURN)
    sealed(session, NINE + TURN)
    for number in range(5):
        write_chain(session, vault, f"case-{number}", 1)
    sealed(session, NINE + TURN)
    signed(session, NINE + TURN, complete=False)
    head = entries(session, vault, head, 2, NINE + 2 * TURN)
    sealed(session, NINE + 2 * TURN)
    signed(session, NINE + 2 * TURN, complete=False)
    last = NINE + 3 * TURN
    if erased:
        head = entries(session, vault, head, 2, last, SECOND, "child")
        erase(
            session, vault=vault, log=LOG, case=CASE, head=head, at=last, actor="p-8", second="p-9", subject="child",
            ground="个人信息保护法 47", definition=SECOND.digest, engine=ENGINE,
        )  # fmt: skip
    else:
        entries(session, vault, head, 3, last - early, SECOND)
    sealed(session, last)
    write_chain(session, vault, "case-9", 1)
    sealed(session, last)
    return signed(session, last)


def parcel(
    session: Session, vault: Vault, checkpoint: Checkpoint, *, shown: Callable[[str], bool] | None = None
) -> bytes:
    def everything(_name: str) -> bool:
        return True

    return bundle_of(
        session, vault, CASE, checkpoint, shown=shown or everything, definitions=lambda name: FILES[name]
    )[0]  # fmt: skip


class Forger:
    """Changes a bundle. Each method gives the bytes of another one; the good one stays as it is."""

    def __init__(self, good: bytes) -> None:
        self.good = good
        self.content: Content = parse(good)

    def changed(self, change: Callable[[Content], Any]) -> bytes:
        content = copy.deepcopy(self.content)
        change(content)
        return canon(content)

    def body(self, seq: int, **values: Any) -> bytes:
        """One body changed, nothing else."""
        return self.changed(lambda content: set_body(content, seq, values))

    def linked(self, seq: int, **values: Any) -> bytes:
        """One body changed and every `prev` after it put right."""

        def change(content: Content) -> None:
            set_body(content, seq, values)
            link(content, seq)

        return self.changed(change)

    def own_keys(self, seq: int, *, root: SoftwareSigner, **values: Any) -> bytes:
        """The whole thing made anew: chain, a log of this case alone, and signatures of the forger's own."""

        def change(content: Content) -> None:
            set_body(content, seq, values)
            link(content, seq)
            seal_anew(content, root)

        return self.changed(change)


def set_body(content: Content, seq: int, values: Mapping[str, Any]) -> None:
    event = content["events"][seq - 1]
    event["body"] = canon({**parse(event["body"].encode()), **values}).decode()


def head_of(event: Content) -> str:
    return digest(SM3, b"\x02" + event["body"].encode()).hex()


def link(content: Content, seq: int) -> None:
    for number in range(seq, len(content["events"])):
        set_body(content, number + 1, {"prev": head_of(content["events"][number - 1])})


def seal_anew(content: Content, root: SoftwareSigner, **values: Any) -> None:
    """A log with one leaf, signed by the forger's key under `root`."""
    count, head = len(content["events"]), head_of(content["events"][-1])
    said = parse(content["checkpoint"]["body"].encode())
    said |= {"size": 1, "root": Leaf(CASE, 1, count, head).hash().hex(), "cases": 1}
    said |= {"heads": head_leaf(CASE, Head(count, head)).hex()} | values
    content["checkpoint"] = signed_by(FORGER, canon(said))
    content["seals"] = [{"number": 0, "first": 1, "last": count, "proof": []}]
    content["complete"], content["earlier"] = {"number": 0, "proof": []}, []
    line = sign_line(root, KeyLine(FORGER.public, 0, None))
    content["root"] = root.public.hex()
    content["keys"] = [{"key": line.line.body.decode(), "sig": line.signature.hex()}]


def signed_by(signer: SoftwareSigner, body: bytes) -> Content:
    signature = signer.sign(CHECKPOINT_CONTEXT + body).hex()
    return {"body": body.decode(), "signatures": [{"kid": key_id(signer.public), "alg": "ed25519", "sig": signature}]}
