"""换用新版 by somebody who may, with whatever can be typed or sent: a sentence, and no plan that was not meant."""

from typing import Any
from urllib.parse import quote

import orjson
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.instances.migrations import MigrationPlan
from app.jobs.models import Job
from tests.abuse.conftest import Scene, put
from tests.abuse.hostile import BODIES, TEXTS, VALUES
from tests.abuse.test_bad_input import wrong
from tests.acts.test_migrate import version
from tests.doors.house import start

RIGHT: dict[str, Any] = {"process": "care", "version": 2, "mapping": {"review": "judge"}, "reason": "新版生效"}
ASK = "/workflows/care/2/migrate"


@pytest.fixture
def newer(scene: Scene) -> Scene:
    put(scene.app, version())
    start(scene.api("liguifang"), "care")
    put(scene.app, version(review="judge"))
    return scene


def plans(app: Flask) -> tuple[int, int]:
    with app.app_context():
        counts = [select(func.count()).select_from(one).scalar_subquery() for one in (MigrationPlan, Job)]
        found = db.session.execute(select(*counts)).one()
        db.session.rollback()
    return found[0], found[1]


@pytest.mark.parametrize("member", [*RIGHT, "typename"])
def test_the_interface_takes_any_value_of_any_member(newer: Scene, member: str) -> None:
    liang, found = newer.api("liangxiaodong"), []
    for value in VALUES:
        before = plans(newer.app)
        raw = orjson.dumps(RIGHT | {member: value}) if value != 10**30 else f'{{"{member}":{10**30}}}'.encode()
        answer = liang.send("/migrations", raw)
        after = plans(newer.app)
        made = answer.status_code == 201
        meant = made and ((member == "reason" and isinstance(value, str)) or value in (None, {}))
        if wrong(answer) or (after == before) is made or (made and not meant):
            found.append((str(value)[:40], answer.status_code))
    assert found == []


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_the_interface_takes_any_body_and_any_address(newer: Scene) -> None:
    liang, before = newer.api("liangxiaodong"), plans(newer.app)
    answers = [liang.send("/migrations", body) for body in BODIES]
    for text in TEXTS[1:]:
        place = f"/migrations/{quote(text, safe='')}"
        answers += [liang.get(place), liang.get(place, page=text), liang.post(f"{place}/approve"),
                    liang.post(f"{place}/run"), liang.post(f"{place}/decline", {"reason": text})]  # fmt: skip
    assert [one for one in answers if wrong(one) or one.status_code < 400] == []
    assert plans(newer.app) == before


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_the_form_takes_any_field_and_any_address(newer: Scene) -> None:
    page, found = newer.page("liangxiaodong"), []
    page.get(ASK)
    before = plans(newer.app)
    for text in TEXTS[2:]:
        for fields in ({"to:review": text, "reason": "x"}, {f"to:{text}": "judge", "reason": "x"}):
            posted = page.post(ASK, **fields)
            shown = page.client.get(ASK, query_string=fields)
            if wrong(posted) or posted.status_code < 400 or shown.status_code not in {200, 422}:
                found.append((text[:20], posted.status_code, shown.status_code))
        for place in (f"/workflows/{quote(text, safe='')}/2/migrate", f"/workflows/care/{quote(text, safe='')}/migrate",
                      f"/migrations/{quote(text, safe='')}", f"/migrations/{quote(text, safe='')}/decline"):  # fmt: skip
            answer = page.client.get(place)
            if wrong(answer) or answer.status_code < 300:
                found.append((place[:60], "", answer.status_code))
    assert found == []
    assert plans(newer.app) == before


def test_markup_in_a_reason_stays_text(newer: Scene) -> None:
    page = newer.page("liangxiaodong")
    page.get(ASK)
    shown = page.follow(page.post(ASK, reason="<script>alert(1)</script>{{7*7}}"))
    assert "&lt;script&gt;alert(1)" in shown.text and "<script>alert" not in shown.text and "{{7*7}}" in shown.text


def test_pressed_twice_it_is_one_plan(newer: Scene) -> None:
    page = newer.page("liangxiaodong")
    page.get(ASK)
    nonce = page.nonce
    first, second = (page.post(ASK, reason="新版生效", nonce=nonce) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert plans(newer.app)[0] == 1
