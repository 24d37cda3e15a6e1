"""回放: for auditors with a purpose, inside their mandate; step by step as it stood that day; and the button 验证."""

import re
from datetime import timedelta

import pytest

from app import clock
from app.db import db
from app.history.erase import erase
from app.history.event import Head
from app.instances import looks
from app.instances.models import Instance, Task
from tests.acts.conftest import MONDAY, Office, person
from tests.acts.judged import published_judged
from tests.acts.test_looks import looked

WHY = "2026年第3号审计项目，样本17/40"


@pytest.fixture
def played(office: Office) -> str:
    """Address of the replay of a case that has come to 审查, opened by the auditor of the region."""
    office.received()
    mo, case = office.page("mohaiyan"), f"/cases/{office.case}"
    assert "请先写明查看目的" in mo.get(f"{case}/replay").text
    mo.post(f"{case}/purpose", reason=WHY)
    return f"{case}/replay"


def test_only_an_auditor_finds_it(office: Office, played: str) -> None:
    for login in ("liguifang", "nongxiaolan", "huangjianguo", "zhoumin", "liangxiaodong", "weiyiming"):
        for address in (played, f"{played}/1", f"{played}/proof"):
            assert office.page(login).get(address).status_code == 404, (login, address)


def test_the_case_page_of_an_auditor_leads_to_it(office: Office, played: str) -> None:
    assert f'href="{played}"' in office.page("mohaiyan").get(f"/cases/{office.case}").text
    assert played not in office.page("liguifang").get(f"/cases/{office.case}").text


def test_each_step_says_who_did_what_and_what_they_were_allowed_to_that_day(office: Office, played: str) -> None:
    mo = office.page("mohaiyan")
    first, last = mo.get(f"{played}/1").text, mo.get(played).text
    assert "发起" in first and "李桂芳" in first and "收养登记员" in first
    assert WHY in last and 'aria-current="step"' in last and "✔ 符合" in last
    assert mo.get(f"{played}?step=1").text.count("data-seq=") == last.count("data-seq=")


def test_a_rule_is_told_in_the_words_of_facts_and_forms_and_else_as_the_table_writes_it(office: Office) -> None:
    published_judged(office.app)
    office.case = office.api("liguifang").post("/instances", {"process": "judged"}).json["id"]
    office.complete("申请", "liguifang", {"kind": "urgent"})
    mo, case = office.page("mohaiyan"), f"/cases/{office.case}"
    mo.get(case)
    mo.post(f"{case}/purpose", reason=WHY)
    ruled = mo.get(f"{case}/replay?step=2").text.partition("<h3>规则")[2]
    assert re.search(r'<dt>情形</dt><dd class="secret">紧急</dd>', ruled)
    assert "<dt>提示</dt><dd>grant</dd>" in ruled, (
        "neither a form nor the process has a word for what the table advises"
    )


def test_a_step_that_is_not_there_is_not_found(office: Office, played: str) -> None:
    mo = office.page("mohaiyan")
    for address in (f"{played}/0", f"{played}/999", f"{played}?step=999", f"{played}?step=x", f"{played}?step=-1"):
        assert mo.get(address).status_code == 404, address


def test_each_opening_stands_in_the_access_record_with_its_purpose(office: Office, played: str) -> None:
    office.page("mohaiyan").get(played)
    rows = [row for row in looked(office, "mohaiyan") if row.fields == looks.REPLAY]
    assert rows and {row.purpose for row in rows} == {WHY}


def test_who_read_the_case_meanwhile_is_told_beside_the_step(office: Office, played: str) -> None:
    office.page("nongxiaolan").get(f"/cases/{office.case}")
    assert "农小兰" in office.page("mohaiyan").get(played).text.split("次查阅")[1]


def test_the_record_is_checked_at_a_button(office: Office, played: str) -> None:
    found = office.page("mohaiyan").get(f"{played}/proof").text
    assert "✔ 验证一致" in found and "重演" in found
    assert "✔ 验证一致" in office.page("mohaiyan").get(f"{played}?proof=1").text


def test_an_altered_row_is_named(office: Office, played: str) -> None:
    with office.app.app_context():
        done = db.session.query(Task).filter_by(instance_id=office.case, status="done").first()
        assert done is not None
        done.closed_by = done.instance_id[:8] + "-0000-4000-8000-000000000000"
        db.session.commit()
    found = office.page("mohaiyan").get(f"{played}/proof").text
    assert "✕ 验证发现不符" in found and "由谁办结、何时办结与记录不符" in found


def test_what_was_sealed_is_compared_too(office: Office, played: str) -> None:
    assert "尚未封存" in office.page("mohaiyan").get(f"{played}/proof").text
    sealed = office.app.test_cli_runner().invoke(args=["history", "seal"])
    assert sealed.exit_code == 0, sealed.output
    assert "与封存日志一致，已封存到第" in office.page("mohaiyan").get(f"{played}/proof").text


def unguarded(office: Office, statement: str) -> None:
    """As an owner of the database could write: guards off first."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(db.text("ALTER TABLE history_event DISABLE TRIGGER USER"))
    else:
        for name in db.session.scalars(db.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            db.session.execute(db.text(f"DROP TRIGGER {name}"))
    db.session.execute(db.text(statement))
    db.session.commit()


def test_a_record_that_cannot_be_read_is_proved_broken_instead_of_played(office: Office, played: str) -> None:
    with office.app.app_context():
        unguarded(office, "UPDATE history_event SET sealed = body WHERE seq = 2")
    for address in (played, f"{played}/proof"):
        page = office.page("mohaiyan").get(address)
        assert page.status_code == 200 and "记录链在第 2 步断开" in page.text, address
    office.case = ""


def test_what_was_not_sealed_for_an_hour_does_not_pass(office: Office, played: str) -> None:
    clock.set_source(lambda: MONDAY + timedelta(hours=2))
    office.sign_in_again("mohaiyan")
    assert "超过一小时没有封存" in office.page("mohaiyan").get(f"{played}/proof").text


def test_a_broken_chain_is_named_by_its_step(office: Office, played: str) -> None:
    with office.app.app_context():
        unguarded(office, "DELETE FROM history_event WHERE seq = 2")
    found = office.page("mohaiyan").get(f"{played}/proof").text
    assert "记录链在第 2 步断开" in found
    office.case = ""  # broken on purpose: nothing holds any more


def test_what_was_destroyed_by_law_says_so_instead_of_404(office: Office, played: str) -> None:
    around = office.app.extensions["banyan"]
    with office.app.app_context():
        row = db.session.get_one(Instance, office.case)
        head = erase(
            db.session(), vault=around.vault, log=around.log, case=row.id, head=Head(row.head_seq, row.head_hash),
            at=MONDAY, actor=person("weiyiming"), second=person("luzhian"), ground="个人信息保护法第四十七条",
            definition=row.definition, engine="test",
        )  # fmt: skip
        row.head_seq, row.head_hash = head.seq, head.hash
        db.session.commit()
    page = office.page("mohaiyan").get(played)
    assert page.status_code == 200 and "不可重演" in page.text and "✔ 验证一致" in page.text
    assert "韦一鸣 办理，陆志安 批准，依据：个人信息保护法第四十七条" in page.text
    assert "黄某" not in page.text
    for address in (f"{played}/1", f"{played}/usual"):
        gone = office.page("mohaiyan").get(address)
        assert gone.status_code == 410 and "已依法销毁" in gone.text, address
    assert office.page("liguifang").get(played).status_code == 404
    office.case = ""  # nothing of it can be re-executed any more
