"""OCEL 2.0 in JSON (specification of 2023, section 8): events, and the case, file, task and officials each is about.

Written as it comes: objects go into a file beside it and are appended behind the events, names of types stand last.
Values are texts and types `string`, as the published schema wants them.
"""

import shutil
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import IO, Any

import orjson

from app.replay.mining.traces import LogEvent, Trace
from app.replay.mining.xes import FACT, instant

CASE, FILE, TASK, OFFICIAL = "办件", "儿童档案", "任务", "经办人"
ALWAYS = "1970-01-01T00:00:00Z"
"""The time of an attribute that never changed."""
OF_CASE = ("process", "title", "division", "state")


def write_ocel(file: IO[bytes], traces: Iterable[Trace]) -> int:
    """Write the whole log; gives the number of its events."""
    with TemporaryFile() as objects:
        count = _Writing(file, objects).write(traces)
    return count


class _Writing:
    """In memory stay the names of activities with their attributes and the pseudonyms of officials and files: some 100
    bytes for each, however many events they have."""

    def __init__(self, file: IO[bytes], objects: IO[bytes]) -> None:
        self._file, self._objects = file, objects
        self._activities: dict[str, set[str]] = {}
        self._officials: set[str] = set()
        self._files: set[str] = set()
        self._count = self._written = 0

    def write(self, traces: Iterable[Trace]) -> int:
        self._file.write(b'{"events":[')
        for trace in traces:
            self._trace(trace)
        self._file.write(b'],"objects":[')
        self._objects.seek(0)
        shutil.copyfileobj(self._objects, self._file)
        self._file.write(b'],"eventTypes":' + orjson.dumps(self._event_types()))
        self._file.write(b',"objectTypes":' + orjson.dumps(_object_types()) + b"}\n")
        return self._count

    def _trace(self, trace: Trace) -> None:
        case = {"id": trace.case, "type": CASE, "attributes": [
            {"name": name, "value": getattr(trace, name), "time": ALWAYS} for name in OF_CASE
        ]}  # fmt: skip
        if trace.file:
            case["relationships"] = [{"objectId": trace.file, "qualifier": "所涉档案"}]
            self._once(self._files, trace.file, FILE)
        self._object(case)
        tasks: set[str] = set()
        for event in trace.events:
            if event.task and event.task not in tasks:
                tasks.add(event.task)
                self._object({"id": event.task, "type": TASK, "attributes": [],
                              "relationships": [{"objectId": trace.case, "qualifier": "所属办件"}]})  # fmt: skip
            for official in filter(None, (event.official, event.principal)):
                self._once(self._officials, official, OFFICIAL)
            self._event(trace, event)

    def _once(self, known: set[str], name: str, kind: str) -> None:
        if name not in known:
            known.add(name)
            self._object({"id": name, "type": kind, "attributes": []})

    def _object(self, one: dict[str, Any]) -> None:
        self._objects.write((b"," if self._written else b"") + orjson.dumps(one))
        self._written += 1

    def _event(self, trace: Trace, event: LogEvent) -> None:
        said = _attributes(event)
        self._activities.setdefault(event.activity, set()).update(said)
        related = {trace.case: "办件", event.task: "任务", event.principal: "被代理人", event.official: "经办人"}
        one = {
            "id": f"{trace.case}-{event.seq}",
            "type": event.activity,
            "time": instant(event.at),
            "attributes": [{"name": name, "value": value} for name, value in said.items()],
            "relationships": [{"objectId": name, "qualifier": how} for name, how in related.items() if name],
        }
        self._file.write((b"," if self._count else b"") + orjson.dumps(one))
        self._count += 1

    def _event_types(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "attributes": _declared(sorted(said))} for name, said in sorted(self._activities.items())
        ]


def _attributes(event: LogEvent) -> dict[str, str]:
    said = {"transition": event.transition, "kind": event.kind, "version": str(event.version), "role": event.role}
    said["opened"] = instant(event.opened) if event.opened else ""
    return {name: value for name, value in said.items() if value} | {
        f"{FACT}{name}": value for name, value in event.facts.items()
    }


def _object_types() -> list[dict[str, Any]]:
    return [{"name": CASE, "attributes": _declared(OF_CASE)}] + [
        {"name": name, "attributes": []} for name in (FILE, TASK, OFFICIAL)
    ]


def _declared(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"name": name, "type": "string"} for name in names]
