"""Orphan recognition through the shell: begun in a township, decided and signed by its county."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.cast import HUANG_JIANGUO, MENG_XIUYING, NONG_XIAOLAN
from tests.jobs.conftest import record_holds
from tests.scenarios.bureau import Bureau

TOWNSHIP, VILLAGE = "huangxiuying", "lushaomei"
"""黄秀英 儿童督导员 450123100, 陆少梅 儿童主任 450123100005"""


@pytest.fixture
def bureau(application: Flask) -> Iterator[Callable[[], Bureau]]:
    opened: list[Bureau] = []

    def open_bureau() -> Bureau:
        opened.append(Bureau(application, "orphan-recognition"))
        return opened[-1]

    yield open_bureau
    for one in opened:
        record_holds(one)


def goes_up(case: Bureau, **other: str) -> Bureau:
    usual = {
        "orphan_type": "scattered", "child_dob": "2016-08-01", "village_division": "450123100005",
        "school_status": "yes", "father_status": "dead", "mother_status": "declared_dead",
    }  # fmt: skip
    case.starts(by=TOWNSHIP).completes("提出申请", by=TOWNSHIP, **usual | other)
    case.completes("形式审查", by=TOWNSHIP, result="complete").all_answer()
    case.completes("入户核实", by=VILLAGE, finding="true")
    return case.completes("乡镇审核", by=TOWNSHIP, opinion="agree")


def test_a_child_is_recognised_and_nobody_is_told_in_public(bureau: Callable[[], Bureau]) -> None:
    case = goes_up(bureau())
    case.completes("县级审查", by=NONG_XIAOLAN, proposal="recognise", start_month="2026-04-01")
    case.completes("审批", by=HUANG_JIANGUO, decision="agree").all_answer()
    letter = case.letter("recognition")
    assert letter.splitlines()[-2:] == ["隆安县民政局", "2026年3月2日"] and "自2026年4月1日起按月发放" in letter
    assert case.letters()["recognition"].startswith("隆民孤〔2026〕")
    assert case.referrals() == [("发放线索办理", "county_fund")]
    case.completes("签订养育协议", by=TOWNSHIP).completes("建档", by=MENG_XIUYING)
    assert case.row.ended_by == "orphan_end"


def test_who_is_refused_reads_the_remedies_of_the_county(bureau: Callable[[], Bureau]) -> None:
    case = goes_up(bureau(), mother_status="other")
    case.completes("县级审查", by=NONG_XIAOLAN, proposal="refuse")
    case.completes("审批", by=HUANG_JIANGUO, decision="disagree").completes("不予认定", by=NONG_XIAOLAN)
    assert "向隆安县人民政府申请行政复议" in case.letter("refusal")
    case.completes("送达登记", by=TOWNSHIP, way="direct").completes("结案归档", by=MENG_XIUYING)
    assert case.referrals() == [("线索办理", "county_reviewer")]
