"""Which of the values that the settings point at are identity numbers or telephone numbers, and how a reader sees them."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.forms.filled import NUMBERS, read_as
from app.instances.case import Case
from app.instances.fields import field_value, worded
from app.instances.paper_words import mask, mask_identity


def masks_beside(case: Case, known: Mapping[str, Any]) -> dict[str, str]:
    """By source, what is written in place of a number.

    Args:
        known: source → what stands on the page, numbers too.
    """
    kinds = {source: [kind_of(case, one) for one in source.split("、")] for source in known}
    told = [str(value) for source, value in known.items() if not NUMBERS & set(kinds[source]) and value]
    return {source: "、".join(_masked(case, source, told)) for source, found in kinds.items() if NUMBERS & set(found)}


def kind_of(case: Case, source: str) -> str:
    """The kind of the field that `<form>.<field>` names; empty for a fact and for every other value."""
    form, _, path = source.partition(".")
    key = path.rpartition(".")[2]
    fields = (field for (_, id_), use in case.published.forms.items() if id_ == form for field in use.form.walk())
    return next((read_as(field) for field in fields if field.key == key), "")


def _masked(case: Case, source: str, told: list[str]) -> Iterator[str]:
    for one in source.split("、"):
        value = field_value(case, one)
        if value not in (None, ""):
            kind, text = kind_of(case, one), str(value)
            shown = mask(text) if kind in NUMBERS else str(worded(case, one))
            yield mask_identity(text, told) if kind == "cn-id" else shown
