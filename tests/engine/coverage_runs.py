"""What runs: for each element of BPMN 2.0 process modelling a small diagram, to be walked against the referee."""

from dataclasses import dataclass

from tests.engine.drawing import (
    boundary,
    bpmn,
    catch,
    chain,
    each,
    end,
    exclusive,
    flow,
    handler,
    link,
    node,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    parallel,
    script,
    start,
    subprocess,
    throw,
    timer,
    user,
    users,
)


@dataclass(frozen=True)
class Runs:
    """`looks`: the element means nothing to a token; that it stands there changes nothing."""

    xml: bytes
    note: str = ""
    called: tuple[bytes, ...] = ()
    decisions: tuple[bytes, ...] = ()
    looks: bool = False


def whole(*parts: str) -> bytes:
    return bpmn(*parts, messages=("m",), errors=("e",), signals=("s",), escalations=("u",))


def line(middle: str, note: str = "", called: tuple[bytes, ...] = (), decisions: tuple[bytes, ...] = ()) -> Runs:
    """start → the element, `x` → a task → end."""
    return Runs(whole(start(), middle, user("after"), end(), chain("start", "x", "after", "end")), note, called,
                decisions)  # fmt: skip


def looks(part: str, note: str, task: str = "") -> Runs:
    return Runs(whole(part, start(), task or user("x"), end(), chain("start", "x", "end")), note, looks=True)


def roots(part: str, note: str, inside: str = "") -> Runs:
    return Runs(looks(inside, note).xml.replace(b"<process", part.encode() + b"<process", 1), note, looks=True)


# Splits


def split(kind: str, again: bool, conditions: bool = False) -> Runs:
    """Apart and together again; `again`: with rework around the join."""
    gateways = node(kind, "f", attributes='default="f-b"' if conditions else "") + node(kind, "j")
    ways = flow("f", "a", "c > 4") + flow("f", "d", "c > 7") if conditions else chain("f", "a") + chain("f", "d")
    ways += chain("f", "b", "j", "x") + chain("a", "j") + chain("d", "j")
    parts = (start(), gateways, users("a", "b", "d", "x"), ways, end())
    if not again:
        return Runs(whole(*parts, chain("start", "f"), chain("x", "end")))
    loop = exclusive("m") + exclusive("g", "out") + chain("start", "m", "f") + chain("x", "g")
    return Runs(whole(*parts, loop, flow("g", "m", "c > 4"), flow("g", "end", id="out")))


def behind(first: str, flows: str, note: str = "") -> Runs:
    """Several flows behind one step, `x`, each to a task of its own, joined."""
    return Runs(whole(start(), first, users("a", "b", "after"), node("inclusiveGateway", "j"), end(), flows,
                      chain("start", "x"), chain("a", "j", "after", "end"), chain("b", "j")), note)  # fmt: skip


MERGE = Runs(whole(start(), parallel("f"), users("a", "b", "x"), end(), chain("start", "f", "a", "x", "end"),
                   chain("f", "b", "x")), "each token runs it; pointed out: `done_twice`")  # fmt: skip
EITHER = Runs(whole(start(), user("x"), exclusive("g", "d"), users("a", "b"), end(), chain("start", "x", "g"),
                    flow("g", "a", "c > 4"), flow("g", "b", id="d"), chain("a", "end"), chain("b", "end")),
              "null or no flow at all: an incident, never the default")  # fmt: skip
LOOP = Runs(whole(start(), exclusive("m"), user("x"), exclusive("g", "d"), end(), chain("start", "m", "x", "g"),
                  flow("g", "m", "c > 4"), flow("g", "end", id="d")))  # fmt: skip
EVENTS = Runs(whole(start(), parallel("f"), user("b"), end("t", on_signal("s")), node("eventBasedGateway", "x"),
                    catch("k", on_message("m")), catch("l", timer('"P7D"')), catch("n", on_signal("s")),
                    users("a", "d", "e"), end(), chain("start", "f", "x", "k", "a", "end"), chain("f", "b", "t"),
                    chain("x", "l", "d", "end"), chain("x", "n", "e", "end")))  # fmt: skip


# Events


def border(event: str, interrupting: bool = True, note: str = "") -> Runs:
    """On a task, beside one that throws a signal where that is heard."""
    beside = user("t") + end("t_end", on_signal("s")) + chain("f", "t", "t_end") if "signal" in event else ""
    parts = (start(), parallel("f"), user("a"), boundary("x", "a", event, interrupting), users("set_off", "after"))
    flows = chain("start", "f", "a", "after", "end") + chain("x", "set_off", "e2")
    return Runs(whole(*parts, end(), end("e2"), flows, beside), note)


def around(event: str, interrupting: bool = True, catches: str = "") -> Runs:
    """On the border of a scope that throws, at an end, where c says so."""
    inner = subprocess("s", start("i"), user("b"), exclusive("g", "ok"), end("bad", event), end("o"),
                       chain("i", "b", "g"), flow("g", "bad", "c > 4"), flow("g", "o", id="ok"))  # fmt: skip
    return Runs(whole(start(), inner, boundary("x", "s", catches or event, interrupting), users("set_off", "after"),
                      end(), end("e2"), chain("start", "s", "after", "end"), chain("x", "set_off", "e2")))  # fmt: skip


def within(event: str, interrupting: bool = True, note: str = "") -> Runs:
    """As the start of an event sub-process of a scope, which throws where c says so and goes on elsewhere."""
    throws = event if any(kind in event for kind in ("error", "escalation", "signal")) else ""
    handles = handler("h", event, user("x"), end("h_out"), chain("h_on", "x", "h_out"), interrupting=interrupting)
    inner = subprocess("s", start("i"), parallel("f"), users("b", "d"), exclusive("g", "ok"), end("bad", throws),
                       end("o"), chain("i", "f", "b", "g"), chain("f", "d", "o"), flow("g", "bad", "c > 4"),
                       flow("g", "o", id="ok"), handles)  # fmt: skip
    return Runs(whole(start(), inner, user("after"), end(), chain("start", "s", "after", "end")), note)


def on_the_way(event: str) -> Runs:
    """Thrown inside a scope whose border hears it."""
    inner = subprocess("s", start("i"), user("b"), throw("x", event), user("d"), end("o"),
                       chain("i", "b", "x", "d", "o"))  # fmt: skip
    return Runs(whole(start(), inner, boundary("k", "s", event, False), users("set_off", "after"), end(), end("e2"),
                      chain("start", "s", "after", "end"), chain("k", "set_off", "e2")))  # fmt: skip


HEARD = Runs(whole(start(), parallel("f", "j"), user("a"), throw("t", on_signal("s")), catch("x", on_signal("s")),
                   user("b"), end(), chain("start", "f", "a", "t", "j", "end"), chain("f", "x", "b", "j")),
             "inside one case")  # fmt: skip
LINKED = Runs(whole(start(), user("a"), throw("t", link("l")), catch("x", link("l")), user("b"), end(),
                    chain("start", "a", "t"), chain("x", "b", "end")), "pairs of one name in one scope")  # fmt: skip
STOPPED = Runs(whole(start(), parallel("f"), users("a", "b"), end("x", "<terminateEventDefinition/>"), end(),
                     chain("start", "f", "a", "x"), chain("f", "b", "end")))  # fmt: skip
SENT = Runs(whole(start(), user("a"), end("x", on_message("m")), chain("start", "a", "x")),
            "outwards, by the outbox")  # fmt: skip

# Scopes, decisions, surroundings

BLOCK = subprocess("x", start("i"), user("b"), end("o"), chain("i", "b", "o"))
CALLED = bpmn(start("q_in"), user("b"), end("q_out"), chain("q_in", "b", "q_out"), id="q")
TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="sum" name="Sum"><decisionTable hitPolicy="UNIQUE">
<input><inputExpression><text>c</text></inputExpression></input><output name="total"/>
<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
POOLS = (
    '<collaboration id="k"><participant id="p1" name="民政局" processRef="p"/><participant id="p2" name="申请人"/>'
    '<messageFlow id="mf" sourceRef="p2" targetRef="x"/></collaboration>'
)
LANES = '<laneSet id="ls"><lane id="l" name="审查岗"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
STORE = '<dataStoreReference id="ds" name="档案库" dataStoreRef="st"/>'
OBJECT = '<dataObject id="d" isCollection="true"/><dataObjectReference id="dr" dataObjectRef="d" name="申请书"/>'
READS = user("x", '<dataOutputAssociation id="a"><targetRef>dr</targetRef></dataOutputAssociation>')
COMMENT = '<textAnnotation id="t"><text>说明</text></textAnnotation><association id="a" sourceRef="x" targetRef="t"/>'

RUNS: dict[str, Runs] = {
    # Activities
    "task without a type": line(node("task", "x"), "work of a person"),
    "user task": line(user("x")),
    "manual task": line(node("manualTask", "x"), "work of a person"),
    "service task": line(node("serviceTask", "x", call="local:refer"), "`call` says what is asked"),
    "send task": line(node("sendTask", "x", attributes='messageRef="message_m"')),
    "receive task": line(node("receiveTask", "x", attributes='messageRef="message_m"')),
    "script task": line(script("x", "{c: 7}"), "FEEL"),
    "business rule task": line(node("businessRuleTask", "x", decision="sum"), "a DMN decision", decisions=(TABLE,)),
    "sub-process": line(BLOCK),
    "call activity": line(node("callActivity", "x", attributes='calledElement="q"'), "in the same case", (CALLED,)),
    # Loops and instances
    "loop of flows": LOOP,
    "parallel instances": line(user("x", each("list", "one"))),
    "sequential instances": line(user("x", each("list", "one", sequential=True))),
    "completion condition": line(user("x", each("list", "one", until="c > 4"))),
    # Flows
    "sequence flow": line(user("x")),
    "conditional and default flow": EITHER,
    "several flows behind an activity": behind(user("x"), chain("x", "a") + chain("x", "b"),
                                               "all at once; pointed out: `implicit_fork`"),
    "several flows behind an event": behind(catch("x", on_message("m")), chain("x", "a") + chain("x", "b"),
                                            "all at once"),
    "conditions behind an activity": behind(
        node("userTask", "x", attributes='default="x-b"'), flow("x", "a", "c > 4") + chain("x", "b"),
        "as behind an inclusive gateway"),
    "a condition beside a flow without one": behind(user("x"), flow("x", "a", "c > 4") + chain("x", "b")),
    "several flows into an activity": MERGE,
    # Gateways
    "exclusive gateway": EITHER,
    "parallel gateway": split("parallelGateway", again=False),
    "parallel gateways in a loop": split("parallelGateway", again=True),
    "inclusive gateway": split("inclusiveGateway", again=False, conditions=True),
    "inclusive gateways in a loop": split("inclusiveGateway", again=True, conditions=True),
    "event-based gateway": EVENTS,
    # Events
    "none start": line(user("x")),
    "message caught": line(catch("x", on_message("m"))),
    "timer": line(catch("x", timer('"P7D"')), "duration, date, clock or limit; never by itself"),
    "signal caught": HEARD,
    "link": LINKED,
    "none thrown": line(node("intermediateThrowEvent", "x")),
    "message thrown": line(throw("x", on_message("m")), "outwards, by the outbox"),
    "signal thrown": on_the_way(on_signal("s")),
    "escalation thrown": on_the_way(on_escalation("u")),
    "border: message": border(on_message("m")),
    "border: timer": border(timer('"P7D"')),
    "border: signal": border(on_signal("s")),
    "border: error": around(on_error("e")),
    "border: any error": around(on_error("e"), catches="<errorEventDefinition/>"),
    "border: escalation": around(on_escalation("u")),
    "border: any escalation": around(on_escalation("u"), catches=on_escalation(None)),
    "beside: message": border(on_message("m"), False, "any number of times"),
    "beside: timer": border(timer('"P7D"'), False),
    "beside: cycle": border(timer('"R2/P7D"', "timeCycle"), False),
    "beside: signal": border(on_signal("s"), False),
    "beside: escalation": around(on_escalation("u"), False),
    "none end": line(user("x")),
    "message end": SENT,
    "signal end": around(on_signal("s")),
    "escalation end": around(on_escalation("u"), False),
    "error end": around(on_error("e")),
    "terminate end": STOPPED,
    # Event sub-processes
    "within: message": within(on_message("m")),
    "within: timer": within(timer('"P7D"')),
    "within: signal": within(on_signal("s")),
    "within: error": within(on_error("e")),
    "within: escalation": within(on_escalation("u")),
    "within, beside: message": within(on_message("m"), False, "any number of times"),
    "within, beside: timer": within(timer('"P7D"'), False),
    "within, beside: cycle": within(timer('"R2/P7D"', "timeCycle"), False),
    "within, beside: signal": within(on_signal("s"), False),
    "within, beside: escalation": within(on_escalation("u"), False),
    # Surroundings
    "lanes": looks(LANES, "who does a task; decided outside the tokens"),
    "pools and message flows": roots(POOLS, "one process runs, the partner's pool is looked at"),
    "data objects": looks(OBJECT, "facts are declared in `process.toml`"),
    "data stores": roots('<dataStore id="st" name="档案库"/>', "as data objects", STORE),
    "data associations": looks(OBJECT, "pointed out: `data_ignored`", READS),
    "annotations, associations, groups": looks(COMMENT + '<group id="g"/>', ""),
    "categories, item definitions": roots('<category id="ca"/><itemDefinition id="it"/>', ""),
}  # fmt: skip
