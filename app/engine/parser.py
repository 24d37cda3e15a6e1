"""SpiffWorkflow's parser over the normalised XML, with the specs of this engine.

It reads only what `normalise` wrote: element ids, flow ids and the kinds of events, never an author's text.
"""
# mypy: disable-error-code="misc"

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import EndEventParser, StartEventParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition

from app.engine import event_specs, joins, specs


class NodeParser(TaskParser):
    """Reads the flows behind an activity or event: all of them are taken, those with a condition where it is true."""

    def handles_multiple_outgoing(self) -> bool:
        return True

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool) -> None:
        self.task.connect(outgoing_task)
        if is_default:
            self.task.otherwise = outgoing_task.name
            return
        self.ways = [*getattr(self, "ways", []), (self.parse_condition(sequence_flow_node), outgoing_task.name)]
        if any(flow is not None for flow, _ in self.ways):
            self.task.choices = tuple(self.ways)


class ScopeParser(NodeParser, SubWorkflowParser):
    pass


class CallParser(NodeParser, CallActivityParser):
    pass


class HumanParser(NodeParser):
    PARALLEL_MI_CLASS = specs.MultiInstance
    SEQUENTIAL_MI_CLASS = specs.SequentialMultiInstance


class EventParser(NodeParser):
    """Reads the event definition that `normalise` wrote as attributes."""

    throws = False

    def definition(self) -> Any:
        kind, code = self.node.get("event"), self.node.get("code", "")
        if kind is None:
            return NoneEventDefinition()
        if kind == "terminate":
            return TerminateEventDefinition()
        if self.throws:
            return event_specs.Throw(kind, code)
        return event_specs.Catch(kind, cycle=self.node.get("cycle") == "true", code=code)

    def create_task(self) -> Any:
        return self.spec_class(self.spec, self.bpmn_id, event_definition=self.definition(), **self.bpmn_attributes)


class ThrowParser(EventParser):
    throws = True


class BoundaryParser(EventParser):
    def create_task(self) -> Any:
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            event_definition=self.definition(),
            cancel_activity=self.node.get("cancelActivity") == "true",
            **self.bpmn_attributes,
        )


class TriggerParser(EventParser):
    def create_task(self) -> Any:
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            self.node.get("node"),
            event_definition=self.definition(),
            cancel_activity=self.node.get("cancelActivity") == "true",
            **self.bpmn_attributes,
        )


class ScopesParser(ProcessParser):
    """Begins a scope: at its start event, and with what it listens for to begin its event sub-processes."""

    def add_tasks(self) -> None:
        super().add_tasks()
        for node in self.xpath("./bpmn:trigger"):
            trigger = self.parse_node(node)
            self.spec.start.connect(trigger)
            for handler in trigger.outputs:
                handler.connect(self.spec.end)


class EndParser(ThrowParser, EndEventParser):
    def create_task(self) -> Any:
        task = ThrowParser.create_task(self)
        task.connect(self.spec.end)
        return task


class Parser(BpmnParser):
    PROCESS_PARSER_CLASS = ScopesParser
    PARSER_CLASSES = {
        full_tag("startEvent"): (StartEventParser, defaults.StartEvent),
        full_tag("endEvent"): (EndParser, defaults.EndEvent),
        full_tag("userTask"): (HumanParser, specs.UserTask),
        full_tag("subProcess"): (ScopeParser, specs.SubProcess),
        full_tag("callActivity"): (CallParser, specs.CallActivity),
        full_tag("exclusiveGateway"): (ConditionalGatewayParser, specs.ExclusiveGateway),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, joins.InclusiveGateway),
        full_tag("parallelGateway"): (GatewayParser, joins.ParallelGateway),
        full_tag("eventBasedGateway"): (GatewayParser, event_specs.EventBasedGateway),
        full_tag("scriptTask"): (NodeParser, specs.ScriptTask),
        full_tag("businessRuleTask"): (NodeParser, specs.DecisionTask),
        full_tag("serviceTask"): (NodeParser, specs.CallTask),
        full_tag("intermediateCatchEvent"): (EventParser, event_specs.IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (ThrowParser, event_specs.ThrowEvent),
        full_tag("boundaryEvent"): (BoundaryParser, event_specs.BoundaryEvent),
        full_tag("trigger"): (TriggerParser, event_specs.Trigger),
    }


def build(root: Any, process_id: str) -> tuple[Any, dict[str, Any]]:
    """Specs of a process and of all it contains or calls, wired, from normalised XML."""
    parser = Parser()
    parser.add_bpmn_xml(root)
    spec = parser.get_spec(process_id)
    inner = parser.get_subprocess_specs(process_id)
    for each in (spec, *inner.values()):
        specs.wire(each)
    return spec, inner
