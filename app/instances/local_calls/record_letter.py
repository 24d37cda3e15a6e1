"""A letter: its text is made once, from the facts and submissions of that moment, and kept sealed."""

from typing import Any

from app.documents.letters import parse_letter
from app.documents.record_letter import record_letter as keep
from app.engine.model import Call
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.divisions import county
from app.instances.case import Case
from app.instances.fields import worded
from app.parameters.numbers import letter_number, organ_word
from app.parameters.series import issue

MACHINE = "machine"


def record_letter(case: Case, call: Call, by: Actor | None) -> dict[str, Any]:
    """`{letter_id, sm3, letter_number}`: the record then says what was written and under which number. A field without
    a value is written 无, because an empty place in a letter reads as an error."""
    name = str(call.input.get("letter", ""))
    found = case.published.letter_use(name)
    if found is None:
        raise Refusal("letter_unknown", 409, {"letter": name})
    key, use = found
    text = case.published.bundle.of(key)[f"letters/{use.file}"]
    template = parse_letter(text.encode(), use.fields)
    letter = keep(
        case.session,
        template,
        {field: written(worded(case, source)) for field, source in use.fields.items()},
        code=name,
        title=use.title,
        sealer=case.sealer,
        by=by.id if by else MACHINE,
        at=case.at,
        case=case.row.id,
    )
    if use.series:
        letter.number = _number(case, use.series)
    elif use.number:
        letter.number = str(worded(case, use.number) or "") or None
    answer = {"letter_id": str(letter.id), "sm3": letter.sm3}
    return answer | ({"letter_number": letter.number} if letter.number else {})


def written(value: Any) -> str:
    """A value in the words of the reader."""
    if value is None or value == "":
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(written(one) for one in value) or "无"
    return str(value)


def _number(case: Case, series: str) -> str:
    """`隆民收〔2026〕3号`: the organ's word, then what the register says under the series (mark check)."""
    said = case.register.find(series, case.row.division)
    word = organ_word(case.place) + (said.value if said else "")
    authority = county(case.row.division)
    return letter_number(word, case.today.year, issue(case.session, authority, series, case.today.year))
