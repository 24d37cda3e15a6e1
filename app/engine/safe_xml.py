"""Reading XML that strangers wrote: UTF-8 only, no DOCTYPE, no entities, no network, bounded size and depth."""

from typing import Any

from lxml import etree

from app.dmn.before_xml import objection

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
        XmlRefused: too large or with too many elements, not UTF-8, with a DOCTYPE, malformed, or nested too deep.
    """
    if found := objection(data):
        raise XmlRefused(*found)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        where = f"（第 {error.lineno} 行附近）" if isinstance(error, etree.XMLSyntaxError) and error.lineno else ""
        raise XmlRefused("xml_malformed", f"不是格式正确的 XML{where}。") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefused("xml_doctype", "文件不得含有 DOCTYPE 或实体声明，请删去后再导入。")
    _check_depth(root)
    return root


def _check_depth(root: Any) -> None:
    holding, depth = [root], 1
    while holding:
        holding = [child for element in holding for child in element if len(child)]
        depth += 1
        if holding and depth >= DEPTH_LIMIT:
            raise XmlRefused("xml_too_deep", f"元素嵌套超过 {DEPTH_LIMIT} 层。")
