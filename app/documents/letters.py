"""Texts of letters: `{{field}}` from an allow-list, and nothing else. No logic, no expressions, no inclusion.

A template is read when its bundle is published; a value is put in once and never read again (abuse case 18).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.characters import shown, unseen
from app.texts.documents import TEMPLATE_FINDINGS

MOST_LETTERS = 20_000
_BRACES = re.compile(r"\{\{|\}\}")
_FIELD = re.compile(r"\{\{([^{}]{1,100})\}\}")
"""Every character is looked at once, whatever stands between the braces (abuse case 17)."""
Part: TypeAlias = tuple[bool, str]
"""(is it a merge field, its name or the text as it stands)"""


class LetterRefused(Exception):
    """The template cannot be published; `findings` say why, in Chinese, by line."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__("；".join(findings))
        self.findings = findings


@dataclass(frozen=True)
class Template:
    paragraphs: tuple[tuple[Part, ...], ...]

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(text for parts in self.paragraphs for merged, text in parts if merged)


def parse_letter(raw: bytes, allowed: Iterable[str]) -> Template:
    """Read a template: one paragraph a line, blank lines are left out.

    Raises:
        LetterRefused: an unknown field, unpaired braces, unseen characters, too long.
    """
    known = frozenset(allowed)
    text = _text(raw)
    findings: list[str] = []
    paragraphs = []
    for number, line in enumerate(text.split("\n"), 1):
        findings += _line_findings(line, number, known)
        if line.strip():
            paragraphs.append(_parts(line.strip()))
    if not paragraphs:
        findings.append(TEMPLATE_FINDINGS["empty"])
    if findings:
        raise LetterRefused(tuple(findings))
    return Template(tuple(paragraphs))


def render(template: Template, values: Mapping[str, str]) -> tuple[str, ...]:
    """The paragraphs with every field replaced by its value as it stands; line breaks in a value become blanks.

    Raises:
        KeyError: a field has no value; see `missing`.
    """
    return tuple(
        "".join(_inline(values[text]) if merged else text for merged, text in parts) for parts in template.paragraphs
    )


def missing(template: Template, values: Mapping[str, str]) -> tuple[str, ...]:
    """Fields that have no value, or an empty one."""
    return tuple(sorted(name for name in template.fields if not values.get(name, "").strip()))


def _text(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        raise LetterRefused((TEMPLATE_FINDINGS["not_text"],)) from problem
    if len(text) > MOST_LETTERS:
        raise LetterRefused((TEMPLATE_FINDINGS["too_long"].format(limit=MOST_LETTERS),))
    return text


def _line_findings(line: str, number: int, known: frozenset[str]) -> list[str]:
    found = []
    character = unseen(line, lines=True)
    if character:
        found.append(TEMPLATE_FINDINGS["unseen"].format(line=number, character=character))
    if _BRACES.search(_FIELD.sub("", line)):
        found.append(TEMPLATE_FINDINGS["braces"].format(line=number))
    for name in map(str.strip, _FIELD.findall(line)):
        if name not in known:
            listed = "、".join(sorted(known)) or "（无）"
            found.append(TEMPLATE_FINDINGS["unknown"].format(line=number, field=shown(name), known=listed))
    return found


def _parts(line: str) -> tuple[Part, ...]:
    cut = _FIELD.split(line)
    return tuple((index % 2 == 1, text.strip() if index % 2 else text) for index, text in enumerate(cut) if text)


def _inline(value: str) -> str:
    return " ".join(value.split())
