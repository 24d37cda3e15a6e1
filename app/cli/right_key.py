"""A command that reads what is sealed stops with a sentence where the settings hold another key."""

import click
from flask import current_app

from app.db import db
from app.errors import Refusal
from app.history.right_key import check_right_key
from app.texts import sentence


def must_have_the_key() -> None:
    """Raises ClickException."""
    try:
        check_right_key(db.session(), current_app.extensions["banyan"].vault)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    finally:
        db.session.remove()
