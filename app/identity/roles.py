"""The roles of the platform, and which may not be held together.

Source: 管理办法 posts as gathered in the handbook 5.1; the three administrators: GB/T 22239-2019 8.1.4 (三员分立).
"""

from collections.abc import Iterable
from dataclasses import dataclass

CASE, STAFF, ADMINISTRATOR = "case", "staff", "administrator"

POST, TASK, PURPOSE, APPROVAL, NOTHING = "post", "task", "purpose", "approval", "nothing"

REGISTRATION, REVIEW, APPROVING, ASSESSMENT = "registration", "review", "approval", "assessment"

GROUP_NAMES = {REGISTRATION: "受理登记", REVIEW: "审查", APPROVING: "审批", ASSESSMENT: "评估"}


@dataclass(frozen=True)
class Role:
    """One role. `levels`: lengths of the division prefixes it may be granted at.

    `sees`: what it may open without more: `post` every case of the procedures it works in; `task` only cases where it
    has a task; `purpose` with a stated purpose; `approval` with a second person's approval; `nothing` no case at all
    (未成年人网络保护条例 36: an assignment is the standing approval, any other look is approved and recorded).
    `group`: its side in the local separation 登记 ≠ 审查 ≠ 审批; a diagram may add groups, never remove this one.
    """

    code: str
    name: str
    levels: tuple[int, ...]
    sees: str = POST
    group: str | None = None
    kind: str = CASE


_TABLE = (
    Role("child_director", "儿童主任", (12,)),
    Role("child_supervisor", "儿童督导员", (9,), group=REGISTRATION),
    Role("county_clerk", "县级民政受理登记员", (6,), group=REGISTRATION),
    Role("county_reviewer", "县级审查岗", (6,), group=REVIEW),
    Role("county_approver", "县级分管领导", (6,), group=APPROVING),
    Role("county_fund", "资金岗", (6,)),
    Role("adoption_registrar", "收养登记员", (6,), group=REGISTRATION),
    Role("assessor", "评估员", (6,), sees=TASK, group=ASSESSMENT),
    Role("assessment_organizer", "评估组织岗", (4, 6)),
    Role("archivist", "档案员", (4, 6)),
    Role("cwi_staff", "儿童福利机构个案人员", (2, 4, 6)),
    Role("cwi_director", "儿童福利机构院长", (2, 4, 6)),
    Role("protection_unit", "未成年人救助保护机构", (4, 6)),
    Role("hotline", "热线话务员", (2, 4), sees=TASK),
    Role("city_civil", "市级民政", (4,), sees=PURPOSE),
    Role("region_civil", "自治区民政厅", (2,), sees=APPROVAL),
    Role("partner_police", "公安机关", (2, 4, 6, 9), sees=TASK),
    Role("partner_procuratorate", "人民检察院", (2, 4, 6), sees=TASK),
    Role("partner_court", "人民法院", (2, 4, 6), sees=TASK),
    Role("partner_education", "教育行政部门", (2, 4, 6), sees=TASK),
    Role("partner_health", "卫生健康行政部门", (2, 4, 6), sees=TASK),
    Role("partner_insurance", "医疗保障行政部门", (2, 4, 6), sees=TASK),
    Role("partner_housing", "住房和城乡建设行政部门", (2, 4, 6), sees=TASK),
    Role("partner_labour", "人力资源和社会保障行政部门", (2, 4, 6), sees=TASK),
    Role("partner_disabled", "残疾人联合会", (2, 4, 6), sees=TASK),
    Role("partner_finance", "财政部门", (2, 4, 6), sees=TASK),
    Role("partner_justice", "司法行政部门", (2, 4, 6), sees=TASK),
    Role("partner_women", "妇女联合会", (2, 4, 6), sees=TASK),
    Role("partner_youth", "共产主义青年团", (2, 4, 6), sees=TASK),
    Role("supplier", "承接机构", (4, 6), sees=TASK),
    Role("policy_officer", "政策岗", (2, 4), sees=NOTHING, kind=STAFF),
    Role("auditor", "审计员", (2, 4, 6), sees=PURPOSE, kind=ADMINISTRATOR),
    Role("sysadmin", "系统管理员", (2, 4, 6), sees=NOTHING, kind=ADMINISTRATOR),
    Role("security_admin", "安全管理员", (2, 4, 6), sees=NOTHING, kind=ADMINISTRATOR),
)

ROLES = {role.code: role for role in _TABLE}
ADMINISTRATORS = frozenset(role.code for role in _TABLE if role.kind == ADMINISTRATOR)
CASE_ROLES = frozenset(role.code for role in _TABLE if role.kind == CASE)
AUDITOR = "auditor"
PARTNERS = frozenset(code for code in ROLES if code.startswith("partner_"))


CASEWORKER = "caseworker"
"""Stands for every role that works on cases: what a diagram without lanes asks for. Never granted to anybody."""


def named_roles(roles: Iterable[str]) -> frozenset[str]:
    """The role codes meant, `caseworker` written out."""
    asked = frozenset(roles)
    return asked - {CASEWORKER} | (CASE_ROLES if CASEWORKER in asked else frozenset())


def exclusive(one: str, other: str) -> bool:
    """Whether one natural person may not hold both: an administrator holds no other role at all.

    That includes 政策岗: who hands out roles may not also move the lanes they open (abuse case 20).
    """
    return one != other and bool({one, other} & ADMINISTRATORS)


def role_name(code: str) -> str:
    return ROLES[code].name if code in ROLES else code


def group_name(code: str) -> str:
    return GROUP_NAMES.get(code, code)
