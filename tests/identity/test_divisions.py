"""Codes are compared by fixed-length groups; zeros at the end are part of a code unless the whole group is zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Refusal
from app.identity.divisions import ancestors, county, covers, level, parent, prefix, widest, written


@pytest.mark.parametrize(
    ("code", "cut"),
    [
        ("450000", "45"),
        ("450100", "4501"),
        ("450110", "450110"),
        ("451030", "451030"),
        ("450330", "450330"),
        ("450800", "4508"),
        ("451000", "4510"),
        ("450123100", "450123100"),
        ("450123000", "450123"),
        ("450123100000", "450123100"),
        ("450000000000", "45"),
        ("450123100010", "450123100010"),
    ],
)
def test_a_written_code_is_cut_at_its_last_used_group(code: str, cut: str) -> None:
    assert prefix(code) == cut


@pytest.mark.parametrize("code", ["", "4", "450", "45012", "4501231", "45012a", "４５０１２３", "000000", "450123 "])
def test_anything_else_is_refused(code: str) -> None:
    with pytest.raises(Refusal) as refused:
        prefix(code)
    assert refused.value.code == "division_code_bad"


@pytest.mark.parametrize(
    ("owner", "code", "yes"),
    [
        ("450000", "450123", True),
        ("45", "450123100", True),
        ("450100", "450110", True),
        ("450110", "450110100", True),
        ("450110", "450111", False),
        ("451030", "451031", False),
        ("451000", "451030", True),
        ("450100", "451030", False),
        ("450123", "450124", False),
        ("450123", "450100", False),
        ("4508", "450800", True),
    ],
)
def test_who_covers_whom(owner: str, code: str, yes: bool) -> None:
    assert covers(owner, code) is yes


def test_the_levels_above_a_village() -> None:
    assert ancestors("450123100005") == ("45", "4501", "450123", "450123100", "450123100005")
    assert parent("450123100") == "450123" and parent("45") is None
    assert level("450100") == 4 and written("4501") == "450100"


def test_a_city_without_counties_stands_above_its_townships() -> None:
    assert ancestors("441900003") == ("44", "4419", "441900003")
    assert parent("441900003") == "4419"


def test_a_case_belongs_to_its_county() -> None:
    assert county("450123100005") == "450123" and county("450100") == "4501"


def test_prefixes_covered_by_another_fall_away() -> None:
    assert widest(["450123", "450100", "450124", "450330"]) == ("4501", "450330")


codes = st.sampled_from([2, 4, 6, 9, 12]).flatmap(
    lambda n: st.text("0123456789", min_size=n, max_size=n).filter(lambda t: not t.startswith("00"))
)


@given(codes)
def test_cutting_twice_changes_nothing_and_every_ancestor_covers(code: str) -> None:
    assert prefix(prefix(code)) == prefix(code) == prefix(written(code))
    assert all(covers(owner, code) for owner in ancestors(code))
