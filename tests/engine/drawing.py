"""A short hand for diagrams in stories."""

from itertools import pairwise
from xml.sax.saxutils import escape

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)


def flow(source: str, target: str, condition: str | None = None, id: str | None = None) -> str:
    inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    name = id or f"{source}-{target}"
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def chain(*nodes: str) -> str:
    return "".join(flow(a, b) for a, b in pairwise(nodes))


def node(kind: str, id: str, inner: str = "", name: str | None = None, attributes: str = "", **properties: str) -> str:
    settings = "".join(
        f'<spiffworkflow:property name="{key}" value="{escape(value, {chr(34): "&quot;"})}"/>'
        for key, value in properties.items()
    )
    if settings:
        settings = (
            f"<extensionElements><spiffworkflow:properties>{settings}</spiffworkflow:properties></extensionElements>"
        )
    return f'<{kind} id="{id}" name="{name or id}" {attributes}>{settings}{inner}</{kind}>'


def start(id: str = "start") -> str:
    return node("startEvent", id)


def end(id: str = "end", inner: str = "") -> str:
    return node("endEvent", id, inner)


def user(id: str, inner: str = "", **properties: str) -> str:
    return node("userTask", id, inner, **properties)


def users(*ids: str) -> str:
    return "".join(user(id) for id in ids)


def exclusive(id: str, default: str | None = None) -> str:
    return node("exclusiveGateway", id, attributes=f'default="{default}"' if default else "")


def inclusive(id: str, default: str | None = None) -> str:
    return node("inclusiveGateway", id, attributes=f'default="{default}"' if default else "")


def parallel(*ids: str) -> str:
    return "".join(node("parallelGateway", id) for id in ids)


def script(id: str, text: str) -> str:
    return node("scriptTask", id, f"<script>{escape(text)}</script>", attributes='scriptFormat="text/x-feel"')


def subprocess(id: str, *parts: str) -> str:
    return node("subProcess", id, "".join(parts))


def timer(rule: str, kind: str = "timeDuration") -> str:
    return f"<timerEventDefinition><{kind}>{escape(rule)}</{kind}></timerEventDefinition>"


def on_message(name: str) -> str:
    return f'<messageEventDefinition messageRef="message_{name}"/>'


def on_error(code: str) -> str:
    return f'<errorEventDefinition errorRef="error_{code}"/>'


def on_signal(name: str) -> str:
    return f'<signalEventDefinition signalRef="signal_{name}"/>'


def on_escalation(code: str | None) -> str:
    """`None` catches any."""
    return f'<escalationEventDefinition escalationRef="escalation_{code}"/>' if code else "<escalationEventDefinition/>"


def link(name: str) -> str:
    return f'<linkEventDefinition name="{name}"/>'


def throw(id: str, event: str, **properties: str) -> str:
    return node("intermediateThrowEvent", id, event, **properties)


def handler(id: str, event: str, *parts: str, interrupting: bool = True) -> str:
    """An event sub-process that begins at `<id>_on`."""
    begin = node("startEvent", f"{id}_on", event, attributes=f'isInterrupting="{str(interrupting).lower()}"')
    return node("subProcess", id, begin + "".join(parts), attributes='triggeredByEvent="true"')


def boundary(id: str, host: str, event: str, interrupting: bool = True) -> str:
    attributes = f'attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}"'
    return node("boundaryEvent", id, event, attributes=attributes)


def catch(id: str, event: str, **properties: str) -> str:
    return node("intermediateCatchEvent", id, event, **properties)


def each(source: str, item: str, output: str | None = None, until: str | None = None, sequential: bool = False) -> str:
    """Multi-instance characteristics."""
    out = f"<loopDataOutputRef>{output}</loopDataOutputRef>" if output else ""
    condition = f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f'<loopDataInputRef>{source}</loopDataInputRef>{out}<inputDataItem name="{item}"/>{condition}'
        "</multiInstanceLoopCharacteristics>"
    )


def bpmn(
    *parts: str,
    id: str = "p",
    messages: tuple[str, ...] = (),
    errors: tuple[str, ...] = (),
    signals: tuple[str, ...] = (),
    escalations: tuple[str, ...] = (),
) -> bytes:
    roots = "".join(f'<message id="message_{name}" name="{name}"/>' for name in messages)
    roots += "".join(f'<error id="error_{code}" errorCode="{code}"/>' for code in errors)
    roots += "".join(f'<signal id="signal_{name}" name="{name}"/>' for name in signals)
    roots += "".join(f'<escalation id="escalation_{code}" escalationCode="{code}"/>' for code in escalations)
    body = f'{roots}<process id="{id}" name="{id}" isExecutable="true">{"".join(parts)}</process>'
    return f'<definitions {NAMESPACES} targetNamespace="t" id="d_{id}">{body}</definitions>'.encode()
