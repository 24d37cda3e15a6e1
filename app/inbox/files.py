"""The files of a case as a page lists them."""

from app.inbox.links import Links
from app.inbox.views import FileEntry
from app.instances.attachments import Attachments
from app.instances.case import Case


def file_entries(case: Case, links: Links) -> tuple[FileEntry, ...]:
    return tuple(FileEntry(one.name, size_text(one.size), links.document(one.id)) for one in Attachments(case).values())


def size_text(size: int) -> str:
    """320 KB, 1.4 MB"""
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{max(size // 1024, 1)} KB"
