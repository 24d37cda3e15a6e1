"""A court asks for a file: registered by the archivist, approved by the leader, extracted, handed out."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select, update

from app import clock
from app.db import db, in_transaction
from app.documents.as_pages import as_pages
from app.errors import Refusal
from app.history.digests import SHA256, SM3, digest
from app.history.models import HistoryEvent
from app.history.read import read_events
from app.identity.actor import load_actor_by_login
from app.identity.models import Person
from app.instances.looks import AccessLook
from app.replay.file_requests.extract_file import gather_file, keep_file
from app.replay.file_requests.models import FileRequest
from tests.acts.conftest import AGREE, Office, grant, person
from tests.acts.test_erase_case import GROUND, erased
from tests.acts.test_print_history import text_of
from tests.acts.test_take_away import AUDITOR, bundle
from tests.documents.archival import assert_archival

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
ARCHIVIST, LEADER = "mengxiuying", "huangjianguo"
COURT = {
    "kind": "court",
    "authority": "隆安县人民法院",
    "paper": "（2026）桂0123行初12号",
    "received_on": "2026-11-20",
    "name_1": "覃法官",
    "card_1": "123X",
    "name_2": "陆书记员",
    "card_2": "4567",
    "wanted": "作出行政行为的全部证据和依据",
    "scope": "procedure",
    "steps": "",
    "asked_for": "",
}
API = {name: COURT[name] for name in ("kind", "authority", "paper", "received_on", "wanted", "scope")} | {
    "bearers": [{"name": "覃法官", "card": "123X"}, {"name": "陆书记员", "card": "4567"}]
}


def registered(office: Office, **other: str) -> str:
    """Registered at the page; gives the id."""
    page = office.page(ARCHIVIST)
    page.get(f"/cases/{office.case}/file-request")
    answer = page.post(f"/cases/{office.case}/file-request", **COURT | other)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rsplit("/", 1)[-1]


def decided(office: Office, request: str, act: str = "approve", by: str = LEADER, **form: str) -> Any:
    page = office.page(by)
    page.get(f"/file-requests/{request}")
    return page.post(f"/file-requests/{request}/{act}", **form)


def extracted(office: Office, request: str) -> bytes:
    """Extracted at the page and downloaded."""
    assert decided(office, request, "extract", ARCHIVIST).status_code == 303
    answer = office.page(ARCHIVIST).get(f"/file-requests/{request}/paper")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    return answer.data


def on_chain(office: Office, request: str) -> list[tuple[str, dict[str, Any]]]:
    with office.app.app_context():
        found = read_events(db.session(), office.app.extensions["banyan"].vault, f"sys/file/{request}")
    return [(one.kind, dict(one.fields or {})) for one in found]


def test_a_court_gets_the_file_when_two_people_have_seen_to_it(office: Office) -> None:
    office.reviewed()
    before = len(office.events())
    assert "登记调卷" in office.page(ARCHIVIST).get(f"/cases/{office.case}").text
    request = registered(office)
    page = office.page(ARCHIVIST).get(f"/file-requests/{request}").text
    assert "待批准" in page and "2026-12-07" in page and "行政诉讼法 67" in page and "11-20" in page
    assert decided(office, request, "extract", ARCHIVIST).status_code == 409, "not before the approval"
    assert decided(office, request).status_code == 303
    content = extracted(office, request)

    said = text_of(content)
    for words in (
        "案卷提取件", "隆安县人民法院", "（2026）桂0123行初12号（行政诉讼应诉举证）", "覃法官（证件号末四位123X）",
        "陆书记员（证件号末四位4567）", "提取人蒙秀英", "批准人黄建国", "证据目录", "电子数据提取说明", "核验说明",
        "当日有效的规范", "以2026年11月23日为准", "流程“寄养照料”第1版", "本地设定（参考，非法定）", "最迟2026年12月7日提供",
        "隆安县民政局（盖章）",
    ):  # fmt: skip
        assert words in said, words
    assert all(event.hash in said for event in office.events())
    assert "黄某夫妇" not in said and "承诺值" in said, "outside the scope"
    assert len(office.events()) == before, "nothing is written to the case"

    kinds = on_chain(office, request)
    assert [kind for kind, _ in kinds] == ["file_requested", "file_request_approved", "file_extracted"]
    assert (kinds[2][1]["payload/sm3"], kinds[2][1]["payload/sha256"]) == (
        digest(SM3, content).hex(), digest(SHA256, content).hex(),
    )  # fmt: skip
    with office.app.app_context():
        looks = db.session.scalars(
            select(AccessLook).where(AccessLook.fields.like("print:file%")).order_by(AccessLook.at)
        )
        assert [(one.person_id, one.fields) for one in looks] == [
            (person(ARCHIVIST), "print:file:procedure"), (person(ARCHIVIST), "print:file:again"),
        ]  # fmt: skip
    again = office.page(LEADER).get(f"/file-requests/{request}/paper")
    assert again.data == content, "the same bytes whenever it is fetched"


def test_the_list_of_evidence_names_the_pages(office: Office) -> None:
    office.reviewed()
    request = registered(office, scope="whole")
    decided(office, request)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(extracted(office, request))).pages]
    begins = next(n for n, page in enumerate(pages, 1) if "第 1 步" in page and "录入时间" in page)
    listed = text_of_page(pages[1])
    assert listed.startswith(("寄养照料", "案卷提取件")) and f"1第1步发起“寄养照料”电子数据{begins}" in listed
    assert f"共{len(pages)}页" in text_of_page(pages[-1])


def text_of_page(page: str) -> str:
    return "".join(page.split()).replace("\u200b", "")


def test_its_digests_are_those_of_the_bodies_in_a_bundle(office: Office) -> None:
    """What the paper says of its extraction a stranger reckons again from the bundle of the same case."""
    office.reviewed()
    request = registered(office)
    decided(office, request)
    said = text_of(extracted(office, request))
    mo = office.page(AUDITOR)
    mo.post(f"/cases/{office.case}/purpose", reason="核对案卷提取件")
    taken = bundle(mo.post(f"/cases/{office.case}/export", extent="redacted", purpose="").data)
    bodies = b"".join(event["body"].encode() + b"\n" for event in taken["events"])
    assert digest(SM3, bodies).hex() in said and digest(SHA256, bodies).hex() in said


def test_only_the_chosen_steps_are_told_in_full(office: Office) -> None:
    office.reviewed()
    steps = [event.seq for event in office.events() if event.kind == "completed"]
    request = registered(office, scope="chosen", steps=f"{steps[0]}、{steps[0]}-{steps[0]}")
    decided(office, request)
    said = text_of(extracted(office, request))
    assert "黄某夫妇" in said and "同意" not in said.replace("不同意", "")
    assert f"办理经过，和选定步骤的内容：第{steps[0]}步" in said


@pytest.mark.parametrize(
    ("kind", "asked_for", "due", "law"),
    [
        ("review", "", "2026-12-04", "行政复议法（2023）48、88"),
        ("simple_review", "", "2026-11-27", "行政复议法（2023）54、88"),
        ("court", "", "2026-12-07", "行政诉讼法 67"),
        ("other", "2026-12-30", "2026-12-30", "来文"),
    ],
)
def test_each_kind_is_due_by_its_own_law(office: Office, kind: str, asked_for: str, due: str, law: str) -> None:
    """Received on Friday 2026-11-20: the day itself does not count; 12-05 is a Saturday."""
    office.received()
    body = API | {"kind": kind, "asked_for": asked_for or None}
    answer = office.api(ARCHIVIST).post(f"/instances/{office.case}/file-requests", body)
    assert answer.status_code == 201 and answer.json["due_on"] == due
    page = office.page(ARCHIVIST).get(f"/file-requests/{answer.json['id']}").text
    assert law in page and "为什么" in page and "参考时限" not in page


def test_a_late_one_is_marked(office: Office) -> None:
    office.received()
    registered(office)
    assert "■" not in office.page(LEADER).get("/file-requests").text
    clock.set_source(lambda: datetime(2026, 12, 8, 1, tzinfo=UTC))
    office.sign_in_again(LEADER)
    assert "■ 超期" in office.page(LEADER).get("/file-requests").text


def test_through_the_interface_all_the_way(office: Office) -> None:
    office.received()
    answer = office.api(ARCHIVIST).post(f"/instances/{office.case}/file-requests", API)
    assert answer.status_code == 201 and answer.json["state"] == "待批准"
    address = f"/file-requests/{answer.json['id']}"
    assert office.api(ARCHIVIST).get(f"{address}/paper").status_code == 409
    assert office.api(ARCHIVIST).post(f"{address}/extract", {}).status_code == 409
    assert office.api(LEADER).post(f"{address}/approve", {}).json["state"] == "已批准，待提取"
    assert office.api(LEADER).post(f"{address}/approve", {}).status_code == 409
    made = office.api(ARCHIVIST).post(f"{address}/extract", {})
    assert made.json["state"] == "已提取" and len(made.json["sm3"]) == 64
    content = office.api(ARCHIVIST).get(f"{address}/paper").data
    assert digest(SHA256, content).hex() == made.json["sha256"]
    assert office.api(ARCHIVIST).post(f"{address}/extract", {}).status_code == 409, "made once"


def test_what_is_declined_is_never_extracted(office: Office) -> None:
    office.received()
    request = registered(office)
    assert decided(office, request, "decline", reason="短").status_code == 422
    assert decided(office, request, "decline", reason="文号与来文不符").status_code == 303
    assert decided(office, request, "extract", ARCHIVIST).status_code == 409
    assert on_chain(office, request)[-1][1]["reason"] == "文号与来文不符"
    assert "文号与来文不符" in office.page(ARCHIVIST).get(f"/file-requests/{request}").text


def one_human(office: Office, login: str, other: Any) -> Any:
    """From now on both accounts are of one person (a login), or of that natural person; gives the one before."""
    found = select(Person.natural_person)
    with office.app.app_context():
        before = db.session.scalar(found.where(Person.login == login))
        human = db.session.scalar(found.where(Person.login == other)) if isinstance(other, str) else other
        in_transaction(
            lambda: db.session.execute(update(Person).where(Person.login == login).values(natural_person=human))
        )
    return before


def test_who_registers_or_extracts_never_approves(office: Office) -> None:
    """By the human being: a second account of the archivist, holding the leader's post, is the same person."""
    office.received()
    grant(office, ARCHIVIST, "county_approver")
    request = registered(office)
    assert decided(office, request, by=ARCHIVIST).status_code == 403
    own = one_human(office, LEADER, ARCHIVIST)
    assert decided(office, request).status_code == 403
    one_human(office, LEADER, own)
    assert decided(office, request).status_code == 303
    grant(office, LEADER, "archivist")
    assert decided(office, request, "extract", LEADER).status_code == 403, "who approved does not extract"


def test_everybody_else_finds_nothing(office: Office) -> None:
    office.received()
    request = registered(office)
    for login in ("liguifang", "nongxiaolan", "zhoumin", "weidaming", "weiyiming", "liangxiaodong", "tanmingyue"):
        page, api = office.page(login), office.api(login)
        assert page.get(f"/file-requests/{request}").status_code == 404, login
        assert page.get(f"/file-requests/{request}/paper").status_code == 404, login
        assert api.get(f"/file-requests/{request}").status_code == 404, login
        assert decided(office, request, by=login).status_code == 404, login
    assert office.page("liguifang").get(f"/cases/{office.case}/file-request").status_code == 403
    assert office.page("zhoumin").get(f"/cases/{office.case}/file-request").status_code == 404
    assert office.page("liguifang").get("/file-requests").status_code == 404
    assert "登记调卷" not in office.page("liguifang").get(f"/cases/{office.case}").text
    assert [kind for kind, _ in on_chain(office, request)] == ["file_requested"]


def test_an_auditor_reads_the_request_and_not_the_file(office: Office) -> None:
    office.received()
    request = registered(office)
    decided(office, request)
    extracted(office, request)
    mo = office.page(AUDITOR)
    assert "隆安县人民法院" in mo.get(f"/file-requests/{request}").text and request in mo.get("/file-requests").text
    assert mo.get(f"/file-requests/{request}/paper").status_code == 404
    assert decided(office, request, by=AUDITOR).status_code == 404


WRONG = [
    ({"kind": "any"}, "来文种类"),
    ({"authority": "法"}, "全称"),
    ({"paper": ""}, "文号"),
    ({"received_on": "2026-11-24"}, "不能晚于今天"),
    ({"received_on": "2026-13-01"}, "收到日期"),
    ({"wanted": " \n "}, "照来文"),
    ({"scope": "all"}, "范围"),
    ({"scope": "chosen", "steps": ""}, "选定"),
    ({"scope": "chosen", "steps": "1-999999"}, "选定"),
    ({"scope": "chosen", "steps": "一"}, "选定"),
    ({"name_2": ""}, "两人"),
    ({"card_1": "45012319860501123X"}, "末四位"),
    ({"card_1": "１２３４"}, "末四位"),
    ({"name_2": "覃法官", "card_2": "123x"}, "一样"),
    ({"kind": "other", "asked_for": ""}, "来文要求的提供日期"),
    ({"kind": "other", "asked_for": "2026-11-01"}, "来文要求的提供日期"),
]


def test_what_is_wrong_is_said_and_nothing_is_kept(office: Office) -> None:
    """Also abuse: a whole number of an identity card is refused, not kept and cut."""
    office.received()
    page = office.page(ARCHIVIST)
    page.get(f"/cases/{office.case}/file-request")
    for other, words in WRONG:
        answer = page.post(f"/cases/{office.case}/file-request", **COURT | other)
        assert answer.status_code == 422 and words in answer.text, other
    for body in ({}, [], {"kind": []}, API | {"bearers": 1}, API | {"bearers": API["bearers"] * 2}, API | {"steps": ["x"]},
                 API | {"received_on": "x"}, API | {"extra": 1}, API | {"bearers": [{"name": "甲"}]}):  # fmt: skip
        answer = office.api(ARCHIVIST).post(f"/instances/{office.case}/file-requests", body)
        assert answer.status_code == 422 and answer.json["title"], body
    with office.app.app_context():
        assert db.session.query(FileRequest).count() == 0
        assert db.session.query(HistoryEvent).filter(HistoryEvent.case.like("sys/file/%")).count() == 0


def test_no_number_of_a_card_lies_anywhere(office: Office) -> None:
    office.received()
    request = registered(office)
    stored = json.dumps([said for _, said in on_chain(office, request)], ensure_ascii=False)
    assert '"card": "123X"' in stored
    with office.app.app_context():
        row = db.session.get_one(FileRequest, request)
        assert all("覃法官" not in str(getattr(row, column.key)) for column in FileRequest.__table__.columns)


def test_a_changed_file_is_not_handed_out(office: Office) -> None:
    office.received()
    request = registered(office)
    decided(office, request)
    extracted(office, request)
    with office.app.app_context():
        in_transaction(lambda: db.session.execute(update(FileRequest).values(sm3="0" * 64)))
    assert office.page(ARCHIVIST).get(f"/file-requests/{request}/paper").status_code == 500


def test_registered_twice_by_a_double_click_is_one(office: Office) -> None:
    office.received()
    page = office.page(ARCHIVIST)
    page.get(f"/cases/{office.case}/file-request")
    page.post(f"/cases/{office.case}/file-request", **COURT, nonce="n-1")
    page.post(f"/cases/{office.case}/file-request", **COURT, nonce="n-1")
    with office.app.app_context():
        assert db.session.query(FileRequest).count() == 1


def reviewed_again(office: Office) -> int:
    """The same form filled in twice, once outside and once inside of what a court gets; gives the later step."""
    office.received()
    office.complete("审查", "nongxiaolan", AGREE | {"opinion": "曾有家庭暴力警情"})
    office.complete("审批", "huangjianguo", AGREE | {"opinion": "情况已经核清"})
    return office.events("completed")[-1].seq


def test_a_chosen_step_does_not_quote_what_stands_in_another(office: Office) -> None:
    """What was changed from is part of the step that said it."""
    second = reviewed_again(office)
    request = registered(office, scope="chosen", steps=str(second))
    decided(office, request)
    said = text_of(extracted(office, request))
    assert "情况已经核清" in said and "警情" not in said and "原为" not in said
    whole = registered(office, scope="chosen", steps=f"1-{second}")
    decided(office, whole)
    assert "原为：曾有家庭暴力警情" in text_of(extracted(office, whole))


def test_the_archivists_colleague_who_audits_does_not_get_the_file(office: Office) -> None:
    """An auditor reads the request, not the file, wherever they are employed."""
    office.received()
    request = registered(office)
    decided(office, request)
    extracted(office, request)
    grant(office, "liguifang", "auditor")
    page = office.page("liguifang")
    shown = page.get(f"/file-requests/{request}")
    assert shown.status_code == 200 and f"/file-requests/{request}/paper" not in shown.text
    assert page.get(f"/file-requests/{request}/paper").status_code == 404


def ended_and_erased(office: Office) -> None:
    office.reviewed()
    for _ in range(6):
        for name in office.open():
            office.complete(name, LEADER if name == "审批" else ARCHIVIST)
    assert erased(office)[0] == 0


def test_of_an_erased_case_a_court_gets_what_is_left(office: Office) -> None:
    """That there was a case, its steps with hashes and commitments, and who destroyed the rest on what ground."""
    ended_and_erased(office)
    told = office.page(ARCHIVIST).get(f"/cases/{office.case}")
    assert told.status_code == 410 and f'href="/cases/{office.case}/file-request"' in told.text
    request = registered(office, scope="whole")
    assert decided(office, request, "extract", ARCHIVIST).status_code == 409, "not before the approval"
    decided(office, request)
    content = extracted(office, request)
    assert_archival(content)
    said = text_of(content)
    for words in (
        "案卷提取件（内容已依法销毁）", "隆安县人民法院", "提取人蒙秀英", "批准人黄建国", "证据目录", "本件不可重演", f"依据：{GROUND}",
        "由韦一鸣办理、黄建国批准", "附件原件已随内容一并销毁", "电子数据提取说明", "核验说明", "隆安县民政局（盖章）",
    ):  # fmt: skip
        assert re.sub(r"\s", "", words) in said, words
    events = office.events()
    assert all(event.hash in said and event.root in said for event in events) and "黄某夫妇" not in said
    assert re.search(rf"{len(events)}第{len(events)}步依法销毁内容电子数据（尚存部分）\d+", said), (
        "in the list of evidence"
    )
    mo = office.page(AUDITOR)
    mo.post(f"/cases/{office.case}/purpose", reason="核对案卷提取件")
    taken = bundle(mo.post(f"/cases/{office.case}/export", extent="redacted", purpose="").data)
    bodies = b"".join(event["body"].encode() + b"\n" for event in taken["events"])
    assert digest(SM3, bodies).hex() in said, "the same bodies as in a bundle"
    again = office.page(LEADER).get(f"/file-requests/{request}/paper")
    assert again.data == content
    with office.app.app_context():
        looks = set(db.session.scalars(select(AccessLook.fields).where(AccessLook.fields.like("print:file%"))))
    assert looks == {"print:file:erased", "print:file:again"}


def test_a_file_made_before_the_destruction_goes_with_it(office: Office) -> None:
    office.reviewed()
    for _ in range(6):
        for name in office.open():
            office.complete(name, LEADER if name == "审批" else ARCHIVIST)
    request = registered(office, scope="whole")
    decided(office, request)
    extracted(office, request)
    around, later = office.app.extensions["banyan"], registered(office, scope="whole")
    decided(office, later)
    with office.app.app_context():
        by = load_actor_by_login(db.session(), ARCHIVIST, clock.legal_day(clock.now()))
        drawn = gather_file(db.session(), around, later, by=by, network="x", now=clock.now())
    at = clock.now() + timedelta(seconds=1)
    clock.set_source(lambda: at)
    assert erased(office)[0] == 0
    assert office.page(ARCHIVIST).get(f"/file-requests/{request}/paper").status_code == 410
    with office.app.app_context(), pytest.raises(Refusal) as refused:
        in_transaction(lambda: keep_file(db.session(), around, later, drawn, b"%PDF", by=by, now=at))
    assert refused.value.code == "content_destroyed", "what was read before is not kept after"


def test_nothing_runs_off_the_paper(office: Office) -> None:
    """Digests have no place to break: each has its room."""
    office.received()
    request = registered(office)
    decided(office, request)
    pages = as_pages(extracted(office, request), "application/pdf", most=30, room=64 * 1024 * 1024, patience=120)
    for number, page in enumerate(pages, 1):
        shown = Image.open(io.BytesIO(page.picture)).convert("L")
        beside = shown.crop((round(shown.width * 188 / 210), 0, shown.width, shown.height))
        assert beside.getextrema()[0] > 240, f"page {number}: the margin is white"
