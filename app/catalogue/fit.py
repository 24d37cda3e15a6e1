"""Whether a bundle may be published at all: characters and pictures that deceive, roles that work on no case.

All are judged when somebody publishes and not when a version runs: what is published stays what it is.
"""

import tomllib
from collections.abc import Iterator
from typing import Any

import orjson

from app.catalogue.bundle import DRAWN, Bundle
from app.catalogue.importing import import_bpmn
from app.catalogue.published import Published
from app.characters import unseen
from app.engine import safe_xml
from app.errors import Refusal
from app.identity.roles import CASE_ROLES, CASEWORKER

WARNED = "[warnings]"


def check_characters(bundle: Bundle) -> None:
    """Texts as a reader gets them, escapes resolved (abuse case 19). A file that cannot be read is refused elsewhere.

    Raises:
        Refusal: `bundle_characters` (422).
    """
    for name, content in sorted(bundle.files.items()):
        for text in _texts(name, content):
            if character := unseen(text.replace("\r", ""), lines=True):
                raise Refusal("bundle_characters", 422, {"file": name, "character": character})


def check_drawn(bundle: Bundle) -> None:
    """A diagram kept as drawn is the one that what runs was made of: else pages would show another than is carried out.

    Raises:
        Refusal: `bundle_drawn` (422).
    """
    files = bundle.of(bundle.key)
    if DRAWN in files and not made_of(files[DRAWN], files["process.bpmn"]):
        raise Refusal("bundle_drawn", 422)


def made_of(drawn: str, process: str) -> bool:
    """Whether importing the one gives the other."""
    return import_bpmn(drawn.encode(), key="drawn").files.get("process.bpmn") == process


def check_roles(version: Published) -> None:
    """Lanes, elements, starters, senders and those warned name roles that exist and work on cases (abuse cases 20, 22).

    Raises:
        Refusal: `bundle_role` (422).
    """
    for place, role in _roles(version):
        if role not in CASE_ROLES | {CASEWORKER}:
            raise Refusal("bundle_role", 422, {"place": place, "role": role[:40]})


def roles_named(version: Published) -> frozenset[str]:
    """Every role that may do something by this version; being told of a clock is no power."""
    return frozenset(role for place, role in _roles(version) if place != WARNED)


def _roles(version: Published) -> Iterator[tuple[str, str]]:
    for one in version.all_settings.values():
        yield from (("[start]", role) for role in one.start.roles)
        yield from ((f"[lanes] {lane}", role) for lane, role in one.lanes.items())
        yield from ((f"[messages.{name}]", role) for name, use in one.messages.items() for role in use.roles)
        yield from ((WARNED, role) for role in (one.warnings.chief, one.warnings.leader))
    for node in version.definition.nodes.values():
        if "role" in node.properties:
            yield node.name or node.id, node.properties["role"]


def _texts(name: str, content: str) -> Iterator[str]:
    yield content
    try:
        if name.endswith((".bpmn", ".dmn")):
            for element in safe_xml.parse(content.encode()).iter():
                yield from (element.text or "", element.tail or "", *element.attrib.values())
        elif name.endswith(".json"):
            yield from _inside(orjson.loads(content))
        elif name.endswith(".toml"):
            yield from _inside(tomllib.loads(content))
    except (safe_xml.XmlRefused, orjson.JSONDecodeError, tomllib.TOMLDecodeError):
        return


def _inside(value: Any) -> Iterator[str]:
    """Every text of a JSON-shaped value, keys among them."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list):
            left += one
