"""process.toml is refused with everything that is wrong with its clocks, at once, in Chinese."""

import copy

import pytest
from adoption_clocks import FACTS, LIMITS, TABLE

from app.calendar.clocks import ClockRefused, parse_clocks, parse_limits


def refused(change):
    table = copy.deepcopy(TABLE)
    change(table["T1"])
    with pytest.raises(ClockRefused) as caught:
        parse_clocks(table, facts=FACTS, limits=LIMITS)
    return caught.value.findings


def test_a_good_table_keeps_its_labels_and_stops():
    review = parse_clocks(TABLE, facts=FACTS, limits=LIMITS)["T1"]
    assert (review.start_title, review.limit, len(review.stops)) == ("收到材料", "adoption.review", 3)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda clock: clock.pop("title"), "时钟“T1”缺少 title"),
        (lambda clock: clock.pop("source"), "时钟“T1”缺少 source"),
        (lambda clock: clock.update(limit="x"), "时钟“T1”的时限“x”没有定义"),
        (lambda clock: clock.update(start="nowhere"), "用到的事实“nowhere”没有在 [facts] 中声明"),
        (lambda clock: clock.update(start="correction_periods"), "应为 date 类型，现为“periods”"),
        (lambda clock: clock.update(begin="x"), "时钟“T1”有不认识的项“begin”"),
        (lambda clock: clock.update(stops={}), "stops 应为列表"),
        (lambda clock: clock["stops"].append("补正"), "时钟“T1”第 4 段停表应写成一张表"),
        (lambda clock: clock["stops"][0].pop("to"), "时钟“T1”第 1 段停表应写 from 和 to"),
        (lambda clock: clock["stops"][0].update(periods="correction_periods"), "二者取一"),
        (lambda clock: clock["stops"][2].update(periods="notice_to"), "应为 periods 类型"),
        (lambda clock: clock["stops"][1].update(mark="sure"), "mark 应为 certain、check、design 之一，现为“sure”"),
    ],
)
def test_what_is_wrong_is_said(change, sentence):
    assert any(sentence in finding for finding in refused(change))


def test_all_findings_come_together():
    assert len(refused(lambda clock: (clock.pop("title"), clock.update(limit="x", end="y")))) == 3


def test_a_clock_that_is_no_table_is_refused():
    with pytest.raises(ClockRefused, match="应写成一张表"):
        parse_clocks({"T1": 30})


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"value": 30, "unit": "D", "source": "x", "mark": "certain"}, "unit 应为"),
        ({"value": "30", "unit": "CD", "source": "x", "mark": "certain"}, "整数"),
        ({"value": True, "unit": "CD", "source": "x", "mark": "certain"}, "整数"),
        ({"value": 0, "unit": "WD", "source": "x", "mark": "certain"}, "整数"),
        ({"value": 10**9, "unit": "CD", "source": "x", "mark": "certain"}, "1 至 36500"),
        ({"value": 30, "unit": "CD", "source": "x", "mark": "sure"}, "mark 应为"),
        ({"value": 30, "unit": "CD", "source": " ", "mark": "certain"}, "没有写 source"),
        (30, "应写成一张表"),
    ],
)
def test_limits_are_checked(row, sentence):
    with pytest.raises(ClockRefused, match=sentence):
        parse_limits({"adoption.review": row})
