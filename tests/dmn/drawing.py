"""Drawing DMN files for the stories, as short as a table on a blackboard."""

from xml.sax.saxutils import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def text(tag: str, content: str, attributes: str = "") -> str:
    """`<tag><text>content</text></tag>`."""
    return f"<{tag} {attributes}><text>{escape(content)}</text></{tag}>"


def table(inputs: list[str], outputs: list[str], rows: list[list[str]], policy: str = "UNIQUE", more: str = "") -> str:
    """A decision table; an output is `name` or `name: "allowed", "values"` or `name = default`."""
    columns = "".join(f"<input>{text('inputExpression', one)}</input>" for one in inputs)
    for one in outputs:
        name, _, order = one.partition(":")
        name, _, default = name.partition("=")
        inside = text("outputValues", order.strip()) if order else ""
        inside += text("defaultOutputEntry", default.strip()) if default else ""
        columns += f'<output name="{name.strip()}">{inside}</output>'
    rules = ""
    for row in rows:
        cells = "".join(text("inputEntry", cell) for cell in row[: len(inputs)])
        rules += f"<rule>{cells}{''.join(text('outputEntry', cell) for cell in row[len(inputs) :])}</rule>"
    return f'<decisionTable hitPolicy="{policy}" {more}>{columns}{rules}</decisionTable>'


def literal(content: str) -> str:
    """A FEEL text as a decision's logic."""
    return text("literalExpression", content)


def decision(key: str, logic: str, requires: tuple[str, ...] = (), name: str = "", kind: str = "") -> str:
    """A decision; `requires` are ids, `bkm…` and `service…` of knowledge, `in…` of inputs."""
    links = ""
    for one in requires:
        if one.startswith(("bkm", "service")):
            links += f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>'
        else:
            what = "requiredInput" if one.startswith("in") else "requiredDecision"
            links += f'<informationRequirement><{what} href="#{one}"/></informationRequirement>'
    typed = f'<variable name="{name or key}" typeRef="{kind}"/>' if kind else f'<variable name="{name or key}"/>'
    return f'<decision id="{key}" name="{name or key}">{typed}{links}{logic}</decision>'


def given(key: str, name: str, kind: str) -> str:
    """An input."""
    return f'<inputData id="{key}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'


def file(*parts: str, namespace: str = NAMESPACE) -> bytes:
    """A DMN file."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return (
        f'{head}<definitions xmlns="{namespace}" id="d" name="d" namespace="n">{"".join(parts)}</definitions>'.encode()
    )
