"""Kept runs of the analysis: what was compared and found then is opened later, made again, and cannot be altered unnoticed;
nobody reads in one what lies outside the own mandate today."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from app import clock
from app.db import db, in_transaction
from app.history.guards import KEPT_UNDO, UNDO
from app.history.models import HistoryEvent
from app.instances.models import Instance
from app.replay.analysis import both_ends, decided, hours, keep_run, outliers, rules, run_page
from app.replay.analysis.models import AnalysisRun
from tests.acts.conftest import MONDAY, Office, grant
from tests.acts.judged import published_judged
from tests.acts.test_analysis import AUDITOR, PAGE, WEEK, analysed, judged, section
from tests.acts.test_erase_case import GROUND

RULES = {
    1: "892fe54167bc15862ff5e72df13f44628cfab7aa5ccabf47261f3025095a4b47",
    2: "9e8a54276df62b8952de8a3c6a5fe58a26b507e8c9e6b3e516f512616e424b70",
}
"""By version: the digest of the files of the rules. A change of what is found has the next version."""


@pytest.fixture
def bureau(office: Office) -> Office:
    """Two cases alike that ended differently, compared by the interface."""
    published_judged(office.app)
    judged(office, "urgent", "grant")
    judged(office, "urgent", "refuse")
    return office


def ran(office: Office, by: str = AUDITOR, **more: str) -> dict[str, Any]:
    answer = office.api(by).post("/audit/analyses", WEEK | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def opened(office: Office, run: str, by: str = AUDITOR) -> dict[str, Any]:
    answer = office.api(by).get(f"/audit/analyses/{run}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def moved_away(office: Office, case: str, division: str = "520100") -> None:
    with office.app.app_context():
        db.session.get_one(Instance, case).division = division
        db.session.commit()
    office.case = ""  # its division was altered on purpose


def test_a_run_is_opened_as_it_was_though_the_cases_went_on(bureau: Office) -> None:
    first = ran(bureau)
    assert (
        first["figures"]["found"]["same_facts"] == 1 and first["holds"] and first["rules"]["version"] == rules.VERSION
    )
    assert (first["by"], first["door"], first["scope"]) == ("莫海燕", "interface", ["45"])
    judged(bureau, "urgent", "refuse")
    again = opened(bureau, first["id"])
    assert again["findings"] == first["findings"] and again["hash"] == first["hash"]
    [one] = [one for one in again["findings"] if one["kind"] == "same_facts"]
    assert one["said"].startswith("2 件的决策表输入相同")
    page = bureau.page(AUDITOR).get(f"{PAGE}/{first['id']}")
    assert page.status_code == 200 and "与记录链一致" in page.text and first["hash"][:16] in page.text
    links = re.findall(r'href="/cases/(\w+)/replay\?step=(\d+)"', section(page.text, "same_facts"))
    assert {(place["case"], str(place["seq"])) for place in one["places"]} == set(links)


def test_the_page_lists_the_runs_the_newest_first_and_says_who_made_them(bureau: Office) -> None:
    analysed(bureau)
    clock.set_source(lambda: MONDAY + timedelta(minutes=5))
    ran(bureau)
    listed = re.search(r'id="earlier".*?</section>', bureau.page(AUDITOR).get(PAGE).text, re.S)
    assert listed and re.findall(r"莫海燕 <span class=\"soft\">(\w+)</span>", listed[0]) == ["接口", "页面"]
    assert [one["door"] for one in bureau.api(AUDITOR).get("/audit/analyses").json["runs"]] == ["interface", "page"]


def test_made_again_it_is_the_same_or_says_what_differs(bureau: Office) -> None:
    first = ran(bureau)
    same = bureau.api(AUDITOR).post(f"/audit/analyses/{first['id']}/again").json
    assert same["again_of"] == first["id"] and same["id"] != first["id"]
    assert same["compared"]["same"] == len(first["findings"])
    assert (same["compared"]["new"], same["compared"]["gone"]) == ([], [])
    judged(bureau, "urgent", "refuse")
    auditor = bureau.page(AUDITOR)
    auditor.get(f"{PAGE}/{first['id']}")
    page = auditor.follow(auditor.post(f"{PAGE}/{first['id']}/again")).text
    compared = section(page, "compared")
    assert "新出现 2 条，不再出现 1 条" in compared, compared
    assert "3 件的决策表输入相同" in compared and "2 件的决策表输入相同" in compared
    assert opened(bureau, first["id"])["compared"] is None, "the first is as it was"


def test_what_was_destroyed_meanwhile_is_said_where_it_is_made_again(bureau: Office) -> None:
    first = ran(bureau)
    case = bureau.case
    words = ["instances", "erase", case, "--by", "weiyiming", "--approver", "huangjianguo", "--ground", GROUND, "--yes"]
    done = bureau.app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output
    again = bureau.api(AUDITOR).post(f"/audit/analyses/{first['id']}/again").json
    assert (first["figures"]["erased"], again["figures"]["erased"]) == (0, 1)
    assert (first["figures"]["cases"], again["figures"]["cases"], again["figures"]["unread"]) == (2, 1, 0)
    assert [one["kind"] for one in again["compared"]["gone"]] == ["same_facts", "against"]
    assert "1 件内容已依法销毁，不再比较" in bureau.page(AUDITOR).get(f"{PAGE}/{again['id']}").text
    assert "1 件内容已依法销毁，不再比较" in command(bureau, "show", again["id"])


def test_other_rules_are_said(bureau: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ran(bureau)
    monkeypatch.setattr(rules, "VERSION", 9)
    again = bureau.api(AUDITOR).post(f"/audit/analyses/{first['id']}/again").json
    assert again["compared"]["other_rules"] and again["rules"]["version"] == 9
    assert "两次的规则或工作日历不同" in bureau.page(AUDITOR).get(f"{PAGE}/{again['id']}").text


def test_a_changed_rule_has_a_new_version() -> None:
    """Repeating a run of before says that the rules differ: so a rule is never changed under the same number."""
    files = [Path(str(one.__file__)) for one in (both_ends, decided, hours, outliers)]
    digest = hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()
    assert digest == RULES[rules.VERSION], "finds it something else: the next VERSION; else the new digest here"


def test_an_auditor_of_one_county_sees_of_the_citys_run_what_is_hers(bureau: Office) -> None:
    grant(bureau, "zhoumin", "auditor")
    alone = judged(bureau, "usual", "grant")
    whole = ran(bureau)
    assert {one["kind"] for one in whole["findings"]} >= {"same_facts"}
    hers = opened(bureau, whole["id"], "zhoumin")
    assert hers["figures"] is None and hers["findings"] == whole["findings"], "all of them are of 450123 today"
    gone = next(one for one in whole["findings"] if one["kind"] == "same_facts")["places"][0]["case"]
    moved_away(bureau, gone, "450124")
    hers = opened(bureau, whole["id"], "zhoumin")
    assert gone not in str(hers) and not [one for one in hers["findings"] if one["kind"] == "same_facts"]
    page = bureau.page("zhoumin").get(f"{PAGE}/{whole['id']}").text
    assert gone not in page and "超出您现在的职责区划" in page and "比较了" not in page
    assert opened(bureau, whole["id"])["findings"] == whole["findings"], "the city's auditor sees both still"
    again = bureau.api("zhoumin").post(f"/audit/analyses/{whole['id']}/again")
    assert again.status_code == 403 and "职责区划" in again.json["detail"] and alone


def test_the_mandate_is_that_of_the_day_on_which_it_is_read(bureau: Office) -> None:
    run = ran(bureau)
    for case in {place["case"] for one in run["findings"] for place in one["places"]}:
        moved_away(bureau, case)
    now = opened(bureau, run["id"])
    assert now["findings"] == [] and now["holds"], "what is kept is kept, and not shown"


def test_a_run_elsewhere_is_not_there(bureau: Office) -> None:
    grant(bureau, "zhoumin", "auditor")
    run = ran(bureau, division="450124")
    for address in (f"/audit/analyses/{run['id']}", "/audit/analyses/no-such-run"):
        assert bureau.api("zhoumin").get(address).status_code == 404
        assert bureau.api("zhoumin").post(f"{address}/again").status_code == 404
    assert bureau.api("zhoumin").get("/audit/analyses").json["runs"] == []
    assert bureau.page("zhoumin").get(f"{PAGE}/{run['id']}").status_code == 404
    for login in ("liguifang", "huangjianguo", "weiyiming"):
        assert bureau.api(login).get("/audit/analyses").status_code == 404, login
        assert bureau.page(login).get(f"{PAGE}/{run['id']}").status_code == 404, login


def test_a_place_outside_the_mandate_is_refused_and_nothing_is_kept(bureau: Office) -> None:
    outside = WEEK | {"division": "520100"}
    answer = bureau.api(AUDITOR).post("/audit/analyses", outside)
    assert answer.status_code == 422 and "职责区划" in answer.json["detail"]
    auditor = bureau.page(AUDITOR)
    auditor.get(PAGE)
    assert "不在您的职责区划内" in auditor.post(PAGE, **outside).text
    words = ["audit", "analyse", "--by", AUDITOR, "--division", "520100"]
    words += ["--since", WEEK["since"], "--until", WEEK["until"]]
    done = bureau.app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 1 and "职责区划" in done.output
    with bureau.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AnalysisRun)) == 0


def test_what_others_compare_elsewhere_pushes_no_run_out_of_the_list(
    bureau: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_page, "FETCHED", 1)
    monkeypatch.setattr(run_page, "READ", 1, raising=False)
    grant(bureau, "zhoumin", "auditor")
    mine = ran(bureau, "zhoumin")
    for minutes in (1, 2, 3):
        clock.set_source(lambda minutes=minutes: MONDAY + timedelta(minutes=minutes))  # type: ignore[misc]
        ran(bureau, division="450124")
    assert [one["id"] for one in bureau.api("zhoumin").get("/audit/analyses").json["runs"]] == [mine["id"]]


def test_opening_a_run_reads_its_own_entry_alone(bureau: Office) -> None:
    first = ran(bureau)
    clock.set_source(lambda: MONDAY + timedelta(minutes=5))
    second = ran(bureau)
    with bureau.app.app_context():

        def command() -> None:
            for lifted in UNDO[db.engine.dialect.name]:
                db.session.execute(text(lifted))
            broken = update(HistoryEvent).filter_by(case="sys/analysis", seq=1).values(sealed=b"nothing")
            db.session.execute(broken)

        in_transaction(command)
    assert opened(bureau, second["id"])["holds"]
    assert bureau.api(AUDITOR).get(f"/audit/analyses/{first['id']}").status_code == 500
    bureau.case = ""  # the record was altered on purpose


def test_sent_twice_it_is_one_run_and_a_day_has_so_many(bureau: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    api = bureau.api(AUDITOR)
    ids = {api.post("/audit/analyses", WEEK, Idempotency_Key="a").json["id"] for _ in range(2)}
    assert len(ids) == 1 and len(api.get("/audit/analyses").json["runs"]) == 1
    monkeypatch.setattr(keep_run, "A_DAY", 2)
    ran(bureau)
    assert api.post("/audit/analyses", WEEK).status_code == 429
    answer = bureau.page(AUDITOR).post(PAGE, **WEEK)
    assert answer.status_code == 429 and "一人一天最多存 2 次" in answer.text
    for wrong in ({"since": "2026-11-20"}, WEEK | {"process": "none"}, WEEK | {"division": "x"}, WEEK | {"why": "x"}):
        assert api.post("/audit/analyses", wrong).status_code == 422, wrong


def test_of_a_kind_the_heaviest_are_kept_and_how_many_there_were(
    bureau: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_run, "MOST_KEPT", 0)
    run = ran(bureau)
    assert run["findings"] == [] and run["figures"]["found"]["same_facts"] == 1
    assert "线索比这里列的多" in bureau.page(AUDITOR).get(f"{PAGE}/{run['id']}").text


def command(office: Office, *words: str) -> str:
    run = office.app.test_cli_runner().invoke(args=["audit", *words, "--by", AUDITOR])
    assert run.exit_code == 0, run.output
    return run.output


def test_the_command_keeps_lists_shows_and_repeats(bureau: Office) -> None:
    made = command(bureau, "analyse", "--since", WEEK["since"], "--until", WEEK["until"])
    [listed] = command(bureau, "runs").splitlines()
    run = listed.split()[0]
    assert run in made and "莫海燕" in listed and "条线索" in listed
    shown = command(bureau, "show", run)
    assert shown == made and "2 件的决策表输入相同" in shown and "，一致。" in shown
    again = command(bureau, "again", run)
    assert f"与 {run} 对照" in again and "新出现 0 条，不再出现 0 条" in again
    assert len(command(bureau, "runs").splitlines()) == 2
    for words in (("show", run, "--by", "liguifang"), ("again", "no-such-run", "--by", AUDITOR)):
        assert bureau.app.test_cli_runner().invoke(args=["audit", *words]).exit_code == 1


def test_what_only_a_command_can_open_is_not_repeated_at_a_page(
    bureau: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(bureau, "analyse", "--since", WEEK["since"], "--until", WEEK["until"])
    run = command(bureau, "runs").split()[0]
    monkeypatch.setattr("app.replay.analysis.analyse.MOST_ENTRIES", 5)
    auditor = bureau.page(AUDITOR)
    auditor.get(f"{PAGE}/{run}")
    answer = auditor.post(f"{PAGE}/{run}/again")
    assert answer.status_code == 422 and "flask audit again" in answer.text
    assert len(command(bureau, "runs").splitlines()) == 1


def verified(office: Office) -> tuple[int, str]:
    done = office.app.test_cli_runner().invoke(args=["history", "verify"])
    return done.exit_code, done.output


def altered(office: Office, *statements: str) -> None:
    """By the owner of the tables."""

    def whole() -> None:
        for one in (*KEPT_UNDO[db.engine.dialect.name], *statements):
            db.session.execute(text(one))

    with office.app.app_context():
        in_transaction(whole)


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (["UPDATE analysis_finding SET said = '没有什么' WHERE number = 1"], "条件、数字或线索"),
        (["DELETE FROM analysis_finding WHERE number = 1"], "条件、数字或线索"),
        (["UPDATE analysis_run SET process = 'care'"], "条件、数字或线索"),
        (["UPDATE analysis_run SET bounded = NOT bounded"], "条件、数字或线索"),
        (["DELETE FROM analysis_finding", "DELETE FROM analysis_run"], "已上链的一次运行被删除"),
    ],
)
def test_what_was_altered_is_named_and_said_where_it_is_read(bureau: Office, statements: list[str], named: str) -> None:
    run = ran(bureau)["id"]
    assert verified(bureau)[0] == 0
    altered(bureau, *statements)
    code, said = verified(bureau)
    assert code == 1 and named in said, said
    page = bureau.page(AUDITOR).get(f"{PAGE}/{run}")
    assert page.status_code == 404 or "与记录链不符" in page.text


def test_a_run_slipped_in_is_named(bureau: Office) -> None:
    run = ran(bureau)["id"]
    columns = "at, by, door, since, until, process, division, scope, bounded, rules, figures"
    forged = "substr(id, 1, 10)" if db_name(bureau) == "sqlite" else "substr(id, 1, 10)::bytea"
    quoted = columns.replace("by", '"by"')
    altered(bureau, f"INSERT INTO analysis_run (id, {quoted}) SELECT {forged}, {quoted} FROM analysis_run")
    code, said = verified(bureau)
    assert code == 1 and "没有记过这次运行" in said and run not in said


def db_name(office: Office) -> str:
    with office.app.app_context():
        return db.engine.dialect.name


@pytest.mark.parametrize(("table", "column"), [("analysis_run", "process"), ("analysis_finding", "said")])
def test_the_database_refuses_to_change_what_is_kept(bureau: Office, table: str, column: str) -> None:
    ran(bureau)
    with bureau.app.app_context():
        postgresql = db.engine.dialect.name == "postgresql"
        statements = [f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"]
        statements += (
            [f"TRUNCATE {table} CASCADE"] if postgresql else [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"]
        )
        db.session.remove()
        for statement in statements:
            with pytest.raises(DBAPIError, match="append-only"):
                in_transaction(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]
        db.session.remove()
