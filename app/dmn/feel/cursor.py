"""A place in the tokens, the names known there, and how deep the brackets are."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from app.dmn.feel import limits
from app.dmn.feel.errors import FeelError
from app.dmn.feel.lexer import END, MARK, NUMBER, WORD, Token, tokens
from app.dmn.feel.names import NameTree

KEYWORDS = frozenset(
    "and or between in if then else for return some every satisfies instance of true false null function".split()
)
IN_NAMES = frozenset("./-+*'")
FOREIGN_WORDS = {
    "import": "FEEL 不能引入别的程序",
    "lambda": "FEEL 的函数写作 function(x) …",
    "def": "FEEL 的函数写作 function(x) …",
    "elif": "FEEL 写作 if … then … else if … then … else …",
    "None": "FEEL 的空值写作 null",
    "True": "FEEL 的真写作 true",
    "False": "FEEL 的假写作 false",
    "undefined": "FEEL 的空值写作 null",
    "AND": "FEEL 的“并且”写小写 and",
    "OR": "FEEL 的“或者”写小写 or",
    "NOT": "FEEL 的“非”写作 not(…)",
}


class Cursor:
    """Reading tokens from left to right. Raises FeelError, nothing else."""

    def __init__(self, source: str, names: NameTree, properties: Iterable[str] = (), marks: str = "") -> None:
        self.source = source
        self.line: list[Token] = tokens(source, frozenset(marks))
        self.place = 0
        self.depth = 0
        self.scopes: list[NameTree] = [names]
        self.properties = NameTree(properties)
        self.tested = False
        self.open_ended = False

    @property
    def token(self) -> Token:
        return self.line[self.place]

    def at_mark(self, *marks: str) -> bool:
        """Whether the present token is one of these marks."""
        return self.token.kind == MARK and self.token.text in marks

    def at_word(self, *words: str) -> bool:
        """Whether the present token is one of these words."""
        return self.token.kind == WORD and self.token.text in words

    def take(self) -> Token:
        """The present token; the cursor moves on."""
        token = self.token
        if token.kind != END:
            self.place += 1
        return token

    def take_mark(self, mark: str) -> bool:
        """Move over the mark if it is here."""
        if self.at_mark(mark):
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        """Move over the mark or word, which must be here."""
        if self.token.kind in (MARK, WORD) and self.token.text == text:
            return self.take()
        raise self.error(f"这里应当是 {text}，写的却是{self.shown()}")

    def may_name(self, token: Token) -> bool:
        """Whether a declared name may hold the token."""
        return token.kind in (WORD, NUMBER) or (token.kind == MARK and token.text in IN_NAMES)

    def shown(self) -> str:
        """The present token, as a sentence names it."""
        return "结尾" if self.token.kind == END else f"“{self.token.text}”"

    def error(self, message: str, place: int | None = None) -> FeelError:
        """A refusal at the present token, or at an offset."""
        return FeelError(message, self.token.start if place is None else place, self.source)

    def unexpected(self) -> FeelError:
        """A refusal of the present token, with what FEEL says instead where another language shows."""
        token = self.token
        if token.kind == WORD and token.text in FOREIGN_WORDS:
            return self.error(FOREIGN_WORDS[token.text])
        if token.text == "not" or (self.place and self.line[self.place - 1].text == "not"):
            return self.error("FEEL 的“非”写作 not(…)，“不在其中”写作 not(… in …)")
        if token.kind == MARK and token.text == "=" and self.place and self.line[self.place - 1].text == "=":
            return self.error("FEEL 判断相等只写一个等号：=")
        if token.kind == MARK and token.text == ">" and self.place and self.line[self.place - 1].text == "<":
            return self.error("FEEL 判断不相等写作 !=")
        if token.kind == MARK and token.text == "'":
            return self.error('FEEL 的文字用英文双引号，例如 "同意"')
        if token.kind == END:
            return self.error("表达式没有写完")
        return self.error(f"这里不应当出现{self.shown()}")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One more level of nesting."""
        self.depth += 1
        if self.depth > limits.DEPTH:
            raise self.error(f"嵌套超过 {limits.DEPTH} 层，请拆成几步")
        outer, self.open_ended = self.open_ended, False
        yield
        self.depth -= 1
        self.open_ended = outer

    @contextmanager
    def knowing(self, *names: str) -> Iterator[NameTree]:
        """Names that are in scope for a while; more may be added to what is given."""
        self.scopes.append(NameTree(names))
        yield self.scopes[-1]
        self.scopes.pop()

    def known_name(self) -> str | None:
        """The longest name in scope that begins here; the cursor moves over it."""
        best: tuple[str, int] | None = None
        for scope in reversed(self.scopes):
            found = scope.longest(self.line, self.place)
            if found is not None and (best is None or found[1] > best[1]):
                best = found
        if best is None:
            return None
        self.place = best[1]
        return best[0]

    def loose_name(self) -> str:
        """Words in a row up to a keyword or mark: a name nobody has declared."""
        words = [self.take().text]
        while self.token.kind == WORD and self.token.text not in KEYWORDS:
            words.append(self.take().text)
        return " ".join(words)

    def declared_name(self, *closing: str) -> str:
        """A name as it is introduced (key, parameter, loop variable): everything up to one of the closing texts."""
        if self.token.kind != WORD:
            raise self.error(f"这里应当是名称，写的却是{self.shown()}")
        parts: list[str] = []
        while self.token.text not in closing:
            token = self.token
            if not self.may_name(token):
                raise self.unexpected()
            parts.append((" " if token.spaced and parts else "") + self.take().text)
        return "".join(parts)
