"""What a guess costs an attacker who has the table of accounts. In a process of its own: the tests hash at less cost."""

import subprocess
import sys

from tests.conftest import ROOT

ONE = "from app.identity.passwords import hash_password, outdated; hash = hash_password('榕荫-2026-Only'); "


def test_a_password_is_hashed_at_the_cost_of_rfc_9106() -> None:
    told = subprocess.run(
        [sys.executable, "-c", ONE + "print(hash, outdated(hash))"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert told.stdout.endswith(" False\n")
