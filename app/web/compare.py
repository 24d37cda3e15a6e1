"""对照: one case beside another, and one case against the usual path of its kind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from app import clock
from app.db import db
from app.errors import Refusal
from app.instances import looks
from app.replay.beside import BY_STEP, BY_TIME, Stop, case_of_number, lasted, nearest, stops_by_step, stops_by_time
from app.replay.open_replay import open_replay
from app.replay.player import items, pictures
from app.replay.story import Story
from app.replay.usual import usual_path
from app.texts import sentence
from app.web.case_acts import ask_purpose
from app.web.door import actor, show, surroundings
from app.web.jinja import stamp
from app.web.links import WebLinks
from app.web.looking import looked
from app.web.replay import asked, film, shown

blueprint = Blueprint("compare", __name__, url_prefix="/cases")


@blueprint.get("/<instance_id>/replay/usual")
def usual(instance_id: str) -> Response:
    """与通常走法对照"""
    now = clock.now()
    try:
        story = _story(instance_id)
    except Refusal as refusal:
        return _asked(instance_id, refusal)
    found = usual_path(story, by=actor(), now=now)
    drawn = [one for one in shown(story, pictures(story), len(story.events)) if one.near]
    flags = {one.node: ("warning", one.odd.split("、")[0]) for one in found.steps if one.odd}
    return show(
        "replay_usual.html",
        case=story.recording.case.row,
        usual=found,
        pictures=drawn,
        flags=flags,
        links=WebLinks(),
        here=url_for("replay.play", instance_id=instance_id),
    )


@blueprint.get("/<instance_id>/replay/beside")
def beside(instance_id: str) -> Response:
    """与另一件对照"""
    number, wrong, other = request.args.get("with", "").strip()[:60], "", instance_id
    right: Story | None = None
    try:
        left = _story(instance_id)
        if number:
            other = case_of_number(db.session(), number, by=actor()).id
            right = _story(other)
    except Refusal as refusal:
        if refusal.code != "beside_unknown":
            return _asked(other, refusal)
        wrong = sentence(refusal)
    return show(
        "replay_beside.html",
        status=422 if wrong else 200,
        case=left.recording.case.row,
        both=_both(left, right, number) if right else None,
        number=number,
        wrong=wrong,
        links=WebLinks(),
        today=clock.legal_day(clock.now()),
    )


@dataclass(frozen=True)
class Both:
    """Two cases at the place `at` of the slider, from 1. `turns` are addresses: of a place, and of the other alignment."""

    align: str
    stops: tuple[Stop, ...]
    at: int
    sides: tuple[dict[str, Any], dict[str, Any]]
    track: dict[str, Any]
    here: str

    @property
    def stop(self) -> Stop:
        return self.stops[self.at - 1]

    def turn(self, at: int) -> str:
        return f"{self.here}&align={self.align}&step={min(max(1, at), len(self.stops))}"

    @property
    def other(self) -> str:
        """The other alignment where the left case stands alike; the script puts its own entry there."""
        return f"{self.here}&align={BY_STEP if self.align == BY_TIME else BY_TIME}&from={self.stop.left}"


def _both(left: Story, right: Story, number: str) -> Both:
    align = BY_TIME if request.args.get("align") == BY_TIME else BY_STEP
    stops = (stops_by_time if align == BY_TIME else stops_by_step)(left, right)
    at = _place(stops)
    sides = _side(left, "左", stops[at - 1].left), _side(right, "右", stops[at - 1].right)
    needed = {one.left for one in stops}, {one.right for one in stops}
    track = {
        "stops": [[one.left, one.right, one.since] for one in stops],
        "sides": [one["film"] for one in sides],
        "said": [{seq: one["said"][seq - 1] for seq in seqs} for one, seqs in zip(sides, needed, strict=True)],
    }
    here = f"{url_for('compare.beside', instance_id=left.recording.case.row.id)}?{urlencode({'with': number})}"
    return Both(align, stops, at, sides, track, here)


def _place(stops: Sequence[Stop]) -> int:
    """The place of the address; where an entry of the left case is named instead, the place of that; else the last."""
    if request.args.get("step"):
        return asked(len(stops))
    entry = request.args.get("from", "")
    return nearest(stops, int(entry)) if entry.isascii() and entry.isdigit() and len(entry) < 8 else len(stops)


def _asked(instance_id: str, refusal: Refusal) -> Response:
    """The purpose first, of either case; then on to this page."""
    if refusal.code != "purpose_needed":
        raise refusal
    return ask_purpose(instance_id, refusal, then=request.full_path.rstrip("?"))


def _side(story: Story, place: str, at: int) -> dict[str, Any]:
    """Its picture is called by its side: two of one name would be one to who hears the page."""
    row, listed, drawn = story.recording.case.row, items(story), pictures(story)
    today = clock.legal_day(clock.now())
    return {
        "case": row,
        "place": place,
        "lasted": lasted(story),
        "marked": sum(bool(item.marks) for item in listed),
        "version": list(story.version_names.values()),
        "said": [f"第 {one.seq} / {len(listed)} 步　{stamp(one.at, today)}　{one.who} {one.did}" for one in listed],
        "at": at,
        "film": film(story, drawn),
        "pictures": [
            replace(one, picture=replace(one.picture, title=f"{place}：{one.title}")) for one in shown(story, drawn, at)
        ],
    }


def _story(instance_id: str) -> Story:
    now = clock.now()
    recording = open_replay(db.session(), surroundings(), instance_id, by=actor(), now=now)
    looked(looks.REPLAY, instance_id, purpose=recording.purpose, again=False)
    return Story(db.session(), recording)
