"""Bands and flows: what lies under the nodes."""

from itertools import pairwise
from math import atan2, cos, dist, pi, sin

from lxml import etree

from app.web.diagram.model import Band, Flow, Node, Point
from app.web.diagram.svg import add, short, words
from app.web.diagram.wording import FONT, LINE, wrap

_HEADER = 30.0


def draw_band(parent: etree._Element, band: Band) -> None:
    """A pool or lane with its name along the left side (or the top), Chinese written downwards."""
    box = band.box
    group = add(parent, "g", cls=f"band {band.kind}")
    add(group, "title", band.name or "泳道")
    add(group, "rect", x=box.x, y=box.y, width=box.w, height=box.h, cls="lane-edge")
    if band.upright:
        add(group, "line", x1=box.x, y1=box.y + _HEADER, x2=box.x + box.w, y2=box.y + _HEADER, cls="lane-edge")
        words(group, band.name, box.x + box.w / 2, box.y + _HEADER / 2, wide=box.w, most=2, middle=True)
        return
    add(group, "line", x1=box.x + _HEADER, y1=box.y, x2=box.x + _HEADER, y2=box.y + box.h, cls="lane-edge")
    columns = wrap(band.name, (box.h - 8) / FONT, 2)
    for place, column in enumerate(columns):
        x = box.x + _HEADER / 2 + ((len(columns) - 1) / 2 - place) * (LINE - 1)
        add(group, "text", column, x=x, y=box.y + box.h / 2, cls="t down")


def draw_flow(parent: etree._Element, flow: Flow, source: Node | None, *, walked: bool) -> None:
    if len(flow.points) < 2:
        return
    group = add(parent, "g", cls=f"flow {flow.kind}{' walked' if walked else ''}", data_flow=flow.id)
    add(group, "title", (flow.name or "连线") + ("（实际走过）" if walked else ""))
    add(group, "polyline", points=_points(flow.points), cls="line")
    if flow.kind != "association":
        add(group, "polygon", points=_points(_arrow(flow.points[-2], flow.points[-1])), cls="head")
    if flow.default:
        add(group, "polyline", points=_points(_slash(flow.points[0], flow.points[1])), cls="line")
    if flow.conditional and source is not None and source.shape == "activity":
        add(group, "polygon", points=_points(_diamond(flow.points[0], flow.points[1])), cls="head open")
    if flow.name:
        x, y = flow_label(flow)
        words(group, flow.name, x, y, wide=max(84.0, flow.label.w if flow.label else 0.0), most=2, cls="t out")


def flow_label(flow: Flow) -> Point:
    """Where the name of a flow begins: its own place, else above the middle of the longest stretch."""
    if flow.label:
        return flow.label.centre[0], flow.label.y
    (ax, ay), (bx, by) = max(pairwise(flow.points), key=lambda ends: dist(*ends))
    level = abs(ay - by) < abs(ax - bx)
    return (ax + bx) / 2, (ay + by) / 2 - (LINE + 8 if level else LINE / 2)


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{short(x)},{short(y)}" for x, y in points)


def _arrow(before: Point, tip: Point) -> tuple[Point, ...]:
    angle = atan2(tip[1] - before[1], tip[0] - before[0])
    sides = [(tip[0] - 10 * cos(angle + turn), tip[1] - 10 * sin(angle + turn)) for turn in (pi / 8, -pi / 8)]
    return tip, sides[0], sides[1]


def _slash(start: Point, after: Point) -> tuple[Point, ...]:
    angle = atan2(after[1] - start[1], after[0] - start[0])
    x, y = start[0] + 10 * cos(angle), start[1] + 10 * sin(angle)
    turn = angle + pi * 2 / 3
    return (x - 6 * cos(turn), y - 6 * sin(turn)), (x + 6 * cos(turn), y + 6 * sin(turn))


def _diamond(start: Point, after: Point) -> tuple[Point, ...]:
    angle = atan2(after[1] - start[1], after[0] - start[0])
    x, y = start[0] + 8 * cos(angle), start[1] + 8 * sin(angle)
    return (
        start,
        (x - 5 * sin(angle), y + 5 * cos(angle)),
        (start[0] + 16 * cos(angle), start[1] + 16 * sin(angle)),
        (x + 5 * sin(angle), y - 5 * cos(angle)),
    )
