"""Kept runs as an auditor reads them: only what is wholly inside the mandate of the day on which it is read."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history import read_events
from app.history.read import RecordedEvent, read_events_at
from app.identity.actor import Actor
from app.identity.names import LEFT_OFFICE, names_of
from app.instances.chain_batches import UNREAD
from app.instances.find import inside
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.analysis.analyse import all_inside
from app.replay.analysis.findings import TITLES, Finding, Place
from app.replay.analysis.keep_run import CHAIN, findings_of, may_open, root_of, run_of
from app.replay.analysis.models import AnalysisRun
from app.replay.analysis.steps import AT_ONCE
from app.replay.mandate import mandate_of

SHOWN, FETCHED = 50, 500
"""Runs listed; rows fetched at a time."""


@dataclass(frozen=True)
class RunLine:
    """`whole`: the reader oversees all the places that were compared, so the figures of the run may be shown."""

    row: AnalysisRun
    who: str
    whole: bool


@dataclass(frozen=True)
class Compared:
    """Beside the run that it repeats: findings that both have, and those that one has alone, as far as they are shown."""

    earlier: str
    at: datetime
    same: int
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    other_rules: bool


@dataclass(frozen=True)
class RunPage:
    """`found` by kind; `hash` of the entry of `sys/analysis` that commits to the run; `holds`: it says what is shown."""

    line: RunLine
    found: Mapping[str, tuple[Finding, ...]]
    hash: str
    holds: bool
    compared: Compared | None
    names: Mapping[str, str]

    @property
    def kept_in_part(self) -> bool:
        """More was found of some kind than is kept."""
        return self.line.whole and any(
            self.line.row.figures["found"][kind] > len(ones) for kind, ones in self.found.items()
        )


def runs(session: Session, *, by: Actor) -> list[RunLine]:
    """Those that the auditor may open, the newest first. Raises Refusal: `not_found` (404)."""
    mandate = mandate_of(by)
    newest = select(AnalysisRun).order_by(AnalysisRun.at.desc(), AnalysisRun.id.desc())
    rows = session.scalars(newest.execution_options(yield_per=FETCHED))
    mine = list(islice((one for one in rows if may_open(one, mandate)), SHOWN))
    rows.close()
    names = names_of(session, {one.by for one in mine})
    return [_line(one, names, mandate) for one in mine]


def run_page(session: Session, around: Surroundings, run_id: str, *, by: Actor) -> RunPage:
    """Raises Refusal: `not_found` (404), `record_broken` (500)."""
    mandate, run = mandate_of(by), run_of(session, run_id, by=by)
    found = _shown(session, run, mandate)
    said = _entries(read_events_at(session, around.vault, f"sys/{CHAIN}", run.at)).get(run.id)
    compared = None
    if run.again_of is not None:
        earlier = session.get_one(AnalysisRun, run.again_of)
        compared = _compared(earlier, _shown(session, earlier, mandate), run, found)
    told = [*found, *(compared.gone if compared else ())]
    names = names_of(session, {run.by, *(person for one in told for person in one.people)})
    by_kind = {kind: tuple(one for one in found if one.kind == kind) for kind in TITLES}
    holds = said is not None and said[1] == root_of(session, run)
    return RunPage(_line(run, names, mandate), by_kind, said[0] if said else "", holds, compared, names)


def check_runs(session: Session, around: Surroundings) -> Iterator[str]:
    """Where kept runs no longer are what `sys/analysis` says (Chinese)."""
    try:
        said = _entries(read_events(session, around.vault, f"sys/{CHAIN}"))
    except Refusal:
        yield UNREAD.format(CHAIN)
        return
    rows = {one.id: one for one in session.scalars(select(AnalysisRun).order_by(AnalysisRun.at, AnalysisRun.id))}
    for run_id, (_, root) in said.items():
        if run_id not in rows:
            yield f"分析 {run_id}：已上链的一次运行被删除"
        elif root_of(session, rows[run_id]) != root:
            yield f"分析 {run_id}：条件、数字或线索与 sys/{CHAIN} 所记不同"
    yield from (f"分析 {one}：sys/{CHAIN} 没有记过这次运行" for one in rows if one not in said)


def _entries(chain: Iterable[RecordedEvent]) -> dict[str, tuple[str, str]]:
    """By run: the hash of the entry that commits to it, and the root it names."""
    said = ((entry.hash, entry.effects) for entry in chain)
    return {str(effects["run"]): (hash, str(effects["root"])) for hash, effects in said if "run" in effects}


def _line(run: AnalysisRun, names: Mapping[str, str], mandate: Sequence[str]) -> RunLine:
    return RunLine(run, names.get(run.by, LEFT_OFFICE), all_inside(run.scope, mandate))


def _shown(session: Session, run: AnalysisRun, mandate: Sequence[str]) -> tuple[Finding, ...]:
    """Findings all of whose cases lie inside the mandate today: part of one would say something of the rest."""
    rows = session.scalars(findings_of(run)).all()
    mine = _inside(session, {case for one in rows for case in one.cases}, mandate)
    return tuple(
        Finding(one.kind, one.said, tuple(Place(**place) for place in one.places), one.at, 0, tuple(one.people),
                tuple(one.cases))
        for one in rows
        if mine.issuperset(one.cases)
    )  # fmt: skip


def _inside(session: Session, cases: Collection[str], mandate: Sequence[str]) -> set[str]:
    ordered, found = sorted(cases), set[str]()
    for start in range(0, len(ordered), AT_ONCE):
        part = Instance.id.in_(ordered[start : start + AT_ONCE])
        found.update(session.scalars(select(Instance.id).where(part, inside(Instance.division, mandate))))
    return found


def _compared(earlier: AnalysisRun, before: Sequence[Finding], run: AnalysisRun, now: Sequence[Finding]) -> Compared:
    was, known = ({_what(one): one for one in ones} for ones in (before, now))
    return Compared(
        earlier=earlier.id,
        at=earlier.at,
        same=len(was.keys() & known.keys()),
        new=tuple(one for what, one in known.items() if what not in was),
        gone=tuple(one for what, one in was.items() if what not in known),
        other_rules=earlier.rules != run.rules,
    )


def _what(one: Finding) -> tuple[object, ...]:
    return one.kind, one.said, one.at, one.people, one.places, tuple(one.cases)
