"""工作底稿: tables and the whole chain of a project, for who takes them elsewhere. Taking them stands on the chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.history import Json, canon
from app.identity.actor import Actor
from app.instances.surroundings import Surroundings
from app.replay.audits.draw import rank
from app.replay.audits.models import SETTLED
from app.replay.audits.population import Population, strata_of
from app.replay.audits.project_page import ProjectPage, project_page
from app.replay.audits.raise_finding import KINDS
from app.replay.audits.record import Entry, write_down
from app.replay.audits.wording import STATES, said_of

LISTED = 50_000
"""Cases up to which the whole list that was drawn from is among the papers."""


@dataclass(frozen=True)
class Papers:
    """Tables with their heads, the chain as canonical JSON, and what a reader should know."""

    title: str
    tables: Mapping[str, Sequence[Sequence[str]]]
    chain: bytes
    read_me: str


def take_papers(session: Session, around: Surroundings, project_id: str, *, by: Actor, now: datetime) -> Papers:
    """Everything of a project, open or closed. Raises Refusal: `not_found` (404); `record_broken` (500)."""
    page = project_page(session, around, project_id, by=by)
    head = write_down(session, around, project_id, "papers_taken", by=by, now=now)
    tables = {"样本.csv": _sample(page), "疑点.csv": _findings(page)} | _populations(session, page)
    return Papers(page.line.project.title, tables, _chain(page.chain), _read_me(page, head.seq))


def _sample(page: ProjectPage) -> list[list[str]]:
    rows = [["层", "层内次序", "案号", "事项", "区划", "已查", "底稿", "疑点数"]]
    for one in page.sample:
        words = page.strata.get(one.stratum, one.stratum)
        rows.append([words, str(one.place), one.number, one.title, one.division, "是" if one.examined else "否",
                     one.note, str(one.findings)])  # fmt: skip
    return rows


def _findings(page: ProjectPage) -> list[list[str]]:
    rows = [["疑点", "案号", "第几步", "类别", "状态", "何时", "谁", "经过"]]
    for line in page.findings:
        one = line.finding
        for entry in line.said:
            who = page.names.get(entry.actor, entry.actor)
            rows.append([str(one.number), line.case_number, str(one.seq), KINDS[one.kind], STATES[one.state],
                         entry.at.isoformat(), who, said_of(entry)])  # fmt: skip
    return rows


def _populations(session: Session, page: ProjectPage) -> dict[str, list[list[str]]]:
    """The list that each draw was made from, in the order of the draw, where it is not too long."""
    found = {}
    for number, entry in enumerate(page.draws, 1):
        said = dict(entry.said)
        strata = strata_of(session, Population.of(said["population"]), entry.text("strata"), at=entry.at)
        if sum(len(cases) for cases in strata.values()) > LISTED:
            continue
        drawn = {case for cases in said["drawn"].values() for case in cases}
        rows = [["层", "办件标识", "排序值", "抽中"]]
        for name, cases in sorted(strata.items()):
            ranked = sorted((rank(entry.text("seed"), case).hex(), case) for case in cases)
            rows += [[name, case, value, "是" if case in drawn else ""] for value, case in ranked]
        found[f"总体-{number}.csv"] = rows
    return found


def _chain(chain: Sequence[Entry]) -> bytes:
    whole: list[Json] = [
        {"seq": one.seq, "at": one.at.isoformat(), "kind": one.kind, "actor": one.actor, "on_behalf_of": one.behalf,
         "said": dict(one.said), "hash": one.hash, "prev": one.prev}
        for one in chain
    ]  # fmt: skip
    return canon(whole)


def _read_me(page: ProjectPage, taken: int) -> str:
    draws = "\n".join(
        f"第 {number} 次抽样：种子 {one.text('seed')}，总体摘要（SM3）{one.text('digest')}，抽 {one.text('size')} 件"
        for number, one in enumerate(page.draws, 1)
    )
    left = sum(one.finding.state != SETTLED for one in page.findings)
    return f"""审计项目工作底稿：{page.line.project.title}

{draws or "还没有抽样。"}

怎样重新抽：层内各件按 SM3(规范化 JSON ["种子","办件标识"]) 从小到大排，取前几件；各层件数先各一件，其余按比例，
余数大的先得。总体-N.csv 已按此排好，任何人可以照算。总体摘要是全部办件标识排序后规范化 JSON 的 SM3。

未销号疑点 {left} 个。记录.json 是本项目的全部记录（导出本身记为第 {taken} 条，不在其内），各条由散列相连，
并随系统的封存日志一起封存。底稿可能含个人信息，请按规定保管。
"""
