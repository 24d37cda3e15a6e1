"""The attached files of a paper as pages, numbered as evidence behind the steps; what cannot be shown is listed, and why."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.documents.as_pages import Page, as_pages
from app.documents.drawable import (
    BROKEN,
    FONTS,
    LAID_OVER,
    LOCKED,
    TOO_HARD,
    TOO_LARGE,
    TOO_MANY,
    TOO_MUCH,
    UNKNOWN,
    CannotDraw,
)
from app.errors import Refusal
from app.instances.attached import ALTERED, GONE, OUT_OF_SCOPE, Attached
from app.replay.case_history import Row

MOST_PAGES, MOST_DRAWN = 200, 64 * 1024 * 1024
"""Pages of all files of one paper together, and bytes of their pictures: what a court's clerk can open and we can keep."""
MOST_READ = 120 * 1024 * 1024
"""Bytes of all originals of one paper: they are held while it is made."""
TAKE_ORIGINAL = "请另行调取原件，按下列摘要核对"
WHY = {
    OUT_OF_SCOPE: "未提供：不在批准的提供范围内，只列承诺值（见该步未予显示的内容）",
    GONE: "未能列入：系统中已没有这份文件，只列记录链上的摘要",
    ALTERED: "未能列入：保存的文件与记录链上的摘要不符，须由本机关查明，只列记录链上的摘要",
    TOO_MUCH: f"未列成页面：各附件合计过大。{TAKE_ORIGINAL}",
    TOO_MANY: f"未列成页面：各附件合计超过 {MOST_PAGES} 页。{TAKE_ORIGINAL}",
    LOCKED: f"未列成页面：PDF 设了密码或权限限制，不能转成页面。{TAKE_ORIGINAL}",
    BROKEN: f"未列成页面：文件损坏或不能读出。{TAKE_ORIGINAL}",
    TOO_LARGE: f"未列成页面：文件展开后过大。{TAKE_ORIGINAL}",
    FONTS: f"未列成页面：PDF 中有字体没有嵌入，或用了不能识别的编码，转成页面会缺字或错字。{TAKE_ORIGINAL}",
    LAID_OVER: f"未列成页面：PDF 上有没有固定样子的批注或填写项，转成页面会缺失。{TAKE_ORIGINAL}",
    TOO_HARD: f"未列成页面：文件过于复杂，不能在规定的内存和时间内转成页面。{TAKE_ORIGINAL}",
    UNKNOWN: f"未列成页面：不是能转成页面的文件种类。{TAKE_ORIGINAL}",
}
KINDS = {"application/pdf": "PDF", "image/jpeg": "JPEG 图片", "image/png": "PNG 图片"}


@dataclass(frozen=True)
class Shown:
    """One file and its pages; without pages `why` there are none."""

    file: Attached
    pages: tuple[Page, ...] = ()
    why: str = ""

    @property
    def size(self) -> int:
        """Bytes of its pictures."""
        return sum(len(page.picture) for page in self.pages)


def draw(files: Sequence[Attached], *, patience: float | None) -> tuple[Shown, ...]:
    """All of them, within the bounds of one paper. Call it with no transaction open (engine rule 21).

    A file is shown with all of its pages or not at all.

    Raises:
        Refusal: `document_too_long` (503): longer than `patience`, seconds by the clock.
    """
    until = None if patience is None else time.monotonic() + patience
    pages, room, found = MOST_PAGES, MOST_DRAWN, list[Shown]()
    for file in files:
        one = Shown(file, why=file.why) if file.why else _drawn(file, pages, room, _left(until))
        pages, room = pages - len(one.pages), room - one.size
        found.append(one)
    return tuple(found)


def _left(until: float | None) -> float | None:
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise Refusal("document_too_long", 503, {"seconds": 0})
    return left


def _drawn(file: Attached, most: int, room: int, patience: float | None) -> Shown:
    try:
        return Shown(file, tuple(as_pages(file.content, file.type, most=most, room=room, patience=patience)))
    except CannotDraw as problem:
        return Shown(file, why=problem.why)


def listed(shown: Sequence[Shown], first: int) -> list[dict[str, Any]]:
    """What the template says of each: {number, head, rows, digest, pages [{place, wide}]}; `first` is the first number,
    `place` that of a picture among all of the paper."""
    found, place = [], 0
    for number, one in enumerate(shown, first):
        pages = [{"place": place + n, "wide": page.wide} for n, page in enumerate(one.pages)]
        place += len(pages)
        found.append(
            {
                "number": number,
                "head": called(one),
                "rows": list(_rows(one)),
                "digest": f"SM3 {one.file.sm3}",
                "pages": pages,
            }
        )
    return found


def called(one: Shown) -> str:
    """第 3 步附件：户口簿.pdf."""
    name = f"：{one.file.name}" if one.file.name else ""
    return f"第 {one.file.steps[0]} 步附件{name}"


def form(one: Shown) -> str:
    """Its kind in the list of evidence."""
    return f"附件影印 {len(one.pages)} 页" if one.pages else WHY[one.why].partition("：")[0]


def _rows(one: Shown) -> Iterator[Row]:
    yield {
        "kind": "text",
        "name": "提供情况",
        "text": f"列入本件，共 {len(one.pages)} 页" if one.pages else WHY[one.why],
    }
    if one.file.type:
        yield {
            "kind": "text",
            "name": "原件",
            "text": f"{KINDS.get(one.file.type, one.file.type)}，{one.file.size} 字节",
        }
    if one.file.steps[1:]:
        again = "、".join(str(seq) for seq in one.file.steps[1:])
        yield {"kind": "text", "name": "又见", "text": f"第 {again} 步（同一文件，不重复列入）"}
    if one.file.commitment:
        yield {"kind": "digest", "name": "承诺值", "lines": [one.file.commitment]}
    else:
        yield {"kind": "digest", "name": "原件摘要", "lines": [f"SM3 {one.file.sm3}", f"SHA-256 {one.file.sha256}"]}
