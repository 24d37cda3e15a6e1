"""Whom a case is about, opened for a list: adults in clear in own cases, children masked (handbook 5.3)."""

from datetime import date

import orjson

from app.history.data_keys import unwrap
from app.history.models import StoredKey
from app.inbox.views import Subject
from app.instances.models import Instance
from app.vault import Vault, bind

NOBODY = Subject(party="—")
UNRECORDED, DESTROYED = "当事人未录入", "已依法销毁"


def subject_of(vault: Vault, row: Instance, key: StoredKey | None, today: date) -> Subject:
    """The masked subject, the child's age as of `today`; words where the case has none yet, or it was destroyed by law."""
    if row.subject is None or key is None or key.wrapped is None:
        return Subject(party=UNRECORDED if row.subject is None else DESTROYED)
    content = orjson.loads(vault.open(unwrap(vault, key), row.subject, bind("instance.subject", row.id)))
    return Subject(
        party=str(content.get("party") or "—"),
        child=mask_name(str(content.get("child") or "")),
        age=age_text(date.fromisoformat(born), today) if (born := content.get("child_born")) else "",
    )


def mask_name(name: str) -> str:
    """韦小明 → 韦*; the length of the given name is not told (abuse case 23)."""
    return f"{name[0]}*" if name else ""


def masked_party(subject: Subject) -> str:
    """The party as it may leave the platform in a file (L2, handbook 5.3): 黄志远 → 黄*."""
    return subject.party if subject.party in {NOBODY.party, UNRECORDED, DESTROYED} else mask_name(subject.party)


def age_text(birth: date, today: date) -> str:
    """Completed years, months before the first birthday, as officials write them."""
    months = (today.year - birth.year) * 12 + today.month - birth.month - (today.day < birth.day)
    return f"{months // 12}岁" if months >= 12 else f"{max(months, 0)}个月"
