"""The runner for the public cases, on a folder of our own."""

from pathlib import Path

import pytest

from app.dmn import tck
from tests.dmn.drawing import decision, file, literal

CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <modelName>m.dmn</modelName>{cases}</testCases>"""
CASE = """<testCase id="{key}"><inputNode name="n"><value xsi:type="xsd:decimal">2</value></inputNode>
  <resultNode name="{name}" type="decision"><expected>{expected}</expected></resultNode></testCase>"""
JAVA = '<functionDefinition kind="Java"><context/></functionDefinition>'


def test_cases_are_counted_and_the_failed_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "0001-own"
    folder.mkdir()
    items = [f"<item><value xsi:type='xsd:decimal'>{number}</value></item>" for number in (1, 2)]
    rows = f"<list>{''.join(items)}</list>"
    entry = "<component name='a'><value xsi:type='xsd:date'>2026-11-24</value></component>"
    three = "<value xsi:type='xsd:decimal'>3</value>"
    null = "<value xsi:nil='true'/>"
    wanted = [("list", rows), ("entry", entry), ("wrong", three), ("foreign", three), ("nothing", null)]
    cases = "".join(CASE.format(key=number, name=name, expected=text) for number, (name, text) in enumerate(wanted))
    (folder / "m-test-01.xml").write_text(CASES.format(cases=cases), encoding="utf-8")
    (folder / "m.dmn").write_bytes(
        file(
            decision("list", literal("for i in 1..n return i")),
            decision("entry", literal('{a: @"2026-11-24"}')),
            decision("wrong", literal("n")),
            decision("foreign", JAVA),
            decision("nothing", literal("1 +")),
        )
    )
    assert tck.main([str(tmp_path), "-v"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "  2 wrong: expected 3, found 2",
        "0001-own: 3 passed, 1 failed, 1 not supported",
        "3 passed, 1 failed, 1 not supported",
    ]
