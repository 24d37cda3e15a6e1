"""Runs the cases of the public DMN Technology Compatibility Kit: `python -m app.dmn.tck PATH`.

PATH holds folders with `*.dmn` models and `*-test-*.xml` cases. A decision that needs Java or PMML is not supported
and is counted apart. Per folder one line; at the end `N passed, N failed, N not supported`.
"""

import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from app.dmn.feel.compare import equal
from app.dmn.feel.compiler import Frame
from app.dmn.feel.expressions import run
from app.dmn.feel.limits import Meter
from app.dmn.feel.temporal_text import read_at_literal
from app.dmn.feel.values import NUMBERS, Value, number
from app.dmn.requirements import Model, read_model
from app.dmn.xml import attribute, children

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2026, 1, 1, tzinfo=UTC)
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
FOREIGN = ("Java", "PMML")
CLOSE = Decimal("0.00000001")
"""How near two numbers must be: the kit's own runners compare so."""


def local(element: "etree._Element") -> str:
    """Name without namespace; empty for comments."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def inner(element: "etree._Element", *names: str) -> "Iterator[etree._Element]":
    """Children with one of the names."""
    return (part for part in element if local(part) in names)


def value_of(element: "etree._Element") -> Value:
    """The value a case writes: `value`, `list` of `item`, or `component`s."""
    for part in inner(element, "value", "list"):
        if local(part) == "value":
            return scalar(part)
        return None if part.get(NIL) == "true" else [value_of(item) for item in inner(part, "item")]
    components = list(inner(element, "component"))
    return {str(part.get("name")): value_of(part) for part in components} if components else None


def scalar(element: "etree._Element") -> Value:
    """A value by its `xsi:type`."""
    kind = str(element.get(TYPE) or "").rpartition(":")[2]
    text = element.text or ""
    if element.get(NIL) == "true":
        return None
    if kind in ("string", ""):
        return text
    if kind == "boolean":
        return text.strip() == "true"
    if kind in ("decimal", "double", "integer", "int", "long", "float"):
        return number(text.strip())
    return read_at_literal(text.strip())


def agree(found: Value, expected: Value) -> bool:
    """Whether a result is the expected one; numbers to eight places."""
    if type(found) is Decimal and type(expected) is Decimal:
        return abs(NUMBERS.subtract(found, expected)) <= CLOSE
    if type(found) is list and type(expected) is list:
        return len(found) == len(expected) and all(map(agree, found, expected))
    if type(found) is dict and type(expected) is dict:
        return found.keys() == expected.keys() and all(agree(found[key], expected[key]) for key in found)
    return equal(found, expected) is True or (type(found) is type(expected) and str(found) == str(expected))


def model_in(folder: Path, path: Path) -> Model:
    """A model with those it imports from the same folder."""
    data = path.read_bytes()
    root = etree.fromstring(data)
    imported = {}
    for link in children(root, "import"):
        wanted = attribute(link, "namespace")
        for other in sorted(folder.glob("*.dmn")):
            if other != path and etree.parse(str(other)).getroot().get("namespace") == wanted:
                imported[attribute(link, "name")] = model_in(folder, other)
    return read_model(data, imported)


def answer(model: Model, case: "etree._Element", name: str) -> Value:
    """What the model says for a case: a decision, a service or a knowledge model by name."""
    known = {str(node.get("name")): value_of(node) for node in inner(case, "inputNode")}
    meter = Meter(AT)
    invoked = str(case.get("invocableName") or "")
    shape = {"decisionService": "decisionService", "bkm": "businessKnowledgeModel"}.get(str(case.get("type") or ""))
    part = model.named(invoked, shape) if invoked and shape else model.named(name, "decision", "decisionService")
    if part is None:
        return None
    if part.shape == "decision":
        return run(lambda frame: model.value_of(part, known, meter), Frame({}, None, meter))
    missing = [param for param in part.params if param not in known]
    if missing:
        return None
    values = [known[param] for param in part.params]
    found = run(lambda frame: model.function_of(part, meter).run(values, meter), Frame({}, None, meter))
    return found[name] if isinstance(found, dict) and name in found else found


def needs_foreign(model: Model, name: str) -> bool:
    """Whether a decision, or what it requires, is written in Java or PMML."""
    part = model.named(name, "decision")
    waiting, seen = [part] if part is not None else [], set()
    while waiting:
        part = waiting.pop()
        seen.add(part.key)
        if any(
            found.get("kind") in FOREIGN for found in part.element.iter("{*}functionDefinition", "{*}encapsulatedLogic")
        ):
            return True
        if "external" in "".join(str(text) for text in part.element.itertext()):
            return True
        waiting += [model.parts[key] for key in part.requires if key in model.parts and key not in seen]
    return False


def run_folder(folder: Path, verbose: bool) -> tuple[int, int, int]:
    """Passed, failed and unsupported cases of one folder."""
    passed = failed = apart = 0
    for path in sorted(folder.glob("*-test-*.xml")):
        cases = etree.parse(str(path)).getroot()
        name = next(part.text or "" for part in cases if local(part) == "modelName")
        model = model_in(folder, folder / name)
        for case in inner(cases, "testCase"):
            for node in inner(case, "resultNode"):
                expected = next((value_of(part) for part in inner(node, "expected")), None)
                found = answer(model, case, str(node.get("name")))
                if agree(found, expected):
                    passed += 1
                elif needs_foreign(model, str(node.get("name"))):
                    apart += 1
                else:
                    failed += 1
                    if verbose:
                        print(f"  {case.get('id')} {node.get('name')}: expected {expected!s}, found {found!s}")
    return passed, failed, apart


def main(arguments: list[str]) -> int:
    """Run every folder below the path; the exit code is 1 when a case failed."""
    verbose = "-v" in arguments
    root = Path(next(argument for argument in arguments if argument != "-v"))
    totals = [0, 0, 0]
    for folder in sorted({path.parent for path in root.rglob("*-test-*.xml")}):
        counts = run_folder(folder, verbose)
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        print(f"{folder.relative_to(root)}: {counts[0]} passed, {counts[1]} failed, {counts[2]} not supported")
    print(f"{totals[0]} passed, {totals[1]} failed, {totals[2]} not supported")
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
