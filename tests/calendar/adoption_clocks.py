"""The three clocks of an adoption as process.toml declares them, for the stories of this folder."""

from datetime import date

from app.calendar.clocks import Reckoning, parse_clocks, parse_limits, reckon
from app.calendar.working_days import seed

CHINA = seed()

FACTS = {
    "materials_received_on": {"kind": "date", "label": "收到材料"},
    "decided_on": {"kind": "date", "label": "作出决定"},
    "assessment_consent_on": {"kind": "date", "label": "确认同意评估"},
    "assessment_report_on": {"kind": "date", "label": "提交评估报告"},
    "notice_from": {"kind": "date", "label": "公告刊登"},
    "notice_to": {"kind": "date", "label": "公告期满"},
    "correction_periods": {"kind": "periods", "label": "补正"},
    "reported_on": {"kind": "text", "label": "接到报告"},
    "handled_on": {"kind": "text", "label": "处置"},
}

LIMITS = parse_limits(
    {
        "adoption.review": {"value": 30, "unit": "CD", "source": "中国公民收养子女登记办法 第8条", "mark": "certain"},
        "adoption.assessment": {"value": 60, "unit": "CD", "source": "收养评估办法 第10条", "mark": "certain"},
        "adoption.notice": {"value": 60, "unit": "CD", "source": "登记办法 第8条", "mark": "certain"},
        "correction.tell": {"value": 5, "unit": "WD", "source": "设计值，参照行政许可法 32", "mark": "design"},
        "correction.wait": {"value": 15, "unit": "WD", "source": "设计值", "mark": "design"},
        "visit.month": {"value": 1, "unit": "M", "source": "设计值", "mark": "design"},
        "report.urgent": {"value": 24, "unit": "H", "source": "设计值", "mark": "check"},
    }
)

NOTICE = {"from": "notice_from", "to": "notice_to", "title": "寻亲公告", "source": "登记办法 8", "mark": "certain"}
ASSESSMENT = {
    "from": "assessment_consent_on",
    "to": "assessment_report_on",
    "title": "收养评估",
    "source": "收养评估办法 10",
    "mark": "certain",
}
CORRECTION = {"periods": "correction_periods", "title": "补正", "source": "无法律依据，参考", "mark": "design"}

TABLE = {
    "T1": {
        "title": "审查期限",
        "limit": "adoption.review",
        "start": "materials_received_on",
        "end": "decided_on",
        "source": "登记办法 8",
        "stops": [ASSESSMENT, NOTICE, CORRECTION],
    },
    "T2": {
        "title": "评估期限",
        "limit": "adoption.assessment",
        "start": "assessment_consent_on",
        "end": "assessment_report_on",
        "source": "评估办法 10",
    },
    "T3": {"title": "公告期", "limit": "adoption.notice", "start": "notice_from", "source": "登记办法 8"},
    "K": {
        "title": "补正期",
        "limit": "correction.wait",
        "start": "materials_received_on",
        "source": "设计值",
        "stops": [CORRECTION],
    },
    "M": {
        "title": "首次回访",
        "limit": "visit.month",
        "start": "decided_on",
        "source": "设计值",
        "stops": [CORRECTION],
    },
    "H": {
        "title": "紧急处置",
        "limit": "report.urgent",
        "start": "reported_on",
        "end": "handled_on",
        "source": "设计值",
        "stops": [CORRECTION],
    },
}

CLOCKS = parse_clocks(TABLE, facts=FACTS, limits=LIMITS)


def on(code: str, today: str, **facts: object) -> Reckoning:
    """The clock `code` on the day `today`."""
    return reckon(CLOCKS[code], facts, LIMITS, CHINA, date.fromisoformat(today))


def texts(reckoning: Reckoning) -> list[str]:
    return [line.text for line in reckoning.lines]
