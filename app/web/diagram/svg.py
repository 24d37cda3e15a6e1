"""Small pieces of SVG: elements by attribute, text in lines, symbols. Classes only, never a style attribute."""

from lxml import etree

from app.web.diagram.wording import FONT, LINE, wrap

EVENT_SYMBOLS = {
    "message": "M-8-5.5H8V5.5H-8ZM-8-5.5 0 1 8-5.5",
    "timer": "M0-9A9 9 0 1 0 .01-9ZM0-6V0L4 2.5",
    "error": "M-8 7-3-7 2 2 7-7 3 8-2-1Z",
    "signal": "M0-8 8 6H-8Z",
    "escalation": "M0-8 6 7 0 1-6 7Z",
    "conditional": "M-6-8H6V8H-6ZM-4-4H4M-4 0H4M-4 4H4",
    "link": "M-8-3H2V-7L9 0 2 7V3H-8Z",
    "compensate": "M-1-6V6L-9 0ZM8-6V6L0 0Z",
    "cancel": "M-7-4-4-7 0-3 4-7 7-4 3 0 7 4 4 7 0 3-4 7-7 4-3 0Z",
    "terminate": "M-9 0A9 9 0 1 0 9 0 9 9 0 1 0-9 0Z",
    "multiple": "M0-9 8.6-2.8 5.3 7.3H-5.3L-8.6-2.8Z",
}
TASK_SYMBOLS = {
    "userTask": "M8 1.5A3 3 0 1 0 8.01 1.5ZM2 15C2 10.5 5 9 8 9S14 10.5 14 15Z",
    "manualTask": "M1 12V6L5 3H9.5L8 5.5H15V7.5H9.5M14 7.5V9.5H9.5M13 9.5V11.5H9.5M12 11.5V13.5H5L1 12",
    "serviceTask": "M8 5A3 3 0 1 0 8.01 5ZM8 1V5M8 11V15M1 8H5M11 8H15M3 3 5.9 5.9M10.1 10.1 13 13"
    "M13 3 10.1 5.9M5.9 10.1 3 13",
    "sendTask": "M1 3H15V13H1ZM1 3 8 9 15 3",
    "receiveTask": "M1 3H15V13H1ZM1 3 8 9 15 3",
    "scriptTask": "M3 1.5H13L11 5 13 8 11 11.5 13 14.5H3L5 11.5 3 8 5 5ZM6 5H10M6 8H10M6 11H10",
    "businessRuleTask": "M1 2.5H15V13.5H1ZM1 6H15M1 9.8H15M5.5 6V13.5",
}  # fmt: skip
GATEWAY_SYMBOLS = {
    "exclusiveGateway": "M-7-7 7 7M7-7-7 7",
    "parallelGateway": "M-9 0H9M0-9V9",
    "inclusiveGateway": "M0-9A9 9 0 1 0 .01-9Z",
    "complexGateway": "M-9 0H9M0-9V9M-6-6 6 6M6-6-6 6",
    "eventBasedGateway": "M0-11A11 11 0 1 0 .01-11ZM0-6 5.7-1.9 3.5 4.9H-3.5L-5.7-1.9Z",
}
LOOP_SYMBOLS = {
    "parallel": "M-4-5V5M0-5V5M4-5V5",
    "sequential": "M-5-4H5M-5 0H5M-5 4H5",
    "loop": "M-3 4A5 5 0 1 1 2 4.6M-3 4H-6M-3 4V.8",
}


def add(parent: etree._Element, tag: str, words: str = "", **attributes: object) -> etree._Element:
    """A child element; `cls` becomes class, `a_b` becomes a-b, numbers are written short."""
    child = etree.SubElement(parent, tag)
    for key, value in attributes.items():
        name = "class" if key == "cls" else key.replace("_", "-") if key != "viewBox" else key
        child.set(name, short(value) if isinstance(value, float) else str(value))
    if words:
        child.text = words
    return child


def short(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def symbol(parent: etree._Element, path: str, x: float, y: float, cls: str = "sym") -> None:
    add(parent, "path", d=path, cls=cls, transform=f"translate({short(x)} {short(y)})")


def words(parent: etree._Element, text: str, x: float, y: float, *, wide: float, most: int, cls: str = "",
          middle: bool = False) -> None:  # fmt: skip
    """Centred lines of text from `y` downwards, or around `y` when `middle`."""
    lines = wrap(text, wide / FONT, most)
    if not lines:
        return
    first = y - (len(lines) - 1) * LINE / 2 + FONT * 0.36 if middle else y + FONT
    element = add(parent, "text", x=x, y=first, cls=cls or "t")
    for row, line in enumerate(lines):
        add(element, "tspan", line, x=x, y=first + row * LINE)
