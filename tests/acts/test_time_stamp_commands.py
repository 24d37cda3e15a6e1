"""A checkpoint goes to a time-stamp authority and its answer comes back: by command, and into the file of a case."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text

from app.db import db, in_transaction
from app.history.checkpoint import newest
from app.history.guards import STAMP_UNDO
from app.history.log_models import TimeStamp
from app.history.time_stamps import request
from tests.acts.conftest import MONDAY, Office
from tests.acts.test_files_taken_away import PYTHONS
from tests.acts.test_take_away import AUDITOR, WHY, fingerprint, run
from tests.history.authority import REFUSED, Authority

AT = MONDAY.replace(microsecond=0) + timedelta(minutes=5)
Change = Callable[[dict[str, bytes]], Any]


@dataclass
class Desk:
    """Where the files lie."""

    office: Office
    folder: Path
    authority: Authority = field(default_factory=Authority)

    def put(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)

    def request(self, name: str = "asked.tsq", *words: str) -> bytes:
        said = run(self.office, "history", "stamp", "request", "--to", str(self.folder / name), *words)
        assert "请交时间戳机构" in said
        return (self.folder / name).read_bytes()

    def add(self, answer: bytes, *, by: str = AUDITOR, code: int = 0) -> str:
        file, roots = self.put("answer.tsr", answer), self.put("roots.pem", self.authority.roots)
        return run(self.office, "history", "stamp", "add", file, "--roots", roots, "--by", by, code=code)

    def stamped(self) -> str:
        run(self.office, "history", "checkpoint")
        return self.add(self.authority.answer(self.request(), AT))

    def export(self) -> bytes:
        path = self.folder / "case.zip"
        path.unlink(missing_ok=True)
        run(self.office, "history", "export", self.office.case, "--to", str(path), "--by", AUDITOR, "--purpose", WHY)
        return path.read_bytes()

    def verify(self, content: bytes) -> tuple[int, str]:
        words = ["-I", "-S", "banyan_verify.py", self.put("taken.zip", content), "--trust", fingerprint(self.office)]
        said = set()
        for python in PYTHONS:
            done = subprocess.run([python, *words], capture_output=True, encoding="utf-8", timeout=60, check=False)
            assert done.stderr == ""
            said.add((done.returncode, done.stdout))
        (only,) = said
        return only


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    office.received()
    return Desk(office, tmp_path)


def test_from_the_request_to_what_is_kept(desk: Desk) -> None:
    said = run(desk.office, "history", "stamp", "request", "--to", str(desk.folder / "early.tsq"), code=1)
    assert "还没有完整的检查点" in said
    assert run(desk.office, "history", "stamp", "list") == ""
    said = desk.stamped()
    assert "已留存第 1 份：CN=联合时间戳服务 证明检查点 1 在 " in said and f"{AT:%Y-%m-%d %H:%M:%S}Z" in said
    assert "检查点 1" in run(desk.office, "history", "stamp", "list")
    assert "全部一致" in run(desk.office, "history", "verify")


def test_it_is_taken_out_again_as_others_check_it(desk: Desk) -> None:
    desk.stamped()
    said = run(desk.office, "history", "stamp", "show", "1", "--to", str(desk.folder / "out"))
    with desk.office.app.app_context():
        found = newest(db.session(), complete=True)
    assert found and (desk.folder / "out" / "0001.checkpoint").read_bytes() == found.body
    command = said.strip().rpartition("核对：")[2].split()
    if shutil.which("openssl"):  # where there is one: the same check by a program that is not ours
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
        assert "Verification: OK" in done.stdout + done.stderr, done.stderr
    assert "已经存在" in run(desk.office, "history", "stamp", "show", "1", "--to", str(desk.folder / "out"), code=1)
    assert "没有第 2 份" in run(desk.office, "history", "stamp", "show", "2", "--to", str(desk.folder / "no"), code=1)
    assert "没有检查点 9" in run(
        desk.office, "history", "stamp", "request", "--checkpoint", "9", "--to", str(desk.folder / "x"), code=1
    )


@pytest.mark.parametrize(
    ("by", "answer", "said"),
    [
        ("liguifang", None, "须由安全管理员或审计员具名"),
        ("nobody", None, ""),
        (AUDITOR, REFUSED, "不是时间戳机构同意出具的答复"),
        (AUDITOR, b"x", "不是时间戳机构同意出具的答复"),
    ],
)
def test_what_is_refused_leaves_nothing(desk: Desk, by: str, answer: bytes | None, said: str) -> None:
    run(desk.office, "history", "checkpoint")
    given = answer or desk.authority.answer(desk.request(), AT)
    assert said in desk.add(given, by=by, code=1)
    assert run(desk.office, "history", "stamp", "list") == ""


def test_one_that_was_deleted_is_missed(desk: Desk) -> None:
    desk.stamped()
    with desk.office.app.app_context():
        in_transaction(lambda: [
            *(db.session.execute(text(one)) for one in STAMP_UNDO[db.engine.dialect.name]),
            db.session.execute(delete(TimeStamp)),
        ])  # fmt: skip
    assert "时间戳：第 1 份与 sys/stamps 所记不符" in run(desk.office, "history", "verify", code=1)


def test_the_file_of_a_case_brings_the_stamp_and_says_how_to_check_it(desk: Desk) -> None:
    desk.stamped()
    content = desk.export()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {"stamps/0001.tsr", "stamps/0001.checkpoint"} < set(packed.namelist())
        assert "stamps 文件夹：1 份时间戳" in packed.read("说明.txt").decode()
    code, said = desk.verify(content)
    assert code == 0, said
    assert f"在 {AT:%Y-%m-%dT%H:%M:%SZ} 已经存在（第 1–" in said and "-in stamps/0001.tsr" in said


def test_steps_after_the_stamp_are_not_said_to_be_in_it(desk: Desk) -> None:
    desk.stamped()
    before = len(desk.office.events())
    desk.office.complete("审查", "nongxiaolan")
    code, said = desk.verify(desk.export())
    assert code == 0 and f"（第 1–{before} 步在内）" in said, said


def test_a_case_that_began_after_the_stamp_is_said_to_be_later(desk: Desk) -> None:
    desk.stamped()
    desk.office.received()
    code, said = desk.verify(desk.export())
    assert code == 0 and "（本件的步骤都在其后）" in said, said


def test_a_case_that_nobody_stamped_has_no_such_folder(desk: Desk) -> None:
    with zipfile.ZipFile(io.BytesIO(desk.export())) as packed:
        assert not [name for name in packed.namelist() if name.startswith("stamps")]
        assert "stamps" not in packed.read("说明.txt").decode()


def _other_checkpoint(files: dict[str, bytes]) -> None:
    files["stamps/0001.checkpoint"] = files["stamps/0001.checkpoint"].replace(b'"cases":', b'"cases": ', 1)


FORGED: dict[str, tuple[Change, int, str]] = {
    "no checkpoint": (lambda files: files.pop("stamps/0001.checkpoint"), 1, "时间戳 0001：不全"),
    "no answer": (lambda files: files.pop("stamps/0001.tsr"), 1, "时间戳 0001：不全"),
    "another checkpoint": (_other_checkpoint, 1, "所附检查点不是档案包里的"),
    "garbage": (lambda files: files.update({"stamps/0001.tsr": b"\x30\x84\xff\xff\xff\xff"}), 1, "写法不对"),
    "an answer that refuses": (lambda files: files.update({"stamps/0001.tsr": REFUSED}), 1, "写法不对"),
    "another name": (lambda files: files.update({"stamps/x.tsr": b"x"}), 4, "不属于档案包"),
    "too large": (lambda files: files.update({"stamps/0002.tsr": b"0" * 600_000}), 1, "过多或过大"),
}


@pytest.mark.parametrize("how", FORGED)
def test_forged_stamps_in_a_file_are_found(desk: Desk, how: str) -> None:
    desk.stamped()
    with zipfile.ZipFile(io.BytesIO(desk.export())) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    change, code, said = FORGED[how]
    change(files)
    assert _told(desk, files, code, said)


def test_a_stamp_over_something_else_in_a_file_is_found(desk: Desk) -> None:
    desk.stamped()
    with zipfile.ZipFile(io.BytesIO(desk.export())) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    files["stamps/0001.tsr"] = desk.authority.answer(request(b"something else"), AT)
    assert _told(desk, files, 1, "证明的不是所附的检查点")


def _told(desk: Desk, files: dict[str, bytes], code: int, said: str) -> bool:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    found = desk.verify(made.getvalue())
    assert found[0] == code and said in found[1], found
    return True
