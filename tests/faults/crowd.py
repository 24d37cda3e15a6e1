"""Several people at the same moment: threads that begin together, and what each of them got."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PATIENCE = 300
"""Seconds after which a command counts as hung. Far above the longest wait for a lock."""


def at_once(*commands: Callable[[], Any]) -> list[Any]:
    """Run the commands in threads that are let go together; what they returned, in order."""
    gate = threading.Barrier(len(commands), timeout=PATIENCE)

    def through(command: Callable[[], Any]) -> Any:
        gate.wait()
        return command()

    with ThreadPoolExecutor(len(commands)) as threads:
        return [done.result(PATIENCE) for done in [threads.submit(through, command) for command in commands]]
