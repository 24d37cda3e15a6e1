"""DMN files into elements, safely: no DOCTYPE, no entities, no network, bounded size and depth; DMN 1.2 to 1.5."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from app.dmn.before_xml import objection

NAMESPACES = (
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "http://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
"""DMN 1.2, 1.3, 1.4 (two spellings are in use) and 1.5."""


@dataclass(frozen=True, slots=True)
class DmnFinding:
    """What is wrong with a decision, in Chinese: where it stands and what to write instead.

    Attributes:
        decision: id of the decision or other element.
        name: its name as drawn.
        rule: 1-based number of the rule, 0 outside a rule.
        cell: the text of the cell.
        message: what is wrong; names line and column where a text is to blame.
    """

    decision: str
    name: str
    message: str
    rule: int = 0
    cell: str = ""

    def __str__(self) -> str:
        rule = f"第 {self.rule} 条规则" if self.rule else ""
        cell = f"“{self.cell[:60]}”" if self.cell else ""
        return f"决策“{self.name or self.decision}”（{self.decision}）{rule}{cell}：{self.message}"


class DmnRefused(Exception):
    """A DMN file that cannot be run; `findings` say why, cell by cell."""

    def __init__(self, findings: tuple[DmnFinding, ...]) -> None:
        super().__init__("；".join(map(str, findings)))
        self.findings = findings


def refused(message: str) -> DmnRefused:
    """A refusal of the whole file."""
    return DmnRefused((DmnFinding("definitions", "", message),))


def read(data: bytes) -> "etree._Element":
    """The root `definitions`. Raises DmnRefused."""
    if found := objection(data):
        raise refused(found[1])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise refused(f"不是完整的 XML 文件：{str(fault)[:120]}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise refused("文件里不能有 DOCTYPE")
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise refused("不是 DMN 1.2 到 1.5 的文件：根元素应当是 definitions")
    return root


def tag(element: "etree._Element") -> str:
    """The local name of a DMN element; empty for elements of other namespaces."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: "etree._Element", *names: str) -> Iterator["etree._Element"]:
    """Children with one of the names (all DMN children without names)."""
    for child in element:
        found = tag(child)
        if found and (not names or found in names):
            yield child


def child(element: "etree._Element", name: str) -> "etree._Element | None":
    """The first child of that name."""
    return next(children(element, name), None)


def text_of(element: "etree._Element | None") -> str:
    """The text of an element's `text` child, trimmed."""
    inner = None if element is None else child(element, "text")
    return "" if inner is None else "".join(inner.itertext()).strip()


def attribute(element: "etree._Element | None", name: str) -> str:
    """An attribute, empty when absent."""
    return "" if element is None else str(element.get(name) or "")


def reference(element: "etree._Element | None") -> str:
    """What an `href` points at: the id, after the namespace where it names one."""
    return attribute(element, "href").strip()
