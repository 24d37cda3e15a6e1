"""In whose name a case is decided, and who hears a complaint against it (行政复议法 2023, 24).

A case that began in a township is decided by its county. The remedy lies with the government of the same level as the
bureau, so both follow from the division of the case (for 通办 the county of the 户籍地) and nobody has to type them.
"""

from sqlalchemy.orm import Session

from app.identity.division_lookup import full_name
from app.identity.divisions import county, level
from app.instances.case import Case


def bureau(case: Case) -> str:
    """隆安县民政局, 南宁市青秀区民政局, 广西壮族自治区民政厅."""
    return bureau_over(case.session, case.row.division)


def bureau_over(session: Session, division: str) -> str:
    """The same by the division of a case."""
    deciding = county(division)
    return f"{full_name(session, deciding)}民政{'厅' if level(deciding) == 2 else '局'}"


def government(case: Case) -> str:
    """The government of the same level, which hears an administrative review: 隆安县人民政府."""
    return f"{full_name(case.session, county(case.row.division))}人民政府"
