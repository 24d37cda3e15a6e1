"""The file as it is handed to the authority that asked: list of evidence, the history, the norms, how it was extracted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.documents.typeset import qr_svg
from app.history.digests import SHA256, SM3, digest
from app.instances.authority import bureau
from app.replay.case_history import (
    QR_SAYS,
    STEPS,
    Excerpt,
    checking,
    chinese_date,
    chinese_day,
    chinese_instant,
    cover,
    qr_text,
    running,
    steps,
)
from app.replay.file_requests.attached_pages import Shown, called, form, listed
from app.replay.file_requests.due import KINDS
from app.replay.file_requests.models import FileRequest
from app.replay.file_requests.norms import norms
from app.replay.file_requests.register_request import SCOPES
from app.replay.story import Story

HERE = Path(__file__).parent
EVIDENCE = STEPS + (HERE / "evidence.typ").read_text("utf-8")
TEMPLATE = EVIDENCE + (HERE / "file_paper.typ").read_text("utf-8")
TITLE = "案卷提取件"
HOW = (
    "提取方法：系统按步序读出记录，逐步核对记录链和封存日志，再由程序排版成本件；提取人不能选取、改动或增删步骤。"
    "不在提供范围内的内容在排版前即已除去，以承诺值列出。"
)
COPIED = (
    "附件影印页由程序从保存的原件生成：先核对原件与记录链上的摘要，再把 PDF 逐页转成图像（每英寸 200 点），"
    "图片除去拍摄时间、地点等附加信息，大于页面的缩小；一份附件或者全部列入，或者不列入并写明原因。"
    "影印页首的摘要是原件的摘要，取得原件后可据以核对。"
)
OURS = frozenset({"摘录范围", "摘录人", "摘录时间", "摘录依据"})


@dataclass(frozen=True)
class Extraction:
    """`bodies`: the bytes of the entries as they are hashed; `approver` is a name."""

    row: FileRequest
    asked: Mapping[str, Any]
    excerpt: Excerpt
    approver: str
    bodies: Sequence[bytes] = ()


def file_paper(story: Story, extraction: Extraction) -> dict[str, Any]:
    """The data of `file_paper.typ`."""
    case, excerpt, told = story.recording.case, extraction.excerpt, steps(story, extraction.excerpt)
    day, found = norms(story, now=excerpt.at)
    return {
        "title": TITLE,
        "running": running(case.row, f"{TITLE}　{extraction.asked['paper']}"),
        "cover": [*request_rows(extraction), *(one for one in cover(story, excerpt) if one[0] not in OURS)],
        "qr": qr_svg(qr_text(case.row.id, story.events[-1].hash)),
        "qr_says": QR_SAYS,
        "evidence": evidence(told, [form_of(excerpt.hidden.get(seq)) for seq in range(1, len(told) + 1)]),
        "steps": told,
        "norms_day": chinese_date(day),
        "norms": found,
        "attached": [],
        "extracting": extracting(extraction, HOW, COPIED),
        "checking": checking(story.session),
        "signing": ["提取人（签名）：", f"{bureau(case)}（盖章）", chinese_day(excerpt.at)],
    }


def with_attached(data: Mapping[str, Any], shown: Sequence[Shown]) -> dict[str, Any]:
    """The same with the attached files: they are numbered on behind the steps."""
    first = len(data["evidence"]) + 1
    more = [
        {"name": called(one), "form": form(one), "step": n, "pages": bool(one.pages)}
        for n, one in enumerate(shown, first - 1)
    ]
    return {**data, "evidence": [*data["evidence"], *more], "attached": listed(shown, first)}


def request_rows(extraction: Extraction) -> list[tuple[str, str]]:
    asked, row, excerpt = extraction.asked, extraction.row, extraction.excerpt
    bearers = "；".join(f"{one['name']}（证件号末四位 {one['card']}）" for one in asked["bearers"])
    chosen = f"：第 {'、'.join(str(one) for one in asked['steps'])} 步" if asked["steps"] else ""
    return [
        ("调取机关", asked["authority"]),
        ("文书", f"{asked['paper']}（{KINDS[row.kind]}）"),
        ("调取人", bearers),
        ("调取内容", asked["wanted"]),
        ("收到日期", f"{chinese_date(row.received_on)}，最迟 {chinese_date(row.due_on)}提供"),
        ("提供范围", f"{SCOPES[asked['scope']]}{chosen}"),
        ("提取人", f"{excerpt.by.name}（{excerpt.by.organisation_name}）"),
        ("批准人", extraction.approver),
        ("提取时间", f"{chinese_instant(excerpt.at)}（北京时间，下同）"),
    ]


def evidence(told: Sequence[Mapping[str, Any]], forms: Sequence[str]) -> list[dict[str, Any]]:
    """Every step is a piece of evidence, in order; its pages are found when they are set."""
    return [
        {"name": one["head"], "form": kind, "step": n, "pages": True}
        for n, (one, kind) in enumerate(zip(told, forms, strict=True))
    ]


def form_of(hidden: Mapping[str, str] | None) -> str:
    return "电子数据（部分内容未予显示）" if hidden else "电子数据"


def extracting(extraction: Extraction, *how: str) -> list[str]:
    """How it was made, and what the whole of it is checked by."""
    excerpt, bodies = extraction.excerpt, b"".join(body + b"\n" for body in extraction.bodies)
    return [
        f"提取对象：本机关办件系统中本件的全部记录，共 {len(extraction.bodies)} 步，存于系统数据库，"
        "程序只追加，不修改。",
        f"提取人：{excerpt.by.name}；批准人：{extraction.approver}，两人不是同一人。提取时间：{chinese_instant(excerpt.at)}。",
        *how,
        "完整性校验：各步记录体（档案包 bundle.json 中 events 的 body，按步序，每条之后加一个换行符 LF）的摘要如下，"
        "先 SM3，后 SHA-256：",
        digest(SM3, bodies).hex(),
        digest(SHA256, bodies).hex(),
        "本件 PDF 文件自身的 SM3 和 SHA-256 在生成后记入本次调卷的记录链，由提取人随件告知。",
    ]
