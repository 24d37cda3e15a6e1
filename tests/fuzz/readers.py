"""What each input is put through. Each gives a word for what became of it, and raises for all but our own refusals."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jinja2
import orjson

from app.catalogue.bundle import Bundle, from_diagram
from app.catalogue.importing import import_bpmn
from app.catalogue.lint import lint_bundle
from app.dmn.feel import FeelError, compile_expression, compile_unary_tests
from app.dmn.feel.wire import to_wire
from app.dmn.tables import DmnRefused, parse_decisions
from app.engine import (
    DefinitionRefused,
    EngineRefused,
    Event,
    FactType,
    Finding,
    Sources,
    advance,
    compile_definition,
    lint,
    open_keys,
)
from app.errors import Refusal
from app.forms.check import check
from app.forms.filled import filled
from app.forms.initial import initial
from app.forms.model import Attachment, Form, FormRefused
from app.forms.post import edit_rows, from_post
from app.forms.schema import parse
from app.forms.visible import view
from app.texts import sentence
from app.texts.engine import SENTENCES
from app.web.diagram import DiagramUnreadable
from app.web.diagram import draw as drawn_picture
from tests.fuzz.likely import likely

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FACTS = (FactType("c", "number"), FactType("list", "codes"), FactType("high", "boolean"), FactType("large", "boolean"),
         FactType("again", "boolean"))  # fmt: skip
TEMPLATES = Path(__file__).parents[2] / "app/web/templates"


def said(text: str) -> None:
    """A refusal says something a person here can read."""
    assert CHINESE.search(text), repr(text)


def _reported(findings: tuple[Finding, ...]) -> bool:
    """Whether nothing bars it; each finding is a sentence."""
    for one in findings:
        said(one.message)
    return not any(one.severity == "error" for one in findings)


def imported(data: bytes) -> str:
    """`flask process import`: any bytes into a bundle, and the report on it."""
    made = import_bpmn(data, key="visit", source="f.bpmn")
    fits = _reported(made.findings)
    if not made.files:
        assert not fits
        return "refused"
    bundle = Bundle("visit", {f"visit/{name}": text for name, text in made.files.items()})
    drawn_picture(bundle.drawing("visit"))
    return "publishable" if _reported(lint_bundle(bundle, {})) else "imported"


def published(data: bytes) -> str:
    """A diagram sent to be published, and a case of it."""
    try:
        drawn_picture(data)
    except DiagramUnreadable as unreadable:
        said(str(unreadable))
    sources = Sources(main=data, facts=FACTS)
    _reported(lint_bundle(from_diagram("visit", data.decode("utf-8", "replace")), {}))
    if not _reported(lint(sources)):
        return "refused"
    try:
        return _run(compile_definition(sources))
    except DefinitionRefused as refused:
        raise AssertionError("the linter let it in") from refused


def _run(definition: Any, steps: int = 5) -> str:
    """The first steps of a case."""
    try:
        outcome = advance(definition, None, Event(seq=1, at=AT, kind="started", facts={"c": 5, "list": ["a", "b"]}))
        for seq in range(2, 2 + steps):
            tasks = open_keys(definition, outcome.state).tasks
            if outcome.ended is not None or not tasks:
                break
            outcome = advance(definition, outcome.state, Event(seq=seq, at=AT, kind="completed", target=tasks[0].key))
    except EngineRefused as refused:
        assert refused.code in SENTENCES and refused.code != "engine_failure", str(refused)
        return "stopped"
    return "run"


def decided(data: bytes, scope: Mapping[str, Any]) -> str:
    """A DMN file, and each of its decisions asked."""
    try:
        decisions = parse_decisions(data)
    except DmnRefused as refused:
        for finding in refused.findings:
            said(str(finding))
        return "refused"
    assert decisions
    for decision in decisions.values():
        given = dict(zip(decision.inputs, [*scope.values(), None], strict=False)) | dict(scope)
        try:
            found = decision.decide(given, at=AT)
            _stored(found.output)
        except FeelError as refused:
            said(str(refused))
    return "decided"


def evaluated(text: str, scope: Mapping[str, Any]) -> str:
    """An expression as a gateway, a mapping and a cell have it."""
    outcome = "refused"
    for names in (None, sorted(scope)):
        try:
            expression = compile_expression(text, names)
            outcome = "evaluated"
            _stored(expression.evaluate(scope, at=AT))
            assert expression.decide(scope, at=AT) in (True, False)
        except FeelError as refused:
            said(str(refused))
            assert refused.position is None or 0 <= refused.position <= len(text)
    try:
        tests = compile_unary_tests(text)
    except FeelError as refused:
        said(str(refused))
        return outcome
    assert all(tests.matches(value, scope, at=AT) in (True, False, None) for value in (None, *scope.values()))
    return "evaluated"


def _stored(value: Any) -> None:
    """As a fact or in the trace."""
    orjson.dumps(to_wire(value))


def filled_in(raw: bytes, answers: list[tuple[int, Any]], pairs: list[tuple[int, str]]) -> str:
    """A form, drawn empty, with answers as JSON, and as posted by a browser."""
    try:
        form = parse(raw, form_id="f")
    except FormRefused as refused:
        for finding in refused.findings:
            said(str(finding))
        return "refused"
    _drawn(form, initial(form, at=AT, facts={"a": None}), {})
    names = _names(form)
    given = {names[place % len(names)].split(".")[0]: value for place, value in answers}
    posted = [(names[place % len(names)], value) for place, value in pairs]
    edited, _ = edit_rows(form, from_post(form, posted), posted)
    usual = likely(form.fields, Random(len(raw)), FILES)
    odd = {name: value for name, value in given.items() if name in usual}
    outcomes = {_judged(form, one) for one in (given, edited, usual, usual | odd)}
    return "taken" if "taken" in outcomes else "answers refused"


def _judged(form: Form, answers: Any) -> str:
    try:
        clean = check(form, answers, at=AT, files=FILES)
    except Refusal as refusal:
        said(sentence(refusal))
        for text in refusal.fields.values():
            said(text)
        _drawn(form, answers, refusal.fields)
        return "refused"
    assert orjson.loads(orjson.dumps(clean.answers)) == clean.answers
    filled(form, clean.answers)
    _drawn(form, clean.answers, {})
    return "taken"


FILES = {"3f2c": Attachment("3f2c", "户口簿.pdf", "application/pdf", 2048)}


def _names(form: Form) -> list[str]:
    """Names a browser might post: fields, rows, buttons, and some that are nobody's."""
    found = ["x", "_add", "_remove", "_refresh", "_asked", "..", "a.0.b"]
    for each in form.walk():
        found += [each.key, f"{each.key}.0._row", *(f"{each.key}.0.{inner.key}" for inner in each.fields)]
    return [name for name in found if name]


def _drawn(form: Form, answers: Any, errors: Mapping[str, str]) -> None:
    try:
        fields = view(form, answers, at=AT, files=FILES, errors=errors)
    except Refusal as refusal:
        said(sentence(refusal))
        return
    assert isinstance(_macro()(fields, errors=errors, preview_url=""), str)


@cache
def _macro() -> Callable[..., str]:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    macro: Callable[..., str] = environment.get_template("form/form.html").module.form_fields  # type: ignore[attr-defined]
    return macro
