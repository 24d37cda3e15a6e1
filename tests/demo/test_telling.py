"""Telling goes on where it stopped, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from app.cli.demo_cases import tell_all
from app.cli.demo_cases.stories import stories
from app.db import db
from app.instances.models import Instance

THURSDAY = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)


def test_a_telling_that_was_interrupted_goes_on_where_it_stopped(application: Flask) -> None:
    one = next(story for story in stories() if story.key == "cen")
    with application.app_context():
        around = application.extensions["banyan"]
        assert tell_all(around, THURSDAY, [replace(one, steps=one.steps[:2])]) == 2
        assert tell_all(around, THURSDAY, [one]) == len(one.steps) - 2
        assert db.session.scalars(select(Instance.title)).all() == ["收养登记"]
        db.session.remove()
