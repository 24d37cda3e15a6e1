"""Bytes of a BPMN file in whatever encoding → its text, and a tree read as safely as any other."""

import codecs
from typing import Any

import re2

from app.dmn.before_xml import SIZE
from app.engine import safe_xml

DECLARATION = re2.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
DECLARED = re2.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "utf-16": "utf-8",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5",
    "iso-8859-1": "cp1252", "windows-1252": "cp1252", "iso-8859-15": "iso-8859-15", "iso-8859-2": "iso-8859-2",
    "windows-1250": "cp1250", "windows-1251": "cp1251", "shift_jis": "shift_jis", "euc-jp": "euc-jp",
    "euc-kr": "euc-kr",
}  # fmt: skip
"""What a file says of itself → how it is read. A file that says UTF-16 and is not has been saved as UTF-8."""


def read(data: bytes) -> tuple[str, Any]:
    """The text as it will be kept, in UTF-8 and saying so, and the root element.

    Raises:
        safe_xml.XmlRefused: an encoding nobody knows, and all that `safe_xml.parse` refuses.
    """
    if len(data) > 2 * SIZE:
        raise safe_xml.XmlRefused("xml_too_large", "文件超过 2 MB，请删去不需要的内容或拆成被调用的流程。")
    text = DECLARATION.sub("", _decoded(data).lstrip("\ufeff"), count=1).lstrip()
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'
    return text, safe_xml.parse(text.encode())


def _decoded(data: bytes) -> str:
    name = _encoding(data)
    try:
        return data.decode(CODECS.get(name, name))
    except (LookupError, UnicodeDecodeError) as problem:
        raise safe_xml.XmlRefused(
            "xml_encoding", f"文件按它自己写明的编码（{name}）读不出来，请另存为 UTF-8 后再导入。"
        ) from problem


def _encoding(data: bytes) -> str:
    for mark, name in BOMS:
        if data.startswith(mark):
            return name
    if data[:2] in (b"<\x00", b"\x00<"):
        return "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    said = DECLARED.search(data[:300])
    name = said.group(1).decode().lower() if said else "utf-8"
    return name if name in CODECS else "unknown"
