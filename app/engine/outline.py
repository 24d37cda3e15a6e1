"""A first look at a diagram before it is compiled: which process it holds, which form each task names."""

from dataclasses import dataclass, field

from app.engine import safe_xml
from app.engine.read_diagram import read

ENGINE_VERSION = "spiff-3.2.0+b1"
"""Of SpiffWorkflow and of our patches; recorded with every event (proof §2.3 `eng`)."""


@dataclass(frozen=True)
class Outline:
    process: str
    title: str
    executable: bool
    forms: dict[str, str] = field(default_factory=dict)
    """Form id by the id of the node that asks it."""


def outline(bpmn: bytes) -> Outline | None:
    """The outline, or None when the bytes are no BPMN this platform reads (compiling then says why)."""
    try:
        diagram = read([safe_xml.parse(bpmn)])
    except safe_xml.XmlRefused:
        return None
    if not diagram.processes:
        return None
    runs = [name for name, does in diagram.executable.items() if does]
    process = diagram.processes[(runs or list(diagram.processes))[0]]
    forms = {drawn.id: form for drawn in diagram.drawn() if (form := drawn.node.properties.get("form"))}
    return Outline(process.id, process.name or process.id, bool(runs), forms)
