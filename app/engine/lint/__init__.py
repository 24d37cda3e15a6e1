"""What may be drawn. Everything not known to run exactly as drawn is refused, with a remedy, at the desk of the author.

One file per family of rules; each gives findings for a whole diagram."""

from app.engine.definition import Sources
from app.engine.diagram import Diagram
from app.engine.model import Finding


def lint_diagram(diagram: Diagram, sources: Sources) -> tuple[Finding, ...]:
    """All findings, errors first, in the order of the diagram."""
    return ()
