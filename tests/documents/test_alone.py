"""What is run by itself learns no key of the house, and leaves nothing behind when it is ended."""

import json
from pathlib import Path

import pytest

from app.documents.alone import run_alone

TELLS = "import json, os, sys; sys.stdout.write(json.dumps([dict(os.environ), sys.stdin.read(), sys.flags.isolated]))"


def test_it_knows_no_key_and_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VAULT_KEY", "INDEX_KEY", "SECRET_KEY", "SIGNING_KEY", "DATABASE_URL", "PYTHONPATH"):
        monkeypatch.setenv(name, "secret")
    program = tmp_path / "tells.py"
    program.write_text(TELLS)
    surroundings, asked, isolated = json.loads(run_alone(program, b"asked", patience=60).stdout)
    assert "secret" not in surroundings.values() and (asked, isolated) == ("asked", 1)
