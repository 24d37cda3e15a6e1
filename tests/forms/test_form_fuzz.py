"""Whatever comes in, only our own refusals come out."""

import json

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_forms import AT, FILE, application, filled

from app.errors import Refusal
from app.forms.check import check
from app.forms.components import LEAVES
from app.forms.model import NESTING, SHOWN_ONLY, FormRefused
from app.forms.post import edit_rows, from_post
from app.forms.schema import parse
from app.forms.visible import view
from app.texts import sentence

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["=a", "=a > 1", "=(", "="]),
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
TYPES = [*LEAVES, *NESTING, *SHOWN_ONLY, "html"]
PROPERTIES = [
    "label",
    "validate",
    "values",
    "conditional",
    "readonly",
    "disabled",
    "defaultValue",
    "properties",
    "path",
    "subtype",
    "accept",
    "multiple",
    "allowAddRemove",
    "defaultRepetitions",
    "description",
    "decimalDigits",
]
LEAF = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES), "key": st.sampled_from(["a", "b", "c"])} | {"components": st.just([])},
    optional={name: JSON for name in PROPERTIES}
    | {
        "validate": st.dictionaries(
            st.sampled_from(["required", "min", "max", "minLength", "maxLength", "pattern", "validationType"]),
            JSON,
            max_size=3,
        ),
        "conditional": st.fixed_dictionaries({"hide": st.sampled_from(["=a", "=b", "=c > 1", "=count(a) > 0", "=1"])}),
        "values": st.just([{"label": "甲", "value": "1"}]),
        "properties": st.dictionaries(
            st.sampled_from(["kind", "birth", "sex", "role"]), st.sampled_from(["money", "cn-id", "person", "a", ""])
        ),
    },
)
COMPONENT = st.recursive(
    LEAF,
    lambda inner: st.fixed_dictionaries(
        {"type": st.sampled_from(["group", "dynamiclist"]), "components": st.lists(inner, max_size=3)},
        optional={"path": st.sampled_from(["p", "q"]), "label": st.text(max_size=4)},
    ),
    max_leaves=6,
)
ANSWERS = st.dictionaries(st.sampled_from(["a", "b", "c", "p", "q", "x", "__proto__"]), JSON, max_size=5)
KNOWN = st.sampled_from([*filled(), "kin_proof"])


def dumped(components) -> bytes:
    return json.dumps({"type": "default", "components": components}).encode()


def form_or_none(raw: bytes):
    try:
        return parse(raw, form_id="f", facts=("x",))
    except FormRefused as refused:
        assert refused.findings and all(f.message for f in refused.findings)
        return None


def outcome(form, answers):
    """Check and draw; both may only refuse as we do, and a clean answer is JSON and stays clean."""
    files = {FILE.id: FILE}
    try:
        clean = check(form, answers, at=AT, files=files)
    except Refusal as refusal:
        assert sentence(refusal)
        assert all(isinstance(key, str) and said for key, said in refusal.fields.items())
        view(form, answers, at=AT, files=files, errors=refusal.fields)
        return None
    assert orjson.loads(orjson.dumps(clean.answers)) == clean.answers
    view(form, clean.answers, at=AT, files=files)
    return clean


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode("utf-8", "replace")))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_a_form_or_refused(raw):
    form_or_none(raw)


@given(st.lists(JSON | COMPONENT, max_size=5))
@settings(max_examples=120, deadline=None)
def test_any_json_is_a_form_or_refused(components):
    form_or_none(dumped(components))


@given(st.lists(COMPONENT, min_size=1, max_size=3), ANSWERS)
@settings(max_examples=120, deadline=None)
def test_any_answers_to_any_form_are_clean_or_refused(components, answers):
    form = form_or_none(dumped(components))
    if form is not None:
        outcome(form, answers)


@given(st.dictionaries(KNOWN, JSON, max_size=6), st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_change_to_right_answers_is_clean_or_refused(changed, bare):
    clean = outcome(application(), changed if bare else filled(**changed))
    if clean is not None:
        again = check(application(), clean.answers, at=AT, files={FILE.id: FILE})
        assert again.answers == clean.answers


NAMES = st.sampled_from(
    [*filled(), "own_children.0.name", "own_children.1.alive", "own_children.00.x", "_add", "_remove", "_row", "."]
)


@given(
    st.lists(
        st.tuples(
            NAMES | st.text(max_size=8),
            st.sampled_from(["", "1", "own_children", "own_children.0"]) | st.text(max_size=8),
        ),
        max_size=12,
    )
)
@settings(max_examples=120, deadline=None)
def test_any_post_is_clean_or_refused(pairs):
    form = application()
    answers, _ = edit_rows(form, from_post(form, pairs), pairs)
    outcome(form, answers)
