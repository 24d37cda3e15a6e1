"""莫海燕 enters the notice for 2027, 梁晓东 approves; nobody does both, nobody changes a day that has passed."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from app import texts
from app.calendar.change_working_days import (
    approve_working_days,
    decline_working_days,
    draft_working_days,
    moved_days,
)
from app.calendar.models import WorkingDaysVersion
from app.calendar.versions import CalendarAltered, current, latest, load_seed, of_digest
from app.calendar.working_days import DayKind, SpecialDay, seed
from app.db import db, transaction
from app.errors import Refusal

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)
NEW_YEAR = SpecialDay(DayKind.HOLIDAY, "元旦")
NOTICE_2027 = {date(2027, 1, 1): NEW_YEAR, date(2027, 1, 2): NEW_YEAR, date(2027, 1, 3): NEW_YEAR}


def draft(session, year=2027, table=NOTICE_2027, editor="mohaiyan", today=TODAY, source="国办发明电〔2026〕9号"):
    return draft_working_days(
        session, year=year, table=table, editor=editor, reason="国务院公布放假安排", source=source, today=today, at=AT
    )


def approve(session, version, approver="liangxiaodong", today=TODAY):
    return approve_working_days(session, version.id, approver=approver, today=today, at=AT)


def refused(act, *args, **options):
    with pytest.raises(Refusal) as caught, transaction() as session:
        act(session, *args, **options)
    assert texts.sentence(caught.value)
    return caught.value.code


def test_before_anything_is_stored_the_seed_answers_and_then_it_is_version_one(store):
    assert current(db.session()) == seed()
    with transaction() as session:
        first = load_seed(session, AT)
        assert load_seed(session, AT).id == first.id
    assert first.version == 1 and "chinesecalendar" in first.source
    assert current(db.session()) == seed()


def test_a_new_year_is_in_force_once_a_second_person_approves(store):
    with transaction() as session:
        written = draft(session)
    assert current(db.session()).years == seed().years, "a draft changes nothing"
    with transaction() as session:
        approve(session, written)
    days = current(db.session())
    assert 2027 in days.years and not days.is_workday(date(2027, 1, 1))
    newest = latest(db.session())
    assert (newest.version, newest.edited_by, newest.approved_by) == (2, "mohaiyan", "liangxiaodong")
    assert newest.digest == days.digest


def test_an_old_digest_still_gives_its_calendar(store):
    with transaction() as session:
        approve(session, draft(session))
    assert of_digest(db.session(), seed().digest) == seed()
    with pytest.raises(KeyError):
        of_digest(db.session(), "0" * 64)


def test_the_editor_cannot_approve(store):
    with transaction() as session:
        written = draft(session)
    assert refused(approve, written, approver="mohaiyan") == "calendar_same_person"
    assert latest(db.session()).version == 1


def test_a_day_that_has_passed_stays_as_it_was(store):
    table = dict(seed().tables[2026])
    del table[date(2026, 10, 7)]
    assert refused(draft, 2026, table) == "calendar_past_day"


def test_today_itself_does_not_change_but_tomorrow_may(store):
    extra = SpecialDay(DayKind.HOLIDAY, "临时放假")
    known = dict(seed().tables[2026])
    assert refused(draft, 2026, {**known, TODAY: extra}) == "calendar_past_day"
    with transaction() as session:
        approve(session, draft(session, 2026, {**known, date(2026, 11, 24): extra}))
    assert current(db.session()).next_workday(TODAY) == date(2026, 11, 25)


def test_a_draft_whose_day_came_before_approval_is_refused(store):
    extra = SpecialDay(DayKind.HOLIDAY, "临时放假")
    with transaction() as session:
        written = draft(session, 2026, {**seed().tables[2026], date(2026, 11, 24): extra})
    assert refused(approve, written, today=date(2026, 11, 24)) == "calendar_past_day"


def test_a_year_without_a_table_may_be_entered_late(store):
    with transaction() as session:
        approve(session, draft(session, today=date(2027, 2, 1)), today=date(2027, 2, 1))
    assert not current(db.session()).is_workday(date(2027, 1, 1))


def test_two_drafts_upon_one_version_are_not_both_approved(store):
    with transaction() as session:
        one, other = draft(session), draft(session, table={date(2027, 1, 1): NEW_YEAR}, editor="weiyiming")
    with transaction() as session:
        approve(session, one)
    assert refused(approve, other) == "calendar_changed_meanwhile"


def test_a_draft_is_handled_once(store):
    with transaction() as session:
        one, other = draft(session), draft(session, table={date(2027, 1, 1): NEW_YEAR})
        approve(session, one)
        decline_working_days(session, other.id, by="mohaiyan", reason="抄错", at=AT)
    assert refused(approve, one) == "calendar_not_pending"
    assert refused(approve, other) == "calendar_not_pending"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({}, "calendar_table_empty"),
        ({date(2026, 12, 31): NEW_YEAR}, "calendar_day_outside_year"),
        ({date(2027, 1, 1): SpecialDay(DayKind.HOLIDAY, " ")}, "calendar_name_missing"),
        ({date(2027, 1, 4): SpecialDay(DayKind.LIEU_WORK, "元旦")}, "calendar_lieu_work_on_weekday"),
        ({date(2027, 1, 2): SpecialDay(DayKind.LIEU_REST, "元旦")}, "calendar_lieu_rest_on_weekend"),
        ({date(2027, 1, 2): SpecialDay(DayKind.REST, "元旦")}, "calendar_ordinary_day"),
    ],
)
def test_a_table_that_no_notice_could_say_is_refused(store, table, code):
    assert refused(draft, 2027, table) == code


def test_no_change_and_no_source_are_refused(store):
    assert refused(draft, 2026, dict(seed().tables[2026])) == "calendar_unchanged"
    assert refused(draft, source=" ") == "calendar_grounds_missing"


def test_the_days_that_move_are_listed():
    after = seed().with_year(2027, NOTICE_2027)
    assert moved_days(seed(), after, 2027) == (date(2027, 1, 1),), "the second and third are a weekend anyway"


def test_a_table_changed_behind_the_programs_back_is_noticed(store, monkeypatch):
    with transaction() as session:
        approve(session, draft(session))
    monkeypatch.setattr("app.calendar.versions._kept", {})
    with transaction() as session:
        session.execute(text("UPDATE working_days_version SET content = '{\"2027\": []}' WHERE version = 2"))
    with pytest.raises(CalendarAltered):
        current(db.session())


def test_the_database_itself_refuses_one_person_in_both_places(store):
    with pytest.raises(Exception, match="four_eyes"), transaction() as session:
        written = draft(session)
        written.version, written.approved_by = 2, written.edited_by
        session.flush()
    assert db.session().query(WorkingDaysVersion).count() == 0
