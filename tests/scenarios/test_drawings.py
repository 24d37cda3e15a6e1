"""Every process opens tidy in any BPMN tool: whole interchange, nodes in their lanes, no line through a shape."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
FILES = sorted((Path(__file__).parents[2] / "workflows").glob("*/process.bpmn"))
SCOPES = {"subProcess"}
Box = tuple[float, float, float, float]
Point = tuple[float, float]


class Sheet:
    """One diagram: elements by id, and where each is drawn."""

    def __init__(self, file: Path) -> None:
        self.root = etree.parse(file).getroot()
        self.elements = {e.get("id"): e for e in self.root.iter() if isinstance(e.tag, str) and e.get("id")}
        self.shapes = {s.get("bpmnElement"): _box(s.find(f"{DC}Bounds")) for s in self.root.iter(f"{DI}BPMNShape")}
        self.lines = {
            e.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in e.findall(f"{DD}waypoint")]
            for e in self.root.iter(f"{DI}BPMNEdge")
        }
        self.nodes = [e for process in self.root.iter(f"{MODEL}process") for e in process.iter() if _is_node(e)]
        self.flows = list(self.root.iter(f"{MODEL}sequenceFlow"))

    def lane_of(self) -> dict[str, str]:
        return {ref.text: lane.get("id") for lane in self.root.iter(f"{MODEL}lane") for ref in lane if ref.text}

    def scopes_around(self, node: str) -> set[str]:
        found, each = set(), self.elements[node].getparent()
        while each is not None:
            found.add(each.get("id"))
            each = each.getparent()
        return found

    def siblings(self) -> Iterator[tuple[str, str]]:
        by_scope: dict[str, list[str]] = {}
        for node in self.nodes:
            if _kind(node) != "boundaryEvent":
                by_scope.setdefault(node.getparent().get("id"), []).append(node.get("id"))
        for names in by_scope.values():
            yield from combinations(names, 2)


def _kind(element: etree._Element) -> str:
    return str(element.tag).split("}")[1]


def _is_node(element: etree._Element) -> bool:
    if not isinstance(element.tag, str) or not element.tag.startswith(MODEL):
        return False
    kind = _kind(element)
    return kind.endswith(("Task", "Event", "Gateway", "Process", "Activity")) and kind not in {"process"}


def _box(bounds: etree._Element) -> Box:
    x, y, w, h = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + w, y + h


def overlap(one: Box, other: Box, margin: float = 0.0) -> bool:
    return (
        one[0] < other[2] - margin and other[0] < one[2] - margin
        and one[1] < other[3] - margin and other[1] < one[3] - margin
    )  # fmt: skip


def through(box: Box, a: Point, b: Point) -> bool:
    """Whether the straight (horizontal or vertical) piece from a to b runs inside the box."""
    piece = (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]) + 0.01, max(a[1], b[1]) + 0.01)
    return overlap(piece, (box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1))


@pytest.fixture(scope="module", params=FILES, ids=[f.parent.name for f in FILES])
def sheet(request: pytest.FixtureRequest) -> Sheet:
    return Sheet(request.param)


def test_each_id_stands_once(sheet):
    ids = [e.get("id") for e in sheet.root.iter() if isinstance(e.tag, str) and e.get("id")]
    assert sorted({i for i in ids if ids.count(i) > 1}) == []


def test_everything_is_drawn_and_nothing_else(sheet):
    lanes = {e.get("id") for name in ("lane", "participant") for e in sheet.root.iter(f"{MODEL}{name}")}
    nodes = {n.get("id") for n in sheet.nodes}
    notes = {e.get("id") for e in sheet.root.iter(f"{MODEL}textAnnotation")}
    assert set(sheet.shapes) == nodes | lanes | notes
    links = {e.get("id") for e in sheet.root.iter(f"{MODEL}association")}
    assert set(sheet.lines) == {f.get("id") for f in sheet.flows} | links


def test_nothing_lies_outside_the_sheet(sheet):
    assert all(min(box) >= 0 for box in sheet.shapes.values())
    assert all(min(point) >= 0 for line in sheet.lines.values() for point in line)


def test_nodes_stand_in_the_lane_they_belong_to(sheet):
    astray = []
    for node, lane in sheet.lane_of().items():
        if _kind(sheet.elements[node]) in SCOPES | {"boundaryEvent"}:
            continue
        box, band = sheet.shapes[node], sheet.shapes[lane]
        if not (band[1] <= box[1] and box[3] <= band[3]):
            astray.append(node)
    assert astray == []


def test_nodes_do_not_overlap(sheet):
    assert [pair for pair in sheet.siblings() if overlap(*(sheet.shapes[name] for name in pair))] == []


def test_what_belongs_to_a_scope_is_drawn_inside_it(sheet):
    outside = []
    for node in sheet.nodes:
        around = node.getparent().get("id")
        if around in sheet.shapes and _kind(node) != "boundaryEvent":
            box, scope = sheet.shapes[node.get("id")], sheet.shapes[around]
            inside = scope[0] <= box[0] and scope[1] <= box[1] and box[2] <= scope[2] and box[3] <= scope[3]
            outside += [] if inside else [node.get("id")]
    assert outside == []


def test_lines_run_straight_from_border_to_border_and_through_no_shape(sheet):
    wrong = []
    for flow in sheet.flows:
        source, target, name = flow.get("sourceRef"), flow.get("targetRef"), flow.get("id")
        line = sheet.lines[name]
        wrong += [f"{name} is slanted" for a, b in pairwise(line) if a[0] != b[0] and a[1] != b[1]]
        for end, node in ((line[0], source), (line[-1], target)):
            x0, y0, x1, y1 = sheet.shapes[node]
            on_border = x0 <= end[0] <= x1 and y0 <= end[1] <= y1 and (end[0] in (x0, x1) or end[1] in (y0, y1))
            wrong += [] if on_border else [f"{name} does not touch {node}"]
        passable = {source, target} | sheet.scopes_around(source) | sheet.scopes_around(target)
        host = sheet.elements[source].get("attachedToRef")
        for node in sheet.nodes:
            if node.get("id") not in passable | {host} and _kind(node) != "boundaryEvent":
                if any(through(sheet.shapes[node.get("id")], a, b) for a, b in pairwise(line)):
                    wrong.append(f"{name} runs through {node.get('id')}")
        for end in {source, target, host} - {None}:
            inner = {n.get("id") for n in sheet.nodes} & sheet.scopes_around(source if end == target else target)
            if end not in inner and any(through(sheet.shapes[end], a, b) for a, b in pairwise(line)):
                wrong.append(f"{name} runs through its own {end}")
    assert wrong == []


def test_two_lines_do_not_run_on_each_other_unless_they_meet(sheet):
    """Pieces of two flows may share a stretch only when the flows have a source or a target in common."""
    on_each_other = []
    for one, other in combinations(sheet.flows, 2):
        if {one.get("sourceRef"), one.get("targetRef")} & {other.get("sourceRef"), other.get("targetRef")}:
            continue
        for a, b in pairwise(sheet.lines[one.get("id")]):
            for c, d in pairwise(sheet.lines[other.get("id")]):
                if _shared(a, b, c, d) > 8:
                    on_each_other.append(f"{one.get('id')} and {other.get('id')}")
    assert sorted(set(on_each_other)) == []


def _shared(a: Point, b: Point, c: Point, d: Point) -> float:
    for axis in (0, 1):
        if a[axis] == b[axis] and c[axis] == d[axis] and abs(a[axis] - c[axis]) < 3:
            along = 1 - axis
            low = max(min(a[along], b[along]), min(c[along], d[along]))
            return min(max(a[along], b[along]), max(c[along], d[along])) - low
    return 0.0
