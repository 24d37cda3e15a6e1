"""The corpus: the project's own diagrams, tables, forms and expressions."""

import json
import random
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from tests.engine.author import draw
from tests.importing.files import file
from tests.importing.test_reading import NESTED
from tests.safe.attacks import FEEL, FORMS

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"
LARGE = 60_000
"""Bytes; a diagram above it is drawn now and then."""
DRAWN = 40


@cache
def diagrams() -> tuple[bytes, ...]:
    """Small ones over and over, so that most inputs are quick: those with the most kinds of elements are drawn."""
    found = [path.read_bytes() for folder in ("workflows", "tests/diagrams", "app/cli/bench/data")
             for path in sorted((ROOT / folder).rglob("*.bpmn"))]  # fmt: skip
    small = [one for one in found if len(one) < LARGE]
    drawn = [main for seed in range(DRAWN) for main in (draw(random.Random(seed), 2)[0],)]
    return (*drawn, file(NESTED).encode(), *small, *drawn, *small, *found)


@cache
def tables() -> tuple[bytes, ...]:
    """Ours, and what they do not use."""
    return tuple(path.read_bytes() for folder in (ROOT / "workflows", DATA) for path in sorted(folder.rglob("*.dmn")))


@cache
def forms() -> tuple[Any, ...]:
    ours = [json.loads(path.read_bytes()) for path in sorted((ROOT / "forms").rglob("*.json"))]
    hostile = [form() if callable(form) else form for form in FORMS.values()]
    return (*ours, *(form for form in hostile if isinstance(form, dict) and len(str(form)) < LARGE))


@cache
def expressions() -> tuple[str, ...]:
    """What stands in our diagrams, tables, forms and settings, and the attacks."""
    found = set(FEEL.values())
    for data in (*diagrams(), *tables()):
        for element in etree.fromstring(data).iter():
            if isinstance(element.tag, str) and etree.QName(element).localname in SAYING and element.text:
                found.add(element.text.strip())
    for form in forms():
        found |= {text.removeprefix("=") for text in _texts(form) if text.startswith("=")}
    for path in sorted((ROOT / "workflows").rglob("process.toml")):
        told = _texts(tomllib.loads(path.read_text("utf-8")))
        found |= {text.removeprefix("=") for text in told if "(" in text or "=" in text}
    return tuple(sorted(text for text in found if len(text) < 2000))


SAYING = frozenset({"conditionExpression", "script", "text", "timeDuration", "timeCycle", "timeDate"})


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]
