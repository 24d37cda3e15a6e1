"""The file of a case whose content was destroyed by law, as an authority gets it: what is left stands for what was (proof
§2.6), so that a court sees that there was a case, its steps and when, and who destroyed the rest on what ground."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.case_history import chinese_day, running
from app.replay.erased_history import EXTENT, erased_history
from app.replay.file_requests.file_paper import EVIDENCE, OURS, Extraction, evidence, extracting, request_rows

TEMPLATE = EVIDENCE + (Path(__file__).parent / "left_paper.typ").read_text("utf-8")
TITLE = "案卷提取件（内容已依法销毁）"
FORM = "电子数据（尚存部分）"
HOW = (
    "提取方法：系统按步序读出各步尚存的部分，逐步核对记录链和封存日志，再由程序排版成本件；提取人不能选取、改动或增删步骤。"
    "内容已经销毁，批准的提供范围不论大小，都只能提供这些。"
)
NO_FILES = "附件原件已随内容一并销毁，没有影印页。"


def left_paper(session: Session, around: Surroundings, case: Instance, extraction: Extraction) -> dict[str, Any]:
    """The data of `left_paper.typ`. Raises Refusal `record_broken` (500)."""
    left = erased_history(session, around, case, extraction.excerpt)
    cover = [one for one in left["cover"] if one[0] not in OURS]
    return {
        **left,
        "title": TITLE,
        "running": running(case, f"{TITLE}　{extraction.asked['paper']}"),
        "cover": [*request_rows(extraction), ("现存内容", EXTENT), *cover],
        "evidence": evidence(left["steps"], [FORM] * len(left["steps"])),
        "extracting": extracting(extraction, HOW, NO_FILES),
        "signing": ["提取人（签名）：", left["signing"][1], chinese_day(extraction.excerpt.at)],
    }
