"""Entries of each kind that stand on the chains of audit projects, with the fields the program gives them."""

from app.history import Json

PLACES: dict[str, Json] = {"division": "4501", "process": "", "since": "2026-01-01", "until": None, "ended": True}
OF_ONE: dict[str, Json] = {"actor": "p-1", "payload/finding": "f-1", "payload/number": 1}

AUDIT_FIELDS: dict[str, dict[str, Json]] = {
    "audit_opened": {"actor": "p-1", "payload/title": "专项审计", "payload/ground": "年度计划第 7 项",
                     "payload/population": PLACES},
    "sample_drawn": {"actor": "p-1", "payload/reason": "", "payload/seed": "ab" * 16, "payload/size": 2,
                     "payload/strata": "county", "payload/population": PLACES, "payload/drawn": {"450123": ["c-1", "c-2"]},
                     "payload/sizes": {"450123": 9}, "payload/digest": "cd" * 32},
    "case_examined": {"actor": "p-1", "payload/case": "c-1", "payload/note": "无误"},
    "finding_raised": OF_ONE | {"payload/case": "c-1", "payload/step": 2, "payload/head": "ef" * 32,
                                "payload/sort": "grounds", "payload/words": "缺条款"},
    "finding_answered": OF_ONE | {"on_behalf_of": "p-2", "payload/stance": "accepted", "payload/words": "属实",
                                  "payload/promised_on": "2026-12-01"},
    "finding_rectified": OF_ONE | {"payload/words": "已补写"},
    "finding_sent_back": OF_ONE | {"payload/words": "不对"},
    "finding_settled": OF_ONE | {"payload/ending": "rectified", "payload/words": "到位"},
    "audit_closed": {"actor": "p-1", "payload/conclusion": "已整改"},
    "papers_taken": {"actor": "p-1"},
    "analysis_kept": {"actor": "p-1", "effects": {"run": "r-1", "count": 3, "root": "ab" * 32}},
}  # fmt: skip
