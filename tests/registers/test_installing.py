"""A deployment of one's own: two administrators, then everybody else by two people each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.db import db
from app.identity.actor import load_actor_by_login
from app.identity.models import Division, Person, RoleGrant
from tests.conftest import application_on

ROOT = Path(__file__).parents[2]
WORD = "木棉花开-2026-a"
INSTALL = [
    "install", "--organisation", "广西壮族自治区民政厅", "--division", "45",
    "--sysadmin", "admin.wei", "韦一鸣", "--security", "security.lu", "陆志安",
]  # fmt: skip


@pytest.fixture
def bare(empty_database: str) -> Iterator[Flask]:
    """An application whose database has tables and nothing in them."""
    app = application_on(empty_database)
    with app.app_context():
        from flask_migrate import upgrade

        upgrade(directory=str(ROOT / "migrations"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def run(bare: Flask) -> Callable[..., tuple[int, str]]:
    def invoke(*words: str, typed: str = "") -> tuple[int, str]:
        answer = bare.test_cli_runner().invoke(args=list(words), input=typed)
        return answer.exit_code, answer.output

    return invoke


def installed(run: Callable[..., tuple[int, str]]) -> None:
    code, said = run(*INSTALL, typed=f"{WORD}\n" * 4)
    assert code == 0 and "日志名称：banyan-demo" in said, said


def test_two_administrators_and_the_registers(bare: Flask, run: Callable[..., tuple[int, str]]) -> None:
    installed(run)
    with bare.app_context():
        assert {one.login: one.active for one in db.session.query(Person)} == {"admin.wei": True, "security.lu": True}
        assert {one.role for one in db.session.query(RoleGrant)} == {"sysadmin", "security_admin"}
        assert db.session.query(Division).filter_by(level=6).count() > 100
    again = run(*INSTALL, typed=f"{WORD}\n" * 4)
    assert again[0] != 0 and "已有人员" in again[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("banyan", "请先用环境变量 BANYAN_LOG"),
        ("ban\u202eyan", "可以显示的字符"),
        ("", "可以显示的字符"),
        ("b" * 201, "200"),
    ],
)
def test_the_log_has_a_name_of_its_own_before_anything_is_written(empty_database: str, name: str, words: str) -> None:
    application = application_on(empty_database, BANYAN_LOG=name)
    with application.app_context():
        from flask_migrate import upgrade

        upgrade(directory=str(ROOT / "migrations"))
    answer = application.test_cli_runner().invoke(args=INSTALL, input=f"{WORD}\n" * 4)
    assert answer.exit_code == 1 and words in answer.output and "初始密码" not in answer.output
    with application.app_context():
        assert db.session.query(Person).count() == 0
        db.session.remove()
        db.engine.dispose()


def test_a_weak_password_installs_nothing(bare: Flask, run: Callable[..., tuple[int, str]]) -> None:
    code, said = run(*INSTALL, typed="aaaaaaaaaaaa\n" * 4)
    assert code != 0 and "过于简单" in said
    with bare.app_context():
        assert db.session.query(Person).count() == db.session.query(Division).count() == 0


def test_a_registrar_is_entered_granted_and_approved(bare: Flask, run: Callable[..., tuple[int, str]]) -> None:
    installed(run)
    admin, security = ("--by", "admin.wei"), ("--by", "security.lu")
    assert run("people", "organisation", "隆安县民政局", "450123", "civil", *admin)[0] == 0
    entered = run("people", "register", "li", "李桂芳", "隆安县民政局", *admin, typed=f"{WORD}\n" * 2)
    assert entered[0] != 0 and "登录名" in entered[1]
    assert run("people", "register", "liguifang", "李桂芳", "隆安县民政局", *admin, typed=f"{WORD}\n" * 2)[0] == 0
    code, said = run("people", "grant", "liguifang", "adoption_registrar", "450123", "--from", "2026-01-01", *admin)
    assert code == 0, said
    grant = said.split("编号 ")[1].split("，")[0]
    assert run("people", "approve", grant, *admin)[0] != 0
    assert roles(bare, "liguifang") == set()
    assert run("people", "approve", grant, *security)[0] == 0
    assert roles(bare, "liguifang") == {"adoption_registrar"}
    assert run("people", "revoke", grant, *admin)[0] == 0
    assert roles(bare, "liguifang") == set()
    assert run("people", "close", "liguifang", *admin)[0] == 0
    absent = run("people", "close", "nobody", *admin)
    assert absent[0] != 0 and "Traceback" not in absent[1]


def roles(app: Flask, login: str) -> set[str]:
    from app import clock

    with app.app_context():
        found = set(load_actor_by_login(db.session(), login, clock.legal_day(clock.now())).roles)
        db.session.rollback()
        return found
