"""Grants, definitions, registers and looks stand on chains of their own; what was altered past all acts is named."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from app import clock
from app.db import db, in_transaction
from app.history.guards import ADDED_UNDO, KEPT_UNDO, UNDO
from app.history.models import HistoryEvent, HistoryHead
from app.history.read import read_events
from app.identity.models import RoleGrant
from app.instances.chain_registers import REGISTERS, check_registers
from tests.acts.conftest import MONDAY, Office, grant


def sealed(office: Office, minutes: int) -> None:
    """A turn of the sealer, so long after nine."""
    clock.set_source(lambda: MONDAY + timedelta(minutes=minutes))
    done = office.app.test_cli_runner().invoke(args=["history", "seal"])
    assert done.exit_code == 0, done.output


def verified(office: Office) -> tuple[int, str]:
    done = office.app.test_cli_runner().invoke(args=["history", "verify"])
    return done.exit_code, done.output


def kinds(office: Office, name: str) -> list[str]:
    with office.app.app_context():
        return [one.kind for one in read_events(db.session(), office.app.extensions["banyan"].vault, f"sys/{name}")]


def altered(office: Office, statement: str) -> None:
    """By the owner of the tables."""

    def command() -> None:
        for lifted in (*ADDED_UNDO[db.engine.dialect.name], *KEPT_UNDO[db.engine.dialect.name]):
            db.session.execute(db.text(lifted))
        db.session.execute(db.text(statement))

    with office.app.app_context():
        in_transaction(command)


@pytest.fixture
def chained(office: Office) -> Office:
    """Everything on its chain; twenty minutes ago 农小兰 has looked, and 周敏 was refused three times."""
    office.received()
    office.page("nongxiaolan").get(f"/cases/{office.case}")
    for _ in range(3):
        assert office.page("zhoumin").get(f"/cases/{office.case}").status_code == 404
    sealed(office, 20)
    return office


def test_an_untouched_deployment_agrees_with_its_chains(chained: Office) -> None:
    assert verified(chained)[0] == 0
    assert {name for name in REGISTERS if kinds(chained, name)} == REGISTERS.keys() - {"emergency"}
    assert {kind for name in REGISTERS for kind in kinds(chained, name)} == {"rows_changed"}
    assert kinds(chained, "access") == ["looks_batched"]
    assert kinds(chained, "attempts") == ["attempts_batched"]


def test_nothing_new_makes_no_entry_and_a_new_grant_makes_one(chained: Office) -> None:
    sealed(chained, 30)
    assert kinds(chained, "grants") == ["rows_changed"]
    grant(chained, "zhoumin", "auditor")
    assert verified(chained)[0] == 0, "not on the chain yet, and no difference"
    sealed(chained, 40)
    with chained.app.app_context():
        *_, last = read_events(db.session(), chained.app.extensions["banyan"].vault, "sys/grants")
        [row] = dict(last.fields or {})["effects"]["rows"].values()  # type: ignore[index, call-overload, union-attr]
    assert (row["role"], row["division"]) == ("auditor", "450123")


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE role_grant SET division = '4501' WHERE role = 'auditor'", "role_grant"),
        ("DELETE FROM role_grant WHERE role = 'auditor'", "已上链的一行被删除"),
        ("UPDATE definition SET published_by = 'nobody'", "published_by 与链上所记不同"),
        ("UPDATE parameter_version SET value = '999'", "value 与链上所记不同"),
        ("UPDATE working_days_version SET digest = 'x'", "digest 与链上所记不同"),
        ("DELETE FROM access_look", "查阅登记与 sys/access 第 1 步不符"),
        ("UPDATE access_look SET purpose = '另一个用途'", "查阅登记与 sys/access 第 1 步不符"),
        ("DELETE FROM refused_attempt", "被拒操作的登记与 sys/attempts 第 1 步不符"),
        ("DELETE FROM refused_attempt WHERE number = 3", "被拒操作的登记与 sys/attempts 第 1 步不符"),
        ("UPDATE refused_attempt SET times = 1", "被拒操作的登记与 sys/attempts 第 1 步不符"),
        ("UPDATE refused_attempt SET network = '10.9.9.9'", "被拒操作的登记与 sys/attempts 第 1 步不符"),
        (
            'INSERT INTO refused_attempt SELECT person_id, day, number + 3, "case", act, code, times + 3, at, network '
            "FROM refused_attempt",
            "被拒操作的登记与 sys/attempts 第 1 步不符",
        ),
    ],
)
def test_what_was_altered_past_all_acts_is_named(chained: Office, statement: str, named: str) -> None:
    altered(chained, statement)
    code, said = verified(chained)
    assert code == 1 and named in said, said


def test_an_alteration_stays_visible_after_it_was_chained_and_put_back(chained: Office) -> None:
    altered(chained, "UPDATE role_grant SET role = 'auditor' WHERE role = 'system_admin'")
    sealed(chained, 30)
    altered_to_and_fro = "UPDATE role_grant SET role = 'system_admin' WHERE role = 'auditor'"
    with chained.app.app_context():
        in_transaction(lambda: db.session.execute(db.text(altered_to_and_fro)))
    sealed(chained, 40)
    code, said = verified(chained)
    assert code == 1 and "role 与链上所记不同（sys/grants 第 2 步）" in said


def test_a_look_slipped_in_later_with_an_early_time_is_named(chained: Office) -> None:
    altered(chained, "UPDATE access_look SET at = at")
    with chained.app.app_context():
        assert list(check_registers(db.session(), chained.app.extensions["banyan"])) == []
    clock.set_source(lambda: MONDAY + timedelta(minutes=1))
    chained.sign_in_again("huangjianguo")
    chained.page("huangjianguo").get(f"/cases/{chained.case}")
    code, said = verified(chained)
    assert code == 1 and "查阅登记与 sys/access 第 1 步不符" in said


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True, scope="session")
def test_a_machine_whose_clock_is_ahead_closes_no_span_in_which_others_write(
    chained: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set_source(lambda: MONDAY + timedelta(minutes=25))
    assert chained.page("nongxiaolan").get(f"/cases/{chained.case}").status_code == 200
    fast, true = timedelta(hours=2), clock.machine
    with monkeypatch.context() as patch:
        patch.setattr(clock, "machine", lambda: true() + fast)
        sealed(chained, 30 + int(fast.total_seconds() // 60))
    clock.set_source(lambda: MONDAY + timedelta(minutes=31))
    assert chained.page("liguifang").get(f"/cases/{chained.case}").status_code == 200
    code, said = verified(chained)
    assert code == 0, said
    sealed(chained, 45)
    assert kinds(chained, "access") == ["looks_batched"] * 2 and verified(chained)[0] == 0


def test_who_takes_a_page_or_an_answer_slowly_slips_nothing_into_what_is_chained(chained: Office) -> None:
    """Looks are written when the answer has gone out, which a reader may draw out as long as he likes."""
    clock.set_source(lambda: MONDAY + timedelta(minutes=25))
    case = f"/cases/{chained.case}"
    slow = [chained.page("nongxiaolan").client.get(case), chained.page("zhoumin").client.get(f"{case}/replay")]
    assert chained.page("liguifang").get(case).status_code == 200
    assert chained.page("zhoumin").post(f"{case}/phone").status_code == 404
    sealed(chained, 40)
    for answer in slow:
        answer.get_data()
        answer.close()
    code, said = verified(chained)
    assert code == 0, said
    sealed(chained, 55)
    assert kinds(chained, "access") == ["looks_batched"] * 3 and kinds(chained, "attempts") == ["attempts_batched"] * 3
    assert verified(chained)[0] == 0


def test_a_revoked_grant_is_no_difference(chained: Office) -> None:
    with chained.app.app_context():

        def command() -> None:
            row = db.session.query(RoleGrant).filter_by(role="auditor").first()
            assert row is not None
            row.valid_to = MONDAY.date()

        in_transaction(command)
    sealed(chained, 30)
    assert verified(chained)[0] == 0


def refused_again(office: Office, minutes: int) -> None:
    """周敏 is refused twice more, so long after nine."""
    clock.set_source(lambda: MONDAY + timedelta(minutes=minutes))
    for address in (f"/cases/{office.case}/replay", f"/cases/{office.case}/export"):
        assert office.page("zhoumin").get(address).status_code == 404


def test_however_many_are_refused_the_chain_gets_one_entry_a_turn(chained: Office) -> None:
    refused_again(chained, 25)
    sealed(chained, 30)
    assert kinds(chained, "attempts") == ["attempts_batched"], "younger than ten minutes"
    sealed(chained, 40)
    assert kinds(chained, "attempts") == ["attempts_batched"] * 2
    sealed(chained, 50)
    assert kinds(chained, "attempts") == ["attempts_batched"] * 2, "nobody was refused since"
    assert verified(chained)[0] == 0


def test_an_attempt_deleted_before_it_is_chained_leaves_a_gap(chained: Office) -> None:
    refused_again(chained, 25)
    assert verified(chained)[0] == 0
    altered(chained, "DELETE FROM refused_attempt WHERE number = 4")
    code, said = verified(chained)
    assert code == 1 and "被拒操作的登记缺 1 条" in said and "编号不连续" in said


def test_the_chain_of_attempts_cannot_be_cut_to_fit(chained: Office) -> None:
    altered(chained, "DELETE FROM refused_attempt")
    with chained.app.app_context():

        def command() -> None:
            for lifted in UNDO[db.engine.dialect.name]:
                db.session.execute(db.text(lifted))
            for table in (HistoryEvent, HistoryHead):
                db.session.execute(delete(table).where(table.case == "sys/attempts"))

        in_transaction(command)
    code, said = verified(chained)
    assert code == 1 and "sys/attempts" in said, said
