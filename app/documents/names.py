"""Names of files are data: cleaned of paths, refused when they hide something, never used to find anything."""

from urllib.parse import quote

from app.characters import shown, unseen
from app.errors import Refusal

NAME_LENGTH = 120
EXTENSIONS = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


def clean_name(name: str) -> str:
    """The last part of a path, trimmed. Raises Refusal `document_name` or `document_type` (422)."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    character = unseen(base)
    if character:
        raise Refusal("document_name", 422, {"detail": f"含有看不见的特殊字符 {character}"})
    if not base.strip("."):
        raise Refusal("document_name", 422, {"detail": "没有名字"})
    if len(base) > NAME_LENGTH:
        raise Refusal("document_name", 422, {"detail": f"超过 {NAME_LENGTH} 个字"})
    if extension(base) not in EXTENSIONS:
        raise Refusal("document_type", 422, {"name": shown(base)})
    return base


def extension(name: str) -> str:
    """The last extension, in lower case, with its dot."""
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if dot and stem else ""


def disposition(name: str) -> str:
    """Content-Disposition that always saves and never shows (RFC 6266, RFC 8187)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
