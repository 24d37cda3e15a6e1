"""What is refused of an XML file before any parser sees it: size, encoding, DOCTYPE, more marks than anybody draws."""

SIZE = 2 * 1024 * 1024
"""Bytes of one file."""
ELEMENTS = 60_000
"""`<` in one file: tags that open and tags that close. The largest real diagrams have a tenth of it."""
ATTRIBUTES = 100_000
"""`=` in one file."""


def objection(data: bytes) -> tuple[str, str] | None:
    """A code and a Chinese sentence, or None when a parser may read it. Entities need a DOCTYPE, so they end here too."""
    if len(data) > SIZE:
        return "xml_too_large", "文件超过 2 MB，请删去不需要的内容或拆成几个文件。"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "xml_encoding", "文件必须是 UTF-8 编码。"
    if "<!DOCTYPE" in text:
        return "xml_doctype", "文件不得含有 DOCTYPE 或实体声明，请删去后再导入。"
    head = text[:200].lower()
    if "encoding=" in head and "utf-8" not in head:
        return "xml_encoding", "文件必须是 UTF-8 编码。"
    if text.count("<") > ELEMENTS or text.count("=") > ATTRIBUTES:
        return "xml_too_large", "文件里的元素或属性太多，请拆成几个文件。"
    return None
