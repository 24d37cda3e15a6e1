"""What process.toml says of its clocks, checked (docs/process-format.md §2 [clocks])."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.calendar.limits import MARKS, ClockRefused, LimitLike, as_day
from app.calendar.stops import Stop, Stops, stops_of

CLOCK_KEYS = frozenset({"title", "limit", "start", "end", "source", "stops", "waits", "warnings"})
STOP_KEYS = frozenset({"from", "to", "periods", "title", "source", "mark"})


@dataclass(frozen=True)
class StopSpec:
    """Either a pair of date facts, or one `periods` fact of "from/to" texts; an empty `to` is still open."""

    title: str
    from_fact: str | None = None
    to_fact: str | None = None
    periods: str | None = None
    source: str = ""
    mark: str = "design"

    def intervals(self, facts: Mapping[str, Any]) -> Iterator[Stop]:
        for begins, ends in self._pairs(facts):
            after = as_day(begins, f"{self.title}起日")
            if after is not None:
                yield Stop(after, as_day(ends, f"{self.title}止日"), self.title, self.source, self.mark)

    def _pairs(self, facts: Mapping[str, Any]) -> Iterator[tuple[object, object]]:
        if self.periods is None:
            yield facts.get(self.from_fact or ""), facts.get(self.to_fact or "")
            return
        for period in facts.get(self.periods) or ():
            begins, slash, ends = str(period).partition("/")
            if not slash or not begins:
                raise ClockRefused(f"“{self.title}”的起止“{period}”写法不对，应为“起日/止日”，未结束的写“起日/”")
            yield begins, ends


@dataclass(frozen=True)
class ClockSpec:
    """A statutory clock: `limit` is a code, `start` and `end` are date facts, `stops` when it stands still.

    For a limit in hours `start` and `end` may be text facts that hold an instant, YYYY-MM-DDThh:mm.
    """

    code: str
    title: str
    limit: str
    start: str
    end: str | None = None
    stops: tuple[StopSpec, ...] = ()
    source: str = ""
    start_title: str = ""
    end_title: str = ""
    waits: bool = False
    """A period that has to pass (公告, 融合, 回访日), not one to keep: its last day over, nobody is late."""
    warnings: tuple[str, ...] = ()
    """Codes of limits, each so many net days (hours) after which people are warned; none leaves it to the default."""

    @property
    def facts(self) -> frozenset[str]:
        """Names of the facts that start, stop or end it."""
        stops = (name for stop in self.stops for name in (stop.from_fact, stop.to_fact, stop.periods))
        return frozenset(name for name in (self.start, self.end, *stops) if name)

    def stopped(self, facts: Mapping[str, Any]) -> Stops:
        return stops_of(stop for spec in self.stops for stop in spec.intervals(facts))


def parse_clocks(
    table: Mapping[str, Any],
    *,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    limits: Mapping[str, LimitLike] | None = None,
) -> dict[str, ClockSpec]:
    """`[clocks]` of process.toml. With `facts` (its `[facts]`) and `limits` the names are checked as well.

    Raises:
        ClockRefused: with one finding for each thing wrong.
    """
    reader = _Reader(facts, limits)
    clocks = {code: reader.clock(code, row) for code, row in table.items()}
    if reader.findings:
        raise ClockRefused(*reader.findings)
    return {code: clock for code, clock in clocks.items() if clock}


class _Reader:
    def __init__(self, facts: Mapping[str, Mapping[str, Any]] | None, limits: Mapping[str, LimitLike] | None) -> None:
        self.facts, self.limits = facts, limits
        self.findings: list[str] = []

    def clock(self, code: str, row: Any) -> ClockSpec | None:
        where = f"时钟“{code}”"
        if not isinstance(row, Mapping):
            self.findings.append(f"{where}应写成一张表，含 title、limit、start、source")
            return None
        self._unknown(where, row, CLOCK_KEYS)
        title, limit, start, source = (self._text(where, row, key) for key in ("title", "limit", "start", "source"))
        end = self._text(where, row, "end") if "end" in row else None
        known = (self.limits or {}).get(limit)
        kinds = ("date", "text") if known and known.unit == "H" else ("date",)
        self._fact(where, start, *kinds)
        self._fact(where, end, *kinds)
        if limit and self.limits is not None and known is None:
            self.findings.append(f"{where}的时限“{limit}”没有定义，请在 [limits] 中写明或改正代码")
        stops = row.get("stops", [])
        if not isinstance(stops, list):
            self.findings.append(f"{where}的 stops 应为列表")
            stops = []
        specs = tuple(self._stop(f"{where}第 {n} 段停表", stop) for n, stop in enumerate(stops, 1))
        labels = (self._label(start), self._label(end))
        if not isinstance(waits := row.get("waits", False), bool):
            self.findings.append(f"{where}的 waits 应为 true 或 false")
        warnings = self._warnings(where, row.get("warnings", []), known, waits is True)
        return ClockSpec(code, title, limit, start, end, specs, source, *labels, waits is True, warnings)

    def _warnings(self, where: str, codes: Any, limit: LimitLike | None, waits: bool) -> tuple[str, ...]:
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            self.findings.append(f"{where}的 warnings 应为时限代码的列表")
            return ()
        if codes and waits:
            self.findings.append(f"{where}只是等期间经过（waits），期满没有人逾期，不能写 warnings")
        for code in codes if self.limits is not None else ():
            self._warning(where, code, limit)
        return tuple(codes)

    def _warning(self, where: str, code: str, limit: LimitLike | None) -> None:
        """It counts what the clock counts; a clock of months counts its days."""
        known = (self.limits or {}).get(code)
        if known is None:
            self.findings.append(f"{where}的预警“{code}”没有定义，请在 [limits] 中写明或改正代码")
        elif limit and known.unit != {"M": "CD"}.get(limit.unit, limit.unit):
            self.findings.append(f"{where}的预警“{code}”的 unit 应与该时钟计算的单位一致，现为“{known.unit}”")
        elif limit and limit.unit != "M" and known.value >= limit.value:
            self.findings.append(f"{where}的预警“{code}”应早于时限 {limit.value}，现为“{known.value}”")

    def _stop(self, where: str, row: Any) -> StopSpec:
        if not isinstance(row, Mapping):
            self.findings.append(f"{where}应写成一张表，含 from、to 或 periods")
            return StopSpec("")
        self._unknown(where, row, STOP_KEYS)
        pair = "from" in row and "to" in row
        if pair == ("periods" in row) or ("from" in row) != ("to" in row):
            self.findings.append(f"{where}应写 from 和 to 两个日期事实，或只写一个 periods 事实，二者取一")
        for key, kind in (("from", "date"), ("to", "date"), ("periods", "periods")):
            if key in row:
                self._fact(where, row[key], kind)
        if row.get("mark") not in MARKS:
            self.findings.append(f"{where}的 mark 应为 certain、check、design 之一，现为“{row.get('mark')}”")
        title, source = self._text(where, row, "title"), self._text(where, row, "source")
        return StopSpec(title, row.get("from"), row.get("to"), row.get("periods"), source, str(row.get("mark")))

    def _text(self, where: str, row: Mapping[str, Any], key: str) -> str:
        value = row.get(key)
        if not isinstance(value, str) or not value.strip():
            self.findings.append(f"{where}缺少 {key}，请补写")
            return ""
        return value

    def _unknown(self, where: str, row: Mapping[str, Any], known: frozenset[str]) -> None:
        for key in sorted(row.keys() - known):
            self.findings.append(f"{where}有不认识的项“{key}”，可写的有：{'、'.join(sorted(known))}")

    def _fact(self, where: str, name: object, *kinds: str) -> None:
        if not name or self.facts is None:
            return
        declared = self.facts.get(str(name))
        if declared is None:
            self.findings.append(f"{where}用到的事实“{name}”没有在 [facts] 中声明")
        elif declared.get("kind") not in kinds:
            self.findings.append(
                f"{where}用到的事实“{name}”应为 {' 或 '.join(kinds)} 类型，现为“{declared.get('kind')}”"
            )

    def _label(self, name: str | None) -> str:
        declared = (self.facts or {}).get(name or "")
        return str(declared.get("label") or "") if declared else ""
