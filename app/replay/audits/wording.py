"""Words for what stands on the chain of a project."""

from app.replay.audits.models import ANSWERED, RAISED, RECTIFIED, SETTLED
from app.replay.audits.move_finding import ENDINGS, STANCES
from app.replay.audits.population import STRATA
from app.replay.audits.record import Entry

STATES = {RAISED: "待答复", ANSWERED: "已答复", RECTIFIED: "已整改，待核查", SETTLED: "已销号"}
DONE = {
    "audit_opened": "立项", "sample_drawn": "抽样", "case_examined": "查阅", "finding_raised": "提出疑点",
    "finding_answered": "单位答复", "finding_rectified": "报告整改", "finding_sent_back": "退回",
    "finding_settled": "销号", "audit_closed": "结项", "papers_taken": "导出工作底稿",
}  # fmt: skip


def did(entry: Entry) -> str:
    """What was done, with the number of the finding."""
    number = entry.said.get("number")
    return DONE.get(entry.kind, entry.kind) + (f"（疑点 {number}）" if number else "")


def said_of(entry: Entry) -> str:
    """What was said with it, in a line."""
    if entry.kind == "sample_drawn":
        size = sum(len(cases) for cases in entry.said["drawn"].values())
        whole = sum(entry.said["sizes"].values())
        how = STRATA.get(entry.text("strata"), "不分层")
        why = f"，理由：{entry.text('reason')}" if entry.text("reason") else ""
        return f"总体 {whole:,} 件中抽 {size} 件，{how}，种子 {entry.text('seed')}{why}"
    chosen = STANCES.get(entry.text("stance")) or ENDINGS.get(entry.text("ending")) or ""
    promised = f"（承诺 {entry.text('promised_on')} 前整改）" if entry.text("promised_on") else ""
    words = next((entry.text(n) for n in ("words", "note", "conclusion", "ground") if entry.text(n)), "")
    return "：".join(part for part in (f"{chosen}{promised}", words) if part)
