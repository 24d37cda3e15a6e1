"""An analysis over very many cases: it finds room, holds nothing of the database, and comes out the same by pages."""

from collections.abc import Iterator, Sequence

import pytest

from app.db import db
from app.replay.analysis import decided, outliers, steps
from app.replay.analysis.findings import Finding
from app.replay.analysis.steps import Step
from tests.acts.conftest import MONDAY, Office
from tests.acts.test_analysis import AUDITOR, WEEK, judged
from tests.acts.test_analysis_runs import bureau, command, ran  # noqa: F401 (a fixture)


def test_others_work_on_while_a_command_compares(bureau: Office, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """On SQLite nobody writes beside a transaction that does; on PostgreSQL one that is idle for ten seconds is cut."""
    held: list[bool] = []

    def outlying(steps: Sequence[Step]) -> Iterator[Finding]:
        held.append(db.session().in_transaction())
        assert bureau.api("liguifang").post("/instances", {"process": "care"}).status_code == 201
        return outliers.outliers(steps)

    monkeypatch.setattr("app.replay.analysis.analyse.outliers", outlying)
    command(bureau, "analyse", "--since", WEEK["since"], "--until", WEEK["until"])
    assert held == [False]
    ran(bureau)
    assert held == [False, False]


def test_read_by_pages_it_is_the_same(bureau: Office, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    judged(bureau, "usual", "grant")
    whole = ran(bureau)
    for room, name in ((decided, "PAGE"), (steps, "FETCHED"), (steps, "AT_ONCE")):
        monkeypatch.setattr(room, name, 1)
    again = bureau.api(AUDITOR).post(f"/audit/analyses/{whole['id']}/again").json
    assert again["figures"] == whole["figures"] and again["findings"] == whole["findings"]
    assert (again["compared"]["new"], again["compared"]["gone"]) == ([], [])


def test_equal_names_of_steps_are_kept_once(bureau: Office) -> None:  # noqa: F811
    """Of a hundred thousand cases, so that what is compared at once finds room."""
    with bureau.app.app_context():
        week = steps.Period(MONDAY.date(), MONDAY.date())
        first, *others = [one for one in steps.done_in(db.session(), week, ("45",), most=None) if one.name == "申请"]
        assert others and all(one.name is first.name and one.people is first.people for one in others)
