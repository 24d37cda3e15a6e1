"""受理号 without gaps and without doubles, whoever asks at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from app import texts
from app.db import db, in_transaction, transaction
from app.errors import Refusal
from app.parameters.series import issue, last_issued, void, voided

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
LONGAN = ("450123", "SY", 2026)


def test_numbers_begin_with_one_in_each_authority_series_and_year(store):
    with transaction() as session:
        asked = [LONGAN, LONGAN, ("450124", "SY", 2026), ("450123", "PG", 2026), ("450123", "SY", 2027), LONGAN]
        assert [issue(session, *key) for key in asked] == [1, 2, 1, 1, 1, 3]
    assert last_issued(db.session(), *LONGAN) == 3


def test_a_command_that_fails_gives_its_number_back(store):
    with pytest.raises(RuntimeError), transaction() as session:
        assert issue(session, *LONGAN) == 1
        raise RuntimeError("the letter could not be stored")
    assert last_issued(db.session(), *LONGAN) == 0
    with transaction() as session:
        assert issue(session, *LONGAN) == 1


def test_eight_windows_at_once_get_every_number_once(store):
    def window(_: int) -> list[int]:
        with store.app_context():
            return [in_transaction(lambda: issue(db.session(), *LONGAN)) for _ in range(5)]

    with ThreadPoolExecutor(8) as windows:
        numbers = [number for taken in windows.map(window, range(8), timeout=60) for number in taken]
    assert sorted(numbers) == list(range(1, 41))
    assert last_issued(db.session(), *LONGAN) == 40


def test_a_void_number_keeps_its_place(store):
    with transaction() as session:
        issue(session, *LONGAN)
        void(session, *LONGAN, 1, reason="打印损坏", by="liguifang", at=AT)
        assert issue(session, *LONGAN) == 2
    assert [(row.number, row.reason, row.voided_by) for row in voided(db.session(), *LONGAN)] == [
        (1, "打印损坏", "liguifang")
    ]


@pytest.mark.parametrize(
    ("number", "reason", "code"),
    [
        (1, " ", "number_reason_missing"),
        (2, "打印损坏", "number_not_issued"),
        (0, "打印损坏", "number_not_issued"),
    ],
)
def test_only_an_issued_number_is_voided_with_a_reason(store, number, reason, code):
    with pytest.raises(Refusal) as caught, transaction() as session:
        issue(session, *LONGAN)
        void(session, *LONGAN, number, reason=reason, by="liguifang", at=AT)
    assert caught.value.code == code and texts.sentence(caught.value)


def test_a_number_is_voided_once(store):
    with transaction() as session:
        issue(session, *LONGAN)
        void(session, *LONGAN, 1, reason="打印损坏", by="liguifang", at=AT)
    with pytest.raises(Refusal) as caught, transaction() as session:
        void(session, *LONGAN, 1, reason="打印损坏", by="liguifang", at=AT)
    assert caught.value.code == "number_already_void"
