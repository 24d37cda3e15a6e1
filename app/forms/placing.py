"""Every field where it stands: with its raw answer, its row, and whether a condition hides or fixes it.

Conditions see the answers of fields that are shown; what is hidden is null for the others. Since no condition
waits for itself (`circles`), looking again until nothing changes ends after as many rounds as there are conditions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as column
from typing import Any

from app.dmn.feel import Expression
from app.errors import Refusal
from app.forms.around import Around
from app.forms.defaults import default_of
from app.forms.model import Field, Flag, Form, level
from app.forms.scope import feel_of, feel_of_wire

MOST_PLACED = 2000
Scope = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    index: int
    blank: bool
    """Nothing was answered in it, and it may be left out."""
    parts: tuple["Placed", ...]


@dataclass(frozen=True)
class Placed:
    field: Field
    name: str
    """Address of its answer; empty for what carries none."""
    raw: Any
    hidden: bool
    fixed: bool
    """Read-only or disabled: the stored value stands, whatever the browser says."""
    stored: Any = None
    """Wire value of a fixed field."""
    scope: Scope = column(default_factory=dict)
    parts: tuple["Placed", ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class _Standing:
    hidden: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()


def place(form: Form, answers: Mapping[str, Any], around: Around) -> tuple[Placed, ...]:
    """Raises Refusal `form_too_many_answers` (422) when rows make the form larger than anyone fills."""
    rounds = sum(1 for f in form.walk() if f.hide or f.readonly or f.disabled) + 2
    standing = _Standing()
    placed: tuple[Placed, ...] = ()
    for _ in range(rounds):
        placed = _Placing(standing, around).fields(form.fields, answers, around.previous, around.facts, "")
        found = _standing_of(placed)
        if found == standing:
            break
        standing = found
    return placed


def everywhere(placed: tuple[Placed, ...]) -> Iterator[Placed]:
    """All of them, in groups and rows too."""
    for each in placed:
        yield each
        yield from everywhere(each.parts)
        for row in each.rows:
            yield from everywhere(row.parts)


def same_level(placed: tuple[Placed, ...]) -> Iterator[Placed]:
    """Those whose answers stand on one level: groups without a path are seen through."""
    for each in placed:
        if each.field.type == "group" and not each.field.key:
            yield from same_level(each.parts)
        elif each.field.answers:
            yield each


def blank(raw: Any) -> bool:
    """Nothing was answered: absent, empty, not ticked, or only such things inside."""
    if isinstance(raw, Mapping):
        return all(blank(each) for each in raw.values())
    if isinstance(raw, list):
        return all(blank(each) for each in raw)
    if isinstance(raw, str):
        return not raw.strip()
    return raw is None or raw is False


def inner(raw: Any, key: str) -> Mapping[str, Any]:
    """A nested mapping, or an empty one when there is none of that shape."""
    found = raw.get(key) if isinstance(raw, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def rows_of(field: Field, raw: Any) -> list[Mapping[str, Any]]:
    """The rows to look at: as many as came, at most one more than allowed; the first ones before anybody answered."""
    if not isinstance(raw, list):
        return [{} for _ in range(field.first_rows)]
    rows = [each if isinstance(each, Mapping) else {} for each in raw[: field.most_rows + 1]]
    if field.fixed_rows:
        rows = (rows + [{}] * field.first_rows)[: field.first_rows]
    return rows


def _standing_of(placed: tuple[Placed, ...]) -> _Standing:
    found = list(everywhere(placed))
    return _Standing(
        frozenset(p.name for p in found if p.hidden and p.name),
        frozenset(p.name for p in found if p.fixed and p.name),
    )


def _is_true(flag: Flag | None, scope: Scope, around: Around) -> bool:
    if isinstance(flag, Expression):
        return flag.evaluate(scope, at=around.at) is True
    return flag is True


class _Placing:
    """One round over the form, with what the round before found hidden or fixed."""

    def __init__(self, standing: _Standing, around: Around) -> None:
        self.standing = standing
        self.around = around
        self.count = 0

    def fields(
        self, fields: tuple[Field, ...], raw: Mapping[str, Any], stored: Mapping[str, Any], outer: Scope, prefix: str
    ) -> tuple[Placed, ...]:
        scope = {**outer, **self._values(fields, raw, stored, outer, prefix)}
        return self._level(fields, raw, stored, scope, prefix, False)

    def _level(
        self,
        fields: tuple[Field, ...],
        raw: Mapping[str, Any],
        stored: Mapping[str, Any],
        scope: Scope,
        prefix: str,
        hidden: bool,
    ) -> tuple[Placed, ...]:
        return tuple(self._place(each, raw, stored, scope, prefix, hidden) for each in fields)

    def _place(
        self, each: Field, raw: Mapping[str, Any], stored: Mapping[str, Any], scope: Scope, prefix: str, hidden: bool
    ) -> Placed:
        self._count()
        hidden = hidden or _is_true(each.hide, scope, self.around)
        fixed = _is_true(each.readonly, scope, self.around) or _is_true(each.disabled, scope, self.around)
        name, given = prefix + each.key if each.key else "", raw.get(each.key)
        if each.type == "group" and not each.key:
            parts = self._level(each.fields, raw, stored, scope, prefix, hidden)
            return Placed(each, "", None, hidden, False, scope=scope, parts=parts)
        if each.type == "group":
            return self._group(each, name, given, inner(stored, each.key), scope, hidden)
        if each.type == "dynamiclist":
            return self._list(each, name, given, stored.get(each.key), scope, hidden)
        kept = self._stored(each, stored, scope) if fixed else None
        return Placed(each, name, given, hidden, fixed, kept, scope)

    def _group(self, each: Field, name: str, given: Any, stored: Any, scope: Scope, hidden: bool) -> Placed:
        answers = given if isinstance(given, Mapping) else {}
        inside = {**scope, **self._values(each.fields, answers, stored, scope, name + ".")}
        parts = self._level(each.fields, answers, stored, inside, name + ".", hidden)
        return Placed(each, name, given, hidden, False, scope=scope, parts=parts)

    def _list(self, each: Field, name: str, given: Any, stored: Any, scope: Scope, hidden: bool) -> Placed:
        rows = []
        for index, answers in enumerate(rows_of(each, given)):
            kept = _row(stored, index)
            prefix = f"{name}.{index}."
            inside = {**scope, **self._values(each.fields, answers, kept, scope, prefix)}
            parts = self._level(each.fields, answers, kept, inside, prefix, hidden)
            rows.append(Row(index, not each.fixed_rows and blank(answers), parts))
        return Placed(each, name, given, hidden, False, scope=scope, rows=tuple(rows))

    def _values(
        self, fields: tuple[Field, ...], raw: Mapping[str, Any], stored: Mapping[str, Any], outer: Scope, prefix: str
    ) -> dict[str, Any]:
        """FEEL values of one level; null for what the round before found hidden."""
        return {
            each.key: None
            if prefix + each.key in self.standing.hidden
            else self._value(each, raw.get(each.key), stored, outer, prefix + each.key)
            for each in level(fields)
        }

    def _value(self, each: Field, given: Any, stored: Mapping[str, Any], outer: Scope, name: str) -> Any:
        self._count()
        if each.type == "group":
            answers = given if isinstance(given, Mapping) else {}
            return self._values(each.fields, answers, inner(stored, each.key), outer, name + ".")
        if each.type == "dynamiclist":
            return [
                self._values(each.fields, row, _row(stored.get(each.key), index), outer, f"{name}.{index}.")
                for index, row in enumerate(rows_of(each, given))
                if each.fixed_rows or not blank(row)
            ]
        if name in self.standing.fixed:
            return feel_of_wire(each, self._stored(each, stored, outer))
        return feel_of(each, given, self.around)

    def _stored(self, each: Field, stored: Mapping[str, Any], scope: Scope) -> Any:
        value = stored.get(each.key)
        return default_of(each, scope, self.around) if value is None else value

    def _count(self) -> None:
        self.count += 1
        if self.count > MOST_PLACED * 2:
            raise Refusal("form_too_many_answers", 422, {"limit": MOST_PLACED})


def _row(stored: Any, index: int) -> Mapping[str, Any]:
    kept = stored[index] if isinstance(stored, list) and index < len(stored) else None
    return kept if isinstance(kept, Mapping) else {}
