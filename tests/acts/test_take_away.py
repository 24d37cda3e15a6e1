"""An auditor takes a case away; a stranger verifies it with a fingerprint read elsewhere."""

import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text

from app import clock, settings
from app.catalogue.bundle import Bundle, pack, unpack
from app.catalogue.models import Definition
from app.db import db, in_transaction
from app.history import erase
from app.history.event import Head
from app.history.guards import LOG_UNDO, UNDO
from app.history.log_models import LogCheckpoint, LogLeaf
from app.history.models import HistoryEvent
from app.instances.looks import AccessLook
from app.instances.models import Instance
from app.wiring import create_app
from tests.acts.conftest import MONDAY, Office, person

AUDITOR = "mohaiyan"
WHY = "2026年第3号审计项目，样本17/40"


def run(office: Office, *words: str, code: int = 0) -> str:
    """A command of the operator; what it says."""
    result = office.app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == code, result.output
    return str(result.output)


def fingerprint(office: Office) -> str:
    found = re.search(r"根公钥指纹：([0-9a-f]{64})", run(office, "history", "fingerprint"))
    assert found
    return found[1]


def verified(office: Office, content: bytes, folder: Path, *, files: int = 0) -> str:
    """Unpacked and verified by the program in the file itself, on a bare Python. `files`: how many originals lie in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        own = sorted(name for name in packed.namelist() if not name.startswith("files/"))
        assert own == ["banyan_verify.py", "bundle.json", "说明.txt"] and len(packed.namelist()) == 3 + files
        read_me = packed.read("说明.txt").decode()
        assert all(f"{word} " in read_me for word in ("--trust", "--witness", "--witness-trust")), read_me
        (folder / "verify.py").write_bytes(packed.read("banyan_verify.py"))
    (folder / "case.zip").write_bytes(content)
    words = [
        sys.executable,
        "-I",
        "-S",
        folder / "verify.py",
        folder / "case.zip",
        "--trust",
        fingerprint(office),
        "--show",
    ]
    ended = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    return ended.stdout


def bundle(content: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return json.loads(packed.read("bundle.json"))


def exports(office: Office) -> list[tuple[str, str, str]]:
    with office.app.app_context():
        rows = db.session.query(AccessLook).filter(AccessLook.case == office.case, AccessLook.fields.like("export%"))
        return [(row.person_id, row.fields, row.purpose) for row in rows.order_by(AccessLook.at, AccessLook.id)]


def test_the_auditor_takes_the_case_away_without_anybodys_data(office: Office, tmp_path: Path) -> None:
    office.reviewed()
    mo, case = office.page(AUDITOR), f"/cases/{office.case}"
    assert "请先写明查看目的" in mo.get(f"{case}/export").text
    mo.post(f"{case}/purpose", reason=WHY)
    assert f'href="{case}/export"' in mo.get(case).text
    page = mo.get(f"{case}/export")
    assert page.status_code == 200 and "隐去个人信息" in page.text

    answer = mo.post(f"{case}/export", extent="redacted", purpose="")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    said = verified(office, answer.data, tmp_path)
    assert "成立：自封存以来未见改动" in said and "黄某夫妇" not in said
    raw = json.dumps(bundle(answer.data), ensure_ascii=False)
    assert "黄某夫妇" not in raw and "payload/" not in raw and "facts/" not in raw
    assert exports(office) == [(person(AUDITOR), "export:redacted", WHY)]


def test_the_whole_goes_out_with_a_purpose_alone(office: Office, tmp_path: Path) -> None:
    office.received()
    mo, case = office.page(AUDITOR), f"/cases/{office.case}"
    mo.post(f"{case}/purpose", reason=WHY)
    mo.get(f"{case}/export")
    short = mo.post(f"{case}/export", extent="whole", purpose="看")
    assert short.status_code == 422 and "须写明用途" in short.text and exports(office) == []
    answer = mo.post(f"{case}/export", extent="whole", purpose="法院调取")
    assert "黄某夫妇" in verified(office, answer.data, tmp_path)
    assert exports(office) == [(person(AUDITOR), "export:whole", "法院调取")]


def test_the_interface_gives_the_same_file(office: Office, tmp_path: Path) -> None:
    office.received()
    address = f"/instances/{office.case}/export"
    assert office.api(AUDITOR).post(address, {}).status_code == 422
    answer = office.api(AUDITOR).post(address, {"extent": "whole", "purpose": WHY})
    assert answer.status_code == 200 and "黄某夫妇" in verified(office, answer.data, tmp_path)


def test_nobody_else_finds_it(office: Office) -> None:
    """Who works on the case, another county, those above who need an approval, the administrators."""
    office.received()
    for login in ("liguifang", "nongxiaolan", "zhoumin", "huangruoxi", "weiyiming", "luzhian"):
        page = office.page(login)
        assert page.get(f"/cases/{office.case}/export").status_code == 404, login
        assert page.post(f"/cases/{office.case}/export", extent="whole", purpose=WHY).status_code == 404, login
    assert "导出档案包" not in office.page("liguifang").get(f"/cases/{office.case}").text
    assert exports(office) == []


def test_an_auditor_of_another_county_finds_nothing(office: Office) -> None:
    from app.identity.models import RoleGrant

    office.received()
    with office.app.app_context():
        in_transaction(
            lambda: db.session.query(RoleGrant).filter_by(role="auditor").update({RoleGrant.division: "450124"})
        )
    office.sign_in_again(AUDITOR)
    assert office.page(AUDITOR).get(f"/cases/{office.case}/export").status_code == 404
    assert office.page(AUDITOR).post(f"/cases/{office.case}/export", extent="redacted").status_code == 404


def test_the_operator_exports_and_that_too_is_on_record(office: Office, tmp_path: Path) -> None:
    office.received()
    file, whole = tmp_path / "out.zip", tmp_path / "whole.zip"
    export = ["history", "export", office.case, "--purpose", WHY]
    assert "--by" in run(office, *export, "--to", str(file), code=2)
    run(office, *export, "--to", str(file), "--by", AUDITOR)
    assert "黄某夫妇" not in verified(office, file.read_bytes(), tmp_path)
    assert "已经存在" in run(office, *export, "--to", str(file), "--by", AUDITOR, code=1)
    run(office, *export, "--to", str(whole), "--by", AUDITOR, "--whole")
    assert "黄某夫妇" in verified(office, whole.read_bytes(), tmp_path)
    mo = person(AUDITOR)
    assert sorted(exports(office)) == [(mo, "export:redacted", WHY), (mo, "export:whole", WHY)]
    run(office, *export, "--to", str(tmp_path / "x.zip"), "--by", "liguifang", code=1)
    assert not (tmp_path / "x.zip").exists()


def test_an_erased_case_is_taken_away_and_still_verifies(office: Office, tmp_path: Path) -> None:
    office.received()
    around = office.app.extensions["banyan"]
    with office.app.app_context():

        def command() -> None:
            row = db.session.get(Instance, office.case)
            assert row is not None
            head = erase(
                db.session(), vault=around.vault, log=around.log, case=row.id, head=Head(row.head_seq, row.head_hash),
                at=MONDAY, actor="p-8", second="p-9", ground="个人信息保护法 47", definition=row.definition, engine="0",
            )  # fmt: skip
            row.head_seq, row.head_hash = head.seq, head.hash

        in_transaction(command)
    file = tmp_path / "out.zip"
    run(office, "history", "export", office.case, "--to", str(file), "--by", AUDITOR, "--purpose", WHY)
    said = verified(office, file.read_bytes(), tmp_path)
    assert "第 1 步内容已依法销毁" in said and "黄某夫妇" not in said


def test_the_worker_seals_every_ten_minutes_and_signs(office: Office) -> None:
    office.received()
    counts = []
    for minutes in (0, 1, 9, 10, 11):
        clock.set_source(lambda at=MONDAY + timedelta(minutes=minutes): at)  # type: ignore[misc]
        if minutes == 1:
            office.complete("审查", "nongxiaolan")
        run(office, "worker", "--once")
        with office.app.app_context():
            counts.append(
                (db.session.query(LogLeaf).filter_by(case=office.case).count(), db.session.query(LogCheckpoint).count())
            )
    assert counts == [(1, 1), (1, 1), (1, 1), (2, 2), (2, 2)]
    assert "全部一致" in run(office, "history", "verify")


def test_a_lodged_checkpoint_finds_what_was_done_since(office: Office, tmp_path: Path) -> None:
    office.received()
    file = tmp_path / "checkpoint.json"
    assert "新封存" in run(office, "history", "seal")
    assert "检查点 1" in run(office, "history", "checkpoint", "--to", str(file))
    trust = ["--trust", fingerprint(office), "--against", str(file)]
    assert "全部一致" in run(office, "history", "verify", *trust)
    assert "不是您确认的" in run(office, "history", "verify", "--trust", "0" * 64, code=1)
    (tmp_path / "other").write_text("{}")
    assert "不是 flask history checkpoint" in run(
        office, "history", "verify", "--against", str(tmp_path / "other"), code=1
    )

    with office.app.app_context():
        name = db.engine.dialect.name
        for statement in (*UNDO[name], *LOG_UNDO[name]):
            db.session.execute(text(statement))
        db.session.execute(delete(HistoryEvent).where(HistoryEvent.case == office.case))
        db.session.commit()
    said = run(office, "history", "verify", *trust, code=1)
    assert f"办件 {office.case}：已封存到第" in said and "整条记录缺失" in said
    office.case = ""


def test_a_replaced_definition_is_found(office: Office) -> None:
    office.received()
    assert "全部一致" in run(office, "history", "verify")
    with office.app.app_context():
        row = db.session.query(Definition).filter_by(key="care").one()
        good = unpack(row.bundle)
        files = dict(good.files) | {"care/process.toml": good.files["care/process.toml"] + "# 一个字\n"}
        row.bundle = pack(Bundle(good.key, files))
        db.session.commit()
        assert "流程 care 第 1 版：存储的文件与发布时的摘要不符" in run(office, "history", "verify", code=1)
        row.bundle = b"nothing"
        db.session.commit()
        assert "流程 care 第 1 版" in run(office, "history", "verify", code=1)
        row.bundle = pack(good)
        db.session.commit()


def test_keys_are_made_signed_offline_and_accepted(office: Office, tmp_path: Path) -> None:
    office.received()
    files = {name: str(tmp_path / name) for name in ("root", "signing", "line", "ended")}
    said = run(office, "history", "keys", "root", "--to", files["root"])
    trust = re.findall(r"[0-9a-f]{64}", said)[0]
    public = re.findall(r"[0-9a-f]{64}", run(office, "history", "keys", "new", "--to", files["signing"]))[0]
    assert Path(files["root"]).stat().st_mode & 0o077 == 0
    assert "已经存在" in run(office, "history", "keys", "root", "--to", files["root"], code=1)
    run(office, "history", "keys", "sign", "--root", files["root"], "--public", public, "--to", files["line"])
    assert "另一把根密钥" in run(office, "history", "keys", "accept", files["line"], code=1)
    with office.app.app_context():
        for statement in (*LOG_UNDO[db.engine.dialect.name], "DELETE FROM log_key"):
            db.session.execute(text(statement))
        db.session.commit()
    assert "不在密钥清单中" in run(office, "history", "checkpoint", code=1)
    assert "密钥清单是空的" in run(office, "history", "fingerprint", code=1)
    assert "已录入" in run(office, "history", "keys", "accept", files["line"])
    assert "已有这一行" in run(office, "history", "keys", "accept", files["line"], code=1)
    assert fingerprint(office) == trust

    url = office.app.config["SQLALCHEMY_DATABASE_URI"]
    around = settings.read({"BANYAN_MODE": "test", "DATABASE_URL": url, "SIGNING_KEY_FILE": files["signing"]})
    before, office.app = office.app, create_app(around)
    assert "检查点 1" in run(office, "history", "checkpoint")
    assert "全部一致" in run(office, "history", "verify", "--trust", trust)
    run(
        office,
        "history",
        "keys",
        "sign",
        "--root",
        files["root"],
        "--public",
        public,
        "--until",
        "1",
        "--to",
        files["ended"],
    )
    run(office, "history", "keys", "accept", files["ended"])
    assert run(office, "history", "keys", "list").count("第 0 条") == 2
    assert "已停用" in run(office, "history", "checkpoint", code=1)
    with office.app.app_context():
        db.engine.dispose()
    office.app = before


def test_without_a_key_nothing_is_signed_and_the_sentence_says_what_to_do(office: Office) -> None:
    office.received()
    from dataclasses import replace

    office.app.extensions["banyan"] = replace(office.app.extensions["banyan"], signers=())
    assert "SIGNING_KEY_FILE" in run(office, "history", "checkpoint", code=1)
    run(office, "worker", "--once")
    with office.app.app_context():
        assert db.session.query(LogLeaf).count() and not db.session.query(LogCheckpoint).count()
    answer = office.api(AUDITOR).post(f"/instances/{office.case}/export", {"purpose": WHY})
    assert answer.status_code == 409 and "还没有封存进签名的检查点" in answer.text


@pytest.mark.parametrize("key", ["x", "00", "g" * 64])
def test_a_signing_key_of_another_form_does_not_start(key: str, tmp_path: Path) -> None:
    with pytest.raises(settings.SettingsRefused, match="SIGNING_KEY"):
        settings.read({"BANYAN_MODE": "test", "SIGNING_KEY": key})
    with pytest.raises(settings.SettingsRefused, match="SIGNING_KEY_FILE"):
        settings.read({"BANYAN_MODE": "test", "SIGNING_KEY_FILE": str(tmp_path / "absent")})
