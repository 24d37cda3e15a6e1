"""What must hold for any stops on any days, checked against counting on the fingers."""

from datetime import date, timedelta
from itertools import pairwise

from adoption_clocks import CHINA, CLOCKS, LIMITS
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendar.clocks import Reckoning, reckon
from app.calendar.stops import Stop, stops_of

DAY = timedelta(1)
days = st.dates(date(2025, 11, 1), date(2026, 6, 30))
spans = st.tuples(days, st.integers(0, 50)).map(lambda span: (span[0], span[0] + span[1] * DAY))
stops = st.lists(spans, max_size=5)
codes = st.sampled_from(["T1", "K"])


def reckoned(code: str, start: date, taken: list[tuple[date, date]], today: date) -> Reckoning:
    facts = {
        "materials_received_on": start.isoformat(),
        "correction_periods": [f"{after.isoformat()}/{through.isoformat()}" for after, through in taken],
    }
    return reckon(CLOCKS[code], facts, LIMITS, CHINA, today)


def counted_on_fingers(code: str, start: date, taken: list[tuple[date, date]], through: date) -> int:
    total, day = 0, start + DAY
    while day <= through:
        stopped = any(after < day <= until for after, until in taken)
        total += not stopped and (code == "T1" or CHINA.is_workday(day))
        day += DAY
    return total


@given(codes, days, stops, st.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_the_union_of_stops_equals_counting_day_by_day(code, start, taken, later):
    today = start + later * DAY
    clock = reckoned(code, start, taken, today)
    assert clock.used == counted_on_fingers(code, start, taken, today)


@given(codes, days, stops)
@settings(max_examples=60, deadline=None)
def test_the_limit_is_used_up_on_its_day_and_not_before(code, start, taken):
    clock = reckoned(code, start, taken, start)
    assert counted_on_fingers(code, start, taken, clock.used_up_on) == clock.limit
    assert counted_on_fingers(code, start, taken, clock.used_up_on - DAY) == clock.limit - 1
    assert clock.due_on >= clock.used_up_on and CHINA.is_workday(clock.due_on)
    assert not any(after < clock.due_on <= through for after, through in taken)


@given(codes, days, stops, spans)
@settings(max_examples=60, deadline=None)
def test_one_more_stop_never_makes_the_deadline_earlier(code, start, taken, another):
    before, after = reckoned(code, start, taken, start), reckoned(code, start, [*taken, another], start)
    assert before.due_on <= after.due_on <= before.due_on + timedelta(400)


@given(codes, days, stops, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_and_repetition_of_stops_do_not_matter(code, start, taken, random):
    shuffled = [*taken, *taken]
    random.shuffle(shuffled)
    assert reckoned(code, start, shuffled, start).due_on == reckoned(code, start, taken, start).due_on


def test_stops_that_touch_are_one():
    first, second = Stop(date(2026, 3, 1), date(2026, 3, 4), "补正"), Stop(date(2026, 3, 4), None, "公告")
    assert stops_of([second, first]).union == ((date(2026, 3, 1), None),)


@given(st.lists(st.tuples(days, st.one_of(st.none(), st.integers(0, 40))), max_size=6))
@settings(max_examples=60, deadline=None)
def test_the_union_is_disjoint_in_order_and_holds_the_same_days(drawn):
    made = [Stop(after, None if length is None else after + length * DAY, "停表") for after, length in drawn]
    union = stops_of(made).union
    for (_, ends), (begins, _) in pairwise(union):
        assert ends is not None and ends < begins
    for day in (date(2025, 10, 30) + n * DAY for n in range(0, 320, 3)):
        alone = any(stop.after < day and (stop.through is None or day <= stop.through) for stop in made)
        assert stops_of(made).holds(day) == alone
