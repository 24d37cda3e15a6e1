"""Two neighbours, each with a log of its own: Long'an in the test's database, Wuming in another one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.history.canonical import canon, parse
from app.history.checkpoint import Checkpoint, make_checkpoint
from app.history.compare_witness import Compared, compare
from app.history.keys import enter_key, root_key
from app.history.lodged_file import as_lodged, presented
from app.history.neighbours import Kept, keep
from app.history.signing import KeyLine, SoftwareSigner, fingerprint, sign_line
from app.history.verify_log import verify_log
from app.history.verify_neighbours import verify_neighbours
from app.vault import Vault
from tests.history.chains import LOG, NINE, write_chain
from tests.history.notary import ROOT, SIGNER, sealed
from tests.history.parcels import signed_by

WUMING = "banyan-wuming"
WUMING_ROOT = SoftwareSigner(bytes(range(96, 128)))
WUMING_SIGNER = SoftwareSigner(bytes(range(128, 160)))
KEEPER = "p-7"


@dataclass
class House:
    """One deployment: its log, its keys, its database."""

    log: str
    session: Session
    vault: Vault
    root: SoftwareSigner
    signer: SoftwareSigner
    now: datetime = NINE
    cases: list[str] = field(default_factory=list)

    @property
    def trust(self) -> str:
        return fingerprint(self.root.public)

    def line(self, signer: SoftwareSigner, first: int = 0, last: int | None = None) -> None:
        line = sign_line(self.root, KeyLine(signer.public, first, last))
        enter_key(self.session, line, vault=self.vault, log=self.log, by="cli", now=self.now)

    def signed(self, cases: int = 1) -> Checkpoint:
        """So many further cases, sealed and signed a little later."""
        if root_key(self.session) is None:
            self.line(self.signer)
        self.now += timedelta(minutes=10)
        for _ in range(cases):
            self.cases.append(f"{self.log}-{len(self.cases)}")
            write_chain(self.session, self.vault, self.cases[-1], 1)
        sealed(self.session, self.now)
        made = make_checkpoint(self.session, (self.signer,), log=self.log, now=self.now, complete=True)
        assert made is not None
        return made

    def file(self, cases: int = 1) -> bytes:
        """What is carried to the neighbour."""
        return as_lodged(self.session, self.signed(cases))

    def keep(
        self, file: bytes, peer: "House", *, trust: str | None = "", name: str = "", unproved: bool = False
    ) -> tuple[Kept, bool | None]:
        return keep(
            self.session, presented(file), vault=self.vault, log=self.log, peer=name or peer.log,
            trust=peer.trust if trust == "" else trust, by=KEEPER, now=self.now, unproved=unproved,
        )  # fmt: skip

    def compared(self, file: bytes, peer: "House") -> Compared:
        given = presented(file)
        given.check(peer.trust)
        return compare(self.session, given.said, self.log)

    def found(self) -> list[str]:
        self.session.flush()
        self.session.expire_all()
        log = verify_log(self.session, log=self.log, trust=self.trust)
        return [*log.broken, *verify_neighbours(self.session, self.vault, self.log)]


def longan(session: Session, vault: Vault) -> House:
    return House(LOG, session, vault, ROOT, SIGNER)


def said_anew(file: bytes, signer: SoftwareSigner, **values: Any) -> bytes:
    """The file with other words in the checkpoint, rightly signed: what its own house could hand out."""
    shown = parse(file)
    body = canon(parse(shown["body"].encode()) | values)
    return canon(shown | signed_by(signer, body))


def without(file: bytes, *names: str) -> bytes:
    return canon({name: value for name, value in parse(file).items() if name not in names})
