"""Files in whatever encoding come in; files that are none get a sentence, never a stack trace."""

import codecs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalogue.importing import import_bpmn
from app.catalogue.lint import lint_bundle
from app.dmn.before_xml import SIZE
from tests.importing.files import bundle_of, file, flow, imported, left, line, node, process

TEXT = file(line(node("userTask", "call_on", "上门探访")))


def declared(text: str, name: str) -> str:
    return text.replace('encoding="UTF-8"', f'encoding="{name}"')


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + declared(TEXT, "UTF-16").encode("utf-16-le"),
        codecs.BOM_UTF16_BE + declared(TEXT, "UTF-16").encode("utf-16-be"),
        declared(TEXT, "UTF-16LE").encode("utf-16-le"),
        codecs.BOM_UTF32_LE + declared(TEXT, "UTF-32").encode("utf-32-le"),
        declared(TEXT, "UTF-16").encode(),
        declared(TEXT, "GBK").encode("gbk"),
        declared(TEXT, "gb2312").encode("gb18030"),
        declared(TEXT, "Big5").replace("来电", "電").replace("办结", "結").replace("上门探访", "上門探訪")
        .replace("到户探访", "到戶").encode("big5"),
        TEXT.partition("?>")[2].encode(),
        b"\r\n" + TEXT.partition("?>")[2].encode(),
    ],
)  # fmt: skip
def test_every_encoding_becomes_utf8(data: bytes) -> None:
    made = imported(data)
    assert left(made) == []
    assert made.files["drawn.bpmn"].startswith('<?xml version="1.0" encoding="UTF-8"?>\n<definitions')
    assert 'name="上' in made.files["process.bpmn"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xml_malformed"),
        (b"\x00\x01\x02", "xml_malformed"),
        (b"<definitions", "xml_malformed"),
        (TEXT.encode("gbk"), "xml_encoding"),
        (declared(TEXT, "EBCDIC-CP-US").encode(), "xml_encoding"),
        (codecs.BOM_UTF16_LE + b"<", "xml_encoding"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml_doctype"),
        (b"<a>" * 70 + b"</a>" * 70, "xml_too_deep"),
        (b" " * (2 * SIZE + 1), "xml_too_large"),
        (file("<!--" + "x" * SIZE + "-->").encode(), "xml_too_large"),
        (b"<a/>", "not_bpmn"),
        (b'<definitions xmlns="http://www.wfmc.org/2009/XPDL2.2"/>', "not_bpmn"),
        (file().encode(), "process_missing"),
        (file(process()).encode(), "process_missing"),
        (file('<choreography id="c"><choreographyTask id="t"/></choreography>').encode(), "process_missing"),
        (file(process(*(node("task", f"t{n}") for n in range(1001)))).encode(), "too_many_nodes"),
        (file(line(), *(f'<message id="m{n}"/>' for n in range(4001))).encode(), "too_many_nodes"),
    ],
)
def test_what_cannot_come_in_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    made = imported(data)
    assert made.files == {}
    (finding,) = made.findings
    assert (finding.code, finding.severity) == (code, "error") and finding.message.endswith("。") and finding.remedy


NESTED = process(
    node("startEvent", "a"), node("subProcess", "s", "子", node("task", "x", "一") + node("endEvent", "y") + flow("x", "y")),
    node("boundaryEvent", "b", "", "<errorEventDefinition/>", attachedToRef="s"), node("eventBasedGateway", "g"),
    node("receiveTask", "r"), node("intermediateCatchEvent", "t", "", "<timerEventDefinition/>"),
    node("inclusiveGateway", "i"), node("scriptTask", "q", "", "<script>1</script>"), node("endEvent", "z"),
    '<laneSet id="ls"><lane id="l" name="岗"><flowNodeRef>s</flowNodeRef></lane></laneSet>',
    flow("a", "s"), flow("s", "g"), flow("g", "r"), flow("g", "t"), flow("r", "i"), flow("t", "i"), flow("i", "q"),
    flow("i", "z", "不"), flow("q", "z"), flow("b", "z"),
)  # fmt: skip
PIECES = ("subProcess", "boundaryEvent", "task", "eventBasedGateway", "startEvent", "endEvent", 'id="', 'name="',
          'sourceRef="', 'targetRef="s"', 'attachedToRef="s"', "flowNodeRef", "EventDefinition", "script", "laneSet",
          "process", "collaboration", '""', '"a"', '"x"', "</", "<", "triggeredByEvent", 'default="', "multiInstanceLoopCharacteristics",
          "sequenceFlow")  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(PIECES), st.integers(0, 40)), min_size=1, max_size=6)
)
def test_a_file_with_anything_swapped_in_it_comes_in_or_is_refused(swaps: list[tuple[str, str, int]]) -> None:
    """And what comes in is linted to the end: the report never breaks."""
    text = file(NESTED)
    for old, new, place in swaps:
        parts = text.split(old)
        at = 1 + place % max(len(parts) - 1, 1)
        text = old.join(parts[:at]) + new + old.join(parts[at:])
    made = import_bpmn(text.encode(), key="visit")
    assert made == import_bpmn(text.encode(), key="visit")
    if made.files:
        lint_bundle(bundle_of(made), {})
    else:
        assert [one.severity for one in made.findings] == ["error"]
