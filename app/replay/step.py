"""One step of a recording, read from its entry, from what was known before it and from the registers of that day."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.catalogue.process_settings import CODED
from app.catalogue.published import Published
from app.clock import legal_day
from app.dmn.shown import ShownTable, shown_tables
from app.dmn.xml import DmnRefused
from app.dossiers.models import Submission
from app.dossiers.read import answers_of, read_submission, submission_before
from app.engine.model import FactType
from app.errors import Refusal, not_found
from app.forms.filled import Filled, filled
from app.history.read import RecordedEvent
from app.identity.division_lookup import full_name
from app.identity.divisions import LENGTHS, written
from app.identity.names import LEFT_OFFICE, names_of
from app.instances import looks
from app.instances.labels import label_of
from app.instances.looks import AccessLook
from app.instances.paper_words import words
from app.instances.read_paper import form_of_paper
from app.instances.wording import SECOND, node_of, note_of, what_happened
from app.replay.clocks_then import clocks_then
from app.replay.knocks import refused_after
from app.replay.rights import Rights, rights_then
from app.replay.step_view import Answer, LookThen, Ruled, StepView
from app.replay.story import Story, facts_of
from app.replay.table_words import worded
from app.replay.traffic import papers_of, traffic

LOOKS_SHOWN = 20
LOOKED = {
    looks.CASE: "看办件", looks.TASK: "看办理页", looks.DIAGRAM: "看流程图", looks.PHONE: "电话答复", looks.MESSAGE: "看消息表",
    looks.PURPOSE: "写明目的", looks.EXPORT: "导出", looks.PRINT: "打印", looks.CALL: "看核验", looks.FILE: "看附件",
    looks.LETTER: "看文书", looks.PAPER: "看表单", looks.NUMBER: "看全号", looks.INTERFACE: "经接口读取", looks.REPLAY: "回放",
}  # fmt: skip
"""What a look showed, in words."""


def step(story: Story, seq: int, *, looks: bool = True) -> StepView:
    """The step of that number; `looks`: with those who read the case around it. Raises Refusal `not_found` (404)."""
    if not 1 <= seq <= len(story.events):
        raise not_found()
    event = story.events[seq - 1]
    fields = event.fields or {}
    actor, behalf, second = (str(fields.get(name) or "") for name in ("actor", "on_behalf_of", SECOND))
    names = story.names({actor, behalf, second})
    case = story.recording.case
    version = story.version(event)
    shown = version.definition.nodes.get(node_of(fields))
    submission, answers = _paper(story, event)
    return StepView(
        seq=seq,
        of=len(story.events),
        at=event.at,
        did=what_happened(version, case.row.title, event),
        who=names.get(actor, "系统" if not actor else LEFT_OFFICE),
        behalf=names.get(behalf, LEFT_OFFICE) if behalf else "",
        second=names.get(second, LEFT_OFFICE) if second else "",
        note=note_of(fields),
        hash=event.hash,
        version=story.version_names.get(event.definition, ""),
        rights=_rights(story, event, actor, behalf),
        happened=tuple(_happened(story, event)),
        paper=str(submission.id) if submission else "",
        answers=answers,
        facts=tuple(_facts(story, event)),
        ruled=tuple(_ruled(story, event)),
        clocks=tuple(clocks_then(story, event)),
        basis=shown.documentation if shown else "",
        looks=tuple(_looks(story, seq)) if looks else (),
        looks_count=_looks_count(story, seq) if looks else 0,
        standing=tuple(_standing(story, seq)),
        traffic=tuple(traffic(story, event)),
        refused=refused_after(story, seq),
        destroyed=event.fields is None,
    )


def _rights(story: Story, event: RecordedEvent, actor: str, behalf: str) -> Rights | None:
    if not _uuid(actor):
        return None
    task = story.tasks.get(str((event.fields or {}).get("task") or "")) if event.kind == "completed" else None
    place = task.division if task else story.recording.case.row.division
    holder = behalf if _uuid(behalf) else ""
    return rights_then(story.session, actor, holder, event.at, role=task.role if task else "", division=place)


def _uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _paper(story: Story, event: RecordedEvent) -> tuple[Submission | None, tuple[Answer, ...]]:
    """What was handed over with the entry, and what the same form said before."""
    named = (event.fields or {}).get("evidence")
    if not isinstance(named, list) or not named:
        return None, ()
    case = story.recording.case
    try:
        mine = read_submission(story.session, UUID(str(named[0]).partition(":")[0]), case=case.row.id)
    except (Refusal, ValueError):
        return None, ()
    earlier = submission_before(story.session, mine) if story.knows_before(event.seq) else None
    try:
        form, _ = form_of_paper(case, mine.form)
        said = [answers_of(one, sealer=case.sealer) for one in (mine, earlier) if one]
        masked = words(story.session, *said)
        now = _flat(filled(form, said[0], masked))
        before = dict(_flat(filled(form, said[1], masked))) if earlier else {}
    except Refusal:
        return mine, ()
    kept = papers_of(story, tuple(id_ for _, one in now for id_ in one.files))
    return mine, tuple(_answer(label, one, before, bool(earlier), kept) for label, one in now)


def _flat(entries: tuple[Filled, ...], above: str = "") -> list[tuple[str, Filled]]:
    found: list[tuple[str, Filled]] = []
    for one in entries:
        label = f"{above}·{one.label}" if above else one.label
        found += _flat(one.parts, label) if one.parts else [(label, one)]
    return found


def _answer(label: str, shown: Filled, before: Mapping[str, Filled], again: bool, kept: Mapping[str, str]) -> Answer:
    named = Filled(label, shown.text or f"附件 {len(shown.files)} 份", shown.files, long=shown.long)
    files = tuple((id_, kept[id_]) for id_ in shown.files if id_ in kept)
    was = before.get(label)
    if not again or (was is not None and (was.text, was.files) == (shown.text, shown.files)):
        return Answer(named, files=files)
    return Answer(named, (was.text or f"附件 {len(was.files)} 份") if was else "（未填）", files)


def _facts(story: Story, event: RecordedEvent) -> Iterator[tuple[str, str, str]]:
    version, before = story.version(event), _facts_before(story, event)
    for name, value in sorted(facts_of(event).items()):
        fact = version.fact_types.get(name)
        if fact is not None and value != before.get(name):
            now, then = (_chosen(story, version, fact, one) for one in (value, before.get(name)))
            yield fact.label or name, now, then


def _facts_before(story: Story, event: RecordedEvent) -> Mapping[str, Any]:
    return story.facts_before(event.seq) if story.knows_before(event.seq) else {}


def _chosen(story: Story, version: Published, fact: FactType, value: Any) -> str:
    """A code under the label it was chosen by, or the word its process has for it; that of a division by its name."""
    if fact.kind in CODED:
        return _said(value, lambda code: label_of(version, fact.name, code) or _placed(story, fact, code))
    return _said(value)


def _placed(story: Story, fact: FactType, code: str) -> str:
    """A code of no list of its own, where it is that of a division (GB/T 2260)."""
    if fact.values or not code.isdigit() or not code.isascii() or len(code) not in LENGTHS:
        return code
    name = full_name(story.session, code)
    return code if name == written(code) else f"{name}（{code}）"


def _only_output(version: Published, decision: str, table: ShownTable | None) -> str:
    """The name of a decision's one value: usually that of the decision, else what its table calls it."""
    return table.outputs[0] if table and table.outputs and decision not in version.fact_types else decision


def _input(story: Story, version: Published, table: ShownTable | None, name: str, value: Any) -> tuple[str, str]:
    """An input as the column of that label has it, which usually asks for one fact."""
    asked = table.columns[table.inputs.index(name)] if table and name in table.inputs else ""
    fact = version.fact_types.get(asked)
    return (name, _chosen(story, version, fact, value)) if fact else _worded(story, version, name, value)


def _worded(story: Story, version: Published, name: str, value: Any, *, otherwise: str = "") -> tuple[str, str]:
    """A value of a decision under the label of its fact; without one as the table writes it.

    Args:
        name: of the fact; of an input, the label that the table gives it, which may be that of one fact.
    """
    called = [fact for fact in version.fact_types.values() if fact.label == name]
    fact = version.fact_types.get(name) or (called[0] if len(called) == 1 else None)
    return (fact.label if fact else "") or otherwise or name, _chosen(story, version, fact, value) if fact else _said(
        value
    )


def _said(value: Any, label: Callable[[str], str] = str) -> str:
    """A value for a reader; `label` says codes, also the keys of a map."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_said(one, label) for one in value) or "—"
    if isinstance(value, Mapping):
        return "、".join(f"{label(str(name))} {_said(one, label)}" for name, one in value.items()) or "—"
    return label(value) if isinstance(value, str) else str(value)


def _happened(story: Story, event: RecordedEvent) -> Iterator[tuple[str, str]]:
    """Days entered with this step on which a clock hangs, where they lie before the day it was entered (补录)."""
    entered, before = legal_day(event.at).isoformat(), story.facts_before(event.seq)
    types, dates = story.version(event).fact_types, story.clock_facts(event)
    for name, value in sorted(facts_of(event).items()):
        if name in dates and isinstance(value, str) and value < entered and value != before.get(name):
            yield (types[name].label if name in types else "") or name, value


def _ruled(story: Story, event: RecordedEvent) -> Iterator[Ruled]:
    effects = (event.fields or {}).get("effects")
    decisions: Any = (effects.get("decisions") or []) if isinstance(effects, Mapping) else []
    tables, version = _tables(story, event) if decisions else {}, story.version(event)
    for one in decisions:
        table = tables.get(one["decision"])
        outputs = one["outputs"]
        pairs = outputs if isinstance(outputs, Mapping) else {_only_output(version, one["decision"], table): outputs}
        yield Ruled(
            title=(table.name if table else "") or one["decision"],
            inputs=tuple(_input(story, version, table, name, value) for name, value in one["inputs"].items()),
            rows=tuple(one["rows"]),
            outputs=tuple(
                _worded(story, version, name, value, otherwise="结果" if pairs is not outputs else "")
                for name, value in pairs.items()
            ),
            table=worded(version, table) if table else None,
        )


def _tables(story: Story, event: RecordedEvent) -> dict[str, ShownTable]:
    found: dict[str, ShownTable] = {}
    for path, text in story.version(event).bundle.files.items():
        if path.endswith(".dmn"):
            try:
                found |= shown_tables(text.encode())
            except DmnRefused:
                continue
    return found


def _standing(story: Story, seq: int) -> Iterator[tuple[str, int]]:
    for name, count in story.frames[seq - 1].open.items():
        node = story.nodes.get(name)
        if node is not None and (node.name or not node.kind.endswith("Gateway")):
            yield node.name or name, count


def _looks(story: Story, seq: int) -> Iterator[LookThen]:
    """Who read the case after the step before and before the one after, as the access record has it; the latest."""
    around = _around(story, seq)
    rows = story.session.scalars(
        select(AccessLook).where(*around).order_by(AccessLook.at.desc(), AccessLook.id.desc()).limit(LOOKS_SHOWN)
    ).all()
    names = names_of(story.session, {row.person_id for row in rows})
    for row in reversed(rows):
        yield LookThen(
            row.at, names.get(row.person_id, LEFT_OFFICE), LOOKED.get(row.fields.partition(":")[0], "查看"), row.purpose
        )


def _looks_count(story: Story, seq: int) -> int:
    return story.session.scalar(select(func.count()).select_from(AccessLook).where(*_around(story, seq))) or 0


def _around(story: Story, seq: int) -> tuple[ColumnElement[bool], ...]:
    at = story.events[seq - 1].at
    after = story.events[seq - 2].at if seq > 1 else at - timedelta(days=1)
    mine = AccessLook.case == story.recording.case.row.id, AccessLook.at >= after
    return mine if seq == len(story.events) else (*mine, AccessLook.at <= story.events[seq].at)
