"""The floor under every figure of `flask bench`: SpiffWorkflow as it comes, no database, no rule of ours.

For each completed task it loads the full JSON, completes, and saves the full JSON. It runs as a program of its own,
`python -I app/engine/floor.py FILE`, and is never imported: importing anything of this room installs `patches`, and
what is measured here is the library without them. Each line on the standard input runs one case; the answer is one
line, the JSON list of milliseconds per completed task.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

STEPS_LIMIT = 1000
"""Completed tasks in one case; the file of a bench has an end."""


class NoScripts:
    """Stands for the library's script engine, which would run a file's expressions as Python."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ValueError("the floor knows user tasks and gateways without conditions only")

    evaluate = execute = call_service = _refuse


def cases(bpmn: bytes) -> Iterator[list[float]]:
    """Run one case after another; milliseconds per completed task. Raises ValueError where a script would run."""
    parser = BpmnParser()
    parser.add_bpmn_str(bpmn)
    process = parser.get_process_ids()[0]
    spec, inner = parser.get_spec(process), parser.get_subprocess_specs(process)
    serializer = BpmnWorkflowSerializer()
    while True:
        workflow = BpmnWorkflow(spec, inner, script_engine=NoScripts())
        workflow.do_engine_steps()
        yield list(_steps(serializer, serializer.serialize_json(workflow)))


def _steps(serializer: Any, stored: str) -> Iterator[float]:
    for _ in range(STEPS_LIMIT):
        before = perf_counter()
        workflow = serializer.deserialize_json(stored)
        workflow.script_engine = NoScripts()
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        if task is None:
            return
        task.data.update(decision="agree", opinion="同意")
        task.run()
        workflow.do_engine_steps()
        stored = serializer.serialize_json(workflow)
        yield (perf_counter() - before) * 1000


def main() -> None:
    runs = cases(Path(sys.argv[1]).read_bytes())
    for _ in sys.stdin:
        print(json.dumps(next(runs)), flush=True)


if __name__ == "__main__":
    main()
