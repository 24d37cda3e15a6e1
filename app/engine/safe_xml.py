"""Reading XML that strangers wrote: UTF-8 only, no DOCTYPE, no entities, no network, bounded size and depth."""

from typing import Any

from lxml import etree

SIZE_LIMIT = 2 * 1024 * 1024
"""Bytes of one file."""
DEPTH_LIMIT = 64
"""Nesting of elements; bpmn-js writes about ten."""


class XmlRefused(Exception):
    """The bytes are not an XML file this platform reads. `code` names why, `message` is Chinese."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def parse(data: bytes) -> Any:
    """The root element. Comments and processing instructions are dropped.

    Raises:
        XmlRefused: too large, not UTF-8, with a DOCTYPE, malformed, or nested too deep.
    """
    if len(data) > SIZE_LIMIT:
        raise XmlRefused("xml_too_large", "文件超过 2 MB，请删去不需要的内容或拆成被调用的流程。")
    _check_encoding(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefused("xml_malformed", f"不是格式正确的 XML：{error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefused("xml_doctype", "文件不得含有 DOCTYPE 或实体声明，请删去后再导入。")
    _check_depth(root)
    return root


def _check_encoding(data: bytes) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise XmlRefused("xml_encoding", "文件必须是 UTF-8 编码。") from error
    if "<!DOCTYPE" in text:
        raise XmlRefused("xml_doctype", "文件不得含有 DOCTYPE 或实体声明，请删去后再导入。")
    head = text[:200].lower()
    if "encoding=" in head and "utf-8" not in head:
        raise XmlRefused("xml_encoding", "文件必须是 UTF-8 编码。")


def _check_depth(root: Any) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > DEPTH_LIMIT:
            raise XmlRefused("xml_too_deep", f"元素嵌套超过 {DEPTH_LIMIT} 层。")
        level = [child for element in level for child in element]
