"""Are the published versions still what their digests say? A case names its version by digest (proof §2.8)."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session
from zstandard import ZstdError

from app.catalogue.bundle import unpack
from app.catalogue.models import Definition
from app.errors import Refusal


def altered_definitions(session: Session) -> Iterator[str]:
    """A sentence (Chinese) for each stored version whose files are not those that were published."""
    query = select(Definition.digest, Definition.key, Definition.version, Definition.bundle)
    for row in session.execute(query.order_by(Definition.key, Definition.version)):
        if not _same(row.bundle, row.digest):
            yield f"流程 {row.key} 第 {row.version} 版：存储的文件与发布时的摘要不符"


def _same(content: bytes, digest: str) -> bool:
    try:
        return unpack(content).digest == digest
    except (Refusal, ZstdError, ValueError, KeyError, TypeError, AttributeError):
        return False
