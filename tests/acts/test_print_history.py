"""An auditor prints the history of a case for the file of a court."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from app import clock
from app.db import db, in_transaction
from app.documents import typeset as typesetting
from app.documents.typeset import Document, legible, typeset
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.instances.looks import AccessLook
from app.replay.case_history import qr_text
from app.replay.print_history import Printing, gather
from app.texts import sentence
from tests.acts.conftest import INTAKE, MONDAY, Office, person
from tests.acts.test_take_away import AUDITOR, WHY, bundle, run
from tests.documents.archival import assert_archival

# Setting pages is the same for both databases, and dear; what is read for it is read elsewhere on both.
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
COURT = "南宁市中级人民法院（2026）桂01行终12号调取证据函"


def text_of(pdf: bytes) -> str:
    """The text of all pages, without the breaks that lines and columns make."""
    assert pdf.startswith(b"%PDF-1.7")
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def prints(office: Office) -> list[tuple[str, str, str]]:
    with office.app.app_context():
        rows = db.session.query(AccessLook).filter(AccessLook.case == office.case, AccessLook.fields.like("print:%"))
        return [(row.person_id, row.fields, row.purpose) for row in rows.order_by(AccessLook.at, AccessLook.id)]


def gathered(office: Office, *, whole: bool) -> Printing:
    with office.app.app_context():
        by = load_actor_by_login(db.session(), AUDITOR, clock.legal_day(clock.now()))
        around = office.app.extensions["banyan"]
        return gather(
            db.session(), around, office.case, by=by, whole=whole, purpose=COURT, network="x", now=clock.now()
        )


def test_the_auditor_prints_the_case_and_the_paper_says_everything(office: Office) -> None:
    office.reviewed()
    mo, case = office.page(AUDITOR), f"/cases/{office.case}"
    assert "请先写明查看目的" in mo.get(f"{case}/print").text
    mo.post(f"{case}/purpose", reason=WHY)
    assert f'href="{case}/print"' in mo.get(case).text and f'href="{case}/print"' in mo.get(f"{case}/replay").text
    assert f'href="{case}/print"' in mo.get("/audit").text
    assert "二维码只含办件识别码和末步哈希" in mo.get(f"{case}/print").text
    answer = mo.post(f"{case}/print", extent="whole", purpose=COURT)
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]

    said = text_of(answer.data)
    events = office.events()
    for words in (
        "办件经过摘录", "隆安县民政局", "寄养照料（第1版）", "隆安县（450123）", "2026年11月23日", "莫海燕", COURT,
        "核验说明", "banyan_verify.py", "成立：记录链", "申请人黄某夫妇", "李桂芳", "农小兰", "办结“审查”", "第1页共",
        "符合本步要求：收养登记员（隆安县）", office.case,
    ):  # fmt: skip
        assert words in said, words
    assert [f"第{event.seq}步" in said and event.hash in said for event in events] == [True] * len(events)
    root = re.search(r"根公钥指纹：([0-9a-f]{64})", run(office, "history", "fingerprint"))
    assert root and root[1] in said
    pages = len(PdfReader(io.BytesIO(answer.data)).pages)
    assert all(f"第{page}页共{pages}页" in said for page in range(1, pages + 1))
    assert prints(office) == [(person(AUDITOR), "print:whole", COURT)]


def test_without_a_purpose_of_its_own_nobodys_data_are_on_it(office: Office) -> None:
    """What is left out stands there as the commitments that a bundle without it carries too."""
    office.reviewed()
    mo, case = office.page(AUDITOR), f"/cases/{office.case}"
    mo.post(f"{case}/purpose", reason=WHY)
    said = text_of(mo.post(f"{case}/print", extent="redacted", purpose="").data)
    assert "黄某夫妇" not in said and "同意" not in said and "usual" not in said
    assert "隐去个人信息：答复、事实、理由未予显示，只列承诺值" in said and "李桂芳" in said
    taken = bundle(mo.post(f"{case}/export", extent="redacted", purpose="").data)
    hidden = [one["h"] for event in taken["events"] for one in event["fields"] if "h" in one]
    assert hidden and all(one in said for one in hidden)
    assert len(set(re.findall(r"[0-9a-f]{64}", said)) & set(hidden)) == len(set(hidden))
    assert prints(office) == [(person(AUDITOR), "print:redacted", WHY)]


def test_the_code_holds_the_case_and_its_last_hash_alone(office: Office) -> None:
    """Abuse case 30. Drawn anew from that text alone it is the same code."""
    office.received()
    printing = gathered(office, whole=True)
    head = office.events()[-1].hash
    assert qr_text(office.case, head) == f"{office.case} {head}"
    assert printing.document.data["qr"] == typesetting.qr_svg(f"{office.case} {head}")
    assert printing.document.data["qr"] != typesetting.qr_svg(f"{office.case} {head[:-1]}")


def test_the_same_case_at_the_same_moment_is_the_same_bytes(office: Office) -> None:
    office.received()
    first = typeset(gathered(office, whole=True).document)
    assert typeset(gathered(office, whole=True).document) == first
    clock.set_source(lambda: MONDAY + timedelta(seconds=1))
    assert typeset(gathered(office, whole=True).document) != first


def test_the_interface_prints_the_same(office: Office) -> None:
    office.received()
    address = f"/instances/{office.case}/print"
    assert office.api(AUDITOR).post(address, {}).status_code == 422
    assert office.api(AUDITOR).post(address, {"extent": "whole", "purpose": "看"}).status_code == 422
    answer = office.api(AUDITOR).post(address, {"extent": "whole", "purpose": COURT})
    assert answer.status_code == 200 and "黄某夫妇" in text_of(answer.data)
    assert prints(office) == [(person(AUDITOR), "print:whole", COURT)]


def test_nobody_else_prints(office: Office) -> None:
    office.received()
    for login in ("liguifang", "nongxiaolan", "zhoumin", "huangruoxi", "weiyiming", "luzhian"):
        page = office.page(login)
        assert page.get(f"/cases/{office.case}/print").status_code == 404, login
        assert page.post(f"/cases/{office.case}/print", extent="whole", purpose=COURT).status_code == 404, login
    assert "打印经过" not in office.page("liguifang").get(f"/cases/{office.case}").text
    assert prints(office) == []


def test_the_operator_prints_and_that_too_is_on_record(office: Office, tmp_path: Path) -> None:
    office.received()
    file = tmp_path / "out.pdf"
    words = ["history", "print", office.case, "--to", str(file), "--purpose", COURT]
    assert "--by" in run(office, *words, code=2)
    assert "已打印" in run(office, *words, "--by", AUDITOR)
    assert "黄某夫妇" not in text_of(file.read_bytes()) and file.stat().st_mode & 0o077 == 0
    assert "已经存在" in run(office, *words, "--by", AUDITOR, code=1)
    assert prints(office) == [(person(AUDITOR), "print:redacted", COURT)]
    run(office, "history", "print", office.case, "--to", str(tmp_path / "x.pdf"), "--purpose", COURT,
        "--by", "liguifang", code=1)  # fmt: skip
    assert not (tmp_path / "x.pdf").exists()


def test_an_altered_case_says_so_on_its_cover(office: Office) -> None:
    """The head of the row is moved: what stands is printed, and that it does not hold."""
    from app.instances.models import Instance

    office.received()
    with office.app.app_context():
        in_transaction(lambda: db.session.query(Instance).filter_by(id=office.case).update({"head_hash": "0" * 64}))
    cover = dict(gathered(office, whole=False).document.data["cover"])
    assert "不成立：记录链" in cover["摘录时核验"]
    with office.app.app_context():
        in_transaction(
            lambda: db.session.query(Instance).filter_by(id=office.case).update({"head_hash": office.events()[-1].hash})
        )


HOSTILE = '#read("/etc/passwd") $x^2$ @preview/a:1.0.0 <a> *b* {{ 1 }} \\u{41} // weg /* weg */'
"""What would be read, or left out, if it were the language of the typesetter."""


def test_what_was_filled_in_is_text_whatever_it_looks_like(office: Office) -> None:
    """Abuse case 18: not a template; 19: nothing hides; and a word without end does not run off the page."""
    office.start()
    office.complete("受理", "liguifang", INTAKE | {"party": f"{HOSTILE} {'W' * 100}"})
    said = text_of(typeset(gathered(office, whole=True).document))
    assert re.sub(r"\s", "", HOSTILE) in said and "W" * 100 in said
    assert legible("a\u202eb") == "a[U+202E]b" and legible("a\x00b\nc") == "a[U+0000]b\nc"
    assert legible("f" * 64) == "f" * 64 and legible("W" * 50) == "\u200b".join(["W" * 24, "W" * 24, "WW"])


def test_a_long_step_goes_on_under_its_own_head(office: Office) -> None:
    office.start()
    office.complete("受理", "liguifang", INTAKE | {"party": "甲"})
    data = dict(gathered(office, whole=True).document.data)
    data["steps"] = [
        {"head": "第 1 步　长", "rows": [{"kind": "text", "name": f"项{n}", "text": "文"} for n in range(90)]}
    ]
    template = gathered(office, whole=True).document.template
    said = text_of(typeset(Document(template, data, MONDAY)))
    assert said.count("第1步长") == 3 and said.count("第1步长（续）") == 2


def test_a_character_no_font_has_is_named_and_nothing_is_printed(office: Office) -> None:
    """Never a box in its place. Nothing goes on record: nothing left the house."""
    office.start()
    office.complete("受理", "liguifang", INTAKE | {"party": "黄\U00031350"})
    answer = office.api(AUDITOR).post(f"/instances/{office.case}/print", {"extent": "whole", "purpose": COURT})
    assert answer.status_code == 503 and "U+31350" in answer.json["detail"] and "字体" in answer.json["detail"]
    assert prints(office) == []


def test_a_machine_without_a_chinese_font_says_so(application: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "FONTS", {"body": ("No Such Font",), "head": ()})
    with pytest.raises(Refusal) as refused:
        typeset(Document("", {}, MONDAY))
    assert refused.value.code == "font_missing" and "没有中文字体" in sentence(refused.value)


def test_setting_that_takes_too_long_is_ended(application: Flask) -> None:
    with pytest.raises(Refusal) as refused:
        typeset(Document("", {}, MONDAY), patience=0.001)
    assert refused.value.code == "document_too_long"


def test_the_paper_is_made_to_be_kept(office: Office) -> None:
    """ISO 19005-2, level U: what a reader needs to draw it is in it, now and in thirty years."""
    office.received()
    for whole in (True, False):
        assert_archival(typeset(gathered(office, whole=whole).document))
