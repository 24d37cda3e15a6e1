"""Compiling calls, properties and `instance of`."""

from app.dmn.feel import functions, nodes
from app.dmn.feel.compiler import Compiler, Frame, Step, compiles
from app.dmn.feel.functions.signature import Overload
from app.dmn.feel.limits import Meter
from app.dmn.feel.properties import property_of
from app.dmn.feel.types import is_of
from app.dmn.feel.values import Function, Value


@compiles(nodes.Call)
def call(compiler: Compiler, node: nodes.Call) -> Step:
    arguments = tuple(compiler.step(argument) for argument in node.arguments)
    if isinstance(node.function, nodes.Name) and compiler.is_built_in(node.function.name):
        return built_in(compiler, node, arguments)
    function = compiler.step(node.function)

    def step(frame: Frame) -> Value:
        callee = function(frame)
        if type(callee) is not Function:
            return frame.meter.note("括号前面不是函数")
        values = [argument(frame) for argument in arguments]
        if node.names:
            return call_named(callee, dict(zip(node.names, values, strict=True)), frame.meter)
        return callee.run(values, frame.meter)

    return step


def call_named(callee: Function, values: dict[str, Value], meter: Meter) -> Value:
    """A call that names its parameters."""
    if callee.named is not None:
        return callee.named(values, meter)
    if set(values) != set(callee.params):
        return meter.note("参数名称与函数的不一致")
    return callee.run([values[name] for name in callee.params], meter)


def built_in(compiler: Compiler, node: nodes.Call, arguments: tuple[Step, ...]) -> Step:
    """A built-in known by name: overloads that cannot take so many arguments are put aside now."""
    assert isinstance(node.function, nodes.Name)
    name = node.function.name
    overloads = functions.TABLE[name]
    if node.names:
        names = node.names
        return lambda frame: functions.call_named(
            name, overloads, {key: step(frame) for key, step in zip(names, arguments, strict=True)}, frame.meter
        )
    possible = tuple(overload for overload in overloads if overload.takes(len(arguments)))
    if len(possible) == 1 and len(arguments) == 1 and not possible[0].variadic:
        return single(name, possible[0], arguments[0])
    return lambda frame: functions.call(name, possible, [step(frame) for step in arguments], frame.meter)


def single(name: str, overload: Overload, argument: Step) -> Step:
    """The commonest call: one argument, one overload."""
    act, accepts = overload.act, overload.params[0].accepts

    def step(frame: Frame) -> Value:
        value = argument(frame)
        if accepts(value):
            frame.meter.read((value,))
            return frame.meter.made(act(frame.meter, value))
        return functions.call(name, (overload,), [value], frame.meter)

    return step


@compiles(nodes.Path)
def path(compiler: Compiler, node: nodes.Path) -> Step:
    source, name = compiler.step(node.source), node.name

    def step(frame: Frame) -> Value:
        value = source(frame)
        if type(value) is dict:
            if name in value:
                return value[name]
            return frame.meter.note(f"没有名为“{name}”的项")
        if type(value) is list:
            frame.meter.items(len(value))
            return [property_of(item, name, frame.meter) for item in value]
        return property_of(value, name, frame.meter)

    return step


@compiles(nodes.InstanceOf)
def instance_of(compiler: Compiler, node: nodes.InstanceOf) -> Step:
    value, kind = compiler.step(node.value), node.kind
    return lambda frame: is_of(value(frame), kind)
