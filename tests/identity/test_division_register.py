"""The shipped codes, the picker, and the import that names each bad line."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.division_register import path_names, search_divisions, seed_divisions, seed_rows
from app.identity.import_divisions import Imported, import_divisions
from app.identity.models import Division
from tests.cast import LI_GUIFANG, WEI_YIMING, actor

PER_CITY = {
    "4501": 12, "4502": 10, "4503": 17, "4504": 7, "4505": 4, "4506": 4, "4507": 4,
    "4508": 5, "4509": 7, "4510": 12, "4511": 5, "4512": 11, "4513": 6, "4514": 7,
}  # fmt: skip
TODAY = date(2026, 3, 2)


def test_guangxi_has_its_14_cities_and_111_counties() -> None:
    present = [row["code"] for row in seed_rows() if row["code"].startswith("45") and not row.get("valid_to")]
    counties = Counter(code[:4] for code in present if len(code) == 6)
    assert dict(counties) == PER_CITY
    assert sum(counties.values()) == 111
    assert {code for code in present if len(code) == 4} == PER_CITY.keys()


def test_former_counties_are_known_but_no_longer_in_force() -> None:
    former = {row["code"]: row["replaced_by"] for row in seed_rows() if row.get("valid_to")}
    assert former == {"450127": "450181", "451023": "451082"}


def test_all_34_provinces_are_there_and_no_code_twice() -> None:
    codes = [row["code"] for row in seed_rows()]
    assert sum(len(code) == 2 for code in codes) == 34
    assert len(codes) == len(set(codes))


def test_seeding_twice_adds_nothing(session: Session) -> None:
    assert seed_divisions(session) > 3000
    assert seed_divisions(session) == 0


def test_names_are_read_from_the_province_down(session: Session) -> None:
    seed_divisions(session)
    assert path_names(session, ["450123", "450100", "450123100005", "110101", "999999"]) == {
        "450123": "广西壮族自治区南宁市隆安县",
        "450100": "广西壮族自治区南宁市",
        "450123100005": "广西壮族自治区南宁市隆安县城厢镇新兴社区居委会",
        "110101": "北京市东城区",
        "999999": "999999",
    }
    assert session.get_one(Division, "110101").parent == "11"


def test_the_picker_finds_by_name_and_by_code_within_a_division_and_on_a_day(session: Session) -> None:
    seed_divisions(session)
    assert [line.written for line in search_divisions(session, "隆安", TODAY, levels={6})] == ["450123"]
    assert search_divisions(session, "450100", TODAY)[0].name == "南宁市"
    assert [line.code for line in search_divisions(session, "横", TODAY, within="450100", levels={6})] == ["450181"]
    assert [line.name for line in search_divisions(session, "横县", date(2019, 1, 1))] == ["横县"]
    assert search_divisions(session, "%", TODAY) == []
    assert len(search_divisions(session, "", TODAY)) == 20


def test_an_import_adds_changes_and_leaves(session: Session) -> None:
    seed_divisions(session)
    content = "code,name\n450222100,大埔镇\n450222100001,城南社区\n450123,隆安县\n450123100,城厢新镇\n".encode(
        "utf-8-sig"
    )
    assert import_divisions(session, actor(WEI_YIMING), content) == Imported(added=2, changed=1, unchanged=1)
    session.expire_all()
    assert session.scalar(select(Division.parent).where(Division.code == "450222100001")) == "450222100"
    assert session.get_one(Division, "450123100").name == "城厢新镇"


def test_each_bad_line_is_named_and_nothing_is_imported(session: Session) -> None:
    seed_divisions(session)
    content = (
        "code,name,valid_from,valid_to,replaced_by,is_functional\n"
        "45012,太短镇,,,,\n"
        "450222100,大埔镇,,,,\n"
        "450199100,无上级镇,,,,\n"
        "450222101,\u202e反镇,,,,\n"
        "450222100,大埔镇,,,,\n"
        "450222102,乙镇,2020-13-01,,,\n"
        "450222103,丙镇,2020-01-02,2020-01-01,,\n"
        "450222104,丁镇,,,450999,\n"
        "450222105,戊镇,,,,是\n"
    ).encode()
    with pytest.raises(Refusal) as refused:
        import_divisions(session, actor(WEI_YIMING), content)
    assert refused.value.code == "divisions_bad_lines"
    assert list(refused.value.fields) == ["2", "4", "5", "6", "7", "8", "9", "10"]
    assert "4501990" not in refused.value.fields["4"] and "上级区划 450199（县级）不在库中" in refused.value.fields["4"]
    assert "两次" in refused.value.fields["6"]
    assert session.get(Division, "450222100") is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("code,name\n450222100,大埔镇\n".encode("gb18030"), "divisions_not_utf8"),
        ("代码,名称\n450222100,大埔镇\n".encode(), "divisions_no_header"),
        (b"", "divisions_no_header"),
        (b'code,name\n450222100,"' + b"x" * 200_000, "divisions_bad_lines"),
        (b"x" * (5 * 1024 * 1024 + 1), "divisions_too_large"),
    ],
)
def test_a_file_that_is_no_list_is_refused(session: Session, content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        import_divisions(session, actor(WEI_YIMING), content)
    assert refused.value.code == code


def test_only_a_system_administrator_imports(session: Session) -> None:
    with pytest.raises(Refusal) as refused:
        import_divisions(session, actor(LI_GUIFANG), b"code,name\n")
    assert refused.value.code == "import_not_yours"
