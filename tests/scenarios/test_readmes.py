"""The page beside each diagram says of limits, parameters and clocks what the bundle says."""

import pytest

from tests.scenarios.story import ROOT, version_of

KEYS = sorted(path.parent.name for path in (ROOT / "workflows").glob("*/process.bpmn"))
UNITS = {"CD": "日", "WD": "个工作日", "M": "个月", "H": "小时", "text": ""}
MARKS = {"certain": "法定", "check": "[check]", "design": "[设计]"}


@pytest.mark.parametrize("key", KEYS)
def test_every_limit_and_parameter_with_value_source_and_mark(key):
    page = (ROOT / "workflows" / key / "README.md").read_text("utf-8").splitlines()
    settings = version_of(key).settings
    for code, row in (*settings.limits.items(), *settings.parameters.items()):
        line = next((one for one in page if one.startswith(f"| `{code}` |")), "")
        said = f"| {row['value']}{UNITS.get(row['unit'], row['unit'])} | {row['source']} |"
        assert said in line and MARKS[row["mark"]] in line, code


@pytest.mark.parametrize("key", KEYS)
def test_every_clock_with_its_stops(key):
    page = (ROOT / "workflows" / key / "README.md").read_text("utf-8").splitlines()
    for code, row in version_of(key).settings.clocks.items():
        line = next((one for one in page if one.startswith(f"| {code} {row['title']} |")), "")
        assert line and all(stop["title"] in line for stop in row.get("stops", ())), code
