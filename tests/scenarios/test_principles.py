"""What holds of every procedure, read off its diagram (handbook §0.3; corrections 7 and 8)."""

from collections.abc import Iterator

import pytest

from tests.scenarios.story import ROOT, version_of

KEYS = sorted(path.parent.name for path in (ROOT / "workflows").glob("*/process.bpmn"))
QUIET = {"end_supervised"}
"""Ends of a side road that ends no case: a leader had already been told that time is up."""


class Roads:
    """Where a flow leads, boundary events and the insides of a scope included."""

    def __init__(self, key: str) -> None:
        definition = version_of(key).definition
        self.nodes = definition.nodes
        self.onward: dict[str, list[str]] = {}
        for flow in definition.flows.values():
            self.onward.setdefault(flow.source, []).append(flow.target)
        for node in self.nodes.values():
            if node.kind == "endEvent" and node.scope in self.nodes:
                self.onward[node.id] = self.onward.get(node.scope, [])

    def first_stops(self, start: str) -> set[str]:
        """The nodes at which something waits, or which end, met first after `start`."""
        found: set[str] = set()
        seen: set[str] = set()
        frontier = list(self.onward.get(start, ()))
        while frontier:
            node = frontier.pop()
            if node in seen:
                continue
            seen.add(node)
            if self._quick(node):
                frontier += self.onward[node]
            else:
                found.add(node)
        return found

    def _quick(self, node: str) -> bool:
        """Nothing waits there and the road goes on; from the end inside a scope it goes on behind the scope."""
        here = self.nodes[node]
        if here.kind == "endEvent":
            return node in self.onward
        local = here.properties.get("call", "").startswith("local:")
        return local or here.kind in {"exclusiveGateway", "scriptTask", "businessRuleTask"}

    def reaches_without(self, start: str, end: str, gate: str) -> bool:
        seen, frontier = {gate}, [start]
        while frontier:
            node = frontier.pop()
            if node == end:
                return True
            if node not in seen:
                seen.add(node)
                frontier += self.onward.get(node, ())
        return False


@pytest.fixture(params=KEYS)
def roads(request: pytest.FixtureRequest) -> Iterator[Roads]:
    yield Roads(request.param)


def test_no_timer_ends_a_case(roads):
    """Whatever comes first after a timer, it is a person's task, a wait or a join, never an end (corrections 7)."""
    for node in roads.nodes.values():
        if node.event == "timer":
            ends = {n for n in roads.first_stops(node.id) if roads.nodes[n].kind == "endEvent"}
            assert ends <= QUIET, node.name


@pytest.mark.parametrize(
    ("key", "decisions", "service", "end"),
    [
        ("adoption", ["termination", "A20", "jurisdiction_letter"], "service", "end_closed"),
        ("orphan-recognition", ["orphan_termination", "orphan_refusal"], "orphan_service", "orphan_end_closed"),
    ],
)
def test_no_adverse_decision_without_a_letter_and_its_service(key, decisions, service, end):
    roads = Roads(key)
    letters = [n.id for n in roads.nodes.values() if n.properties.get("call") == "local:record_letter"]
    for decision in decisions:
        assert roads.reaches_without(decision, service, "-")
        assert not roads.reaches_without(decision, end, service), f"{decision} closes without service"
        if decision not in letters:
            stops = {n for n in roads.onward[decision] if n in letters}
            assert len(stops) == len(roads.onward[decision]) == 1, f"{decision} makes no letter"


def test_no_decision_table_leads_to_an_end_without_a_person(roads):
    """Tables and returned records advise: the way from one to an end passes a person's task (个保法 24)."""
    for node in roads.nodes.values():
        if node.kind in {"businessRuleTask", "callActivity"}:
            assert not {n for n in roads.first_stops(node.id) if roads.nodes[n].kind == "endEvent"} - ALLOWED


ALLOWED = {"eligibility_end"}
"""The end of a called check: the road goes on in the caller, to a person."""


@pytest.mark.parametrize("form", ["hearing_refusal", "judging", "review_decision", "hearing", "approval", "termination",
                                  "refusal", "no_consent", "overdue", "lift_freeze", "change_handling"])  # fmt: skip
def test_every_decision_wants_a_reason(form):
    fields = version_of("adoption").forms["adoption", form].form.walk()
    assert any(f.required and f.type == "textarea" and f.min_length >= 4 for f in fields)
