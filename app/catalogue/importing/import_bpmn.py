"""import_bpmn: the passes in their order, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from app.catalogue.importing import choices, events, ids, lanes, structure
from app.catalogue.importing.activities import make_runnable
from app.catalogue.importing.choosing import choose, too_large
from app.catalogue.importing.copying import copy
from app.catalogue.importing.draft import Draft, set_property
from app.catalogue.importing.files import bundle_files, form_ids
from app.catalogue.importing.notes import Notes
from app.catalogue.importing.pruning import prune
from app.catalogue.importing.reading import read
from app.catalogue.importing.repairs import repair
from app.engine.diagram import tag
from app.engine.lint.structure import NODES_LIMIT
from app.engine.model import Finding
from app.engine.safe_xml import XmlRefused


@dataclass(frozen=True)
class Imported:
    """`files` by path inside the bundle, as docs/process-format.md names them, `drawn.bpmn` (the diagram as it came)
    among them; empty where nothing can run. `findings` are notices of what was changed, and errors where it stopped."""

    files: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def import_bpmn(data: bytes, *, key: str, source: str = "") -> Imported:
    """Make a bundle of a BPMN file of any tool. Never raises on bad input.

    Args:
        data: the file as it is on disk, in its own encoding.
        key: of the process the bundle will be.
        source: name of the file, for the README of the bundle.
    """
    try:
        text, root = read(data)
    except XmlRefused as problem:
        return _nothing(problem.code, problem.message, "请用流程设计器另存后再导入。")
    if str(root.tag) != tag("definitions"):
        return _nothing("not_bpmn", "文件不是 BPMN 2.0 流程图。", "请用流程设计器另存为 BPMN 2.0 后再导入。")
    chosen = choose(root)
    if not chosen:
        return _nothing(
            "process_missing", "文件里没有画出步骤的流程。", "请画一个流程后再导入；编排图和会话图不能办理。"
        )
    if too_large(root, chosen):
        return _nothing("too_many_nodes", "流程图里的元素过多。", f"请拆成几个流程，每个不超过 {NODES_LIMIT} 个元素。")
    draft = copy(root, chosen, Notes())
    process = _make(draft)
    files = bundle_files(draft, process, drawn=text, key=key, source=source, title=_title(root, chosen[0]))
    return Imported(files, tuple(draft.notes.found))


def _nothing(code: str, message: str, remedy: str) -> Imported:
    return Imported(findings=(Finding("", "", code, message, remedy),))


def _make(draft: Draft) -> str:
    """The diagram that runs, as text."""
    for process in draft.processes:
        process.set("isExecutable", "true" if process is draft.main else "false")
    ids.make_fit(draft)
    draft.index()
    make_runnable(draft)
    structure.connect(draft)
    events.make_events_fit(draft)
    structure.write_starts(draft)
    structure.write_ends(draft)
    structure.write_forks(draft)
    repair(draft)
    choices.ask(draft)
    lanes.assign(draft)
    for node, form in form_ids(draft).items():
        set_property(draft.by_id[node], "form", form)
    prune(draft)
    return written(draft.root)


def written(root: Any) -> str:
    etree.indent(root, space="  ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{etree.tostring(root, encoding="unicode")}\n'


def _title(root: Any, process: Any) -> str:
    pools = [
        part.get("name")
        for part in root.iter(tag("participant"))
        if (part.get("processRef") or "").rpartition(":")[2] == process.get("id")
    ]
    return process.get("name") or next((name for name in pools if name), None) or process.get("id") or ""
