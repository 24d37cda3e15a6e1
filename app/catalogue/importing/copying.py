"""The part of a file that runs, copied into a tree of the three vocabularies that are read here and nothing else."""

from collections import Counter
from typing import Any

import re2
from lxml import etree

from app.catalogue.importing.choosing import local_id
from app.catalogue.importing.draft import Draft
from app.catalogue.importing.foreign import Foreign
from app.catalogue.importing.notes import Notes, quoted
from app.catalogue.importing.shapes import BPMNDI, DC, DI, Shapes
from app.engine.diagram import BPMN, SPIFF, XSI, local, tag
from app.engine.lint.settings import KNOWN
from app.engine.lint.texts import MARKUP, TEXT_LIMIT

NAMES = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI, "xsi": XSI, "spiffworkflow": SPIFF}
ROOTS = frozenset({"message", "error", "signal", "escalation", "category"})
DATA = frozenset({
    "ioSpecification", "property", "dataInput", "dataOutput", "inputSet", "outputSet", "dataInputAssociation",
    "dataOutputAssociation", "dataObject", "dataObjectReference", "dataStoreReference",
})  # fmt: skip
PERFORMERS = frozenset({"potentialOwner", "humanPerformer", "performer", "resourceRole"})
PASSED_OVER = frozenset({"incoming", "outgoing", "auditing", "monitoring", "activationCondition", "partitionElement",
                         "correlationSubscription", "supportedInterfaceRef", "endPointRef", "interfaceRef",
                         "participantMultiplicity", "categoryValueRef", "supports"})  # fmt: skip
REFERENCES = frozenset({"messageRef", "errorRef", "signalRef", "escalationRef", "calledElement", "processRef",
                        "bpmnElement", "sourceRef", "targetRef", "attachedToRef", "default"})  # fmt: skip
DROPPED = frozenset({"itemRef", "structureRef", "operationRef", "implementation", "categoryValueRef", "itemSubjectRef",
                     "definitionalCollaborationRef", "completionQuantity", "startQuantity"})  # fmt: skip
SETTINGS = KNOWN - {"form"}
"""Settings of ours that a diagram may bring alone; a form lies beside it."""
HANDLER = re2.compile(r"(?i)on[a-z]+$")
WHOLE = frozenset({"conditionExpression", "condition", "timeDate", "timeDuration", "timeCycle", "script", "text",
                   "loopCardinality", "completionCondition", "loopCondition", "flowNodeRef", "source", "target"})  # fmt: skip
"""Elements whose text is wanted, whatever stands inside it."""


def copy(root: Any, chosen: list[Any], notes: Notes) -> Draft:
    """A draft of the chosen processes; what is not read here is left out and told."""
    copier = _Copier(root, notes)
    new = etree.Element(tag("definitions"), nsmap=NAMES)
    new.set("id", root.get("id") or "definitions")
    new.set("targetNamespace", root.get("targetNamespace") or "urn:banyan:imported")
    for child in root:
        if local(child) in ROOTS:
            copier.copy(child, new)
    shared = [c for c in root.iterfind(tag("collaboration")) if _shows(c, chosen)][:1]
    for element in (*shared, *chosen):
        copier.copy(element, new)
    for diagram in root.iterfind(f"{{{BPMNDI}}}BPMNDiagram"):
        copier.copy_drawing(diagram, new)
    processes = list(new.iterfind(tag("process")))
    copier.tell(len(list(root.iterfind(tag("process")))) - len(processes))
    return Draft(new, processes, notes, Shapes(new), performers=copier.performers, pool_of=_pools(root))


def _pools(root: Any) -> dict[str, str]:
    processes = {process.get("id"): process for process in root.iterfind(tag("process"))}
    found: dict[str, str] = {}
    for part in root.iter(tag("participant")):
        process = processes.get(local_id(part.get("processRef")))
        inside = process.iter(etree.Element) if process is not None else ()
        found |= {each.get("id"): part.get("id") for each in inside if each.get("id")}
    return found


def _shows(collaboration: Any, chosen: list[Any]) -> bool:
    ids = {process.get("id") for process in chosen}
    return any(local_id(part.get("processRef")) in ids for part in collaboration.iterfind(tag("participant")))


class _Copier:
    def __init__(self, root: Any, notes: Notes) -> None:
        self.root = root
        self.notes = notes
        self.foreign = Foreign(notes)
        self.performers: dict[str, list[str]] = {}
        self.resources = {each.get("id"): each.get("name") or "" for each in root.iterfind(tag("resource"))}
        self.shared = {each.get("id"): each for each in root if local(each).endswith("EventDefinition")}
        self.data: Counter[str] = Counter()

    def copy(self, element: Any, into: Any) -> None:
        new = etree.SubElement(into, element.tag)
        self._attributes(element, new)
        if local(element) in WHOLE:
            new.text = "".join(element.itertext()).strip() or None
            return
        for child in element:
            self._child(child, element, new)

    def _child(self, child: Any, parent: Any, new: Any) -> None:
        kind = local(child)
        if kind == "extensionElements":
            self._extensions(child, new)
        elif kind.startswith("{") or not str(child.tag).startswith("{"):
            self.foreign.element(child, parent)
        elif kind in PERFORMERS:
            self.performers.setdefault(parent.get("id") or "", []).append(self._performer(child))
        elif kind in DATA:
            self.data[kind] += 1
        elif kind == "eventDefinitionRef":
            found = self.shared.get(local_id(child.text))
            if found is not None:
                self.copy(found, new)
                new[-1].attrib.pop("id", None)
        elif kind == "documentation":
            self._documentation(child, new)
        elif kind not in PASSED_OVER:
            self.copy(child, new)

    def _attributes(self, element: Any, new: Any) -> None:
        for name, value in element.attrib.items():
            if name.startswith("{"):
                self.foreign.attribute(element, name, value)
            elif name not in DROPPED and not HANDLER.match(name):
                new.set(name, local_id(value) if name in REFERENCES else value)

    def _extensions(self, element: Any, new: Any) -> None:
        kept = [child for child in element if str(child.tag) == f"{{{SPIFF}}}properties"]
        for child in element:
            if child not in kept:
                self.foreign.element(child, element.getparent())
        if kept:
            holder = etree.SubElement(new, tag("extensionElements"))
            for properties in kept:
                self._properties(properties, holder)

    def _properties(self, element: Any, holder: Any) -> None:
        new = etree.SubElement(holder, f"{{{SPIFF}}}properties")
        for each in element.iterfind(f"{{{SPIFF}}}property"):
            if each.get("name") not in SETTINGS:
                self.foreign.setting(element, each.get("name", ""))
                continue
            etree.SubElement(new, each.tag, name=each.get("name", ""), value=each.get("value", ""))

    def _documentation(self, element: Any, new: Any) -> None:
        text = "".join(element.itertext()).strip()
        if not text:
            return
        if len(text) > TEXT_LIMIT or MARKUP.search(text):
            self.notes.add(
                element.getparent(), "documentation_dropped", "说明文字过长或带有网页代码，没有带入。",
                "需要的话，请改写成纯文字后补上。",
            )  # fmt: skip
            return
        etree.SubElement(new, element.tag).text = text

    def _performer(self, element: Any) -> str:
        reference = local_id(element.findtext(tag("resourceRef")))
        if reference:
            return quoted(self.resources.get(reference) or reference)
        return quoted("".join(element.itertext()) or element.get("name"))

    def copy_drawing(self, element: Any, into: Any) -> None:
        """Shapes, edges and places; colours and the like of other vocabularies are left out in silence."""
        new = etree.SubElement(into, element.tag)
        for name, value in element.attrib.items():
            if not name.startswith("{"):
                new.set(name, local_id(value) if name == "bpmnElement" else value)
        for child in element:
            space, name = etree.QName(child).namespace, etree.QName(child).localname
            if space in (BPMNDI, DC, DI) and name != "extension":
                self.copy_drawing(child, new)

    def tell(self, others: int) -> None:
        """What is told once for the whole file."""
        self.foreign.tell()
        if others:
            self.notes.add(
                None, "process_drawn", f"另外 {others} 个流程（泳池）只保留在图上，不会执行。",
                "其中由本单位办理的，请另行导入，或画成被调用的流程。",
            )  # fmt: skip
        if self.data:
            self.notes.add(
                None, "data_drawn", f"数据对象、数据存储和数据输入输出共 {self.data.total()} 处只保留在图上，不会赋值。",
                "判断要用的事实请在 process.toml 的 [facts] 里声明，由表单填写。",
            )  # fmt: skip
        unread = Counter(local(e) for e in self.root if str(e.tag).startswith(f"{{{BPMN}}}") and not _known(e))
        if unread:
            what = "、".join(f"{name}（{count} 个）" for name, count in sorted(unread.items()))
            self.notes.add(None, "root_dropped", f"文件里的 {what}在这里用不到，没有带入。", "不需要办理。")


def _known(element: Any) -> bool:
    name = local(element)
    return name in ROOTS or name in ("process", "collaboration", "itemDefinition") or name.endswith("EventDefinition")
