"""Broken diagrams: the linter answers about any of them, and what it lets in compiles."""

import random

import pytest
from lxml import etree

from app.engine import FactType, Sources, compile_definition, lint
from app.engine.diagram import BPMN
from tests.engine.author import draw

FACTS = (FactType("c", "number"), FactType("list", "codes"))
TAGS = (
    "userTask", "scriptTask", "serviceTask", "sendTask", "receiveTask", "callActivity", "subProcess", "startEvent",
    "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent", "exclusiveGateway",
    "parallelGateway", "inclusiveGateway", "eventBasedGateway", "sequenceFlow", "complexGateway", "lane", "process",
)  # fmt: skip


def mutate(xml: bytes, chance: random.Random) -> bytes:
    """Remove, copy, rename or rewire a few elements."""
    root = etree.fromstring(xml)
    for _ in range(chance.choice([1, 1, 2, 4])):
        element = chance.choice([each for each in root.iter() if each is not root] or [root])
        if element is root:
            break
        parent = element.getparent()
        kind = chance.randrange(6)
        if kind == 0:
            parent.remove(element)
        elif kind == 1:
            parent.append(etree.fromstring(etree.tostring(element)))
        elif kind == 2:
            element.tag = f"{{{BPMN}}}{chance.choice(TAGS)}"
        elif kind == 3 and element.attrib:
            del element.attrib[chance.choice(sorted(element.attrib))]
        elif kind == 4 and element.attrib:
            other = chance.choice([each for each in root.iter() if each.get("id")] or [root])
            element.set(chance.choice(sorted(element.attrib)), other.get("id", "x"))
        else:
            element.text = chance.choice(["", "null", "c >", "1", "missing", "{c: 1}"])
    return etree.tostring(root)


@pytest.mark.parametrize("seed", range(150))
def test_whatever_is_drawn_is_refused_with_reasons_or_compiles(seed):
    chance = random.Random(seed)
    source = Sources(main=mutate(draw(random.Random(seed))[0], chance), facts=FACTS)
    errors = [finding for finding in lint(source) if finding.severity == "error"]
    if not errors:
        assert compile_definition(source).nodes
    assert all(finding.message and finding.remedy for finding in errors)
