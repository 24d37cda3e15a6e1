"""Random diagrams, walked at random, recorded as the acts record, proved and executed again: each comes out the same, and a
digest that was tampered with is found at its own step."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.catalogue.bundle import Bundle, pack
from app.catalogue.models import Definition
from app.catalogue.published import Published, compile_bundle
from app.db import db, new_id
from app.engine.model import Event, Outcome
from app.engine.outline import ENGINE_VERSION
from app.history import GENESIS, Head, append, open_case
from app.instances.record import effects
from app.instances.surroundings import Surroundings
from app.replay.reexecute import Reexecuted, prove_and_reexecute
from tests.engine.author import draw
from tests.engine.walk import NOON, Walk

STEPS = 25
SETTINGS = """key = "random"
title = "随机"
code = "SJ"
process = "p"
[start]
roles = ["caseworker"]
[facts.c]
kind = "number"
[facts.list]
kind = "codes"
"""


def drawn(session: Session, chance: random.Random) -> Published:
    """A random diagram with those it calls, in the catalogue."""
    main, called = draw(chance, chance.choice([2, 3]))
    files = {"random/process.bpmn": main.decode(), "random/process.toml": SETTINGS}
    files |= {f"called{number}/process.bpmn": one.decode() for number, one in enumerate(called)}
    bundle = Bundle("random", files)
    version = compile_bundle(bundle)
    if session.get(Definition, version.digest) is None:
        row = {"digest": version.digest, "key": "p", "version": session.query(Definition).count() + 1}
        row |= {"title": "随机", "bundle": pack(bundle), "published_at": NOON, "published_by": "test"}
        session.add(Definition(**row))
        session.flush()
    return version


def walked(version: Published, chance: random.Random) -> Walk:
    walk = Walk(version.definition).start(c=chance.randrange(10), list=["a", "b", "c"])
    while walk.last.ended is None and len(walk.events) < STEPS:
        act(walk, chance, chance.choice(walk.open))
    return walk


def act(walk: Walk, chance: random.Random, key: str) -> None:
    node = walk.definition.nodes[key.rpartition("/")[2].partition("#")[0]]
    if node.event == "timer":
        walk.due(key)
    elif node.event == "message":
        walk.event("message", key)
    elif "[" in key:
        walk.event("completed", key)
    else:
        walk.event("completed", key, facts={"c": chance.randrange(10)})


def fields_of(event: Event, outcome: Outcome) -> dict[str, Any]:
    """As `instances.record` writes them."""
    told: dict[str, Any] = {"task": event.target, "effects": effects(outcome.trace), "state": outcome.marking_digest}
    told |= {f"facts/{name}": value for name, value in event.facts.items()}
    return {name: value for name, value in told.items() if value is not None}


@dataclass
class Recorder:
    session: Session
    around: Surroundings

    def chain(self, version: Published, walk: Walk, forged: int | None = None) -> Reexecuted:
        """Record the walk under a new case, the digest after entry `forged` another one, and execute it again."""
        case, head = new_id(), GENESIS
        key = open_case(self.session, vault=self.around.vault, case=case)
        for event, outcome in zip(walk.events, walk.outcomes, strict=True):
            fields = fields_of(event, outcome)
            if event.seq == forged:
                fields["state"] = "m1:" + "5a" * 32
            head = append(
                self.session, vault=self.around.vault, log=self.around.log, case=case, head=head, at=event.at,
                kind=event.kind, definition=version.digest, engine=ENGINE_VERSION, fields=fields, data_key=key,
            )  # fmt: skip
        return self.again(case, head)

    def again(self, case: str, head: Head) -> Reexecuted:
        self.session.commit()  # what is read is let go of before it is executed
        return prove_and_reexecute(self.session, self.around.vault, case, log=self.around.log, expected=head)


@pytest.fixture
def recorder(application: Flask) -> Iterator[Recorder]:
    with application.app_context():
        yield Recorder(db.session(), application.extensions["banyan"])


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.sizes("walks", [25], long=[500])
def test_random_cases_come_out_as_they_were_recorded(recorder: Recorder, walks: int) -> None:
    for seed in range(walks):
        chance = random.Random(seed)
        version = drawn(recorder.session, chance)
        walk = walked(version, chance)
        good = recorder.chain(version, walk)
        assert good.same and good.events == len(walk.events) > 0, (seed, good)
        forged = chance.randint(1, len(walk.events))
        bad = recorder.chain(version, walk, forged)
        assert (bad.seq, bad.events) == (forged, forged - 1), (seed, bad)
        assert "只有状态摘要不同：记录为 m1:5a5a5a5a5a5a…，重演为 m1:" in bad.difference
