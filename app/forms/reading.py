"""Reading one component of a form-js schema property by property, noting what cannot be published."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.characters import shown
from app.dmn.feel import Expression, FeelError, compile_expression
from app.forms.model import NESTING, Choice, Flag, FormFinding, Limit
from app.forms.moments import read_date
from app.forms.patterns import PatternRefused, check_pattern
from app.texts.forms import FINDINGS

KEY = re.compile(r"[A-Za-z\u3400-\u9fff][A-Za-z0-9_\u3400-\u9fff]{0,63}\Z")
RESERVED = frozenset(
    "typename csrf_token if then else for in return some every satisfies and or not between true false null"
    " function instance of item this parent".split()
)
LABEL_LENGTH = 300
HELP_LENGTH = 1000
TEXT_LENGTH = 5000
FEEL_LENGTH = 2000
MOST_CHOICES = 300


class Component:
    """One component as it stands in the JSON; findings go into the list shared by the whole form."""

    def __init__(
        self, raw: Mapping[str, Any], form: str, findings: list[FormFinding], names: frozenset[str] | None
    ) -> None:
        self.raw = raw
        self.form = form
        self.findings = findings
        self.names = names
        self.key = self._key_text()

    def _key_text(self) -> str:
        key = self.raw.get("path") if self.raw.get("type") in NESTING else self.raw.get("key")
        return key if isinstance(key, str) else ""

    def note(self, code: str, position: int | None = None, **params: Any) -> None:
        """Note a finding; texts of the author that are quoted in it are cut and made visible."""
        quoted = {name: shown(value) if isinstance(value, str) else value for name, value in params.items()}
        message = FINDINGS[code].format_map(quoted)
        self.findings.append(FormFinding(self.form, shown(self.key or self._label_text()), code, message, position))

    def _label_text(self) -> str:
        label = self.raw.get("label")
        return label if isinstance(label, str) else ""

    def part(self, name: str) -> Mapping[str, Any]:
        """A nested object of properties, empty when absent."""
        value = self.raw.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.note("not_object", property=name)
            return {}
        return value

    def answer_key(self, *, needed: bool = True) -> str:
        """The key its answer will stand under."""
        raw = self.raw.get("path") if self.raw.get("type") in NESTING else self.raw.get("key")
        if raw is None or raw == "":
            if needed:
                self.note("key_missing")
            return ""
        if not isinstance(raw, str) or not KEY.match(raw) or raw.lower() in RESERVED:
            self.note("key", key=str(raw))
            return ""
        return raw

    def text(self, name: str, most: int = LABEL_LENGTH, *, inside: str = "") -> str:
        """A text shown as it stands: neither HTML, nor a template, nor FEEL (abuse case 6)."""
        value = (self.part(inside) if inside else self.raw).get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.note("not_text", property=name)
            return ""
        if len(value) > most:
            self.note("text_long", property=name, limit=most)
        return value.strip()

    def feel(self, text: str) -> Expression | None:
        """An expression after its `=`, compiled; None and a finding when it is wrong."""
        if len(text) > FEEL_LENGTH:
            self.note("text_long", property="FEEL", limit=FEEL_LENGTH)
            return None
        try:
            return compile_expression(text.removeprefix("="), self.names)
        except FeelError as problem:
            offset = text.startswith("=")
            position = None if problem.position is None else problem.position + offset
            self.note("feel", position, detail=problem.message)
            return None

    def condition(self) -> Expression | None:
        hide = self.part("conditional").get("hide")
        if hide is None or hide == "":
            return None
        if not isinstance(hide, str):
            self.note("not_text", property="conditional.hide")
            return None
        return self.feel(hide)

    def flag(self, name: str, *, inside: str = "") -> Flag:
        value = (self.part(inside) if inside else self.raw).get(name, False)
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.startswith("="):
            return self.feel(value) or False
        self.note("not_flag", property=name)
        return False

    def plain_flag(self, name: str, default: bool = False, *, inside: str = "") -> bool:
        value = (self.part(inside) if inside else self.raw).get(name, default)
        if not isinstance(value, bool):
            self.note("not_flag", property=name)
            return default
        return value

    def limit(self, name: str, *, dates: bool = False) -> Limit:
        """`validate.<name>`: a number, a date for date fields, or FEEL after `=`."""
        value = self.part("validate").get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.startswith("="):
            return self.feel(value)
        try:
            return date.fromisoformat(read_date(value)) if dates else _decimal(value)
        except (ValueError, TypeError, InvalidOperation):
            self.note("not_limit", property=name)
            return None

    def count(self, name: str, most: int, default: int = 0, *, inside: str = "validate") -> int:
        """A whole number from 0 to `most`; text digits are taken too, as form-js saves them."""
        value = (self.part(inside) if inside else self.raw).get(name)
        if value is None or value == "":
            return default
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            self.note("not_count", property=name, limit=most)
            return default
        return value

    def pattern(self) -> str:
        pattern = self.part("validate").get("pattern")
        if pattern is None or pattern == "":
            return ""
        if not isinstance(pattern, str):
            self.note("not_text", property="pattern")
            return ""
        try:
            check_pattern(pattern, self._longest())
        except PatternRefused as problem:
            self.note("pattern", detail=str(problem))
            return ""
        return pattern

    def _longest(self) -> int:
        """Characters an answer may have; a wrong `maxLength` is told elsewhere, and the default stands for it."""
        given = self.part("validate").get("maxLength")
        return given if isinstance(given, int) and 0 < given else TEXT_LENGTH

    def choices(self, *, needed: bool = True) -> tuple[Choice, ...]:
        for elsewhere in ("valuesKey", "valuesExpression"):
            if self.raw.get(elsewhere):
                self.note("choices_elsewhere", property=elsewhere)
        values = self.raw.get("values", [])
        if not isinstance(values, list) or not all(_choice(each) for each in values):
            self.note("choices")
            return ()
        if needed and not values:
            self.note("choices_missing")
        if len(values) > MOST_CHOICES:
            self.note("choices_many", limit=MOST_CHOICES)
        found = tuple(Choice(str(each["value"]), each["label"]) for each in values[:MOST_CHOICES])
        for value in sorted({c.value for c in found if sum(d.value == c.value for d in found) > 1}):
            self.note("choice_twice", value=value)
        return found


def _choice(raw: Any) -> bool:
    if not isinstance(raw, dict) or not isinstance(raw.get("label"), str):
        return False
    value = raw.get("value")
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole or (isinstance(value, str) and 0 < len(value) <= 200)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 40:
        raise ValueError(value)
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return number
