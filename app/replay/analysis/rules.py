"""What a run went by: the version of the rules, their figures and the working days, so that it can be told and repeated."""

from app.calendar.working_days import WorkingDays
from app.history import Json
from app.replay.analysis import both_ends, hours, outliers

VERSION = 2
"""Of the rules in `both_ends`, `decided`, `hours` and `outliers`: a change of what they find has the next one."""


def rules(days: WorkingDays) -> dict[str, Json]:
    """As canonical JSON; minutes, steps, hours in China, medians and interquartile ranges as their names say."""
    return {
        "version": VERSION,
        "calendar": days.digest,
        "burst": {"minutes": int(hours.WINDOW.total_seconds() // 60), "steps": hours.MANY},
        "odd_hours": {"from": hours.NIGHT_FROM, "to": hours.NIGHT_TO},
        "outlier": {
            "cases": outliers.FEWEST,
            "fence": str(outliers.FENCE),
            "medians": [outliers.AT_LEAST, outliers.TIMES],
        },
        "both_ends": {"steps": both_ends.SHORT},
    }
