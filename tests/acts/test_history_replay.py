"""flask history replay: what was recorded is executed again and compared; a run that was stopped goes on."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.cli import replaying
from app.db import db, in_transaction
from app.history import Head, append, data_key_of, erase
from app.history.event import GENESIS
from app.history.guards import UNDO
from app.history.models import HistoryEvent
from app.instances.models import Instance
from app.replay.reexecute import Reexecuted
from app.replay.replayed import Waiting, keep, waiting
from tests.acts.conftest import MONDAY, Office

Fields = dict[str, Any]


def replay(office: Office, *words: str) -> tuple[int, str]:
    done = office.app.test_cli_runner().invoke(args=["history", "replay", *words])
    return done.exit_code, done.output


def unguarded() -> None:
    """As the owner of the tables: the guards are off until the test ends."""
    for statement in UNDO[db.engine.dialect.name]:
        db.session.execute(db.text(statement))


def rewritten(office: Office, change: Callable[[int, Fields], Fields]) -> None:
    """The whole chain written anew by somebody who holds every key, its head put right: no hash betrays it."""
    events, around, case = office.events(), office.app.extensions["banyan"], office.case
    with office.app.app_context():
        unguarded()
        db.session.execute(delete(HistoryEvent).where(HistoryEvent.case == case))
        key, head = data_key_of(db.session(), vault=around.vault, case=case), GENESIS
        assert key is not None
        for one in events:
            head = append(
                db.session(), vault=around.vault, log=around.log, case=case, head=head, at=one.at, kind=one.kind,
                definition=one.definition, engine=one.engine, fields=change(one.seq, dict(one.fields or {})),
                data_key=key, dedupe=one.dedupe,
            )  # fmt: skip
        heads = {"head_seq": head.seq, "head_hash": head.hash}
        db.session.execute(update(Instance).where(Instance.id == case).values(heads))
        db.session.commit()
    office.case = ""  # broken on purpose


def last_of(office: Office, name: str, value: Callable[[Any], Any]) -> tuple[str, int]:
    """Rewrite the chain with one field of the last entry that moved the case altered; gives case and number."""
    case, seq = office.case, office.events("completed")[-1].seq

    def change(number: int, fields: Fields) -> Fields:
        return fields | {name: value(fields[name])} if number == seq else fields

    rewritten(office, change)
    return case, seq


def test_a_case_comes_out_as_it_was_recorded(office: Office) -> None:
    office.reviewed()
    moved = [one for one in office.events() if one.kind in {"started", "completed"}]
    code, said = replay(office, office.case)
    assert code == 0 and f"一致 {len(moved)}/{len(moved)}" in said and len(moved) == 3


def test_a_tampered_digest_is_named_by_its_step(office: Office) -> None:
    office.reviewed()
    case, seq = last_of(office, "state", lambda _: "m1:" + "0" * 64)
    code, said = replay(office, case)
    assert (
        code == 1 and f"重演到第 {seq} 步与记录不同：经过与记录相同，只有状态摘要不同：记录为 m1:000000000000…" in said
    )


def without_first(trace: Mapping[str, Any]) -> Fields:
    return {**trace, "in": list(trace["in"])[1:]}


def test_a_tampered_trace_is_told_by_the_names_of_the_steps(office: Office) -> None:
    office.reviewed()
    case, seq = last_of(office, "effects", without_first)
    code, said = replay(office, case)
    assert (
        code == 1
        and f"第 {seq} 步" in said
        and "进入：记录为fork、审批、整理材料，重演为reviewed、fork、审批、整理材料" in said
    )


def test_a_tampered_fact_is_named_and_not_quoted(office: Office) -> None:
    office.received()
    case, seq = last_of(office, "facts/kind", lambda _: "unusual-secret")
    code, said = replay(office, "--all")
    assert (
        code == 1
        and f"第 {seq} 步" in said
        and "引擎在“受理”处拒绝了这一步（fact_refused）" in said
        and "unusual-secret" not in said
    )
    assert f"不一致  {case}  第 {seq} 步" in said and "不一致 1 件（一致 0/1）" in said


def test_altered_bytes_are_found_before_anything_is_executed(office: Office) -> None:
    office.reviewed()
    with office.app.app_context():
        unguarded()
        db.session.execute(db.text("UPDATE history_event SET sealed = body WHERE seq = 2"))
        db.session.commit()
    code, said = replay(office, "--all")
    assert code == 1 and "重演到第 2 步与记录不同：记录链断开" in said
    office.case = ""


def test_a_tail_that_was_cut_off_is_found(office: Office) -> None:
    office.reviewed()
    last = len(office.events())
    with office.app.app_context():
        unguarded()
        db.session.execute(delete(HistoryEvent).where(HistoryEvent.seq == last))
        db.session.commit()
    code, said = replay(office)
    assert code == 1 and "链尾缺失" in said
    office.case = ""


def test_a_chain_without_a_row_is_executed_too(office: Office) -> None:
    office.received()
    with office.app.app_context():
        assert [one.case for one in waiting(db.session())] == [office.case]
        strange = office.case[::-1]
        in_transaction(lambda: copied(office, strange))
        assert [one for one in waiting(db.session())][-1] == Waiting(strange, None)
    assert replay(office, "--all")[0] == 1


def copied(office: Office, case: str) -> None:
    """An entry under another case, without a row that answers for it."""
    row = db.session.execute(select(HistoryEvent.__table__).where(HistoryEvent.case == office.case)).mappings().first()
    assert row is not None
    db.session.execute(HistoryEvent.__table__.insert(), {**row, "case": case, "dedupe": None})  # type: ignore[attr-defined]
    office.case = ""


def test_what_has_not_grown_is_not_read_again_unless_asked(office: Office) -> None:
    office.received()
    first, second = replay(office, "--all"), replay(office, "--all")
    assert first[0] == 0 and "本次重演 1 件、2 个事件" in first[1]
    assert second[0] == 0 and "上次已重演 1 件，此后没有增长，不再重读；从余下 0 件接着做" in second[1]
    assert "重演 1 件、2 个事件：全部一致（一致 1/1）" in second[1] and "本次重演" not in second[1]
    assert "本次重演 1 件" in replay(office, "--all", "--again")[1]
    office.complete("审查", "nongxiaolan")
    assert "本次重演 1 件、3 个事件" in replay(office, "--all")[1]


def test_what_did_not_agree_is_read_again(office: Office) -> None:
    office.received()
    case, _ = last_of(office, "state", lambda _: "m1:" + "0" * 64)
    assert replay(office, "--all")[0] == 1
    code, said = replay(office, "--all")
    assert code == 1 and case in said and "不再重读" not in said


def test_a_run_that_was_stopped_goes_on_with_the_rest(office: Office) -> None:
    office.received()
    done = office.case
    office.received()
    with office.app.app_context():
        [one] = [one for one in waiting(db.session()) if one.case == done]
        in_transaction(lambda: keep(db.session(), [(one, Reexecuted(done, 2))]))
    code, said = replay(office, "--all")
    assert code == 0 and "从余下 1 件接着做" in said and "本次重演 1 件" in said
    assert "重演 2 件、4 个事件：全部一致（一致 2/2）" in said


def test_over_several_processes_it_is_the_same(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "TOGETHER", 1)
    for _ in range(4):
        office.received()
    good = replay(office, "--all", "--again", "--workers", "2")
    assert good[0] == 0 and "重演 4 件、8 个事件：全部一致（一致 4/4）" in good[1]
    case, seq = last_of(office, "state", lambda _: "m1:" + "0" * 64)
    bad = replay(office, "--all", "--again", "--workers", "2")
    assert bad[0] == 1 and f"不一致  {case}  第 {seq} 步" in bad[1] and "一致 3/4" in bad[1]


def test_what_was_destroyed_by_law_cannot_be_executed_and_is_no_difference(office: Office) -> None:
    office.received()
    around, definition = office.app.extensions["banyan"], office.events()[0].definition
    with office.app.app_context():
        row = db.session.get(Instance, office.case)
        assert row is not None
        head = erase(
            db.session(), vault=around.vault, log=around.log, case=row.id, head=Head(row.head_seq, row.head_hash),
            at=MONDAY, actor="p-8", second="p-9", ground="个人信息保护法 47", definition=definition, engine="e",
        )  # fmt: skip
        row.head_seq, row.head_hash = head.seq, head.hash
        db.session.commit()
    for words in ((office.case,), ("--all",)):
        code, said = replay(office, *words)
        assert code == 0 and "内容已依法销毁，不可重演" in said
    assert "不再重读" in replay(office, "--all")[1]


def test_one_case_or_all_not_both(office: Office) -> None:
    office.received()
    code, said = replay(office, office.case, "--all")
    assert code == 2 and "只能写一个" in said
