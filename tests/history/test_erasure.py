"""依法销毁: the content of one subject goes, the chain stays and says who, when and on what ground."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history import Broken, Head, append, data_key_of, erase, open_case, read_events, verify_all, verify_case
from app.history.erase import ERASURE
from app.vault import DataKey, Vault
from tests.history.chains import CASE, DEFINITION, ENGINE, FIELDS, LOG, NINE, RAW_KEY, write_chain

GROUND = "个人信息保护法第四十七条"


def erased(session: Session, vault: Vault, head: Head, *, subject: str = "", second: str = "huangjianguo") -> Head:
    return erase(
        session,
        vault=vault,
        log=LOG,
        case=CASE,
        head=head,
        at=NINE,
        actor="mengxiuying",
        second=second,
        ground=GROUND,
        definition=DEFINITION,
        engine=ENGINE,
        subject=subject,
    )


def test_the_chain_holds_and_says_what_was_destroyed(session: Session, vault: Vault) -> None:
    head = erased(session, vault, write_chain(session, vault, length=2))
    report = verify_case(session, vault=vault, log=LOG, case=CASE, expected=head)
    assert report.broken is None
    assert report.notes == ("第 1 步内容已依法销毁", "第 2 步内容已依法销毁")
    assert verify_all(session, vault=vault, log=LOG, heads={CASE: head}).erased == 2


def test_the_content_is_gone_and_the_act_can_be_read(session: Session, vault: Vault) -> None:
    erased(session, vault, write_chain(session, vault, length=2))
    first, second, act = read_events(session, vault, CASE)
    assert (first.fields, second.fields) == (None, None)
    assert act.kind == "erased" and act.fields is not None
    assert (act.fields["actor"], act.fields["payload/second_person"]) == ("mengxiuying", "huangjianguo")
    assert act.fields["reason"] == GROUND


def test_nothing_of_the_data_key_is_left_in_the_table(session: Session, vault: Vault) -> None:
    erased(session, vault, write_chain(session, vault, length=1))
    gone = session.execute(select(RAW_KEY).where(RAW_KEY.c.subject == "")).one()
    assert (gone.wrapped, gone.destroyed_at) == (None, NINE)
    with pytest.raises(Refusal) as refused:
        data_key_of(session, vault=vault, case=CASE)
    assert (refused.value.code, refused.value.status) == ("content_destroyed", 410)


def test_the_other_subject_of_the_case_stays_readable(session: Session, vault: Vault) -> None:
    head = write_chain(session, vault, length=1)
    other = open_case(session, vault=vault, case=CASE, subject="guardian")
    head = noted(session, vault, head, other)
    head = erased(session, vault, head)
    fields = [event.fields for event in read_events(session, vault, CASE)]
    assert fields[0] is None and fields[1] == FIELDS
    head = erased(session, vault, head, subject="guardian")
    assert [e.fields is None for e in read_events(session, vault, CASE)] == [True, True, False, False]
    assert verify_case(session, vault=vault, log=LOG, case=CASE, expected=head).erased == (1, 2)


def test_two_persons_are_needed(session: Session, vault: Vault) -> None:
    head = write_chain(session, vault, length=1)
    with pytest.raises(Refusal) as refused:
        erased(session, vault, head, second="mengxiuying")
    assert refused.value.code == "erasure_same_person"
    assert read_events(session, vault, CASE)[0].fields is not None


@pytest.mark.parametrize("subject", ["", "nobody", ERASURE])
def test_what_is_gone_or_never_was_is_not_erased_again(session: Session, vault: Vault, subject: str) -> None:
    head = erased(session, vault, write_chain(session, vault, length=1))
    with pytest.raises(Refusal) as refused:
        erased(session, vault, head, subject=subject)
    assert refused.value.code == "erasure_nothing_left"


def test_a_key_that_came_back_from_a_backup_is_found(session: Session, vault: Vault) -> None:
    head = write_chain(session, vault, length=1)
    kept = session.execute(select(RAW_KEY.c.wrapped)).scalar_one()
    head = erased(session, vault, head)
    session.execute(update(RAW_KEY).where(RAW_KEY.c.subject == "").values(wrapped=kept))
    report = verify_case(session, vault=vault, log=LOG, case=CASE, expected=head)
    assert report.broken == Broken(CASE, 2, "链上已记依法销毁，但数据密钥仍在（可能由备份恢复）")


def test_destroying_the_key_of_the_act_itself_does_not_pass_as_erasure(session: Session, vault: Vault) -> None:
    head = erased(session, vault, write_chain(session, vault, length=1))
    session.execute(update(RAW_KEY).where(RAW_KEY.c.subject == ERASURE).values(wrapped=None))
    report = verify_case(session, vault=vault, log=LOG, case=CASE, expected=head)
    assert report.broken == Broken(CASE, 1, "数据密钥已不存在，但链上没有依法销毁的记录")


def noted(session: Session, vault: Vault, head: Head, data_key: DataKey) -> Head:
    return append(
        session,
        vault=vault,
        log=LOG,
        case=CASE,
        head=head,
        at=NINE,
        kind="completed",
        definition=DEFINITION,
        engine=ENGINE,
        fields=FIELDS,
        data_key=data_key,
    )
