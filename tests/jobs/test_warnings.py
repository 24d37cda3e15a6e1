"""预警: a clock that runs out tells people, each time once, and moves nothing (corrections 7).

The clock of these stories has 30 days from 2026-03-02; its last day is 2026-04-01, a Wednesday.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.cli.duties import duties
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.models import Person
from app.instances.declare_interest import declare_interest
from app.instances.models import ClockWarning
from app.instances.recompute_due_dates import recompute_due_dates
from app.jobs.leases import LEASE, TRIES
from app.notifications.give_warnings import give_warnings, lease_warnings
from app.notifications.models import Reminder
from app.notifications.notifier import OnThePage, Telling
from app.parameters.models import ParameterVersion
from app.parameters.set_parameter import append
from tests.cast import CAST, HUANG_JIANGUO, LI_GUIFANG, NONG_XIAOLAN, ZHOU_MIN, actor
from tests.jobs.desk import LADDER, Desk, kept
from tests.jobs.office import Office

Opened = Callable[..., Office]


@pytest.fixture
def desk(office: Opened) -> Callable[..., Desk]:
    return lambda **how: Desk(office(kept(**how)))


def test_a_clock_that_says_nothing_warns_at_half_at_a_fifth_and_when_it_is_over(desk: Callable[..., Desk]) -> None:
    kept = desk()
    assert kept.on("2026-03-17", 23).told() == []
    assert kept.on("2026-03-18", 0).told() == [("warned 15", LADDER[:1])]
    assert kept.on("2026-03-27").told()[1:] == [("warned 24", LADDER[:2])]
    assert kept.on("2026-04-01", 23).told()[2:] == []
    assert kept.on("2026-04-02", 0).told()[2:] == [("escalated 30", LADDER)]
    assert kept.list_of(LI_GUIFANG) == [
        "办理期限 30 日已于 2026-04-01 到期，列入督办",
        "办理期限 30 日已满 24 日，2026-04-01 到期",
        "办理期限 30 日已满 15 日，2026-04-01 到期",
    ]
    assert kept.list_of(HUANG_JIANGUO) == ["办理期限 30 日已于 2026-04-01 到期，列入督办"]
    assert kept.list_of(ZHOU_MIN) == []


def test_a_warning_ends_and_refuses_nothing(desk: Callable[..., Desk]) -> None:
    kept = desk()
    before = kept.county.open_tasks()
    kept.on("2026-06-30")
    assert kept.county.open_tasks() == before and kept.county.instance(kept.case).ended_at is None
    kept.enter("stopped_on", "2026-06-29")


def test_the_days_of_a_clock_that_names_them(desk: Callable[..., Desk]) -> None:
    kept = desk(named=True)
    for day in ("2026-03-23", "2026-03-28", "2026-03-31", "2026-04-02"):
        kept.on(day)
    assert kept.told() == [
        ("warned 20", LADDER[:1]), ("warned 25", LADDER[:2]), ("warned 28", LADDER), ("escalated 30", LADDER),
    ]  # fmt: skip


def test_net_days_count_and_a_stop_moves_what_was_not_told(desk: Callable[..., Desk]) -> None:
    kept = desk()
    kept.on("2026-03-18").enter("stopped_on", "2026-03-18")
    assert kept.on("2026-05-20").told() == [("warned 15", LADDER[:1])], "the clock stands still"
    kept.enter("resumed_on", "2026-05-20")
    # 16 days are used; the 24th is the eighth after the stop, and the 30th rolls over nothing.
    assert kept.on("2026-05-28").told()[1:] == []
    assert kept.on("2026-05-29").told()[1:] == [("warned 24", LADDER[:2])]
    assert kept.on("2026-06-04").told()[2:] == [("escalated 30", LADDER)]


def test_what_was_told_is_told_once_whatever_moves_the_clock(desk: Callable[..., Desk]) -> None:
    kept = desk()
    kept.on("2026-03-18")
    kept.on("2026-03-18").enter("stopped_on", "2026-03-10")
    kept.enter("resumed_on", "2026-03-18")
    kept.on("2026-03-26")
    assert kept.told() == [("warned 15", LADDER[:1])], "the fifteenth day came a second time"


def test_a_clock_that_has_ended_and_a_period_that_waits_warn_nobody(office: Opened) -> None:
    ended = Desk(office(kept()))
    for fact in ("stopped_on", "resumed_on", "ended_on"):
        ended.enter(fact, "2026-03-02")
    assert ended.on("2026-05-20").told() == []
    waiting = Desk(office(kept(waits=True)))
    assert waiting.on("2026-08-20").told() == []


def test_a_clock_that_ended_late_while_no_worker_ran_warns_nobody_any_more(desk: Callable[..., Desk]) -> None:
    kept = desk()
    kept.county.now = datetime(2026, 4, 20, 1, tzinfo=UTC)
    for fact, day in (("stopped_on", "2026-03-02"), ("resumed_on", "2026-03-02"), ("ended_on", "2026-04-20")):
        kept.enter(fact, day)
    assert kept.on("2026-04-21").told() == []


def test_a_case_that_has_ended_keeps_no_warning_in_waiting(desk: Callable[..., Desk]) -> None:
    kept = desk()
    kept.on("2026-03-18")
    for fact in ("stopped_on", "resumed_on"):
        kept.enter(fact, "2026-03-18")
    assert len(kept.county.rows(ClockWarning)) == 3
    kept.enter("ended_on", "2026-03-18")
    kept.county.complete("rest")
    assert [(one.level, one.told_at is not None) for one in kept.county.rows(ClockWarning)] == [(1, True)]
    assert kept.on("2026-05-20").told() == [("warned 15", LADDER[:1])]
    assert kept.list_of(LI_GUIFANG) == ["办理期限 30 日已满 15 日，2026-04-01 到期"]


def test_several_that_fell_while_no_worker_ran_are_told_as_one(desk: Callable[..., Desk]) -> None:
    kept = desk()
    assert kept.on("2026-05-20").told() == [("escalated 30", LADDER)]
    assert {one.told_at for one in kept.county.rows(ClockWarning)} == {kept.county.now}
    assert len(kept.list_of(LI_GUIFANG)) == 1


def test_where_nobody_stands_on_a_rung_the_next_one_is_told(desk: Callable[..., Desk]) -> None:
    kept = desk()
    kept.county.act(lambda: close_account(LI_GUIFANG))
    assert kept.on("2026-03-18").told() == [("warned 15", [NONG_XIAOLAN])]


def test_nobody_is_told_of_a_case_that_is_not_theirs_to_see(desk: Callable[..., Desk]) -> None:
    """Only 收养登记员 work in this procedure: reviewer and leader of the county do not see its cases."""
    kept = desk(role="adoption_registrar")
    assert kept.on("2026-04-02").told() == [("escalated 30", [LI_GUIFANG])]


def close_account(login: str) -> None:
    db.session.get(Person, CAST[login].id).active = False


def test_who_declared_an_interest_is_told_nothing(desk: Callable[..., Desk]) -> None:
    kept = desk()
    county = kept.county
    county.act(
        lambda: declare_interest(
            db.session(), county.around, kept.case, by=actor(NONG_XIAOLAN), reason="表亲", now=county.now
        )
    )
    assert kept.on("2026-03-27").told() == [("warned 24", [LI_GUIFANG])]


def test_a_dead_workers_warnings_come_to_another_after_the_lease(desk: Callable[..., Desk]) -> None:
    kept = desk()
    kept.county.now = datetime(2026, 3, 17, 16, tzinfo=UTC)
    [(_, case)] = kept.county.act(lambda: lease_warnings(db.session(), now=kept.county.now))
    kept.county.turn()
    assert kept.told() == [], "the lease still runs"
    kept.county.later(seconds=LEASE.total_seconds())
    kept.county.turn()
    assert kept.told() == [("warned 15", LADDER[:1])]
    late = kept.county.act(
        lambda: give_warnings(db.session(), kept.county.around, OnThePage(), case, now=kept.county.now)
    )
    assert late == 0 and len(kept.told()) == 1, "the dead one comes back and tells it no second time"


def test_two_workers_at_once_tell_each_warning_once(desk: Callable[..., Desk]) -> None:
    kept = desk()
    county = kept.county
    county.now = datetime(2026, 3, 17, 16, tzinfo=UTC)

    def tell(_: int) -> int:
        with county.context():
            try:
                return in_transaction(
                    lambda: give_warnings(db.session(), county.around, OnThePage(), kept.case, now=county.now)
                )
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as hands:
        done = list(hands.map(tell, range(2)))
    assert sorted(done) == [0, 1]
    assert kept.told() == [("warned 15", LADDER[:1])] and len(county.rows(Reminder)) == 1


class Broken:
    """A channel that fails in the middle of telling."""

    def __init__(self) -> None:
        self.asked = 0

    def tell(self, session: Any, telling: Telling) -> None:
        self.asked += 1
        OnThePage().tell(session, telling)
        session.flush()
        raise RuntimeError("the channel broke")


def test_a_channel_that_fails_leaves_nothing_half_told_and_ends_with_a_person(desk: Callable[..., Desk]) -> None:
    kept, channel = desk(), Broken()
    county = kept.county
    county.now = datetime(2026, 3, 17, 16, tzinfo=UTC)
    for _ in range(TRIES + 1):
        with county.context():
            dict(duties(county.around, county.neighbours(), notifier=channel))["warnings"]()
            db.session.remove()
        county.later(hours=2)
    assert channel.asked == TRIES and kept.told() == [] and county.rows(Reminder) == []
    assert [one.what for one in county.incidents()] == ["warning"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('warnings = ["kept.absent"]', "没有定义"),
        ('warnings = ["kept.total"]', "应早于时限 30"),
        ("warnings = 3", "应为时限代码的列表"),
        ('warnings = ["kept.hours"]\n[limits."kept.hours"]\nvalue = 2\nunit = "H"\nsource = "试验"\nmark = "design"',
         "单位一致"),
        ('[warnings]\nchief = "auditor"', "auditor"),
        ('[warnings]\ndirector = "county_approver"', "warnings.director"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_when_it_is_published(office: Opened, more: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        office(kept(more=more + "\n"))
    assert says in str(refused.value.params)


def lengthen(county: Office) -> None:
    """The limit is 40 days from now on."""
    append(
        db.session(),
        ParameterVersion(
            code="kept.total", division="", value="40", unit="CD", title="办理期限", source="试验", mark="design",
            valid_from=date(2026, 3, 2), reason="试验", seeded=False, entered_by="a", entered_at=county.now,
            approved_by="b", approved_at=county.now,
        ),
    )  # fmt: skip


def test_a_change_of_the_table_or_a_limit_moves_warnings(desk: Callable[..., Desk]) -> None:
    kept = desk()
    county = kept.county
    county.act(lambda: lengthen(county))
    county.act(lambda: recompute_due_dates(db.session(), county.around, kept.case, now=county.now))
    dues = {one.level: one.due_at + timedelta(hours=8) for one in county.rows(ClockWarning)}
    assert {level: due.date().isoformat() for level, due in dues.items()} == {
        1: "2026-03-23", 2: "2026-04-04", 0: "2026-04-14",
    }  # fmt: skip
    assert kept.on("2026-03-22").told() == []
    assert kept.on("2026-03-23").told() == [("warned 20", LADDER[:1])]


def test_what_was_planned_under_an_old_limit_is_not_told(desk: Callable[..., Desk]) -> None:
    """The worker has not yet walked through the open cases."""
    kept = desk()
    kept.county.act(lambda: lengthen(kept.county))
    assert kept.on("2026-03-18").told() == []
    assert kept.on("2026-03-23").told() == [("warned 20", LADDER[:1])]
