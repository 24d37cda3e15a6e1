"""Commands for operators.

Each is a door: it opens the transaction and calls one act.
"""

from typing import TYPE_CHECKING

from app.cli.audit import audit
from app.cli.bench import bench
from app.cli.database import database
from app.cli.demo import demo
from app.cli.extract_file import extract_file
from app.cli.history import history
from app.cli.incidents import incidents
from app.cli.install import install
from app.cli.instances import instances
from app.cli.log_keys import keys
from app.cli.mine import mine
from app.cli.people import people
from app.cli.print_history import print_history
from app.cli.process import process
from app.cli.registers import calendar, divisions, parameter, separation
from app.cli.replay import replay
from app.cli.restore import restore
from app.cli.sealed_log import checkpoint, export, fingerprint, seal
from app.cli.spoken import speak
from app.cli.stamp import stamp
from app.cli.tokens import token
from app.cli.witness import witness
from app.cli.worker import worker

if TYPE_CHECKING:
    from flask import Flask

COMMANDS = (
    audit,
    bench,
    calendar,
    database,
    demo,
    divisions,
    history,
    incidents,
    install,
    instances,
    parameter,
    people,
    process,
    restore,
    separation,
    token,
    worker,
)


for part in (replay, seal, checkpoint, fingerprint, export, print_history, extract_file, keys, mine, witness, stamp):
    history.add_command(part)


def register(app: "Flask") -> None:
    for command in COMMANDS:
        speak(command)
        app.cli.add_command(command)
