"""What makes a file an event log, written from the standards: XES (IEEE 1849-2023, clauses 4, 5 and 7) and OCEL 2.0
(specification of 2023, sections 4 and 8). Each reader gives the faults it finds; none: the file is sound."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

ORDER = ("extension", "global", "classifier", "attribute", "trace", "event")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*(:[A-Za-z_][A-Za-z0-9_.\-]*)?\Z")
UTC_INSTANT = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d+)?Z\Z")
VALUES = {
    "string": lambda text: True,
    "date": lambda text: UTC_INSTANT.match(text) is not None,
    "int": lambda text: re.fullmatch(r"-?\d{1,19}", text) is not None,
    "boolean": lambda text: text in {"true", "false"},
}
STANDARD = {
    "concept:name": "string", "lifecycle:transition": "string", "lifecycle:model": "string", "org:resource": "string",
    "org:role": "string", "time:timestamp": "date",
}  # fmt: skip
TRANSITIONS = frozenset({
    "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "complete",
    "autoskip", "manualskip", "unknown",
})  # fmt: skip


def xes_faults(file: Path) -> list[str]:
    return list(_xes(etree.parse(file).getroot()))


def _xes(log: Any) -> Iterator[str]:
    if log.tag != "log" or not re.fullmatch(r"\d+(\.\d+)?", log.get("xes.version", "")):
        yield "the root is no log with a decimal xes.version"
    ranks = [ORDER.index(one.tag if one.tag in ORDER else "attribute") for one in log]
    if ranks != sorted(ranks):
        yield "the parts of the log stand in another order"
    prefixes = {one.get("prefix") for one in log.iter("extension")}
    shared = {one.get("scope"): {each.get("key"): each.tag for each in one} for one in log.iter("global")}
    if set(shared) - {"trace", "event"} or len(shared) != len(log.findall("global")):
        yield "a scope of globals is unknown or stands twice"
    for one in log.iter("classifier"):
        if not set(one.get("keys").split()) <= set(shared.get(one.get("scope", "event"), {})):
            yield f"classifier {one.get('name')} uses keys that are no globals"
    for part in (log, *log.iter("global", "trace", "event")):
        yield from _component(part, prefixes, shared.get(part.tag, {}))
    for trace in log.iter("trace"):
        times = [_value(event, "time:timestamp") for event in trace.iter("event")]
        if times != sorted(times):
            yield "events of a trace are not in the order of their times"


def _component(part: Any, prefixes: set[str], shared: dict[str, str]) -> Iterator[str]:
    found = [one for one in part if one.tag not in ORDER]
    keys = Counter(one.get("key") for one in found)
    yield from (f"{part.tag}: {key} stands twice" for key, times in keys.items() if times > 1)
    yield from (f"{part.tag}: {key} is missing" for key, kind in shared.items() if _kinds(found).get(key) != kind)
    for one in found:
        key, value = one.get("key") or "", one.get("value")
        if not NAME.match(key) or (":" in key and key.partition(":")[0] not in prefixes):
            yield f"{part.tag}: the key {key} is no name, or of an extension nobody declared"
        if one.tag not in VALUES or value is None or not VALUES[one.tag](value):
            yield f"{part.tag}: {key} holds no {one.tag}"
        if STANDARD.get(key, one.tag) != one.tag:
            yield f"{part.tag}: {key} is no {one.tag} in its extension"
        if key == "lifecycle:transition" and value not in TRANSITIONS:
            yield f"{part.tag}: {value} is no transition of the standard model"


def _kinds(attributes: list[Any]) -> dict[str, str]:
    return {one.get("key"): one.tag for one in attributes}


def _value(part: Any, key: str) -> str:
    return next((one.get("value") for one in part if one.get("key") == key), "")


def ocel_faults(file: Path) -> list[str]:
    return list(_ocel(json.loads(file.read_text("utf-8"))))


def _ocel(log: dict[str, Any]) -> Iterator[str]:
    if set(log) != {"eventTypes", "objectTypes", "events", "objects"}:
        yield f"parts: {sorted(log)}"
    known = {one["id"] for one in log["objects"]}
    for kind in ("event", "object"):
        declared = {one["name"]: {each["name"] for each in one["attributes"]} for one in log[f"{kind}Types"]}
        if len(declared) != len(log[f"{kind}Types"]):
            yield f"a type of {kind} is declared twice"
        ids = Counter(one["id"] for one in log[f"{kind}s"])
        yield from (f"{kind} {name} stands twice" for name, times in ids.items() if times > 1)
        for one in log[f"{kind}s"]:
            yield from _entry(kind, one, declared, known)


def _entry(kind: str, one: dict[str, Any], declared: dict[str, set[str]], known: set[str]) -> Iterator[str]:
    if one["type"] not in declared:
        yield f"{kind} {one['id']}: type {one['type']} is not declared"
    if kind == "event" and not (UTC_INSTANT.match(one["time"]) and one["relationships"]):
        yield f"event {one['id']}: no time, or about nothing"
    for each in one.get("attributes", []):
        if each["name"] not in declared.get(one["type"], set()) or not isinstance(each["value"], str):
            yield f"{kind} {one['id']}: attribute {each['name']} is not declared or no text"
        if kind == "object" and not UTC_INSTANT.match(each["time"]):
            yield f"object {one['id']}: {each['name']} has no time"
    for each in one.get("relationships", []):
        if each["objectId"] not in known or not each["qualifier"]:
            yield f"{kind} {one['id']}: related to nothing that is there"
