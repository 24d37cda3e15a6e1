"""Clocks, limits and local operations that a diagram names: each must exist, else a date would silently not be
reckoned, or a case stand still."""

from collections.abc import Iterator, Set

from app.catalogue.published import Published
from app.engine.definition import Node
from app.engine.model import Finding

LOCAL_OPERATIONS = frozenset({"issue_case_number", "issue_number", "last_day", "record_letter", "refer"})
"""What the platform carries out itself (docs/process-format.md §3)."""


def unknown_names(version: Published, registered: Set[str] = frozenset()) -> tuple[Finding, ...]:
    """What is named and neither declared in [clocks] or [limits] of the closure nor carried out here.

    Args:
        registered: codes of limits that the register of parameters holds besides.
    """
    limits = {code for one in version.all_settings.values() for code in one.limits} | registered
    found = [one for node in version.definition.nodes.values() for one in _of_node(version, node, limits)]
    return tuple(found)


def _of_node(version: Published, node: Node, limits: Set[str]) -> Iterator[Finding]:
    for kind, code in _named(version, node):
        if kind == "clock" and code not in version.clocks:
            yield _finding(
                node, f"时钟 {code} 没有声明，到期日无法计算。", "请在 process.toml 的 [clocks] 里声明，或改正代码。"
            )
        if kind == "limit" and code not in limits:
            yield _finding(
                node, f"时限 {code} 没有登记，到期日无法计算。", "请在 process.toml 的 [limits] 里写明，或改正代码。"
            )
        if kind == "local" and code not in LOCAL_OPERATIONS:
            known = "、".join(sorted(LOCAL_OPERATIONS))
            yield _finding(node, f"没有 local:{code} 这个操作，案件会停在这里。", f"请改正名称；可用的有 {known}。")


def _named(version: Published, node: Node) -> Iterator[tuple[str, str]]:
    for kind in ("clock", "limit"):
        if kind in node.properties:
            yield kind, node.properties[kind]
    call, _, operation = node.properties.get("call", "").partition(":")
    yield call, operation
    kind, colon, code = version.definition.timer_rules.get(node.id, "").partition(":")
    if colon and kind in ("clock", "limit"):
        yield kind, code.partition("@")[0]


def _finding(node: Node, message: str, remedy: str) -> Finding:
    return Finding(node.id, node.name, "name_unknown", message, remedy)
