"""Asking other departments: whatever they do, each call is answered once, and nobody is asked blindly a second time."""

from collections.abc import Callable

import pytest

from app.errors import Refusal
from app.texts import sentence
from tests.cast import ZHOU_MIN
from tests.jobs.office import BIRTHS_OF_KIN, CRIME, FOUNDLING, UNHEARD, Office

Opened = Callable[..., Office]


def test_an_answer_moves_the_case(office: Opened) -> None:
    county = office(CRIME)
    case = county.begin("crime")
    assert county.call().status == "waiting" and county.asked == []

    county.turn()

    call = county.call()
    assert (call.status, call.answered_by, county.asked) == ("answered", "connector", [("criminal_record", call.id)])
    assert county.open_tasks() == ["judge"]
    [answered] = [one for one in county.chain(case) if one.kind == "answered"]
    assert county.of(answered)["facts/answer"] == {"result": "clear", "receipt": "GA-0001"}


def test_an_abnormal_answer_is_an_answer_for_a_person_to_judge(office: Opened) -> None:
    county = office(CRIME)
    county.fakes["CONNECTOR_FAKE_POLICE"] = "abnormal"
    county.begin("crime")
    county.turn()

    assert county.call().status == "answered"
    assert county.open_tasks() == ["judge"]


def test_a_department_that_is_down_is_asked_five_times_under_one_id_and_then_a_person_is(office: Opened) -> None:
    county = office(CRIME)
    county.fakes["CONNECTOR_FAKE_POLICE"] = "fail"
    case = county.begin("crime")
    waits = []
    for _ in range(7):
        before = len(county.asked)
        county.turn()
        waits.append(len(county.asked) - before)
        county.later(minutes=61)

    assert waits == [1, 1, 1, 1, 1, 0, 0]
    assert len({id for _, id in county.asked}) == 1
    assert (county.call().status, county.call().last_error) == ("failed", "call_not_reached")
    assert county.kinds(case)[-1] == "call_failed"
    assert county.open_tasks() == []


def test_tries_are_spaced_out(office: Opened) -> None:
    county = office(CRIME)
    county.fakes["CONNECTOR_FAKE_POLICE"] = "fail"
    county.begin("crime")
    county.turn()
    county.later(seconds=59)
    county.turn()
    assert len(county.asked) == 1
    county.later(seconds=1)
    county.turn()
    assert len(county.asked) == 2


def test_a_late_department_is_asked_again_where_that_is_harmless(office: Opened) -> None:
    county = office(CRIME)
    county.fakes["CONNECTOR_FAKE_POLICE"] = "timeout"
    county.begin("crime")
    county.turn()
    assert (county.call().status, county.call().last_error) == ("waiting", "call_no_answer")

    county.fakes["CONNECTOR_FAKE_POLICE"] = "ok"
    county.later(minutes=1)
    county.turn()
    assert county.call().status == "answered"


def test_what_may_have_been_done_is_never_asked_blindly_again(office: Opened) -> None:
    county = office(FOUNDLING)
    county.fakes["CONNECTOR_FAKE_POLICE"] = "timeout"
    case = county.begin("foundling")
    county.turn()
    county.later(days=3)
    county.turn()

    assert county.call().status == "unknown"
    assert len(county.asked) == 1
    assert county.kinds(case)[-1] == "call_unknown"
    county.by_hand(result="unclear")
    assert county.open_tasks() == ["judge"]


def test_what_was_never_handed_over_is_asked_again_even_so(office: Opened) -> None:
    county = office(FOUNDLING)
    county.fakes["CONNECTOR_FAKE_POLICE"] = "fail"
    county.begin("foundling")
    county.turn()
    county.fakes["CONNECTOR_FAKE_POLICE"] = "ok"
    county.later(minutes=1)
    county.turn()
    assert county.call().status == "answered"


@pytest.mark.parametrize(("mode", "reason"), [("malformed", "call_wrong_answer"), ("reject", "call_rejected")])
def test_an_answer_of_the_wrong_shape_is_not_taken(office: Opened, mode: str, reason: str) -> None:
    county = office(CRIME)
    county.fakes["CONNECTOR_FAKE_POLICE"] = mode
    county.begin("crime")
    county.turn()
    county.later(hours=2)
    county.turn()

    assert (county.call().status, county.call().last_error, len(county.asked)) == ("failed", reason, 1)
    assert sentence(Refusal(reason)).endswith("请人工核验。")


@pytest.mark.parametrize(
    ("bundle", "reason"), [(BIRTHS_OF_KIN, "call_without_basis"), (UNHEARD, "call_unknown")], ids=["basis", "unknown"]
)
def test_nothing_leaves_without_a_basis(office: Opened, bundle: object, reason: str) -> None:
    county = office(bundle)
    county.begin(bundle.key)
    county.turn()

    assert county.asked == []
    assert (county.call().status, county.call().last_error) == ("failed", reason)
    county.by_hand()
    assert county.open_tasks() == ["judge"]


def test_a_person_answers_first_and_the_department_comes_late(office: Opened) -> None:
    county = office(CRIME)
    case = county.begin("crime")
    county.meanwhile = lambda: county.by_hand(result="found")
    county.turn()

    call = county.call()
    assert (call.status, call.answered_by) == ("answered", "liguifang")
    assert county.open_tasks() == ["judge"]
    assert county.kinds(case) == ["started", "answered", "late_answer"]
    by_hand, late = county.chain(case)[1:]
    assert county.of(by_hand)["facts/answer"]["result"] == "found" and county.of(by_hand)["evidence"]
    assert county.of(late)["payload/answer"]["result"] == "clear"


def test_the_second_person_reads_that_it_is_answered(office: Opened) -> None:
    county = office(CRIME)
    county.begin("crime")
    county.by_hand()
    with pytest.raises(Refusal) as refused:
        county.by_hand(result="found")
    assert (refused.value.code, refused.value.status) == ("call_answered", 409)
    county.turn()
    assert county.asked == []


def test_a_call_of_an_interrupted_step_is_not_asked_any_more(office: Opened) -> None:
    county = office(CRIME)
    case = county.begin("crime")
    withdraw(county, case)
    county.turn()

    assert county.asked == [] and county.call().status == "closed"
    assert county.open_tasks() == ["dropped"]
    with pytest.raises(Refusal, match="call_closed"):
        county.by_hand()


def test_an_answer_after_the_interruption_is_recorded_and_changes_nothing(office: Opened) -> None:
    county = office(CRIME)
    case = county.begin("crime")
    county.meanwhile = lambda: withdraw(county, case)
    county.turn()

    assert county.kinds(case) == ["started", "message", "late_answer"]
    assert county.call().status == "closed" and county.open_tasks() == ["dropped"]


def test_an_answer_after_the_end_of_the_case_is_recorded(office: Opened) -> None:
    county = office(CRIME)
    case = county.begin("crime")

    def all_over() -> None:
        withdraw(county, case)
        county.complete("dropped")

    county.meanwhile = all_over
    county.turn()
    assert county.instance(case).ended_by == "end_dropped"
    assert county.kinds(case)[-1] == "late_answer"


def test_a_stranger_neither_sees_nor_answers(office: Opened) -> None:
    county = office(CRIME)
    county.begin("crime")
    with pytest.raises(Refusal, match="not_found"):
        county.by_hand(by=ZHOU_MIN)


def test_the_form_by_hand_asks_for_evidence_and_reason(office: Opened) -> None:
    county = office(CRIME)
    county.begin("crime")
    with pytest.raises(Refusal) as refused:
        county.by_hand(result="nonsense", evidence="", reason="")
    assert set(refused.value.fields) == {"result", "evidence", "reason"}
    assert county.call().status == "waiting"


def withdraw(county: Office, case: str) -> None:
    from app.db import db
    from app.instances.receive_message import receive_message

    county.act(lambda: receive_message(db.session(), county.around, case, "withdraw", dedupe="w", now=county.now))
