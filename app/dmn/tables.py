"""DMN files as the rest of the program sees them: decisions by id, each with what it needs and what it answers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.dmn.decision_table import Hit
from app.dmn.feel.compiler import Frame
from app.dmn.feel.errors import FeelError
from app.dmn.feel.expressions import run
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import Value
from app.dmn.requirements import DRAWN, Model, Part, read_model
from app.dmn.xml import DmnFinding, DmnRefused, attribute, child, children

__all__ = ["Decided", "Decision", "DmnFinding", "DmnRefused", "parse_decisions"]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision answered.

    Attributes:
        rows: numbers of the rules that made the result, from 1; empty for a decision that is no table.
        inputs: values of the table's inputs by heading; of a decision that is no table, by name.
        output: a value, a context of the outputs by name, or a list of either (by hit policy).
    """

    rows: tuple[int, ...]
    inputs: dict[str, Value]
    output: Value


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a file.

    Attributes:
        digest: SHA-256 (hex) of the file's bytes and the decision's id.
        inputs: names it takes from the scope, its required decisions' included.
        outputs: names of its output columns; its own name when it has one without a name.
    """

    id: str
    name: str
    digest: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    model: Model = field(repr=False, compare=False)
    part: Part = field(repr=False, compare=False)

    def decide(self, scope: Mapping[str, Value], *, at: datetime) -> Decided:
        """Answer for these facts.

        Raises: FeelError when the facts break the table: two hits of a UNIQUE table, contradicting hits of an ANY
            table, a value outside the allowed ones, work beyond the limits.
        """
        meter = Meter(at)
        computed = {part.name for part in self.model.parts.values() if part.shape == "decision"}
        known = {name: value for name, value in scope.items() if name not in computed}
        output = run(lambda frame: self.model.value_of(self.part, known, meter), Frame({}, None, meter))
        broken = next((hit for hit in meter.trace if hit.fault), None)
        if broken is not None or meter.stopped:
            reason = broken.fault if broken is not None else meter.notes[-1]
            raise FeelError(f"决策“{self.name}”不能得出结果：{reason}")
        hit = next((hit for hit in reversed(meter.trace) if hit.table == self.id), None)
        if hit is None:
            hit = Hit(self.id, (), {name: scope.get(name) for name in self.inputs})
        return Decided(hit.rows, hit.inputs, output)


def parse_decisions(xml: bytes) -> dict[str, Decision]:
    """All decisions of a DMN file by id, compiled. Raises DmnRefused with every finding."""
    model = read_model(xml)
    parts = [part for part in model.parts.values() if part.shape == "decision"]
    findings = [*model.findings, *circles(model), *loose_ends(model), *other_languages(model)]
    if not parts:
        findings.append(DmnFinding("definitions", "", "文件里没有决策"))
    if findings:
        raise DmnRefused(tuple(findings))
    digest = hashlib.sha256(xml)
    return {part.key: decision_of(model, part, digest.hexdigest()) for part in parts}


def decision_of(model: Model, part: Part, file_digest: str) -> Decision:
    """One decision as others see it."""
    digest = hashlib.sha256(f"{file_digest}:{part.key}".encode()).hexdigest()
    name = attribute(part.element, "name") or part.name
    return Decision(part.key, name, digest, tuple(sorted(needs(model, part))), outputs(part), model, part)


def needs(model: Model, part: Part) -> set[str]:
    """Names taken from the scope by the part and by all it requires."""
    found = set(part.free)
    own: set[str] = set()
    for key in part.requires:
        required = model.parts.get(key)
        if required is None:
            continue
        if required.shape == "inputData":
            found.add(required.name)
        else:
            own.add(required.name)
            found |= needs(model, required)
    return {name for name in found if name not in own}


def outputs(part: Part) -> tuple[str, ...]:
    """Names of the output columns."""
    table = child(part.element, "decisionTable")
    names = [] if table is None else [attribute(one, "name") for one in children(table, "output")]
    return tuple(names) if len(names) > 1 else (names[0] or part.name if names else part.name,)


def circles(model: Model) -> list[DmnFinding]:
    """Decisions that require themselves."""
    found = []
    for part in model.parts.values():
        seen: set[str] = set()
        waiting = list(part.requires)
        while waiting:
            key = waiting.pop()
            if key == part.key:
                found.append(DmnFinding(part.key, part.name, "决策直接或间接地需要自己"))
                break
            if key not in seen and key in model.parts:
                seen.add(key)
                waiting += model.parts[key].requires
    return found


def loose_ends(model: Model) -> list[DmnFinding]:
    """Requirements that point at nothing in the file, and ids used twice."""
    found = [
        DmnFinding(part.key, part.name, f"需要的元素“{key}”不在文件里")
        for part in model.parts.values()
        for key in part.requires
        if key not in model.parts
    ]
    keys = [attribute(element, "id") for element in children(model.root, *DRAWN)]
    return found + [DmnFinding(key, "", "这个 id 用了两次") for key in sorted(set(keys)) if keys.count(key) > 1]


def other_languages(model: Model) -> list[DmnFinding]:
    """Texts that say they are written in something else than FEEL: they would be read as FEEL all the same."""
    found = []
    whole = attribute(model.root, "expressionLanguage")
    if whole and "feel" not in whole.lower():
        found.append(DmnFinding("definitions", "", f"表达式的语言应为 FEEL，不能是 {whole}"))
    for part in model.parts.values():
        languages = {attribute(element, "expressionLanguage") for element in part.element.iter()}
        for language in sorted(name for name in languages if name and "feel" not in name.lower()):
            found.append(DmnFinding(part.key, part.name, f"表达式的语言应为 FEEL，不能是 {language}"))
    return found
