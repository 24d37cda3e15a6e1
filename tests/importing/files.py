"""Small BPMN files as other tools write them: 到户探访 (a visit to a family), told a little differently each time."""

from itertools import pairwise

from app.catalogue.bundle import Bundle
from app.catalogue.importing import Imported, import_bpmn
from app.catalogue.lint import lint_bundle
from app.engine.model import Finding

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" xmlns:signavio="http://www.signavio.com" '
    'targetNamespace="urn:test" id="definitions"'
)


def file(*parts: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions {NAMESPACES}>{"".join(parts)}</definitions>'


def process(*parts: str, key: str = "visit", more: str = 'name="到户探访"') -> str:
    return f'<process id="{key}" {more}>{"".join(parts)}</process>'


def node(kind: str, key: str, name: str = "", inside: str = "", **attributes: str) -> str:
    written = "".join(f' {name.replace("__", ":")}="{value}"' for name, value in attributes.items())
    return f'<{kind} id="{key}" name="{name}"{written}>{inside}</{kind}>'


def flow(source: str, target: str, name: str = "", condition: str = "", key: str = "", language: str = "") -> str:
    said = f' language="{language}"' if language else ""
    inside = f"<conditionExpression{said}>{condition}</conditionExpression>" if condition else ""
    named = f' name="{name}"' if name else ""
    key = key or f"f_{source}_{target}"
    return f'<sequenceFlow id="{key}"{named} sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


START, END = node("startEvent", "begin", "来电"), node("endEvent", "done", "办结")


def line(*between: str, **more: str) -> str:
    """A process of these nodes one after another, between a start and an end; ids are read from them."""
    ids = ["begin", *(each.split('"')[1] for each in between), "done"]
    return process(START, *between, END, *(flow(a, b) for a, b in pairwise(ids)), **more)


def imported(text: str | bytes) -> Imported:
    return import_bpmn(text if isinstance(text, bytes) else text.encode(), key="visit", source="到户探访.bpmn")


def bundle_of(made: Imported) -> Bundle:
    return Bundle("visit", {f"visit/{path}": text for path, text in made.files.items()})


def left(made: Imported) -> list[Finding]:
    """What has to be put right by hand before the bundle can be published."""
    assert made.files, made.findings
    return [one for one in lint_bundle(bundle_of(made), {}) if one.severity == "error"]


def told(made: Imported, element: str) -> list[str]:
    """Codes of what was said of an element."""
    return [one.code for one in made.findings if one.element == element]
