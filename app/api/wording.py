"""What marshmallow says about a field, in Chinese: its own sentences are English and stand in many places."""

import re

_EXACT = {
    "Missing data for required field.": "缺少这一项",
    "Unknown field.": "接口没有这一项，请删去",
    "Field may not be null.": "不能为 null",
    "Not a valid string.": "应为文字",
    "Not a valid integer.": "应为整数",
    "Not a valid number.": "应为数字",
    "Not a valid boolean.": "应为 true 或 false",
    "Not a valid list.": "应为列表",
    "Not a valid mapping type.": "应为一组“名称：值”",
    "Invalid input type.": "应为一组“名称：值”",
    "String does not match expected pattern.": "写法不对",
    "Not a valid date.": "应为日期，如 2026-11-23",
    "Not a valid datetime.": "应为日期和时间，如 2026-11-23T09:30:00+08:00",
    "Not a valid UUID.": "不是有效的编号",
    "Number too large.": "数字太大",
}
_PATTERNS = (
    (re.compile(r"Length must be between (\d+) and (\d+)\."), "长度应为 {0} 至 {1}"),
    (re.compile(r"Shorter than minimum length (\d+)\."), "至少 {0} 个字符"),
    (re.compile(r"Longer than maximum length (\d+)\."), "最多 {0} 个字符"),
    (re.compile(r"Must be greater than or equal to (\d+) and less than or equal to (\d+)\."), "应在 {0} 至 {1} 之间"),
    (re.compile(r"Must be greater than or equal to (\d+)\."), "不能小于 {0}"),
    (re.compile(r"Must be less than or equal to (\d+)\."), "不能大于 {0}"),
    (re.compile(r"Must be one of: (.+)\."), "应为其中之一：{0}"),
)
WRONG = "格式不对"


def in_chinese(said: str) -> str:
    """The sentence in Chinese; one nobody foresaw becomes 格式不对, a Chinese one stays as it is."""
    if said in _EXACT:
        return _EXACT[said]
    for pattern, words in _PATTERNS:
        if match := pattern.fullmatch(said):
            return words.format(*match.groups())
    return WRONG if said.isascii() else said
