"""Sources → definition: safe parse, lint, normalise, compile, once for each digest."""

import hashlib
import json
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from threading import Lock
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from app.engine import safe_xml
from app.engine.compiling import compile_program
from app.engine.definition import Definition, Sources
from app.engine.diagram import Diagram
from app.engine.expressions import constant
from app.engine.facts import CASE_DIVISION
from app.engine.lint import lint_diagram
from app.engine.model import DefinitionRefused, Finding
from app.engine.normalise import normalise
from app.engine.parser import build
from app.engine.read_diagram import keep_closure, read

CACHE_SIZE = 200


class _Definitions:
    """Compiled definitions by digest, least recently used first out."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Definition] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str) -> Definition | None:
        with self._lock:
            found = self._known.get(digest)
            if found is not None:
                self._known.move_to_end(digest)
            return found

    def put(self, definition: Definition) -> Definition:
        with self._lock:
            known = self._known.setdefault(definition.digest, definition)
            if len(self._known) > CACHE_SIZE:
                self._known.popitem(last=False)
            return known


_definitions = _Definitions()


def compile_definition(sources: Sources) -> Definition:
    """The definition of these sources; the same object while it is in the cache.

    Raises:
        DefinitionRefused: with every finding, warnings too."""
    digest = digest_of(sources)
    return _definitions.get(digest) or _definitions.put(_compile(sources, digest))


def lint(sources: Sources) -> tuple[Finding, ...]:
    """What is wrong with these sources, errors first. Empty when nothing is."""
    diagram, findings = _read(sources)
    if diagram is None:
        return findings
    findings = lint_diagram(diagram, sources)
    if any(finding.severity == "error" for finding in findings):
        return findings
    try:
        _built(diagram, main_process(diagram, sources))
    except DefinitionRefused as refused:
        return (*refused.findings, *findings)
    return findings


def digest_of(sources: Sources) -> str:
    """Hex SHA-256 over all sources, each part framed by its length so that no two closures read alike."""
    told = {
        "facts": [asdict(fact) for fact in sources.facts],
        "process": sources.process,
        "writes": {node: sorted(facts) for node, facts in sorted(sources.writes.items())},
    }
    described = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    counts = f"{len(sources.called)},{len(sources.decisions)}".encode()
    digest = hashlib.sha256()
    for part in (b"banyan-definition-1", counts, described, sources.main, *sources.called, *sources.decisions):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _read(sources: Sources) -> tuple[Diagram | None, tuple[Finding, ...]]:
    roots: list[Any] = []
    for data in (sources.main, *sources.called):
        try:
            roots.append(safe_xml.parse(data))
        except safe_xml.XmlRefused as error:
            return None, (Finding("", "", error.code, error.message, "请用流程设计器另存后再导入。"),)
    diagram = read(roots)
    keep_closure(diagram, main_process(diagram, sources))
    return diagram, ()


def _compile(sources: Sources, digest: str) -> Definition:
    diagram, findings = _read(sources)
    if diagram is None:
        raise DefinitionRefused(findings)
    findings = lint_diagram(diagram, sources)
    if any(finding.severity == "error" for finding in findings):
        raise DefinitionRefused(findings)
    main = main_process(diagram, sources)
    spec, inner = _built(diagram, main)
    facts = {fact.name: fact for fact in (*sources.facts, CASE_DIVISION)}
    program = compile_program(diagram, sources, facts, spec, inner)
    order = sorted(diagram.processes.values(), key=lambda scope: scope.id != main)
    return Definition(
        digest=digest,
        process_id=main,
        title=diagram.processes[main].name,
        nodes=program.nodes,
        flows={flow.id: flow for scope in diagram.scopes.values() for flow in scope.flows.values()},
        messages=tuple(sorted(set(_awaited(diagram, program.messages)))),
        facts=facts,
        processes={scope.id: scope.name for scope in order},
        timer_rules={node: str(rule) for node, formula in program.timers.items() if (rule := constant(formula))},
        warnings=findings,
        program=program,
    )


def _built(diagram: Diagram, main: str) -> tuple[Any, dict[str, Any]]:
    """SpiffWorkflow's parser follows the flows step by step, each one deeper than the last.

    On a stack of its own: what is published by a command, near the bottom of its stack, must compile behind a page too.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="compile") as own:
        return own.submit(_parsed, diagram, main).result()


def _parsed(diagram: Diagram, main: str) -> tuple[Any, dict[str, Any]]:
    try:
        return build(normalise(diagram), main)
    except (RecursionError, ValidationException) as error:
        if "RecursionError" not in f"{type(error).__name__} {error}":
            raise
        what = "从开始到结束一步接一步的元素太多，编排不下。"
        raise DefinitionRefused((Finding("", "", "too_deep", what, "请把其中一段放进嵌入子流程。"),)) from error


def main_process(diagram: Diagram, sources: Sources) -> str:
    """Id of the process to run: the named one, else the first executable one (the main file comes first)."""
    if sources.process is not None:
        return sources.process
    return next((name for name, runs in diagram.executable.items() if runs), next(iter(diagram.processes), ""))


def _awaited(diagram: Diagram, messages: Any) -> list[str]:
    throws = ("endEvent", "intermediateThrowEvent", "sendTask")
    return [messages[drawn.id] for drawn in diagram.drawn() if drawn.id in messages and drawn.kind not in throws]
