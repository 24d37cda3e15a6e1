"""The history of a case as an official paper: cover, every step, how to check it. Words and order; nothing of its look.

A person stands with the name only. Days are written as on an official paper, instants in Beijing time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.documents.typeset import qr_svg
from app.history.keys import root_key
from app.history.read import RecordedEvent
from app.history.signing import fingerprint
from app.identity.actor import Actor
from app.identity.division_lookup import full_name
from app.identity.divisions import county, written
from app.instances.attached import FIELD
from app.instances.authority import bureau, bureau_over
from app.instances.models import Instance
from app.replay.prove import Line
from app.replay.step import step
from app.replay.step_view import Answer, ClockThen, Ruled, StepView
from app.replay.story import Story

HERE = Path(__file__).parent
STEPS = (HERE / "steps.typ").read_text("utf-8")
"""What a template of a paper about a case follows."""
TEMPLATE = STEPS + (HERE / "case_history.typ").read_text("utf-8")
TITLE = "办件经过摘录"
QR_SAYS = "二维码只含办件识别码和末步哈希，不含姓名、证件号码等任何个人信息。"
WHOLE = "完整内容（含个人信息，请按规定保管）"
REDACTED = "隐去个人信息：答复、事实、理由未予显示，只列承诺值"
STATES = {"running": "在走", "stopped": "停表", "ended": "已结束"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Excerpt:
    """Who took it, when, why and how far. `hidden`: by step and name of the field the commitments of what is not shown; the
    names are never printed."""

    by: Actor
    purpose: str
    whole: bool
    at: datetime
    hidden: Mapping[int, Mapping[str, str]]
    proven: tuple[Line, ...]


def case_history(story: Story, excerpt: Excerpt) -> dict[str, Any]:
    """The data of `case_history.typ`."""
    case, head = story.recording.case, story.events[-1]
    return {
        "title": TITLE,
        "running": running(case.row, TITLE),
        "cover": cover(story, excerpt),
        "qr": qr_svg(qr_text(case.row.id, head.hash)),
        "qr_says": QR_SAYS,
        "steps": steps(story, excerpt),
        "checking": checking(story.session),
        "signing": ["摘录人（签名）：", f"{bureau(case)}（盖章）", chinese_day(excerpt.at)],
    }


def running(row: Instance, title: str) -> list[str]:
    """What stands at the head of each page."""
    return [f"{row.title}　{row.number or '未编号'}", title]


def qr_text(case: str, head: str) -> str:
    """All that the code holds (abuse case 30)."""
    return f"{case} {head}"


def cover(story: Story, excerpt: Excerpt) -> list[tuple[str, str]]:
    extent = WHOLE if excerpt.whole else REDACTED
    names = story.version_names.values()
    return cover_of(story.session, story.recording.case.row, story.events[-1], names, extent, excerpt)


def cover_of(
    session: Session, row: Instance, head: RecordedEvent, versions: Iterable[str], extent: str, excerpt: Excerpt
) -> list[tuple[str, str]]:
    """What a paper says of a case before its steps. `versions`: as "第 2 版"; `extent`: how much of it is told."""
    until = chinese_day(row.ended_at) if row.ended_at else f"摘录时在办（末步 {chinese_instant(head.at)}）"
    return [
        ("机关", bureau_over(session, row.division)),
        ("案号", row.number or "未编号"),
        ("程序", f"{row.title}（{'、'.join(versions)}）"),
        ("区划", f"{full_name(session, county(row.division))}（{written(row.division)}）"),
        ("期间", f"{chinese_day(row.started_at)}至{until}"),
        ("步数", f"共 {head.seq} 步，全部列入"),
        ("摘录范围", extent),
        ("摘录人", f"{excerpt.by.name}（{excerpt.by.organisation_name}）"),
        ("摘录时间", f"{chinese_instant(excerpt.at)}（北京时间，下同）"),
        ("摘录依据", excerpt.purpose),
        ("摘录时核验", "\n".join(f"{'成立' if one.holds else '不成立'}：{one.text}" for one in excerpt.proven)),
        ("办件识别码", row.id),
        ("记录日志", head.log),
        ("末步哈希", head.hash),
    ]


def steps(story: Story, excerpt: Excerpt) -> list[dict[str, Any]]:
    said = Said()
    return [
        {
            "head": f"第 {event.seq} 步　{shown.did}",
            "rows": [*_rows(shown, event, said), *_hidden(tuple(excerpt.hidden.get(event.seq, {}).values()))],
        }
        for event in story.events
        for shown in (step(story, event.seq, looks=False),)
    ]


@dataclass
class Said:
    """What the steps so far have said already, so that a later one need only name it."""

    tables: dict[tuple[str, str], int] = field(default_factory=dict)
    """By version and title, the step with the whole table."""
    clocks: dict[str, tuple[str, date | None]] = field(default_factory=dict)


def _rows(shown: StepView, event: RecordedEvent, said: Said) -> Iterator[Row]:
    yield _text("录入时间", chinese_instant(shown.at))
    for label, day in shown.happened:
        yield _text("发生时间（补录）", f"{label}：{chinese_date(day)}")
    yield _text("办理人", _who(shown))
    if shown.rights is not None:
        yield _text("当日权限", _rights(shown))
    named = (("流程版本", shown.version), ("步骤说明", shown.basis), ("理由", shown.note))
    yield from (_text(name, text) for name, text in named if text)
    if shown.destroyed:
        yield _text("内容", "已依法销毁，记录链仍可核验。")
    yield from _answers(shown.answers, event)
    yield from _facts(shown.facts)
    for ruled in shown.ruled:
        yield from _ruled(ruled, shown, said)
    for clock in shown.clocks:
        yield from _clock(clock, said)
    yield _digest("本步哈希", event.hash)


def _who(shown: StepView) -> str:
    behalf = f"（代 {shown.behalf}）" if shown.behalf else ""
    return f"{shown.who}{behalf}" + (f"，{shown.second}批准" if shown.second else "")


def _rights(shown: StepView) -> str:
    rights = shown.rights
    if rights is None:
        return ""
    fits = {None: "", True: "符合本步要求：", False: "不符合本步要求："}[rights.fits]
    lent = ("；代理当日有效" if rights.delegated else "；当日没有登记代理") if shown.behalf else ""
    return f"{fits}{'、'.join(rights.held) or '当日没有任何岗位'}{lent}"


def _answers(answers: tuple[Answer, ...], event: RecordedEvent) -> Iterator[Row]:
    """Of each attached file what the entry committed to, whatever the files say of themselves today."""
    if answers:
        yield _part("提交的内容")
    for one in answers:
        changed = "" if one.before is None else f"\n（改动，原为：{one.before}）"
        yield _text(one.shown.label, f"{one.shown.text}{changed}")
        committed = ((event.fields or {}).get(f"{FIELD}{file}") for file in one.shown.files)
        for file in (said for said in committed if isinstance(said, Mapping)):
            digests = f"SM3 {file['sm3']}", f"SHA-256 {file['sha256']}"
            yield _digest("附件摘要", *digests, f"{file['size']} 字节，{file['type']}")


def _facts(facts: tuple[tuple[str, str, str], ...]) -> Iterator[Row]:
    changes = [f"{label}：{value}" + ("" if old == "—" else f"（原为 {old}）") for label, value, old in facts]
    if changes:
        yield _text("事实变化", "；".join(changes))


def _ruled(ruled: Ruled, shown: StepView, said: Said) -> Iterator[Row]:
    """The rows of the table that fired, and all of them where the table comes for the first time."""
    yield _part(f"适用规则：{ruled.title}")
    if ruled.inputs:
        yield _text("输入", "；".join(f"{name}：{value}" for name, value in ruled.inputs))
    if ruled.table is not None:
        whole = said.tables.setdefault((shown.version, ruled.title), shown.seq)
        hit = f"第 {'、'.join(str(row) for row in ruled.rows)} 行命中" if ruled.rows else "没有一行命中"
        yield _text("命中", hit + ("" if whole == shown.seq else f"（整张表见第 {whole} 步）"))
        rules = [(n, row) for n, row in enumerate(ruled.table.rules, 1) if whole == shown.seq or n in ruled.rows]
        names = (*ruled.table.inputs, *ruled.table.outputs)
        for n, row in rules:
            yield _rule(n, n in ruled.rows, names, row, len(ruled.table.inputs))
    yield _text("结果", "；".join(f"{name}：{value}" for name, value in ruled.outputs))


def _rule(number: int, hit: bool, names: tuple[str, ...], cells: tuple[str, ...], inputs: int) -> Row:
    """A row in words: a table of twenty columns has no room on paper, and most of its cells say nothing."""
    written = [f"{name}：{cell}" for name, cell in zip(names, cells, strict=False)]
    asked = "；".join(one for one, cell in zip(written[:inputs], cells, strict=False) if cell != "-") or "其他情形"
    text = f"{asked} → {'；'.join(written[inputs:])}"
    return {"kind": "rule", "name": f"{'▶ ' if hit else ''}第 {number} 行", "text": text, "hit": hit}


def _clock(clock: ClockThen, said: Said) -> Iterator[Row]:
    """Where a clock began, stopped, moved or ended; between, it runs as reckoned there."""
    if said.clocks.get(clock.title) == (clock.state, clock.due_on):
        return
    said.clocks[clock.title] = clock.state, clock.due_on
    used = f"，用 {clock.used if clock.used is not None else '—'}/{clock.limit} {clock.unit}" if clock.limit else ""
    due = f"，到期日 {chinese_date(clock.due_on)}" if clock.due_on else ""
    yield _part(f"期限：{clock.title}（{STATES[clock.state]}{used}{due}）")
    lines = (f"{text}{f'〔{source}〕' if source and source not in text else ''}" for text, source in clock.lines)
    yield _text("计算与条文", "\n".join(lines))


def _hidden(commitments: tuple[str, ...]) -> Iterator[Row]:
    if commitments:
        yield _digest(f"未予显示 {len(commitments)} 项\n（承诺值）", *commitments)


LATER = "未予显示的内容以承诺值代替：内容日后出示时，可凭承诺值核对是否原样。"


def checking(session: Session, *, later: str = LATER) -> list[str]:
    """How a stranger checks the paper. `later`: what becomes of content that is not shown."""
    root = root_key(session)
    known = fingerprint(root) if root else ""
    return [
        "本件由系统按记录链逐步生成，步骤不可选列。每一步的哈希由该步全部内容和前一步的哈希算出（SM3），"
        f"改动任何一步，其后各步的哈希和末步哈希随之改变。{later}",
        "核验方法：一、向本机关调取同一办件的档案包（压缩文件），其中有全部步骤、封存证明和核验程序 banyan_verify.py。"
        "核验程序只需 Python 3.9 及以上，不联网；程序本身也可从机关公告另行取得。",
        "二、运行：python3 -I banyan_verify.py 档案包.zip --trust 根公钥指纹 --show。程序逐步列出各步哈希，"
        "末步哈希应与本件封面和二维码所载一致，各步哈希应与本件所载一致。",
        "三、根公钥指纹请从机关公告等别的途径取得，不要用档案包内的来证明档案包。本系统现用的根公钥指纹如下，供与公告核对："
        if known
        else "三、根公钥指纹请从机关公告等别的途径取得，不要用档案包内的来证明档案包。",
        *([known] if known else []),
        "核验能证明的是：记录自封存以来未经改动、步骤没有缺少。它不能证明所录内容在录入时真实，"
        "也不能证明坐在键盘前的就是登录的人；这些由办件材料原件和其他证据证明。",
    ]


def _text(name: str, text: str) -> Row:
    return {"kind": "text", "name": name, "text": text}


def _part(name: str) -> Row:
    return {"kind": "part", "name": name}


def _digest(name: str, *lines: str) -> Row:
    return {"kind": "digest", "name": name, "lines": list(lines)}


def chinese_date(day: date | str) -> str:
    """2026年11月23日 (GB/T 9704 7.3.5.4); what is no day stays as it is."""
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            return str(day)
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_day(instant: datetime) -> str:
    return chinese_date(instant.astimezone(SHANGHAI).date())


def chinese_instant(instant: datetime) -> str:
    """2026年11月23日 09:05:12"""
    local = instant.astimezone(SHANGHAI)
    return f"{chinese_date(local.date())} {local:%H:%M:%S}"
