"""The two yardsticks, measured between our own cases so that a noisy machine is noisy for all three.

floor: SpiffWorkflow alone, in a process of its own. bare: an empty Flask endpoint in the same gunicorn.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from app.cli.bench.door import Wire

PROGRAM = Path(__file__).parent.parent.parent / "engine" / "floor.py"


class Floor:
    """Milliseconds per completed task of SpiffWorkflow with full JSON and no database."""

    def __init__(self, bpmn: Path) -> None:
        command = [sys.executable, "-I", str(PROGRAM), str(bpmn)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def case(self, asked: Mapping[str, Any] | None = None) -> list[float]:
        """One whole case. Empty when the library alone cannot run the file: there is no floor then.

        Args:
            asked: what the case sets and how many rounds it makes, see `floor.py`.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        if self._process.poll() is None:
            try:
                self._process.stdin.write(f"{json.dumps(asked) if asked else ''}\n")
                self._process.stdin.flush()
            except BrokenPipeError:
                return []
        answer = self._process.stdout.readline()
        return [float(ms) for ms in json.loads(answer) or ()] if answer else []

    def __enter__(self) -> "Floor":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=30)


class Bare:
    """Milliseconds per request of the bare endpoint."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def request(self) -> float:
        return self._wire.ask("POST", "/bench/bare", {}).ms
