"""Case 25: a backup is restored into a fresh database and the work goes on; whoever has the backup alone has nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from app.cli.demo import load_demo
from app.history.demo_keys import demo_signer
from app.vault.device import _derive
from tests.cast import LI_GUIFANG
from tests.conftest import PASSWORD, ROOT, application_on, let_go
from tests.doors import Visitor
from tests.doors.house import unchanged
from tests.restore.copies import back_up, restore
from tests.scenarios.adoption.steps import FOUND, applies
from tests.scenarios.bureau import Bureau
from tests.scenarios.filling import id_no

KEYS = {
    "SECRET_KEY": "a session key of the drill, long enough",
    "VAULT_KEY": "a vault key of the drill, long enough",
    "INDEX_KEY": "an index key of the drill, long enough",
}
OTHER = "a key that belongs to another database, long enough"
NAMES = {"adopter_name": "闭月英", "spouse_name": "凌志远", "child_name": "覃小满"}
NUMBERS = {"adopter_id_no": id_no("1986-05-01", "1", "adopter"), "spouse_id_no": id_no("1988-02-11", "2", "spouse")}


@dataclass
class Drill:
    """The house that was backed up, the backup, and a checkpoint lodged before it."""

    app: Flask
    case: str
    backup: Path
    checkpoint: Path
    restored_url: str

    def told(self, app: Flask, *command: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=command)
        return done.exit_code, done.output


@pytest.fixture(scope="module")
def drill(new_database: Callable[[str | None], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    url, folder = new_database(None), tmp_path_factory.mktemp("drill")
    app = application_on(url, **KEYS)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        load_demo(ROOT / "workflows", PASSWORD)
    bureau = Bureau(app, "adoption")
    applies(bureau, FOUND, spouse_sex="2", **NAMES, **NUMBERS)
    made = Drill(app, bureau.case, folder / "backup", folder / "checkpoint.json", new_database(None))
    lodged = made.told(app, "history", "checkpoint", "--to", str(made.checkpoint))
    assert lodged[0] == 0, lodged[1]
    let_go(app)
    back_up(url, made.backup)
    restore(made.backup, made.restored_url)
    yield made
    let_go(app)


@pytest.fixture
def house_of(drill: Drill) -> Iterator[Callable[..., Flask]]:
    """An application on the restored database, with the keys of the drill or others."""
    made: list[Flask] = []

    def house(**other: str) -> Flask:
        made.append(application_on(drill.restored_url, **KEYS | other))
        return made[-1]

    yield house
    for app in made:
        let_go(app)


def test_the_backup_holds_no_key_and_no_party_in_clear(drill: Drill) -> None:
    content = drill.backup.read_bytes()
    assert b"450123" in content and b"liguifang" in content, "what is in clear can be found in it"
    kek, signer = _derive(KEYS["VAULT_KEY"], b"kek"), demo_signer(KEYS["VAULT_KEY"])
    secrets = [*(text.encode() for text in KEYS.values()), kek, _seed(signer), *_columns()]
    for secret in secrets + [text.encode() for text in (*NAMES.values(), *NUMBERS.values())]:
        assert secret not in content
        assert secret.hex().encode() not in content.lower()


def _seed(signer: object) -> bytes:
    return bytes(signer._key.private_bytes_raw())  # type: ignore[attr-defined]


def _columns() -> Iterator[bytes]:
    for column in ("search_token.name", "dossier.identity_index"):
        yield _derive(KEYS["INDEX_KEY"], b"index/" + column.encode(), 32)


def test_with_another_vault_key_nothing_opens_and_every_door_says_so(
    drill: Drill, house_of: Callable[..., Flask]
) -> None:
    app = house_of(VAULT_KEY=OTHER)
    with unchanged(app):
        page = Visitor(app)
        for address in ("/sign-in", "/cases", f"/cases/{drill.case}"):
            answer = page.get(address)
            assert answer.status_code == 503 and "由另一把加密密钥" in answer.text and "VAULT_KEY" in answer.text
        answer = page.client.get(f"/api/v1/instances/{drill.case}")
        assert answer.status_code == 503 and answer.json["title"] == "vault_key_other"
        assert page.get("/static/app.css").status_code == 200
        for command in (
            ("history", "verify"), ("history", "seal"), ("history", "checkpoint"), ("instances", "check"),
            ("history", "replay", drill.case), ("worker", "--once"),
        ):  # fmt: skip
            code, said = drill.told(app, *command)
            assert code == 1 and "由另一把加密密钥" in said and "Traceback" not in said, command
        code, said = drill.told(app, "restore", "check")
        assert code == 1 and "VAULT_KEY 不对" in said


def test_another_index_key_is_noticed(drill: Drill, house_of: Callable[..., Flask]) -> None:
    code, said = drill.told(house_of(INDEX_KEY=OTHER), "restore", "check")
    assert code == 1 and "INDEX_KEY 不对" in said and "VAULT_KEY" not in said


def test_with_its_own_keys_all_holds_and_the_case_goes_on(drill: Drill, house_of: Callable[..., Flask]) -> None:
    app = house_of()

    def holds(*command: str, says: str) -> None:
        code, said = drill.told(app, *command)
        assert code == 0 and says in said, said

    against = ("history", "verify", "--against", str(drill.checkpoint))
    holds("restore", "check", says="密钥与数据库配套")
    holds(*against, says="全部一致")
    holds("instances", "check", says="0 处不符")
    holds("history", "replay", drill.case, says="一致")

    bureau = Bureau(app, "adoption")
    bureau.case = drill.case
    assert bureau.tasks == ["材料核对"]
    before = len(bureau.chain(drill.case))
    bureau.completes("材料核对", by=LI_GUIFANG, result="complete")
    assert len(bureau.chain(drill.case)) > before and bureau.tasks != ["材料核对"]
    holds("history", "checkpoint", says="检查点")
    holds(*against, says="全部一致")
    holds("instances", "check", says="0 处不符")
    holds("history", "replay", drill.case, says="一致")


def test_a_restored_older_state_is_noticed(drill: Drill, house_of: Callable[..., Flask], tmp_path: Path) -> None:
    """A checkpoint lodged after the backup: what was lost in between does not go unseen."""
    bureau = Bureau(drill.app, "adoption")
    bureau.case = drill.case
    later = tmp_path / "later.json"
    applies(Bureau(drill.app, "adoption"), FOUND)
    assert drill.told(drill.app, "history", "checkpoint", "--to", str(later))[0] == 0
    code, said = drill.told(house_of(), "history", "verify", "--against", str(later))
    assert code == 1 and "发现断裂" in said
