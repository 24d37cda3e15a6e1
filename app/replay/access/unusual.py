"""Looks that are unlike the others: many children in one day against the own median, cases of other places, night and
rest days; and who was refused at many cases. Nothing here compares family names, and nothing is proved by it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.calendar import versions
from app.calendar.working_days import WorkingDays
from app.clock import SHANGHAI, legal_day
from app.errors import Refusal
from app.identity.divisions import covers
from app.identity.models import Delegation, RoleGrant
from app.instances.find import inside
from app.instances.looks import AccessLook
from app.instances.models import Instance
from app.instances.refused import FIRST, ROWS, RefusedAttempt
from app.replay.access.search_looks import period
from app.replay.analysis.hours import NIGHT_FROM, NIGHT_TO

MOST = 50_000
"""Looks that one request compares."""
LONGEST = 93
"""Days of a period."""
USUAL = timedelta(days=30)
"""Compared where no period is asked for."""
AT_LEAST, TIMES, ACTIVE = 10, 3, 5
"""Cases in a day from which it may be many; so many own medians; days with looks without which there is none (design)."""
KNOCKED = 5
"""Cases at which a person was refused in a day, from which on it is told (design)."""
MANY, ELSEWHERE, ODD_HOURS, REFUSED = "many", "elsewhere", "odd_hours", "refused"
TITLES = {MANY: "一天看的件远多于自己平常", ELSEWHERE: "看了自己职责区划以外的件", ODD_HOURS: "夜间或非工作日查看",
          REFUSED: "一天里在许多件上被拒"}  # fmt: skip
PROVES_NOT = {
    MANY: "导出清单、打印、整批归档和专项检查都会在一天里留下许多查看。",
    ELSEWHERE: "当时可能有代理、移交或跨区划的任务；区划调整前后的件也会列在这里。",
    ODD_HOURS: "值班和紧急处置都会在这些时间留下查看；也不能证明坐在电脑前的就是登记的人。",
    REFUSED: "岗位或区划刚调整、收藏了旧网址、误点别处的链接都会被拒；被拒的人没有看到内容。",
}


@dataclass(frozen=True)
class Seen:
    """One look, and where its case belongs."""

    person: str
    case: str
    number: str
    division: str
    at: datetime


@dataclass(frozen=True)
class Unusual:
    """One person on one legal day."""

    kind: str
    person: str
    day: date
    said: str
    weight: float


@dataclass(frozen=True)
class Post:
    """A place a person worked in, from day to day; `to` None: until now."""

    division: str
    since: date
    to: date | None


def unusual_looks(session: Session, since: date, until: date, mandate: Sequence[str]) -> tuple[int, list[Unusual]]:
    """How many looks at cases of the mandate were compared, and what is unusual among them, the heaviest first.

    Raises:
        Refusal: `looks_period`, `looks_too_many` (422).
    """
    if not 0 <= (until - since).days < LONGEST:
        raise Refusal("looks_period", 422, {"days": LONGEST})
    rows = session.execute(
        select(AccessLook.person_id, AccessLook.case, AccessLook.at, Instance.number, Instance.division)
        .join(Instance, Instance.id == AccessLook.case)
        .where(inside(Instance.division, mandate), *period(since, until))
        .limit(MOST + 1)
    ).all()
    if len(rows) > MOST:
        raise Refusal("looks_too_many", 422, {"most": MOST})
    seen = [Seen(row.person_id, row.case, row.number or "未编号", row.division, row.at) for row in rows]
    posts = posts_of(session, {one.person for one in seen})
    found = [*many(seen), *elsewhere(seen, posts), *odd_hours(seen, versions.current(session))]
    found += refused_often(session, since, until, mandate)
    return len(seen), sorted(found, key=lambda one: (-one.weight, one.day, one.person))


def many(seen: Iterable[Seen]) -> Iterator[Unusual]:
    """Days on which a person saw `AT_LEAST` cases and `TIMES` the own median over the days of the period with looks."""
    cases: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in seen:
        cases[one.person][legal_day(one.at)].add(one.case)
    for person, by_day in cases.items():
        usual = median(len(one) for one in by_day.values())
        for day, found in by_day.items():
            if len(by_day) >= ACTIVE and len(found) >= max(AT_LEAST, TIMES * usual):
                said = f"看了 {len(found)} 件，自己平常一天 {usual:g} 件"
                yield Unusual(MANY, person, day, said, len(found) / usual)


def elsewhere(seen: Iterable[Seen], posts: Mapping[str, Sequence[Post]]) -> Iterator[Unusual]:
    """Cases that no post of that day covered, the own or one stood in for."""
    found: dict[tuple[str, date], dict[str, str]] = defaultdict(dict)
    for one in seen:
        day = legal_day(one.at)
        if not any(_held(post, day) and covers(post.division, one.division) for post in posts.get(one.person, ())):
            found[one.person, day][one.case] = one.number
    for (person, day), cases in found.items():
        shown = "、".join(sorted(cases.values())[:3])
        yield Unusual(ELSEWHERE, person, day, f"{len(cases)} 件：{shown}{'等' if len(cases) > 3 else ''}", len(cases))


def refused_often(session: Session, since: date, until: date, mandate: Sequence[str]) -> Iterator[Unusual]:
    """Days on which a person was refused at `KNOCKED` cases of the mandate; or at one of them, and anywhere so often that no
    more was written: who comes to that end elsewhere has come to it for the cases of the mandate as well."""
    cases, rows, last = func.count(RefusedAttempt.case.distinct()), func.count(), _last()
    found = session.execute(
        select(RefusedAttempt.person_id, RefusedAttempt.day, cases, rows, last)
        .join(Instance, Instance.id == RefusedAttempt.case)
        .where(inside(Instance.division, mandate), RefusedAttempt.day.between(since, until))
        .group_by(RefusedAttempt.person_id, RefusedAttempt.day)
        .having(or_(cases >= KNOCKED, last >= ROWS))
        .order_by(cases.desc(), RefusedAttempt.day, RefusedAttempt.person_id)
        .limit(MOST)
    )
    for person, day, at, times, number in found:
        yield Unusual(REFUSED, str(person), day, f"在 {at} 件上被拒 {times} 次{_end(number)}", at)


def _last() -> ScalarSelect[int]:
    """The last number of this person on this day, at whatever case."""
    every = aliased(RefusedAttempt)
    alike = every.person_id == RefusedAttempt.person_id, every.day == RefusedAttempt.day
    return select(func.max(every.number)).where(*alike).scalar_subquery()


def _end(number: int) -> str:
    if number >= FIRST:
        return f"，已到当天上限 {FIRST} 条，之后的没有记下"
    return f"，已到当天上限 {ROWS} 条，之后每件只记第一次" if number >= ROWS else ""


def _held(post: Post, day: date) -> bool:
    return post.since <= day and (post.to is None or day <= post.to)


def odd_hours(seen: Iterable[Seen], days: WorkingDays) -> Iterator[Unusual]:
    found: dict[tuple[str, date, str], list[Seen]] = defaultdict(list)
    for one in seen:
        day, hour = legal_day(one.at), one.at.astimezone(SHANGHAI).hour
        night = hour >= NIGHT_FROM or hour < NIGHT_TO
        when = days.describe(day) if not days.is_workday(day) else "夜间" if night else ""
        if when:
            found[one.person, day, when].append(one)
    for (person, day, when), looks in found.items():
        cases = len({one.case for one in looks})
        yield Unusual(ODD_HOURS, person, day, f"{when}查看 {len(looks)} 次，{cases} 件", cases)


def posts_of(session: Session, people: Iterable[str]) -> dict[str, list[Post]]:
    """Approved grants, and those of whom they stood in for by 代理, on the days of it."""
    ids = [UUID(one) for one in sorted(people)]
    rows = session.execute(
        select(
            Delegation.from_person, Delegation.to_person, Delegation.from_day, Delegation.to_day, Delegation.ended_at
        ).where(Delegation.to_person.in_(ids))
    ).all()  # fmt: skip
    own = _grants(session, {*ids, *(row.from_person for row in rows)})
    found: dict[str, list[Post]] = {str(one): list(own.get(one, ())) for one in ids}
    for row in rows:
        last = min(row.to_day, legal_day(row.ended_at)) if row.ended_at else row.to_day
        found[str(row.to_person)] += [
            Post(one.division, max(row.from_day, one.since), min(last, one.to or last))
            for one in own.get(row.from_person, ())
        ]
    return found


def _grants(session: Session, people: Iterable[UUID]) -> dict[UUID, list[Post]]:
    asked = select(RoleGrant.person_id, RoleGrant.division, RoleGrant.valid_from, RoleGrant.valid_to)
    rows = session.execute(asked.where(RoleGrant.person_id.in_(list(people)), RoleGrant.approved_by.is_not(None)))
    found: dict[UUID, list[Post]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(Post(row.division, row.valid_from, row.valid_to))
    return found
