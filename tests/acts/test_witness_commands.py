"""The commands by which two offices keep each other's checkpoints; the files go by hand."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.db import db, in_transaction
from app.history import read_events
from app.history.canonical import canon, parse
from app.history.checkpoint import newest
from app.history.guards import NEIGHBOUR_UNDO
from app.history.lodged_file import presented
from app.history.log_models import NeighbourCheckpoint
from app.history.neighbours import keep
from app.history.signing import KeyLine, sign_line
from app.vault import Vault
from tests.acts.conftest import MONDAY, Office, person
from tests.acts.test_take_away import AUDITOR, fingerprint, run
from tests.history.conftest import next_door as next_door
from tests.history.houses import WUMING, WUMING_ROOT, WUMING_SIGNER, House, said_anew, without

CLERK = "liguifang"


@dataclass
class Desk:
    """Where the files lie, between our office and the neighbour's."""

    office: Office
    there: House
    folder: Path

    def file(self, content: bytes, name: str = "wuming.json") -> str:
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)

    def ours(self, name: str) -> bytes:
        run(self.office, "history", "checkpoint", "--to", str(self.folder / name))
        return (self.folder / name).read_bytes()

    def seen(self, file: bytes) -> None:
        """The neighbour keeps what we brought."""
        there, log = self.there, self.office.app.extensions["banyan"].log
        keep(there.session, presented(file), vault=there.vault, log=there.log, peer=log,
             trust=fingerprint(self.office), by="p-1", now=MONDAY)  # fmt: skip

    def add(
        self, content: bytes, *words: str, by: str = AUDITOR, trust: bool = True, peer: str = WUMING, code: int = 0
    ) -> str:
        given = ["--trust", self.there.trust] if trust else []
        command = ["history", "witness", "add", "--peer", peer, self.file(content), "--by", by]
        return run(self.office, *command, *given, *words, code=code)

    def check(self, content: bytes, *words: str, trust: str = "", code: int = 0) -> str:
        command = ["history", "witness", "check", self.file(content), "--trust", trust or self.there.trust]
        return run(self.office, *command, *words, code=code)


@pytest.fixture
def desk(office: Office, next_door: Session, tmp_path: Path) -> Desk:
    vault = Vault("a vault key of this test, long enough", "an index key of this test, long enough")
    office.received()
    return Desk(office, House(WUMING, next_door, vault, WUMING_ROOT, WUMING_SIGNER), tmp_path)


def test_two_offices_keep_each_others_checkpoint_and_compare(desk: Desk) -> None:
    office, there = desk.office, desk.there
    assert run(office, "history", "witness", "list") == ""
    desk.seen(desk.ours("one.json"))
    said = desk.add(there.file(3))
    assert f"已留存 {WUMING} 的检查点：5 条" in said and there.trust in said and "一致性证明" not in said

    ours = parse(parse(desk.ours("two.json"))["body"].encode())
    assert [(one["peer"], one["size"]) for one in ours["witness"]] == [(WUMING, 5)]
    assert f"{WUMING}　5 条" in run(office, "history", "witness", "list")
    with office.app.app_context():
        told = read_events(db.session(), office.app.extensions["banyan"].vault, "sys/neighbours")
    assert [(one.kind, (one.fields or {})["actor"]) for one in told] == [("neighbour_kept", person(AUDITOR))]

    theirs = there.file()
    said = desk.check(theirs)
    assert said.startswith("一致：") and "时的根，与本系统相同" in said and "2026-11-23" in said
    assert "只增不改" in desk.add(theirs, trust=False)
    assert "全部一致" in run(office, "history", "verify")


def test_the_worker_signs_what_is_kept_at_its_next_turn(desk: Desk) -> None:
    desk.add(desk.there.file())
    run(desk.office, "worker", "--once")
    with desk.office.app.app_context():
        last = newest(db.session())
    assert last is not None and [one["peer"] for one in last.said["witness"]] == [WUMING]


def test_a_split_view_is_told_and_ends_with_one(desk: Desk) -> None:
    file = desk.ours("one.json")
    desk.seen(file)
    good = desk.there.file()
    entry = parse(parse(good)["body"].encode())["witness"][0]
    other = said_anew(good, WUMING_SIGNER, witness=[entry | {"root": "ab" * 32}])
    said = desk.check(other, code=1)
    assert "不一致：" in said and "对方看到的是另一份日志" in said and "请立即保全" in said
    longer = said_anew(good, WUMING_SIGNER, witness=[entry | {"size": 999}])
    assert "记载本系统日志 999 条，而本系统的日志只有" in desk.check(longer, code=1)
    nothing = said_anew(good, WUMING_SIGNER, witness=[])
    assert "没有记载本系统的日志" in desk.check(nothing, code=1)

    assert "警报：不一致" in desk.add(other, code=1), "nor is it kept: the file itself is the evidence"
    desk.add(good)
    said = desk.add(said_anew(good, WUMING_SIGNER, root="ab" * 32), code=1)
    assert "警报" in said and "有两份日志" in said


def test_wrong_files_fingerprints_and_people_are_refused_in_chinese(desk: Desk) -> None:
    good, there = desk.there.file(), desk.there
    assert "须由安全管理员或审计员具名" in desk.add(good, by=CLERK, code=1)
    assert "Error: " in desk.add(good, by="nobody", code=1)
    assert "须用 --trust 写明" in desk.add(good, trust=False, code=1)
    assert "不是对方用" in desk.add(good[:-9], code=1)
    assert "完整指纹" in desk.check(good, trust="12ab", code=1)
    assert "根公钥与您确认的指纹" in desk.check(good, trust="0" * 64, code=1)
    assert "本系统自己的检查点" in desk.check(desk.ours("own.json"), trust=fingerprint(desk.office), code=1)
    assert "没有这个文件" in run(desk.office, "history", "witness", "check", "absent", "--trust", there.trust, code=2)
    assert run(desk.office, "history", "witness", "list") == ""


def test_a_file_without_its_manifest_is_read_with_the_lines_beside_it(desk: Desk) -> None:
    plain = without(desk.there.file(), "root", "keys", "earlier")
    line = sign_line(WUMING_ROOT, KeyLine(WUMING_SIGNER.public, 0, None))
    beside = desk.file(line.as_file(), "line.json")
    assert "文件里没有对方的密钥清单" in desk.add(plain, code=1)
    assert "已留存" in desk.add(plain, "--keys", beside)
    later = without(desk.there.file(), "earlier")
    assert "可加 --unproved 留存" in desk.add(later, code=1)
    assert "注意：文件没有从上次留存的条数起的一致性证明" in desk.add(later, "--unproved")
    bare = without(desk.there.file(), "root", "keys", "earlier")
    assert "已留存" in desk.add(bare, "--unproved", trust=False), "the lines that came before are remembered"
    assert "全部一致" in run(desk.office, "history", "verify")
    forged = desk.file(canon(parse(line.as_file()) | {"sig": "00" * 64}), "forged.json")
    assert "根密钥的签名不对" in desk.add(plain, "--keys", forged, code=1)


def test_what_is_kept_can_be_taken_out_as_evidence(desk: Desk) -> None:
    file = desk.there.file()
    desk.add(without(file, "earlier"))
    desk.there.line(WUMING_SIGNER, 0, 9)
    desk.add(desk.there.file())
    out = desk.folder / "evidence.json"
    assert "没有第 3 份" in run(desk.office, "history", "witness", "show", "3", "--to", str(out), code=1)
    run(desk.office, "history", "witness", "show", "1", "--to", str(out))
    shown = parse(out.read_bytes())
    assert shown["body"] == parse(file)["body"] and len(shown["keys"]) == 2, "also the line that came later"
    presented(out.read_bytes()).check(desk.there.trust)
    again = run(desk.office, "history", "witness", "show", "1", "--to", str(out), code=1)
    assert "已经存在，没有覆盖" in again


def test_a_clock_ahead_and_a_shared_root_are_told(desk: Desk) -> None:
    file = desk.there.file()
    assert "请双方核对时钟" not in desk.add(file)
    ahead = said_anew(desk.there.file(), WUMING_SIGNER, log="banyan-binyang", at="2099-01-01T00:00:00.000000Z")
    said = desk.add(ahead, peer="banyan-binyang")
    assert "（2099-01-01 00:00Z）晚于本机时间" in said
    assert f"{WUMING} 与 banyan-binyang 用同一把根公钥" in said


def test_a_file_without_end_is_read_no_further_than_a_file_goes(desk: Desk) -> None:
    if Path("/dev/zero").exists():
        words = ["history", "witness", "check", "/dev/zero", "--trust", desk.there.trust]
        assert "不是对方用" in run(desk.office, *words, code=1)
    assert "不是对方用" in desk.add(b"[" * 200_000, code=1)


def test_our_own_root_is_no_witness(desk: Desk) -> None:
    own = desk.ours("own.json")
    with desk.office.app.app_context():
        signer = desk.office.app.extensions["banyan"].signers[0]
    other = said_anew(own, signer, log="banyan-elsewhere")
    assert "由本系统的根密钥签发" in desk.check(other, trust=fingerprint(desk.office), code=1)


def test_verify_finds_an_altered_neighbour(desk: Desk) -> None:
    desk.add(desk.there.file())

    def alter() -> None:
        for statement in NEIGHBOUR_UNDO[db.session.get_bind().dialect.name]:
            db.session.execute(text(statement))
        db.session.execute(update(NeighbourCheckpoint).values(root="ab" * 32))

    with desk.office.app.app_context():
        in_transaction(alter)
    said = run(desk.office, "history", "verify", code=1)
    assert f"邻近机关的检查点：第 1 份（{WUMING}）：列与正文不一致" in said

    with desk.office.app.app_context():
        in_transaction(lambda: db.session.execute(update(NeighbourCheckpoint).values(keys=["x"])))
    assert "不是约定的写法" in run(desk.office, "history", "verify", code=1)
    for words in (["list"], ["check", desk.file(desk.there.file()), "--trust", desk.there.trust]):
        assert "读不出来，可能已被改动" in run(desk.office, "history", "witness", *words, code=1)
    assert "读不出来，可能已被改动" in desk.add(desk.there.file(), code=1)
