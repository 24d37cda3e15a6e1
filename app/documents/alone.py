"""Programs of this room that are run by themselves, so that what ends one ends nothing else."""

import os
import subprocess
import sys
from pathlib import Path

from app.errors import Refusal

GIVEN = ("HOME", "PATH", "LD_LIBRARY_PATH", "XDG_DATA_HOME")
"""All that such a program learns of the surroundings: where fonts and libraries lie, no key and no address."""


def run_alone(program: Path, asked: bytes, *, patience: float | None) -> subprocess.CompletedProcess[bytes]:
    """What it said to `asked`. Call it with no transaction open (engine rule 21).

    Args:
        patience: seconds by the clock; None waits.

    Raises:
        Refusal: `document_too_long` (503).
    """
    surroundings = {name: os.environ[name] for name in GIVEN if name in os.environ}
    try:
        return subprocess.run(
            [sys.executable, "-I", program],
            input=asked,
            capture_output=True,
            timeout=patience,
            check=False,
            env=surroundings,
        )
    except subprocess.TimeoutExpired as problem:
        raise Refusal("document_too_long", 503, {"seconds": round(patience or 0)}) from problem
