"""Words of other engines and tools: left out. What would have been run or obeyed is told element by element, what is
only looks once for each vocabulary."""

from collections import Counter
from typing import Any

from lxml import etree

from app.catalogue.importing.notes import Notes, quoted
from app.engine.lint.foreign import CODE_NAMES, CODE_TEXT, local_name, namespace, owner_of

OBEYED = (*CODE_NAMES, "assignee", "owner", "candidate", "form", "due", "priority", "topic", "decision", "called",
          "mapping", "performer", "async", "taskdefinition", "loopcharacteristics")  # fmt: skip
"""In the name of a setting they say that an engine would act on it."""


class Foreign:
    """Collects the names of what is left out."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.looks: Counter[str] = Counter()
        self.told: dict[Any, list[str]] = {}

    def element(self, element: Any, holder: Any) -> None:
        inside = [part for part in element.iter(etree.Element)]
        names = [local_name(element.tag)]
        if any(_obeyed(part.tag, part.text or "") or _any(part) for part in inside):
            self._tell(holder, names)
        else:
            self.looks[namespace(element.tag)] += 1

    def attribute(self, element: Any, name: str, value: str) -> None:
        if _obeyed(name, value):
            self._tell(element, [f"{local_name(name)}={quoted(value, 40)}"])
        else:
            self.looks[namespace(name)] += 1

    def setting(self, holder: Any, name: str) -> None:
        """A property in our own words that means nothing, or nothing without more files."""
        self._tell(holder, [quoted(name, 40)])

    def _tell(self, holder: Any, names: list[str]) -> None:
        self.told.setdefault(owner_of(holder), []).extend(names)

    def tell(self) -> None:
        for owner, names in self.told.items():
            what = "、".join(dict.fromkeys(names))
            self.notes.add(
                owner, "foreign_dropped", f"图上的设置（{quoted(what, 160)}）在这里不会照办，没有带入。",
                "办理人、表单、期限请写成 spiffworkflow:property（见流程格式说明）；计算写 FEEL。",
            )  # fmt: skip
        for space, count in sorted(self.looks.items()):
            if space != "http://www.w3.org/2001/XMLSchema-instance":
                self.notes.add(
                    None, "looks_dropped", f"绘图工具自己的标记 {count} 处（{quoted(space) or '无名称空间'}）没有带入。",
                    "不影响办理，不需要处理。",
                )  # fmt: skip


def _obeyed(name: Any, value: str) -> bool:
    said = local_name(name).lower()
    return any(word in said for word in OBEYED) or bool(CODE_TEXT.search(value))


def _any(element: Any) -> bool:
    return any(_obeyed(name, value) for name, value in element.attrib.items())
