"""Text into tokens. Names are not put together here: which words belong together depends on the names in scope."""

from dataclasses import dataclass

from app.dmn.feel import limits
from app.dmn.feel.errors import FeelError

NUMBER, TEXT, WORD, MARK, END = "number", "text", "word", "mark", "end"

MARKS = frozenset(".. ** <= >= != -> = < > ( ) [ ] { } , : . + - * / ? @ '".split())
FOREIGN = {
    "==": "FEEL 判断相等只写一个等号：=",
    "&&": "FEEL 的“并且”写作 and",
    "||": "FEEL 的“或者”写作 or",
    "%": "FEEL 求余数写作 modulo(被除数, 除数)",
    ";": "FEEL 没有分号，一个表达式只写一个结果",
    "!": "FEEL 的“非”写作 not(…)",
    "$": "FEEL 里不能出现 $",
    "^": "FEEL 的乘方写作 **",
    "~": "FEEL 里不能出现 ~",
    "`": "FEEL 里不能出现反引号，文字用英文双引号",
    "\\": "FEEL 里不能出现反斜杠",
    "#": "FEEL 的注释写作 // 或 /* … */",
    "&": "FEEL 的“并且”写作 and，连接文字用 +",
    "|": "FEEL 的“或者”写作 or",
}
WIDE = {"（": "(", "）": ")", "，": ",", "：": ":", "“": '"', "”": '"', "＝": "=", "＜": "<", "＞": ">", "＋": "+",
        "【": "[", "】": "]", "；": ",", "。": ".", "、": ",", "《": "<", "》": ">", "‘": '"', "’": '"', "！": "not(…)",
        "≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/", "－": "-", "—": "-"}  # fmt: skip
ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t", "'": "'", "b": "\b", "f": "\f", "/": "/"}
STARTS = (
    (0x41, 0x5A), (0x61, 0x7A), (0x5F, 0x5F), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D),
    (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `spaced` when white space or a comment stands before it."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool


def starts_name(char: str) -> bool:
    """DMN 1.5 §10.3.1.2, rule 28 (without `?`, which stands for the tested value here)."""
    code = ord(char)
    return any(low <= code <= high for low, high in STARTS)


def continues_name(char: str) -> bool:
    """Rule 29: also digits and combining marks."""
    return starts_name(char) or char in "0123456789·" or 0x300 <= ord(char) <= 0x36F or char in "‿⁀"


def tokens(source: str, allowed: frozenset[str] = frozenset()) -> list[Token]:
    """All tokens, closed by one of kind END.

    Args:
        allowed: full-width punctuation that a name in scope really has, and is therefore no slip of the keyboard.
    Raises: FeelError at the first character FEEL does not know.
    """
    if len(source) > limits.SOURCE:
        raise FeelError(f"表达式超过 {limits.SOURCE} 个字，请拆成几步", 0, source[: limits.SOURCE])
    found: list[Token] = []
    place = 0
    while True:
        start = skip_space(source, place)
        if start >= len(source):
            found.append(Token(END, "", len(source), len(source), True))
            return found
        kind, text, end = one(source, start, allowed)
        found.append(Token(kind, text, start, end, start > place))
        place = end
        if len(found) > limits.TOKENS:
            raise FeelError("表达式太长，请拆成几步", start, source)


def one(source: str, start: int, allowed: frozenset[str]) -> tuple[str, str, int]:
    """The token that begins at `start`: its kind, its text (a text unescaped), its end."""
    char = source[start]
    if char in "0123456789" or (char == "." and source[start + 1 : start + 2] in set("0123456789")):
        return numeral(source, start)
    if char == '"':
        return quoted(source, start)
    if char in WIDE and char not in allowed:
        raise FeelError(f"“{char}”是全角符号，请改成英文的 {WIDE[char]}", start, source)
    if starts_name(char):
        end = start + 1
        while end < len(source) and continues_name(source[end]) and source[end] not in WIDE.keys() - allowed:
            end += 1
        return WORD, source[start:end], end
    two = source[start : start + 2]
    mark = two if two in MARKS or two in FOREIGN else char
    if mark in FOREIGN:
        raise FeelError(FOREIGN[mark], start, source)
    if mark not in MARKS:
        raise FeelError(f"FEEL 不认识符号“{mark}”", start, source)
    return MARK, mark, start + len(mark)


def skip_space(source: str, place: int) -> int:
    """The next place that is neither white space nor comment."""
    while place < len(source):
        if source[place].isspace() or source[place] == "\ufeff":
            place += 1
        elif source.startswith("//", place):
            newline = source.find("\n", place)
            place = len(source) if newline < 0 else newline
        elif source.startswith("/*", place):
            close = source.find("*/", place + 2)
            if close < 0:
                raise FeelError("注释没有结束，缺少 */", place, source)
            place = close + 2
        else:
            return place
    return place


def numeral(source: str, start: int) -> tuple[str, str, int]:
    """Digits, a fraction, an exponent; `1..5` is a range and not a numeral with two points."""
    end = run_of_digits(source, start)
    if source[end : end + 1] == "." and source[end + 1 : end + 2] in set("0123456789"):
        end = run_of_digits(source, end + 1)
    if source[end : end + 1] in ("e", "E"):
        sign = end + 1 + (source[end + 1 : end + 2] in ("+", "-") and source[end + 1 : end + 2] != "")
        after = run_of_digits(source, sign)
        if after > sign:
            end = after
    if end - start > 400:
        raise FeelError("数字太长", start, source)
    return NUMBER, source[start:end], end


def run_of_digits(source: str, place: int) -> int:
    """The end of the ASCII digits that begin at `place`."""
    while place < len(source) and source[place] in "0123456789":
        place += 1
    return place


def quoted(source: str, start: int) -> tuple[str, str, int]:
    """A text between double quotes, unescaped."""
    parts: list[str] = []
    place = start + 1
    while place < len(source):
        char = source[place]
        if char == '"':
            text = "".join(parts)
            if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
                text = paired(text, start, source)
            return TEXT, text, place + 1
        if char == "\\":
            piece, place = escape(source, place)
            parts.append(piece)
        else:
            parts.append(char)
            place += 1
    raise FeelError("文字没有结束，缺少右边的英文双引号", start, source)


def escape(source: str, place: int) -> tuple[str, int]:
    r"""`\"`, `\n`, `\u4E2D`, `\U01F600`; an unknown escape stands for itself (regular expressions need it)."""
    char = source[place + 1 : place + 2]
    width = {"u": 4, "U": 6}.get(char)
    if width is not None:
        code = source[place + 2 : place + 2 + width]
        if len(code) < width or not all(c in "0123456789abcdefABCDEF" for c in code) or int(code, 16) > 0x10FFFF:
            raise FeelError(f"\\{char} 后面要有 {width} 位十六进制数", place, source)
        return chr(int(code, 16)), place + 2 + width
    if char in ESCAPES and char:
        return ESCAPES[char], place + 2
    return "\\" + char, place + 1 + len(char)


def paired(text: str, start: int, source: str) -> str:
    """Surrogate pairs written as two escapes become the one character they mean."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FeelError("文字里有不成对的代理字符", start, source) from None
