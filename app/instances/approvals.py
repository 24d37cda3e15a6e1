"""Statutory approvals in a diagram: the steps that no administrator moves a case past (engine rule 12).

A person's step is one when its separation group is `approval`, when the role that does it approves, or when the diagram
says `statutory = "yes"` of it. A sub-process or call activity that holds one counts as one in the scope around it.
"""

from app.catalogue.published import Published
from app.engine import Node
from app.identity.roles import APPROVING, ROLES

HUMAN = frozenset({"userTask", "manualTask", "task"})


def statutory_approvals(version: Published) -> frozenset[str]:
    """Ids of these nodes, in every scope of the closure."""
    nodes = version.definition.nodes.values()
    found = {node.id for node in nodes if _approves(version, node)}
    while True:
        holding = {version.definition.nodes[one].scope for one in found}
        more = {node.id for node in nodes if node.id in holding or node.called in holding} - found
        if not more:
            return frozenset(found)
        found |= more


def _approves(version: Published, node: Node) -> bool:
    if node.kind not in HUMAN:
        return False
    asked = node.properties
    role = asked.get("role") or version.role_of(node.process, node.lane)
    by_role = ROLES[role].group if role in ROLES else None
    return asked.get("statutory") == "yes" or APPROVING in (asked.get("separation"), by_role)
