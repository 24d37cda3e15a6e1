"""Outside demonstration mode nothing starts with a default key or password (abuse case 25)."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.db import db
from app.settings import DEMO_KEY, SettingsRefused, read
from app.wiring import create_app
from tests.conftest import PASSWORD
from tests.doors import CSRF

ROOT = Path(__file__).parents[2]
KEYS = {name: f"{name}-0123456789-0123456789-0123456789" for name in ("SECRET_KEY", "VAULT_KEY", "INDEX_KEY")}
PRODUCTION = {"BANYAN_MODE": "production", "DATABASE_URL": "sqlite:///:memory:"} | KEYS


def test_production_starts_with_keys_of_its_own() -> None:
    known = read(PRODUCTION)
    assert known.four_eyes and known.secure_cookies and not known.demo
    assert read({key: value for key, value in PRODUCTION.items() if key != "BANYAN_MODE"}).mode == "production"


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("value", [None, "", "short", f"{DEMO_KEY}:{'x' * 40}"])
def test_no_key_is_missing_short_or_the_demonstrations(name: str, value: str | None) -> None:
    environ = {key: text for key, text in (PRODUCTION | {name: value}).items() if text is not None}
    with pytest.raises(SettingsRefused, match=name):
        read(environ)


def test_a_key_may_stand_in_a_file_instead_of_the_environment(tmp_path: Path) -> None:
    """What is in no variable is in no dump of the environment."""
    environ = {name: value for name, value in PRODUCTION.items() if name not in KEYS}
    for name, key in KEYS.items():
        (tmp_path / name).write_text(f"{key}\n", "utf-8")
        environ[f"{name}_FILE"] = str(tmp_path / name)
    known = read(environ)
    assert (known.secret_key, known.vault_key, known.index_key) == tuple(KEYS.values())
    assert not any(key in value for key in KEYS.values() for value in environ.values())
    with pytest.raises(SettingsRefused, match="VAULT_KEY_FILE 指向的文件"):
        read(environ | {"VAULT_KEY_FILE": str(tmp_path / "absent")})
    (tmp_path / "VAULT_KEY").write_text("short", "utf-8")
    with pytest.raises(SettingsRefused, match="VAULT_KEY"):
        read(environ)


def test_no_two_keys_are_the_same() -> None:
    for name in ("SECRET_KEY", "INDEX_KEY"):
        with pytest.raises(SettingsRefused, match="不能相同"):
            read(PRODUCTION | {name: KEYS["VAULT_KEY"]})


FOUR = {"policy_officer", "auditor", "sysadmin", "security_admin"}


def test_four_roles_need_a_second_factor_in_production_and_nobody_in_the_demonstration() -> None:
    assert read(PRODUCTION).two_factor == FOUR
    more = read(PRODUCTION | {"TWO_FACTOR": "auditor, policy_officer，sysadmin、security_admin county_approver"})
    assert more.two_factor == FOUR | {"county_approver"}
    for mode in ("demo", "test"):
        assert read({"BANYAN_MODE": mode}).two_factor == frozenset()
        assert read({"BANYAN_MODE": mode, "TWO_FACTOR": "auditor"}).two_factor == {"auditor"}


@pytest.mark.parametrize("named", ["", "none", "auditor", "policy_officer,sysadmin,security_admin"])
def test_in_production_none_of_the_four_is_left_out(named: str) -> None:
    with pytest.raises(SettingsRefused, match="TWO_FACTOR 少了"):
        read(PRODUCTION | {"TWO_FACTOR": named})


def test_a_role_that_does_not_exist_asks_nobody_so_nothing_starts() -> None:
    with pytest.raises(SettingsRefused, match="auditors"):
        create_app(read({"BANYAN_MODE": "test", "DATABASE_URL": "sqlite:///:memory:", "TWO_FACTOR": "auditors"}))


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(SettingsRefused, match="BANYAN_MODE"):
        read(PRODUCTION | {"BANYAN_MODE": "staging"})


@pytest.mark.parametrize("command", [["flask", "worker", "--once"], ["gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]])
def test_the_program_says_in_one_sentence_why_it_does_not_start(command: list[str]) -> None:
    environ = {name: value for name, value in os.environ.items() if name not in KEYS} | {"BANYAN_MODE": "production"}
    program = Path(sys.executable).parent / command[0]
    ended = subprocess.run(
        [program, *command[1:]], cwd=ROOT, env=environ | {"FLASK_APP": "wsgi.py", "PORT": "0"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    assert "不能启动：请设置环境变量 SECRET_KEY" in ended.stderr and "Traceback" not in ended.stderr


def test_a_demonstration_database_in_production_opens_to_nobody(
    template: str, new_database: Callable[[str | None], str]
) -> None:
    app = create_app(read(PRODUCTION | {"DATABASE_URL": new_database(template)}))
    client, https = app.test_client(), "https://banyan.example"
    closed = client.get("/sign-in", base_url=https)
    assert closed.status_code == 503 and "由另一把加密密钥" in closed.text
    app.extensions["banyan_key_fits"] = True  # as if its data keys had been wrapped anew
    page = client.get("/sign-in", base_url=https)
    token = CSRF.search(page.text)
    assert token and "演示" not in page.text
    for fields in ({"login": "liguifang", "password": PASSWORD}, {"demo": "liguifang"}):
        answer = client.post(
            "/sign-in", data={"csrf_token": token[1]} | fields, base_url=https, headers={"Referer": f"{https}/sign-in"}
        )
        assert answer.status_code == 401
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
