"""Whatever is typed, the parser refuses with FeelError and nothing else, and running never raises."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.dmn.feel import FeelError, compile_expression, compile_unary_tests
from app.dmn.feel.wire import from_wire, to_wire
from tests.dmn.asking import AT

PIECES = st.sampled_from(
    '1 2.5 .5 1e3 "文字" true false null a 收入 a.b ? - + * / ** = != < <= > >= ( ) [ ] { } , : . .. '
    '@"P1D" @"2026-01-31" and or not( in between if then else for return some every satisfies '
    "instance of number list<number> function(x) "
    "sum( count( date( string( sort( item partial x y /* */ // ' \" “ 、 && == __a__ 😀 duration( -> ] [".split()
)
SCOPE = {"a": {"b": [1, 2]}, "收入": 300, "x": None, "y": "文"}
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_any_row_of_words_is_an_expression_or_refused(text: str) -> None:
    for compile_text in (compile_expression, compile_unary_tests):
        try:
            compiled = compile_text(text)
        except FeelError as refusal:
            assert refusal.message
            continue
        if compile_text is compile_expression:
            compiled.evaluate(SCOPE, at=AT)  # type: ignore[union-attr]
        else:
            assert compiled.matches(5, SCOPE, at=AT) in (True, False, None)  # type: ignore[union-attr]


@QUICK
@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        compile_expression(text, ["收入"]).evaluate({"收入": 1}, at=AT)
    except FeelError as refusal:
        assert refusal.position is None or 0 <= refusal.position <= len(text)


@QUICK
@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_number_survives_the_wire(value: object) -> None:
    assert from_wire(to_wire(value), "number") == value
