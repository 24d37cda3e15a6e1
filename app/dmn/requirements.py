"""The requirements graph of a file: input data, decisions, business knowledge models, decision services (§6.3).

What an element requires is computed before it, each decision once per question.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.dmn.boxed import boxed_in
from app.dmn.feel.coercion import coerce
from app.dmn.feel.compiler import Compiler, Frame, Level, Step
from app.dmn.feel.construction import called
from app.dmn.feel.errors import FeelError
from app.dmn.feel.limits import Meter
from app.dmn.feel.types import FeelType
from app.dmn.feel.values import Function, Value
from app.dmn.feel.wire import adopt
from app.dmn.item_types import ItemTypes
from app.dmn.reading import Reading
from app.dmn.xml import DmnFinding, attribute, child, children, read, reference

if TYPE_CHECKING:
    from lxml import etree

DRAWN = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


@dataclass(slots=True)
class Part:
    """One drawn element.

    Attributes:
        requires: ids of what it requires, in the order drawn.
        free: names its expression takes from around it.
        step: its expression compiled (decisions and knowledge models).
    """

    key: str
    name: str
    shape: str
    kind: FeelType | None
    element: "etree._Element"
    requires: tuple[str, ...] = ()
    free: frozenset[str] = frozenset()
    step: Step | None = None
    params: tuple[str, ...] = ()
    kinds: tuple[FeelType | None, ...] = ()


@dataclass(slots=True)
class Model:
    """One DMN file, compiled. `imported` are other files by the name they are imported under."""

    root: "etree._Element"
    imported: Mapping[str, "Model"] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    findings: list[DmnFinding] = field(default_factory=list)
    kinds: dict[str, FeelType] = field(default_factory=dict)
    properties: frozenset[str] = frozenset()

    def named(self, name: str, *shapes: str) -> Part | None:
        """The element of that name."""
        return next((part for part in self.parts.values() if part.name == name and part.shape in shapes), None)

    def value_of(self, part: Part, known: dict[str, Value], meter: Meter) -> Value:
        """A decision's value. `known` holds inputs and what has been computed so far, by name; it grows."""
        if part.name in known and part.shape == "decision":
            return known[part.name]
        self.gather(part, known, meter)
        if part.step is None:
            return None
        value = part.step(Frame(known, None, meter))
        value = value if part.kind is None else coerce(value, part.kind, meter)
        known[part.name] = value
        return value

    def gather(self, part: Part, known: dict[str, Value], meter: Meter) -> None:
        """Everything the part requires, put under its name."""
        for key in part.requires:
            required = self.parts.get(key)
            if required is None:
                continue
            if required.shape == "decision":
                self.value_of(required, known, meter)
            elif required.shape == "inputData":
                self.take_input(required, known, meter)
            elif required.name not in known:
                known[required.name] = self.function_of(required, meter)
        for name, model in self.imported.items():
            if name not in known:
                known[name] = model.everything(known.get(name), meter)

    def take_input(self, part: Part, known: dict[str, Value], meter: Meter) -> None:
        """An input, fitted to its declared type."""
        value = adopt(known.get(part.name))
        known[part.name] = value if part.kind is None else coerce(value, part.kind, meter)

    def function_of(self, part: Part, meter: Meter) -> Function:
        """A knowledge model or a service as a function."""
        act = self.knowledge(part) if part.shape == "businessKnowledgeModel" else self.service(part)
        return Function(part.name, part.params, act, part.kinds, part.kind)

    def knowledge(self, part: Part) -> Callable[[list[Value], Meter], Value]:
        """What calling a knowledge model does."""

        def run(arguments: list[Value], meter: Meter) -> Value:
            values = fit(part, arguments, meter)
            if values is None or part.step is None:
                return None
            around: dict[str, Value] = {}
            self.gather(part, around, meter)
            answer = called(part.step, Frame(values, Frame(around, None, meter), meter))
            return answer if part.kind is None else coerce(answer, part.kind, meter)

        return run

    def service(self, part: Part) -> Callable[[list[Value], Meter], Value]:
        """What calling a decision service does: its inputs given, its output decisions computed."""

        def run(arguments: list[Value], meter: Meter) -> Value:
            values = fit(part, arguments, meter)
            return (
                None
                if values is None
                else called(lambda frame: self.outputs(part, values, meter), Frame({}, None, meter))
            )

        return run

    def outputs(self, part: Part, known: dict[str, Value], meter: Meter) -> Value:
        """The value of the one output decision, or a context of several."""
        decisions = [self.parts[reference(one).lstrip("#")] for one in children(part.element, "outputDecision")]
        values = {decision.name: self.value_of(decision, known, meter) for decision in decisions}
        answer = next(iter(values.values())) if len(values) == 1 else values
        return answer if part.kind is None else coerce(answer, part.kind, meter)

    def everything(self, given: Value, meter: Meter) -> dict[str, Value]:
        """What an import offers: inputs given for it, its decisions, functions and services by name."""
        known: dict[str, Value] = dict(given) if isinstance(given, dict) else {}
        for part in self.parts.values():
            if part.shape == "decision":
                self.value_of(part, known, meter)
            elif part.shape != "inputData":
                known[part.name] = self.function_of(part, meter)
        return known


def fit(part: Part, arguments: list[Value], meter: Meter) -> dict[str, Value] | None:
    """Arguments by parameter name, fitted to their types; None when their number is wrong."""
    if len(arguments) != len(part.params):
        meter.note(f"“{part.name}”要 {len(part.params)} 个参数，给了 {len(arguments)} 个")
        return None
    values: dict[str, Value] = {}
    for name, kind, value in zip(part.params, part.kinds, arguments, strict=True):
        values[name] = value if kind is None else coerce(value, kind, meter)
        if value is not None and values[name] is None:
            return None
    return values


def read_model(data: bytes, imported: Mapping[str, "Model"] | None = None) -> Model:
    """A file as a compiled model; what is wrong inside is in `findings`. Raises DmnRefused when it is no DMN at all."""
    root = read(data)
    model = Model(root, imported or {})
    outside = {f"{name}.{kind}": of for name, other in model.imported.items() for kind, of in other.kinds.items()}
    types = ItemTypes(root, outside)
    model.kinds = types.kinds
    for element in children(root, *DRAWN):
        part = draw(element, types)
        model.parts[part.key] = part
    model.findings = list(types.findings)
    below = {part.name for other in model.imported.values() for part in other.parts.values()}
    model.properties = frozenset(types.components | below)
    names = frozenset({part.name for part in model.parts.values()} | set(model.imported))
    for part in model.parts.values():
        compile_part(model, part, names)
    return model


def draw(element: "etree._Element", types: ItemTypes) -> Part:
    """An element with its name, type and requirements."""
    variable = child(element, "variable")
    name = attribute(variable, "name") or attribute(element, "name")
    reference_name = attribute(variable, "typeRef")
    kind = types.named(reference_name) if reference_name else None
    shape = element.tag.rpartition("}")[2]
    return Part(attribute(element, "id") or name, name, shape, kind, element, required(element))


def required(element: "etree._Element") -> tuple[str, ...]:
    """Ids an element requires."""
    wanted = ("requiredInput", "requiredDecision", "requiredKnowledge")
    drawn = children(element, "informationRequirement", "knowledgeRequirement")
    return tuple(reference(one).rpartition("#")[2] for link in drawn for one in children(link, *wanted))


def compile_part(model: Model, part: Part, names: frozenset[str]) -> None:
    """Read and compile what the part says."""
    if part.shape == "inputData":
        return
    if part.shape == "decisionService":
        given = [model.parts.get(reference(one).rpartition("#")[2]) for one in service_inputs(part.element)]
        part.params = tuple(one.name for one in given if one is not None)
        part.kinds = tuple(one.kind for one in given if one is not None)
        return
    reading = Reading(part.key, attribute(part.element, "name"), names, model.properties, model.kinds)
    logic = child(part.element, "encapsulatedLogic")
    levels: list[Level] = []
    if part.shape == "businessKnowledgeModel" and logic is not None:
        params = list(children(logic, "formalParameter"))
        part.params = tuple(attribute(param, "name") for param in params)
        part.kinds = tuple(reading.type_named(attribute(param, "typeRef")) for param in params)
        reading.names |= set(part.params)
        levels.append(Level(part.params))
        if attribute(logic, "kind") not in ("", "FEEL"):
            reading.fault(f"不支持 {attribute(logic, 'kind')} 函数，只能用 FEEL", "")
    try:
        compiler = Compiler("", None, levels)
        node = boxed_in(logic if logic is not None else part.element, reading)
        part.step = compiler.step(node)
        part.free = frozenset(compiler.free)
    except (FeelError, RecursionError) as fault:
        reading.fault(str(fault) if isinstance(fault, FeelError) else "嵌套太深，请拆成几步", "")
    if reading.findings:
        part.step = None if part.shape == "decision" or not part.step else part.step
    model.findings += reading.findings


def service_inputs(element: "etree._Element") -> list["etree._Element"]:
    """The parameters of a service: input data, then input decisions."""
    return [*children(element, "inputData"), *children(element, "inputDecision")]
