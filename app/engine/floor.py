"""The floor under every figure of `flask bench`: SpiffWorkflow as it comes, no database, no rule of ours.

For each completed task it loads the full JSON, completes, and saves the full JSON. It runs as a program of its own,
`python -I app/engine/floor.py FILE`, and is never imported: importing anything of this room installs `patches`, and
what is measured here is the library without them. Each line on the standard input runs one case: JSON, nothing for
all defaults, `{"given": {…}, "rounds": n, "last": k}`. `given` is what each completion sets; `again` is set beside it,
true until n tasks are done; only the last k of n tasks are loaded and saved, those before run live. The answer is one
line: the JSON list of milliseconds per completed task, or `null` where the library stops short.
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

STEPS_LIMIT = 2000
"""Completed tasks in one case; the file of a bench has an end."""


class NoScripts:
    """Stands for the library's script engine, which would run a file's expressions as Python. It knows a text in
    quotation marks and the name of something that was set."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        if expression[:1] == expression[-1:] == '"':
            return expression[1:-1]
        return task.data[expression]

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ValueError("the floor knows user tasks and conditions that are names only")

    execute = call_service = _refuse


class Library:
    """One file, parsed once."""

    def __init__(self, bpmn: bytes) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(bpmn)
        process = parser.get_process_ids()[0]
        self.spec, self.inner = parser.get_spec(process), parser.get_subprocess_specs(process)
        self.serializer = BpmnWorkflowSerializer()

    def case(self, given: dict[str, Any], rounds: int = 0, last: int = STEPS_LIMIT) -> list[float] | None:
        """Run one case; milliseconds per timed task. None where the library stops short: it looks for tasks no deeper than
        1000. Raises ValueError where a script would run."""
        workflow = BpmnWorkflow(self.spec, self.inner, script_engine=NoScripts())
        workflow.do_engine_steps()
        done = 0
        while done < rounds - last and self._complete(workflow, {**given, "again": done + 1 < rounds}):
            done += 1
        stored, times = self.serializer.serialize_json(workflow), []
        while done < STEPS_LIMIT:
            before = perf_counter()
            workflow = self.serializer.deserialize_json(stored)
            workflow.script_engine = NoScripts()
            if not self._complete(workflow, {**given, "again": done + 1 < rounds}):
                break
            stored = self.serializer.serialize_json(workflow)
            times.append((perf_counter() - before) * 1000)
            done += 1
        return times or None

    def _complete(self, workflow: Any, given: dict[str, Any]) -> bool:
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        if task is None:
            return False
        task.data.update(given)
        task.run()
        workflow.do_engine_steps()
        return True


def main() -> None:
    library = Library(Path(sys.argv[1]).read_bytes())
    for line in sys.stdin:
        asked = json.loads(line) if line.strip() else {}
        given = asked.pop("given", {"decision": "agree", "opinion": "同意"})
        print(json.dumps(library.case(given, **asked)), flush=True)


if __name__ == "__main__":
    main()
