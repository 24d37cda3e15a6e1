"""The diagram as a picture: what is drawn, what is marked, what a stranger's file cannot do."""

from pathlib import Path

import pytest
from lxml import etree

from app.web.diagram import DiagramUnreadable, draw
from app.web.diagram.wording import width, wrap

HERE = Path(__file__).parent / "diagrams"
EVERY_SHAPE = (HERE / "every_shape.bpmn").read_bytes()
NAMESPACE = b'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


def picture(xml: bytes = EVERY_SHAPE, **marks: object) -> etree._Element:
    return etree.fromstring(str(draw(xml, **marks)))  # type: ignore[arg-type]


def node(root: etree._Element, name: str) -> etree._Element:
    (found,) = root.xpath("//g[@data-node=$name]", name=name)
    return found


def bare(body: str) -> bytes:
    """A process without any drawing."""
    return b"<definitions " + NAMESPACE + b'><process id="p">' + body.encode() + b"</process></definitions>"


def test_every_node_flow_and_lane_of_the_file_is_drawn() -> None:
    root = picture()
    drawn = set(root.xpath("//g/@data-node"))
    assert {"start", "ask", "complete", "police", "table", "assess", "visit", "wait", "race", "stop", "folded"} <= drawn
    assert len(root.xpath("//g[@data-flow]")) == 26
    lanes = ["".join(band.itertext()) for band in root.xpath("//g[contains(@class,'lane')]")]
    assert any("收养登记员" in text for text in lanes)


def test_what_stands_inside_a_folded_sub_process_is_not_drawn_but_marks_it() -> None:
    root = picture(active={"revisit"})
    assert not root.xpath("//g[@data-node='revisit']")
    assert "active" in node(root, "folded").get("class")


def test_where_the_case_stands_is_said_in_words_and_by_shape() -> None:
    root = picture(active={"wait"}, done={"ask"}, flows={"f1"}, counts={"ask": 2})
    here = "".join(node(root, "wait").itertext())
    assert "▶ 现在" in here and "现在在这里" in here
    assert "✓×2" in "".join(node(root, "ask").itertext())
    walked = root.xpath("//g[contains(@class,'walked')]/@data-flow")
    assert walked == ["f1"]
    assert "现在在：公告满60日" in root.xpath("//svg/@aria-label")[0]


def test_kinds_differ_by_their_symbols() -> None:
    root = picture()
    names = ("ask", "police", "table", "wait", "stop", "fork", "complete")
    symbols = {name: node(root, name).xpath(".//path/@d") for name in names}
    assert all(symbols.values())
    assert len({tuple(paths) for paths in symbols.values()}) == len(symbols)
    assert "dash" in node(root, "remind").xpath("./circle/@class")[0]
    assert "dash" not in node(root, "withdrawn").xpath("./circle/@class")[0]


def test_the_list_says_the_same_as_the_picture() -> None:
    root = picture(active={"wait"})
    items = [" ".join((item.text or "").split()) for item in root.xpath("//details//li")]
    assert items[0].startswith("收到申请（开始，县级民政 收养登记员")
    assert "▶ 公告满60日（等待·到时，县级民政 收养登记员，现在在这里）" in items
    assert len(items) == 28
    assert "缺件：一次性告知补正" in "".join(root.xpath("//details")[0].itertext())


def test_on_a_phone_only_the_surroundings_of_the_present_step_are_drawn() -> None:
    root = picture(active={"wait"}, window=(360, 300), listing=False)
    x, y, w, h = (float(part) for part in root.xpath("//svg/@viewBox")[0].split())
    assert (w, h) == (360, 300)
    assert x < 702 and x + w > 738 and y < 290 and y + h > 326
    assert "wait" in root.xpath("//g/@data-node") and "end" not in root.xpath("//g/@data-node")
    assert not root.xpath("//details")


def test_a_process_without_a_drawing_is_laid_out_from_left_to_right() -> None:
    root = picture(
        bare(
            '<startEvent id="s"/><userTask id="a" name="受理"/><exclusiveGateway id="g"/><endEvent id="e"/>'
            '<sequenceFlow id="1" sourceRef="s" targetRef="a"/><sequenceFlow id="2" sourceRef="a" targetRef="g"/>'
            '<sequenceFlow id="3" sourceRef="g" targetRef="e"/><sequenceFlow id="back" sourceRef="g" targetRef="a"/>'
        )
    )
    task = float(node(root, "a").xpath("./rect/@x")[0])
    assert float(node(root, "s").xpath("./circle/@cx")[0]) < task < float(node(root, "e").xpath("./circle/@cx")[0])
    assert {"1", "2", "3", "back"} == set(root.xpath("//g/@data-flow"))


def test_a_sub_process_without_a_drawing_holds_its_steps() -> None:
    root = picture(
        bare(
            '<startEvent id="s"/><subProcess id="sub" name="评估"><userTask id="in" name="面谈"/></subProcess>'
            '<boundaryEvent id="b" attachedToRef="sub"/><sequenceFlow id="1" sourceRef="s" targetRef="sub"/>'
        )
    )
    outer, inner = (node(root, name).xpath("./rect")[0] for name in ("sub", "in"))
    assert float(outer.get("x")) < float(inner.get("x"))
    assert float(inner.get("x")) + float(inner.get("width")) < float(outer.get("x")) + float(outer.get("width"))
    assert node(root, "b") is not None


@pytest.mark.parametrize("inner", ["sub", "", "other"])
def test_an_id_used_twice_or_left_empty_does_not_make_a_step_stand_in_itself(inner: str) -> None:
    body = f'<subProcess id="other"><subProcess id="sub"><userTask id="{inner}" name="面谈"/></subProcess></subProcess>'
    root = picture(bare(body + '<subProcess id=""><userTask id="t"/></subProcess>'), active=["t", "sub"])
    assert {"other", "sub"} <= set(root.xpath("//g/@data-node"))


def test_names_are_text_and_nothing_else() -> None:
    evil = '&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" onload="x'.replace('"', "&quot;")
    markup = str(draw(bare(f'<userTask id="a" name="{evil}"/>')))
    assert "<script" not in markup
    assert not etree.fromstring(markup).xpath("//@onload | //@style | //script | //foreignObject | //@href")


def test_a_picture_carries_no_style_attribute_and_no_html_id() -> None:
    root = picture(active={"wait"}, done={"ask"}, flows={"f1"})
    assert not root.xpath("//@style | //@id")


@pytest.mark.parametrize(
    ("xml", "word"),
    [
        (b"not a diagram", "XML"),
        (b"<definitions " + NAMESPACE + b"/>", "process"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]>' + bare('<userTask id="a" name="x"/>'), "DOCTYPE"),
        (b" " * (2 * 1024 * 1024 + 1), "2 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(xml: bytes, word: str) -> None:
    with pytest.raises(DiagramUnreadable, match=word):
        draw(xml)


def test_an_external_entity_never_reaches_the_page() -> None:
    xml = b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + bare("<userTask id='a' name='x'/>")
    with pytest.raises(DiagramUnreadable):
        draw(xml)


def test_absurd_coordinates_do_not_make_an_absurd_picture() -> None:
    huge = EVERY_SHAPE.replace(b'x="90" y="180"', b'x="1e300" y="nan"')
    width_, height = (float(picture(huge).xpath(f"//svg/@{side}")[0]) for side in ("width", "height"))
    assert width_ < 3000 and height < 3000


def test_chinese_names_are_broken_evenly_and_never_before_punctuation() -> None:
    assert wrap("公安犯罪记录核验", 7, 3) == ["公安犯罪", "记录核验"]
    assert wrap("核对齐全，再告知", 4, 3)[0] == "核对齐全，"
    assert wrap("材料2026年第12号", 6, 3) == ["材料2026", "年第12号"]
    long = wrap("一二三四五六七八九十", 3, 2)
    assert len(long) == 2 and long[1].endswith("…")
    assert width("中A") == pytest.approx(1.56)


def test_what_was_found_stands_by_word_and_number_at_its_element() -> None:
    marks = {"wait": ("error", "1 4"), "nowhere": ("warning", "2"), "start": ("notice", "3")}
    root = picture(remarks=marks)
    flags = {
        group.get("class"): "".join(group.itertext()) for group in root.iter("g") if "remark" in group.get("class", "")
    }
    assert flags == {"remark error": "✕ 1 4", "remark notice": "✎ 3"}


def test_of_several_drawings_of_processes_the_fullest_is_shown() -> None:
    first, second = (f'<p:process xmlns:p="urn:m" id="{key}"><p:task id="t{key}"/></p:process>' for key in "ab")
    shape = '<d:BPMNShape bpmnElement="tb"><c:Bounds x="0" y="0" width="100" height="80"/></d:BPMNShape>'
    planes = f'<d:BPMNPlane bpmnElement="a"/><d:BPMNPlane bpmnElement="b">{shape}</d:BPMNPlane>'
    text = f'<definitions xmlns:d="urn:d" xmlns:c="urn:c">{first}{second}<d:BPMNDiagram>{planes}</d:BPMNDiagram></definitions>'
    root = picture(text.encode())
    assert [group.get("data-node") for group in root.iter("g") if group.get("data-node")] == ["tb"]


def test_a_step_put_in_before_another_by_importing_marks_that_one() -> None:
    root = picture(active={"ask_wait"})
    assert [group.get("data-node") for group in root.iter("g") if "active" in group.get("class", "")] == ["wait"]
