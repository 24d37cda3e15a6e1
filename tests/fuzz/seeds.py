"""The corpus: the project's own diagrams, tables, forms and expressions."""

import json
import random
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from tests.engine.author import draw
from tests.importing.files import file
from tests.importing.test_reading import NESTED
from tests.safe.attacks import FEEL, FORMS

ROOT = Path(__file__).parents[2]
LARGE = 60_000
"""Bytes; a diagram above it is drawn now and then."""
DRAWN = 40
FEEL_IN = re.compile(r"[\w\"][^\n]{3,400}")


@cache
def diagrams() -> tuple[bytes, ...]:
    """Small ones over and over, so that most inputs are quick: those with the most kinds of elements are drawn."""
    found = [path.read_bytes() for folder in ("workflows", "tests/diagrams", "app/cli/bench/data")
             for path in sorted((ROOT / folder).rglob("*.bpmn"))]  # fmt: skip
    small = [one for one in found if len(one) < LARGE]
    drawn = [main for seed in range(DRAWN) for main in (draw(random.Random(seed), 2)[0],)]
    return (*drawn, file(NESTED).encode(), *small, *drawn, *small, *found)


@cache
def tables() -> tuple[bytes, ...]:
    """Ours, and what they do not use."""
    ours = [path.read_bytes() for path in sorted((ROOT / "workflows").rglob("*.dmn"))]
    return (*ours, BOXED.encode(), REQUIRED.encode())


@cache
def forms() -> tuple[Any, ...]:
    ours = [json.loads(path.read_bytes()) for path in sorted((ROOT / "forms").rglob("*.json"))]
    hostile = [form() if callable(form) else form for form in FORMS.values()]
    return (*ours, *(form for form in hostile if isinstance(form, dict) and len(str(form)) < LARGE))


@cache
def expressions() -> tuple[str, ...]:
    """What stands in our diagrams, tables, forms and settings, and the attacks."""
    found = set(FEEL.values()) | {text for text in FEEL.values()}
    for data in (*diagrams(), *tables()):
        for element in etree.fromstring(data).iter():
            if isinstance(element.tag, str) and etree.QName(element).localname in SAYING and element.text:
                found.add(element.text.strip())
    for form in forms():
        found |= {text.removeprefix("=") for text in _texts(form) if text.startswith("=")}
    for path in sorted((ROOT / "workflows").rglob("process.toml")):
        found |= {text.removeprefix("=") for text in _texts(tomllib.loads(path.read_text("utf-8"))) if "(" in text or "=" in text}
    return tuple(sorted(text for text in found if len(text) < 2000))


SAYING = frozenset({"conditionExpression", "script", "text", "timeDuration", "timeCycle", "timeDate"})


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
BOXED = f"""<definitions xmlns="{DMN}" id="d" name="d" namespace="urn:d">
<itemDefinition name="tPerson"><itemComponent name="age"><typeRef>number</typeRef></itemComponent>
<itemComponent name="kin" isCollection="true"><typeRef>tPerson</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tSex"><typeRef>string</typeRef><allowedValues><text>"1","2"</text></allowedValues></itemDefinition>
<inputData id="i" name="a"><variable name="a" typeRef="tPerson"/></inputData>
<businessKnowledgeModel id="k" name="k"><variable name="k"/><encapsulatedLogic>
<formalParameter name="n" typeRef="number"/><literalExpression><text>if n &lt; 1 then 0 else k(n - 1) + 1</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>
<decision id="x" name="x"><variable name="x" typeRef="Any"/>
<informationRequirement><requiredInput href="#i"/></informationRequirement>
<knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>
<context><contextEntry><variable name="one"/><literalExpression><text>a.age + k(3)</text></literalExpression></contextEntry>
<contextEntry><variable name="f"/><functionDefinition><formalParameter name="p"/><literalExpression><text>p * 2</text></literalExpression>
</functionDefinition></contextEntry>
<contextEntry><variable name="rows"/><relation><column name="c"/><column name="e"/><row><literalExpression><text>1</text></literalExpression>
<literalExpression><text>"z"</text></literalExpression></row></relation></contextEntry>
<contextEntry><variable name="l"/><list><literalExpression><text>one</text></literalExpression></list></contextEntry>
<contextEntry><variable name="v"/><invocation><literalExpression><text>f</text></literalExpression><binding><parameter name="p"/>
<literalExpression><text>one</text></literalExpression></binding></invocation></contextEntry>
<contextEntry><variable name="c"/><conditional><if><literalExpression><text>one &gt; 1</text></literalExpression></if>
<then><literalExpression><text>1</text></literalExpression></then><else><literalExpression><text>null</text></literalExpression></else></conditional></contextEntry>
<contextEntry><variable name="w"/><for iteratorVariable="q"><in><literalExpression><text>1..9</text></literalExpression></in>
<return><literalExpression><text>q + count(partial)</text></literalExpression></return></for></contextEntry>
<contextEntry><variable name="s"/><some iteratorVariable="q"><in><literalExpression><text>w</text></literalExpression></in>
<satisfies><literalExpression><text>q = 3</text></literalExpression></satisfies></some></contextEntry>
<contextEntry><filter><in><literalExpression><text>rows</text></literalExpression></in><match><literalExpression><text>item.c = 1</text>
</literalExpression></match></filter></contextEntry></context></decision></definitions>"""
REQUIRED = f"""<definitions xmlns="{DMN}" id="d" name="d" namespace="urn:d">
<inputData id="i" name="a"><variable name="a" typeRef="number"/></inputData>
<decision id="one" name="one"><variable name="one" typeRef="number"/><informationRequirement><requiredInput href="#i"/></informationRequirement>
<decisionTable hitPolicy="COLLECT" aggregation="SUM"><input id="c"><inputExpression typeRef="number"><text>a</text></inputExpression>
<inputValues><text>[0..1000]</text></inputValues></input><output name="n" typeRef="number"><outputValues><text>1,2,3</text></outputValues>
<defaultOutputEntry><text>0</text></defaultOutputEntry></output>
<rule><inputEntry><text>&lt; 5, not(7)</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>a / 3</text></outputEntry></rule></decisionTable></decision>
<decision id="two" name="two"><variable name="two"/><informationRequirement><requiredDecision href="#one"/></informationRequirement>
<decisionTable hitPolicy="OUTPUT ORDER"><input id="c2"><inputExpression><text>one</text></inputExpression></input>
<output name="p"><outputValues><text>"b","a"</text></outputValues></output><output name="q"/>
<rule><inputEntry><text>[1..9]</text></inputEntry><outputEntry><text>"a"</text></outputEntry><outputEntry><text>string(one)</text></outputEntry></rule>
<rule><inputEntry><text>? in [1,2]</text></inputEntry><outputEntry><text>"b"</text></outputEntry><outputEntry><text>today()</text></outputEntry></rule>
</decisionTable></decision>
<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#two"/><encapsulatedDecision href="#one"/><inputData href="#i"/>
</decisionService></definitions>"""
