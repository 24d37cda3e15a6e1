"""对照: one case beside another, and one case against the usual path of its kind."""

from flask import Blueprint, Response, request, url_for

from app import clock
from app.db import db
from app.errors import Refusal
from app.instances import looks
from app.replay.beside import case_of_number, lasted, side_by_side
from app.replay.open_replay import open_replay
from app.replay.player import items, pictures
from app.replay.story import Story
from app.replay.usual import usual_path
from app.texts import sentence
from app.web.case_acts import ask_purpose
from app.web.door import actor, show, surroundings
from app.web.links import WebLinks
from app.web.looking import looked
from app.web.replay import shown

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
        left=left,
        right=right,
        pairs=side_by_side(left, right) if right else (),
        sides=[_side(story) for story in (left, right) if story is not None],
        number=number,
        wrong=wrong,
        links=WebLinks(),
    )


def _asked(instance_id: str, refusal: Refusal) -> Response:
    """The purpose first, of either case; then on to this page."""
    if refusal.code != "purpose_needed":
        raise refusal
    return ask_purpose(instance_id, refusal, then=request.full_path.rstrip("?"))


def _side(story: Story) -> dict[str, object]:
    row, marked = story.recording.case.row, [item for item in items(story) if item.marks]
    return {
        "case": row,
        "lasted": lasted(story),
        "marked": len(marked),
        "version": list(story.version_names.values()),
        "pictures": [one for one in shown(story, pictures(story), len(story.events)) if one.near][:1],
    }


def _story(instance_id: str) -> Story:
    now = clock.now()
    recording = open_replay(db.session(), surroundings(), instance_id, by=actor(), now=now)
    looked(looks.REPLAY, instance_id, purpose=recording.purpose, again=False)
    return Story(db.session(), recording)
