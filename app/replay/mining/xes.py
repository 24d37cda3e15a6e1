"""XES (IEEE 1849-2023, clause 5): one log element, traces and events in it, written as they come."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any

from lxml import etree

from app.replay.mining.traces import LogEvent, Trace

Value = str | int | datetime
Values = Mapping[str, Value]

VERSION = "1849.2023"
EXTENSIONS = {"Concept": "concept", "Time": "time", "Lifecycle": "lifecycle", "Organizational": "org"}
PLACE = "http://www.xes-standard.org/{}.xesext"
GLOBALS: dict[str, Values] = {
    "trace": {"concept:name": "", "process": "", "division": "", "state": ""},
    "event": {
        "concept:name": "", "lifecycle:transition": "complete", "time:timestamp": datetime(1970, 1, 1, tzinfo=UTC),
        "kind": "", "version": 0,
    },
}  # fmt: skip
CLASSIFIERS = {"Activity": "concept:name", "Transition": "concept:name lifecycle:transition"}
FACT = "fact."
"""Before the name of a fact: a colon would call for an extension (clause 4.5)."""


def write_xes(file: IO[bytes], title: str, traces: Iterable[Trace]) -> int:
    """Write the whole log; gives the number of its events. Nothing that was written stays in memory."""
    count = 0
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("log", {"xes.version": VERSION, "xes.features": ""}):
            for one in _head(title):
                xml.write(one)
            for trace in traces:
                xml.write("\n")
                with xml.element("trace"):
                    for attribute in _attributes(_of_trace(trace)):
                        xml.write(attribute)
                    for event in trace.events:
                        xml.write("\n", _element("event", _of_event(event)))
                        count += 1
    return count


def _head(title: str) -> Iterator[Any]:
    for name, prefix in EXTENSIONS.items():
        yield etree.Element("extension", name=name, prefix=prefix, uri=PLACE.format(prefix))
    for scope, defaults in GLOBALS.items():
        found = _element("global", defaults)
        found.set("scope", scope)
        yield found
    for name, keys in CLASSIFIERS.items():
        yield etree.Element("classifier", name=name, scope="event", keys=keys)
    yield from _attributes({"concept:name": title, "lifecycle:model": "standard"})


def _of_trace(trace: Trace) -> Values:
    return {
        "concept:name": trace.case, "process": trace.process, "title": trace.title, "division": trace.division,
        "state": trace.state,
    } | ({"file": trace.file} if trace.file else {})  # fmt: skip


def _of_event(event: LogEvent) -> dict[str, Value]:
    """What an event does not have is not written; every event has what `GLOBALS` names."""
    known: dict[str, Value] = {
        "concept:name": event.activity, "lifecycle:transition": event.transition, "time:timestamp": event.at,
        "kind": event.kind, "version": event.version,
    }  # fmt: skip
    maybe: dict[str, Value | None] = {
        "org:resource": event.official, "org:role": event.role, "principal": event.principal, "task": event.task,
        "opened": event.opened,
    }  # fmt: skip
    known |= {name: value for name, value in maybe.items() if value}
    return known | {f"{FACT}{name}": value for name, value in event.facts.items()}


def _element(tag: str, values: Values) -> Any:
    found = etree.Element(tag)
    found.extend(_attributes(values))
    return found


def _attributes(values: Values) -> list[Any]:
    return [etree.Element(*_typed(value), key=key) for key, value in values.items()]


def _typed(value: Value) -> tuple[str, dict[str, str]]:
    if isinstance(value, datetime):
        return "date", {"value": instant(value)}
    return ("int" if isinstance(value, int) else "string"), {"value": str(value)}


def instant(at: datetime) -> str:
    """xs:dateTime in UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
