"""回放: an auditor plays a case on its own diagram, sees each step as it stood that day, and checks the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from app import clock
from app.db import db
from app.errors import Refusal, not_found
from app.instances import looks
from app.replay.erased import left_of
from app.replay.frames import Frame
from app.replay.open_replay import Recording, open_replay, replayable
from app.replay.player import Picture, items, jumps, pictures, spent, track
from app.replay.prove import prove
from app.replay.step import step
from app.replay.story import Story
from app.web.case_acts import ask_purpose
from app.web.diagram import DiagramUnreadable, stand_ins
from app.web.door import actor, show, surroundings
from app.web.links import WebLinks
from app.web.looking import looked

blueprint = Blueprint("replay", __name__, url_prefix="/cases")


@dataclass(frozen=True)
class Shown:
    """A picture with its marks at one step. `near`: something of it is open or moved then."""

    picture: Picture
    active: frozenset[str]
    done: frozenset[str]
    flows: frozenset[str]
    near: bool
    counts: Mapping[str, int]
    focus: str

    @property
    def bpmn(self) -> bytes:
        return self.picture.bpmn

    @property
    def title(self) -> str:
        return self.picture.title


@blueprint.get("/<instance_id>/replay")
def play(instance_id: str) -> Response:
    """回放"""
    now = clock.now()
    try:
        recording = _opened(instance_id)
    except Refusal as refusal:
        if refusal.code in INSTEAD:
            return INSTEAD[refusal.code](instance_id)
        if refusal.code != "purpose_needed":
            raise
        return ask_purpose(instance_id, refusal, then=request.full_path.rstrip("?"))
    looked(looks.REPLAY, instance_id, purpose=recording.purpose)
    story = Story(db.session(), recording)
    at = asked(len(story.events))
    drawn = pictures(story)
    return show(
        "replay.html",
        case=recording.case.row,
        purpose=recording.purpose,
        step=step(story, at),
        items=items(story),
        jumps=jumps(story),
        spent=spent(story, now),
        pictures=shown(story, drawn, at),
        track=film(story, drawn),
        today=clock.legal_day(now),
        proof=prove(db.session(), surroundings(), recording.case.row, now=now) if "proof" in request.args else None,
        links=WebLinks(),
        here=url_for("replay.play", instance_id=instance_id),
    )


@blueprint.get("/<instance_id>/replay/<int:seq>")
def one_step(instance_id: str, seq: int) -> Response:
    """回放的一步"""
    recording = _opened(instance_id)
    looked(looks.REPLAY, instance_id, purpose=recording.purpose, again=False)
    found = step(Story(db.session(), recording), seq)
    today = clock.legal_day(clock.now())
    page = render_template("replay_step.html", step=found, case=recording.case.row, today=today, links=WebLinks())
    return Response(page, mimetype="text/html")


@blueprint.get("/<instance_id>/replay/proof")
def proof(instance_id: str) -> Response:
    """验证"""
    now = clock.now()
    seen = replayable(db.session(), instance_id, by=actor(), now=now)
    looked(looks.REPLAY, instance_id, purpose=seen.purpose, again=False)
    found = prove(db.session(), surroundings(), seen.row, now=now)
    return Response(render_template("replay_proof.html", proof=found), mimetype="text/html")


def _broken(instance_id: str) -> Response:
    """What cannot be read cannot be played; where it broke, the proof says."""
    now = clock.now()
    seen = replayable(db.session(), instance_id, by=actor(), now=now)
    looked(looks.REPLAY, instance_id, purpose=seen.purpose)
    found = prove(db.session(), surroundings(), seen.row, now=now)
    return show("replay_broken.html", case=seen.row, proof=found, links=WebLinks())


def _erased(instance_id: str) -> Response:
    """Not 404: that it was there, and who destroyed it on what ground, stays on the record."""
    now = clock.now()
    seen = replayable(db.session(), instance_id, by=actor(), now=now)
    looked(looks.REPLAY, instance_id, purpose=seen.purpose)
    return show(
        "replay_erased.html",
        case=seen.row,
        left=left_of(db.session(), surroundings().vault, seen.row.id),
        proof=prove(db.session(), surroundings(), seen.row, now=now),
        purpose=seen.purpose,
        today=clock.legal_day(now),
        links=WebLinks(),
    )


INSTEAD = {"record_broken": _broken, "content_destroyed": _erased}
"""Pages in place of a film that cannot be shown."""


def _opened(instance_id: str) -> Recording:
    return open_replay(db.session(), surroundings(), instance_id, by=actor(), now=clock.now())


def asked(last: int) -> int:
    """The step of the address; without one the last."""
    text = request.args.get("step", "")
    if not text:
        return last
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= last):
        raise not_found()
    return int(text)


def shown(story: Story, drawn: tuple[Picture, ...], at: int) -> tuple[Shown, ...]:
    """The pictures as they stood after that step."""
    until, here = story.frames[:at], story.frames[at - 1]
    digest = story.events[at - 1].definition
    part = list(story.versions).index(digest) if digest in story.versions else 0
    return tuple(_one(story, picture, until, here, picture.part == part) for picture in drawn)


def _one(story: Story, picture: Picture, until: tuple[Frame, ...], here: Frame, current: bool) -> Shown:
    active = frozenset(here.open)
    done = frozenset(name for frame in until for name in frame.left) - active
    flows = frozenset(name for frame in until for name in frame.flows)
    version = list(story.versions.values())[picture.part]
    touched = {version.definition.nodes[name].process for name in {*here.open, *here.entered, *here.left}
               if name in version.definition.nodes}  # fmt: skip
    near = current and (picture.process in touched or picture.process == version.settings.process)
    focus = next((name for name in reversed(here.entered) if name in active), "")
    return Shown(picture, active, done, flows, near, here.open, focus)


def film(story: Story, drawn: tuple[Picture, ...]) -> dict[str, Any]:
    """What the script needs: the film, which element stands for a node, which flow leads where, what took how long."""
    names = {name for frame in story.frames for name in (*frame.entered, *frame.left, *frame.open)}
    places: dict[str, str] = {}
    for picture in drawn:
        try:
            places |= stand_ins(picture.bpmn, names)
        except DiagramUnreadable:
            continue
    flows = {name for frame in story.frames for name in frame.flows}
    ends = {
        flow.id: (flow.source, flow.target)
        for version in story.versions.values()
        for flow in version.definition.flows.values()
        if flow.id in flows
    }
    return {
        "steps": track(story),
        "places": {name: place for name, place in places.items() if name != place},
        "flows": ends,
        "spent": {one.node: (one.days, one.heat) for one in spent(story, clock.now())},
    }
