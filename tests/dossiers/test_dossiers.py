"""One child, one dossier; what was handed over never changes; names are found without being stored."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.dossiers.child_numbers import child_number, read_child_number
from app.dossiers.index_subject import cases_named, index_subject, initials
from app.dossiers.models import NeverChanged, SearchToken, Submission
from app.dossiers.open_dossier import identity_of, open_dossier, same_identity
from app.dossiers.read import answers_of, latest_submission, read_submission, submission_before
from app.dossiers.submit import submit
from app.errors import Refusal
from app.texts import sentence
from app.vault import SealBroken, Vault
from app.vault.sealer import KeySealer
from tests.cast import CAST

TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHILD = {"name": "黄小丫", "id_no": "45012320210101002x", "dob": "2021-01-01"}
NUMBER = child_number("450123", 2026, 17)


@pytest.fixture
def index(sealer):
    return sealer.vault.blind_index


def opened(session, sealer, index, identity=CHILD, number=NUMBER):
    return open_dossier(
        session, identity, number=number, division="450123", sealer=sealer, index=index, by="liguifang", at=TEN
    )


def kept(session, sealer, answers, *, case="case-1", form="application", at=TEN, **more):
    return submit(session, answers, case=case, form=form, sealer=sealer, by=str(CAST["liguifang"].id), at=at, **more)


def handed_in(session, sealer, answers, **more):
    return session.get_one(Submission, kept(session, sealer, answers, **more).id)


def found(session, typed, index):
    return sorted(set(session.scalars(cases_named(typed, index=index))))


def test_a_dossier_tells_nothing_without_its_key(session, sealer, index):
    dossier = opened(session, sealer, index)
    session.expire_all()
    assert "黄小丫".encode() not in dossier.identity and CHILD["id_no"] not in (dossier.identity_index or "")
    assert identity_of(dossier, sealer=sealer) == CHILD
    other = KeySealer(sealer.vault, sealer.vault.new_data_key("case-2", "")[0])
    with pytest.raises(SealBroken):
        identity_of(dossier, sealer=other)


def test_a_number_stands_for_one_child(session, sealer, index):
    opened(session, sealer, index)
    with pytest.raises(Refusal, match="dossier_exists"):
        opened(session, sealer, index)


def test_a_likely_double_is_found_by_identity_number(session, sealer, index):
    dossier = opened(session, sealer, index)
    assert same_identity(session, "45012320210101002X ", index=index) == [dossier]
    assert same_identity(session, "450123202101010031", index=index) == []
    opened(session, sealer, index, {"name": "无名"}, child_number("450123", 2026, 18))
    assert same_identity(session, "", index=index) == []


def test_numbers_of_children_carry_a_check_digit():
    assert NUMBER.startswith("GX45012326000017") and len(NUMBER) == 17
    assert read_child_number(f" {NUMBER.lower()} ") == NUMBER
    wrong = [NUMBER[:i] + str((int(NUMBER[i]) + d) % 10) + NUMBER[i + 1 :] for i in range(2, 17) for d in range(1, 10)]
    for each in [*wrong, "GX1", "", "GX" + "１" * 15]:
        with pytest.raises(Refusal) as refused:
            read_child_number(each)
        assert sentence(refused.value)


def test_answers_come_back_as_they_were_handed_in(session, sealer):
    answers = {"adopter_name": "黄小云", "own_children": [{"name": "黄一"}], "household_income": "86000.50", "n": 3}
    submission = handed_in(session, sealer, answers, on_behalf_of=str(CAST["huangjianguo"].id))
    session.expire_all()
    assert "黄小云".encode() not in submission.answers
    assert answers_of(submission, sealer=sealer) == answers
    assert (submission.by, submission.on_behalf_of) == (str(CAST["liguifang"].id), str(CAST["huangjianguo"].id))


def test_the_record_names_a_submission_by_id_and_digest(session, sealer):
    evidence = kept(session, sealer, {"decision": "agree"}).evidence
    stored = session.scalars(select(Submission)).one()
    assert evidence == f"{stored.id}:{stored.digest}"


def test_equal_answers_have_different_digests(session, sealer):
    one, two = (handed_in(session, sealer, {"decision": "agree"}) for _ in range(2))
    assert one.digest != two.digest and one.answers != two.answers


def test_a_submission_never_changes(session, sealer):
    submission = handed_in(session, sealer, {"decision": "agree"})
    session.flush()
    submission.by = "huangjianguo"
    with pytest.raises(NeverChanged):
        session.flush()
    session.rollback()


def test_a_submission_is_never_deleted(session, sealer):
    submission = handed_in(session, sealer, {"decision": "agree"})
    session.flush()
    session.delete(submission)
    with pytest.raises(NeverChanged):
        session.flush()
    session.rollback()


def test_answers_cannot_change_places(session, sealer):
    one, two = (handed_in(session, sealer, {"decision": each}) for each in ("agree", "disagree"))
    with session.no_autoflush:
        one.answers = two.answers
        with pytest.raises(SealBroken):
            answers_of(one, sealer=sealer)
    session.expunge(one)


def test_the_latest_counts_and_all_are_kept(session, sealer):
    first = handed_in(session, sealer, {"n": 1})
    second = handed_in(session, sealer, {"n": 2}, at=TEN + timedelta(hours=1))
    opinion = handed_in(session, sealer, {"n": 3}, form="opinion", at=TEN + timedelta(hours=2))
    assert latest_submission(session, "case-1", "application") == second
    assert submission_before(session, second) == first
    assert submission_before(session, first) is None and submission_before(session, opinion) is None
    assert latest_submission(session, "case-1", "nothing") is None


def test_a_submission_of_another_case_is_as_good_as_absent(session, sealer):
    submission = handed_in(session, sealer, {"n": 1})
    assert read_submission(session, submission.id, case="case-1") == submission
    for id_, case in ((submission.id, "case-2"), (UUID(int=1), "case-1")):
        with pytest.raises(Refusal, match="not_found"):
            read_submission(session, id_, case=case)


def indexed(session, index):
    index_subject(
        session,
        "case-1",
        index=index,
        names=["黄小云", "买买提·吐尔逊"],
        phones=["139 7800 1234"],
        numbers=["SY-450123-2026-000125"],
    )
    index_subject(session, "case-2", index=index, names=["农小兰"], phones=["0771-6521234"])


@pytest.mark.parametrize(
    ("typed", "cases"),
    [
        ("黄小云", ["case-1"]),
        (" 黄 小云 ", ["case-1"]),
        ("买买提吐尔逊", ["case-1"]),
        ("hxy", ["case-1"]),
        ("NXL", ["case-2"]),
        ("1234", ["case-1", "case-2"]),
        ("sy-450123-2026-000125", ["case-1"]),
        ("黄小", []),
        ("0000", []),
    ],
)
def test_a_case_is_found_by_name_initials_telephone_or_number(session, index, typed, cases):
    indexed(session, index)
    assert found(session, typed, index) == cases


def test_no_token_is_a_name_and_kinds_do_not_mix(session, index):
    indexed(session, index)
    tokens = session.scalars(select(SearchToken)).all()
    assert {t.kind for t in tokens} == {"name", "initials", "phone4", "number"}
    assert all(len(t.token) == 64 and int(t.token, 16) for t in tokens)
    other = Vault("a vault key of this test, long enough", "another index key, also long enough").blind_index
    assert found(session, "黄小云", other) == []


def test_new_tokens_replace_the_old_ones(session, index):
    indexed(session, index)
    index_subject(session, "case-1", index=index, names=["韦志强"])
    assert found(session, "黄小云", index) == []
    assert found(session, "wzq", index) == ["case-1"]


@pytest.mark.parametrize("typed", ["", " ", "1", "123", "黄", "a", "%", "_____"])
def test_too_little_to_search_for_is_said(session, index, typed):
    with pytest.raises(Refusal, match="search_too_short"):
        cases_named(typed, index=index)


def test_a_surname_of_two_readings_is_found_by_both():
    assert {"sx", "dx"} & initials("单雄") and len(initials("单单单单")) <= 8
    assert initials("\U00020bb7") <= {""} | {chr(c) for c in range(97, 123)}
