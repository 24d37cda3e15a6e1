"""A message entered by hand: offered only while the case waits for it, checked like a task, counted as an act."""

import io

from app.db import db
from app.instances.models import Message
from tests.acts.conftest import Office, grant, person
from tests.documents.sample_files import photo

WITHDRAWAL = {"day": "2026-11-20", "why": "家庭情况有变化"}


def address(office: Office, name: str = "withdraw") -> str:
    return f"/cases/{office.case}/messages/{name}"


def test_a_withdrawal_interrupts_the_case_and_stands_on_the_record(office: Office) -> None:
    office.received()
    li = office.page("liguifang")
    assert address(office) in li.get(f"/cases/{office.case}").text
    assert "家庭情况" not in li.get(address(office)).text
    refused = li.post(address(office), day="", why="")
    assert refused.status_code == 422 and office.open() == ["审查"]
    li.get(address(office))
    shown = li.follow(li.post(address(office), **WITHDRAWAL))

    assert "“撤回申请”已录入" in shown.text
    assert office.open() == ["终止办理"]
    event = office.last("message")
    assert event["actor"] == person("liguifang") and event["facts/withdrawn_on"] == "2026-11-20"
    assert event["payload/why"] == "家庭情况有变化"


def test_a_paper_sent_with_it_is_kept(office: Office) -> None:
    office.received()
    li = office.page("liguifang")
    li.get(address(office))
    paper = (io.BytesIO(photo()), "撤回申请.jpg")
    shown = li.follow(li.post(address(office), **WITHDRAWAL, signed=paper))
    assert "撤回申请.jpg" in shown.text
    assert len(office.last("message")["payload/signed"]) == 1


def test_it_is_offered_only_while_the_case_waits_for_it(office: Office) -> None:
    office.received()
    li = office.page("liguifang")
    li.get(address(office))
    li.post(address(office), **WITHDRAWAL)

    assert address(office) not in li.get(f"/cases/{office.case}").text
    late = li.get(address(office))
    assert late.status_code == 409 and "现在不接收“撤回申请”" in late.text


def test_a_form_sent_twice_is_one_message(office: Office) -> None:
    office.received()
    li = office.page("liguifang")
    page = li.get(address(office))
    nonce = li.nonce
    assert page.status_code == 200
    li.post(address(office), nonce=nonce, **WITHDRAWAL)
    li.post(address(office), nonce=nonce, **WITHDRAWAL)
    assert len(office.events("message")) == 1


def test_the_same_id_over_the_api_keeps_one_submission(office: Office) -> None:
    office.received()
    body = {"instance": office.case, "name": "withdraw", "id": "m-1", "answers": WITHDRAWAL}
    first, again = (office.api("liguifang").post("/messages", body) for _ in range(2))
    assert first.json == again.json == {"delivered": True}
    assert len(office.events("message")) == 1


def test_a_message_without_a_form_is_confirmed(office: Office) -> None:
    office.received()
    li = office.page("liguifang")
    assert "不能撤回" in li.get(address(office, "note")).text
    li.follow(li.post(address(office, "note")))
    assert len(office.events("message")) == 1 and office.open() == ["审查"]


def test_only_the_posts_that_may_enter_it(office: Office) -> None:
    office.received()
    assert office.page("nongxiaolan").get(address(office)).status_code == 403
    assert address(office) not in office.page("nongxiaolan").get(f"/cases/{office.case}").text
    assert office.page("zhoumin").get(address(office)).status_code == 404
    assert office.page("liguifang").get(address(office, "unknown")).status_code == 422


def test_entering_a_message_is_an_act_of_the_case(office: Office) -> None:
    """Who put something into the case by hand does not approve in it (nobody approves their own act)."""
    grant(office, "huangjianguo", "adoption_registrar")
    office.received()
    huang = office.page("huangjianguo")
    huang.get(address(office, "note"))
    huang.post(address(office, "note"))
    with office.app.app_context():
        row = db.session.query(Message).one()
    assert row.acted_role == "adoption_registrar" and row.natural_person

    office.complete("审查", "nongxiaolan")
    refused = office.api("huangjianguo").post(f"/tasks/{office.task('审批')['id']}/claim")
    assert refused.status_code == 403 and "不能再审批自己办理的事项" in refused.json["detail"]


def test_two_messages_without_a_nonce_are_two(office: Office) -> None:
    """Sent by hand without the field of the page, or with an overlong one: the second is not taken for the first."""
    office.received()
    page = office.page("liguifang")
    for nonce in ("", "", "x" * 65, "x" * 65):
        page.get(f"/cases/{office.case}")
        assert page.post(f"/cases/{office.case}/messages/note", nonce=nonce).status_code == 303
    assert len(office.events("message")) == 4
