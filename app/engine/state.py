"""State bytes: a header, then zstd over flat JSON of the envelope and the few live tasks. Never SpiffWorkflow's own.

Format 1: `{n: last id, k: counters, f: facts, e: end, w: [[owner id, spec, completed, tasks]]}` with one row
`[id, parent, state, spec, triggered, internal data]` for each task, parents before children, siblings in order.
"""

from threading import local
from typing import Any

import orjson
import zstandard
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow

from app.engine.case import Case, Tree
from app.engine.model import EngineRefused, FactValue
from app.engine.patches import made
from app.engine.program import Program

HEADER = b"banyan-state-1\n"
LEVEL = 3
Body = dict[str, Any]
SIZE_LIMIT = 8 * 1024 * 1024
"""Bytes of the JSON; the bytes come from our own database, but a bomb must not pass even there."""


class _Codec(local):
    """One for each thread: making them costs more than using them on a state, and they cannot be shared."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor()


_codec = _Codec()


def encode(case: Case) -> bytes:
    """Bytes of a compacted case. The same case gives the same bytes."""
    tree = case.tree
    rows = [[None, None, tree.completed, _tasks(tree)]]
    for owner, inner in tree.subprocesses.items():
        rows.append([owner, inner.spec.name, inner.completed, _tasks(inner)])
    body = {"n": case.last_id, "k": case.counts, "f": case.facts, "e": case.ended, "w": rows}
    return framed(orjson.dumps(body))


def framed(data: bytes) -> bytes:
    """The JSON of an envelope (`body_of`), which the caller has written, as state bytes."""
    return HEADER + _codec.compressor.compress(data)


def decode(program: Program, state: bytes) -> Case:
    """The case of these bytes.

    Raises:
        EngineRefused: `state_unreadable`, when format or content is not ours."""
    return restored(program, body_of(state))


def restored(program: Program, body: Body) -> Case:
    """The case of an opened body."""
    case = Case(program)
    case.last_id, case.counts, case.facts, case.ended = body["n"], body["k"], body["f"], body["e"]
    (_, _, completed, tasks), *inner = body["w"]
    case.tree = Tree(program.spec, program.inner, script_engine=case, deserializing=True)
    _restore(case.tree, completed, tasks)
    for owner, spec, completed, tasks in inner:
        workflow = BpmnSubWorkflow(program.inner[spec], owner, case.tree, deserializing=True)
        _restore(workflow, completed, tasks)
        case.tree.subprocesses[owner] = workflow
    return case


def facts_in(state: bytes) -> dict[str, FactValue]:
    """The facts alone, without the tree.

    Raises:
        EngineRefused: `state_unreadable`."""
    facts: dict[str, FactValue] = body_of(state)["f"]
    return facts


def body_of(state: bytes) -> Body:
    """The envelope of format 1.

    Raises:
        EngineRefused: `state_unreadable`."""
    if not state.startswith(HEADER):
        raise EngineRefused("state_unreadable", "", "unknown format")
    try:
        if not 0 < zstandard.frame_content_size(state[len(HEADER) :]) <= SIZE_LIMIT:
            raise EngineRefused("state_unreadable", "", "size")
        data = _codec.decompressor.decompress(state[len(HEADER) :])
        body: Body = orjson.loads(data)
    except (zstandard.ZstdError, orjson.JSONDecodeError) as error:
        raise EngineRefused("state_unreadable", "", type(error).__name__) from error
    return body


def _tasks(workflow: Any) -> list[list[Any]]:
    return [
        [t.id, t._parent, t._state, t.task_spec.name, int(t.triggered), t.internal_data]
        for t in workflow.tasks.values()
    ]


def _restore(workflow: Any, completed: bool, rows: list[list[Any]]) -> None:
    workflow.completed = completed
    specs, tasks = workflow.spec.task_specs, workflow.tasks
    for task_id, parent, state, spec, triggered, internal in rows:
        task = made(workflow, task_id, parent, state, specs[spec])
        task.triggered, task.internal_data = bool(triggered), internal
        if parent is not None:
            tasks[parent]._children.append(task_id)
    workflow.task_tree = tasks[rows[0][0]]
