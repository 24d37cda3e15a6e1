"""From one component of a form-js schema to a `Field`, one reader for each type that is supported."""

from collections.abc import Callable, Mapping
from typing import Any

from app.forms.model import KINDS, Field
from app.forms.reading import FEEL_LENGTH, HELP_LENGTH, TEXT_LENGTH, Component

MOST_LETTERS = 20_000
MOST_PLACES = 6
MOST_ROWS = 100
USUAL_ROWS = 30
SUBTYPES = ("date", "time", "datetime")
CHOOSING = frozenset({"radio", "select", "checklist", "taglist"})
AUTOCOMPLETE = frozenset({"off", "name", "tel", "email", "street-address", "organization"})


def read_component(component: Component, type_: str) -> dict[str, Any]:
    """The properties of a leaf as keywords of `Field`; findings are noted in `component`."""
    return _common(component, type_) | LEAVES[type_](component)


def _common(component: Component, type_: str) -> dict[str, Any]:
    return {
        "type": type_,
        "key": component.answer_key(),
        "label": component.text("label") or component.key,
        "help": component.text("description", HELP_LENGTH),
        "required": component.plain_flag("required", inside="validate"),
        "hide": component.condition(),
        "readonly": component.flag("readonly"),
        "disabled": component.flag("disabled"),
        "least": component.count("least", MOST_ROWS, inside="properties"),
        **read_must(component),
        "default": _default(component),
        "prefix": component.text("prefixAdorner", 20, inside="appearance"),
        "suffix": component.text("suffixAdorner", 20, inside="appearance"),
        **_properties(component, type_),
    }


def read_must(component: Component) -> dict[str, Any]:
    """`properties.must`, FEEL after `=`, and the sentence a person reads where it does not hold."""
    must = component.text("must", FEEL_LENGTH, inside="properties")
    message = component.text("must_message", inside="properties")
    if must and not message:
        component.note("must_message")
    return {"must": component.feel(must) if must else None, "must_message": message}


def _default(component: Component) -> Any:
    default = component.raw.get("defaultValue")
    if isinstance(default, str) and default.startswith("="):
        return component.feel(default)
    return default


def _properties(component: Component, type_: str) -> dict[str, Any]:
    properties: Mapping[str, Any] = component.part("properties")
    texts = {name: properties.get(name) or "" for name in ("kind", "birth", "sex", "role", "autocomplete")}
    for name, value in texts.items():
        if not isinstance(value, str):
            component.note("not_text", property=f"properties.{name}")
            return {}
    kind = texts["kind"]
    if kind and kind not in KINDS:
        component.note("kind", kind=kind, kinds="、".join(KINDS))
        return {}
    if kind and type_ != "textfield" and not (kind == "person" and type_ in CHOOSING):
        component.note("kind_type", kind=kind, type=type_)
        return {}
    if texts["autocomplete"] not in AUTOCOMPLETE:
        texts["autocomplete"] = ""
    return texts


def _words(component: Component) -> dict[str, Any]:
    subtype = component.part("validate").get("validationType")
    limits = {name: component.limit(name) for name in ("min", "max")}
    return limits | {
        "min_length": component.count("minLength", MOST_LETTERS),
        "max_length": component.count("maxLength", MOST_LETTERS),
        "pattern": component.pattern(),
        "pattern_message": component.text("patternErrorMessage", inside="validate"),
        "subtype": subtype if subtype in ("email", "phone") else "",
    }


def _number(component: Component) -> dict[str, Any]:
    return {
        "min": component.limit("min"),
        "max": component.limit("max"),
        "places": component.count("decimalDigits", MOST_PLACES, MOST_PLACES, inside=""),
    }


def _choosing(component: Component) -> dict[str, Any]:
    person = component.part("properties").get("kind") == "person"
    return {"choices": component.choices(needed=not person)}


def _moment(component: Component) -> dict[str, Any]:
    subtype = component.raw.get("subtype", "date")
    if subtype not in SUBTYPES:
        component.note("subtype")
        subtype = "date"
    labels = [component.text(name) for name in ("dateLabel", "timeLabel", "label")]
    label = next((each for each in ([labels[1], *labels] if subtype == "time" else labels) if each), component.key)
    limits = {name: component.limit(name, dates=True) for name in ("min", "max")}
    return limits | {"subtype": subtype, "label": label}


def _files(component: Component) -> dict[str, Any]:
    accept = component.text("accept").lower()
    return {
        "accept": tuple(each.strip() for each in accept.split(",") if each.strip()),
        "multiple": component.plain_flag("multiple"),
    }


def _nothing(component: Component) -> dict[str, Any]:
    return {}


LEAVES: dict[str, Callable[[Component], dict[str, Any]]] = {
    "textfield": _words,
    "textarea": _words,
    "number": _number,
    "checkbox": _nothing,
    "checklist": _choosing,
    "taglist": _choosing,
    "radio": _choosing,
    "select": _choosing,
    "datetime": _moment,
    "filepicker": _files,
}
"""Types that take one answer, and what each has beyond the common properties."""


def read_shown(component: Component, type_: str) -> Field:
    """A text, separator or spacer."""
    text = component.text("text", TEXT_LENGTH) if type_ == "text" else ""
    return Field(type=type_, text=text, hide=component.condition())


def read_nesting(component: Component, type_: str, fields: tuple[Field, ...]) -> Field:
    """A group (with or without a path of its own) or a dynamic list around `fields`."""
    listed = type_ == "dynamiclist"
    most = component.count("max_rows", MOST_ROWS, USUAL_ROWS, inside="properties")
    return Field(
        type=type_,
        key=component.answer_key(needed=listed),
        label=component.text("label") or component.key,
        help=component.text("description", HELP_LENGTH),
        required=listed and component.plain_flag("required", inside="validate"),
        hide=component.condition(),
        fields=fields,
        fixed_rows=listed and not component.plain_flag("allowAddRemove", True),
        first_rows=component.count("defaultRepetitions", most, 1, inside="") if listed else 0,
        most_rows=most if listed else 0,
        least=component.count("least", most, inside="properties") if listed else 0,
        **(read_must(component) if listed else {}),
    )
