"""The grammar of DMN 1.5 §10.3.1.2 by precedence climbing: nesting costs few frames, every error has a place."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from app.dmn.feel import limits, primaries
from app.dmn.feel.cursor import Cursor
from app.dmn.feel.errors import FeelError
from app.dmn.feel.lexer import END, MARK, WORD
from app.dmn.feel.names import NameTree
from app.dmn.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Constant,
    Filter,
    InstanceOf,
    Junction,
    Membership,
    Negation,
    Node,
    Path,
    RangeOf,
    Test,
)
from app.dmn.feel.type_names import type_name
from app.dmn.feel.types import FeelType

ORDERINGS = ("<", "<=", ">", ">=")
EQUALITIES = ("=", "!=")
OPERAND_MARKS = ("(", "[", "{", "@", "?", "-")
CLOSING_WORDS = ("and", "or", "then", "else", "return", "satisfies", "in", "between", "instance", "of")
SUM, PRODUCT, POWER = 1, 2, 3
LEVELS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "**": POWER}


class Parser(Cursor):
    """One text into one tree."""

    kinds: Mapping[str, FeelType]

    def whole_expression(self) -> Node:
        """An expression and nothing after it."""
        node = self.expression()
        self.finish()
        return node

    def whole_tests(self) -> tuple[tuple[Node, ...], bool]:
        """The tests of a table cell, and whether they stand in `not(…)`; `-` is no test at all."""
        self.tested = True
        if self.at_mark("-") and self.line[self.place + 1].kind == END:
            return (), False
        negated = self.negated_tests()
        if negated is not None:
            return negated, True
        tests = self.tests()
        self.finish()
        return tests, False

    def negated_tests(self) -> tuple[Node, ...] | None:
        """`not(…)` around the whole cell; None when the cell begins otherwise or goes on after it."""
        start = self.place
        if not self.at_word("not"):
            return None
        self.take()
        if self.take_mark("("):
            with self.deeper():
                tests = self.tests()
            if self.take_mark(")") and self.token.kind == END:
                return tests
        self.place = start
        return None

    def finish(self) -> None:
        """Nothing may be left."""
        if self.token.kind != END:
            raise self.unexpected()

    def expression(self) -> Node:
        """Anything: loops and conditions are operands too, so the row of `or` is the top."""
        with self.deeper():
            return self.junction("or")

    def junction(self, word: str) -> Node:
        """A row of `or`, of `and`, and below that a comparison."""
        start = self.token.start
        parts = [self.junction("and") if word == "or" else self.comparison()]
        while self.at_word(word):
            self.take()
            parts.append(self.junction("and") if word == "or" else self.comparison())
        return parts[0] if len(parts) == 1 else Junction(start, word, tuple(parts))

    def comparison(self) -> Node:
        """`=`, `<`, `between`, `in` over sums."""
        start = self.token.start
        left = self.sums(SUM)
        for _ in range(limits.CHAIN):
            if self.at_mark(*ORDERINGS, *EQUALITIES):
                mark = self.take().text
                left = Comparison(start, mark, left, self.sums(SUM))
            elif self.at_word("between"):
                self.take()
                low = self.sums(SUM)
                self.expect("and")
                left = Between(start, left, low, self.sums(SUM))
            elif self.at_word("in"):
                self.take()
                left = Membership(start, left, self.membership_tests())
            else:
                return left
        raise self.error("比较太多，请拆成几步")

    def sums(self, level: int) -> Node:
        """Arithmetic of this level and the tighter ones, left to right."""
        start = self.token.start
        left = self.negation()
        count = 0
        while self.token.kind == MARK and LEVELS.get(self.token.text, 0) >= level:
            mark = self.take().text
            left = Arithmetic(start, mark, left, self.sums(LEVELS[mark] + 1))
            count += 1
            if count > limits.CHAIN:
                raise self.error("运算符太多，请拆成几步或用 sum(…)")
        return left

    def negation(self) -> Node:
        """`-` before an operand binds tighter than `**`."""
        start = self.token.start
        minuses = 0
        while self.at_mark("-"):
            self.take()
            minuses += 1
        operand = self.instance()
        for _ in range(min(minuses, limits.DEPTH)):
            operand = (
                Negation(start, operand)
                if (found := number_in(operand)) is None
                else Constant(start, found.copy_negate())
            )
        if minuses > limits.DEPTH:
            raise self.error("负号太多", start)
        return operand

    def instance(self) -> Node:
        """`operand instance of type`."""
        start = self.token.start
        operand = self.postfix()
        while self.at_word("instance"):
            self.take()
            self.expect("of")
            operand = InstanceOf(start, operand, type_name(self))
        return operand

    def postfix(self) -> Node:
        """Properties, filters and calls after an operand."""
        start = self.token.start
        node = primaries.primary(self)
        for _ in range(limits.CHAIN):
            if self.at_mark("."):
                self.take()
                node = Path(start, node, self.property_name())
            elif self.at_mark("[") and not (self.open_ended and self.closes_range()):
                node = self.filtered(start, node)
            elif self.at_mark("("):
                node = self.called(start, node)
            else:
                return node
        raise self.error("连续的取值太多，请拆成几步")

    def closes_range(self) -> bool:
        """Whether the `[` here ends a range, as in `]1..5[`: then nothing follows that a filter could hold."""
        following = self.line[self.place + 1]
        if following.kind == WORD:
            return following.text in CLOSING_WORDS
        return following.kind == END or (following.kind == MARK and following.text not in OPERAND_MARKS)

    def filtered(self, start: int, node: Node) -> Node:
        """`list[condition or place]`; inside, `item` is the item."""
        self.take()
        with self.knowing("item"):
            condition = self.expression()
        self.expect("]")
        return Filter(start, node, condition)

    def called(self, start: int, node: Node) -> Node:
        """The arguments of a call, all named or none."""
        self.take()
        arguments: list[Node] = []
        names: list[str] = []
        while not self.at_mark(")"):
            if self.names_argument():
                names.append(self.declared_name(":"))
                self.expect(":")
            arguments.append(self.expression())
            if not self.take_mark(","):
                break
        self.expect(")")
        if names and len(names) != len(arguments):
            raise self.error("参数要么全部写名称，要么都不写", start)
        if isinstance(node, Constant):
            raise self.error("括号前面不是函数", start)
        return Call(start, node, tuple(arguments), tuple(names))

    def names_argument(self) -> bool:
        """Whether a parameter name and a colon stand here."""
        place = self.place
        if self.token.kind != WORD:
            return False
        while self.may_name(self.line[place]):
            place += 1
        return self.line[place].kind == MARK and self.line[place].text == ":"

    def property_name(self) -> str:
        """The name after a point: the longest key known, else the words up to a keyword."""
        known = self.properties.longest(self.line, self.place)
        if self.token.kind != WORD:
            raise self.error(f"点号后面要写名称，写的却是{self.shown()}")
        if known is not None and not primaries.follows_word(self, known[1]):
            self.place = known[1]
            return known[0]
        if self.token.text.startswith("__"):
            raise self.error("FEEL 里没有以两条下划线开头的名称")
        return self.loose_name()

    def tests(self) -> tuple[Node, ...]:
        """Tests separated by commas."""
        found = [self.test()]
        while self.take_mark(","):
            found.append(self.test())
        return tuple(found)

    def test(self) -> Node:
        """`< 5`, or any expression (a range, a value, a condition over `?`)."""
        if self.at_mark(*ORDERINGS, *EQUALITIES):
            start = self.token.start
            mark = self.take().text
            if self.at_mark("="):
                raise self.unexpected()
            with self.deeper():
                return Test(start, mark, self.sums(SUM))
        return self.expression()

    def membership_tests(self) -> tuple[Node, ...]:
        """What stands after `in`: one test, or several in brackets."""
        start = self.place
        if self.take_mark("("):
            with self.deeper():
                tests = self.tests()
            several = len(tests) > 1 or isinstance(tests[0], Test)
            if self.at_mark(")") and (several or not self.goes_on(self.place + 1)):
                self.take()
                return tests
            if len(tests) == 1 and self.at_mark(".."):
                return (self.range_from(tests[0], start),)
            self.place = start
        if self.at_mark(*ORDERINGS, *EQUALITIES):
            return (self.test(),)
        return (self.sums(SUM),)

    def goes_on(self, place: int) -> bool:
        """Whether the token at `place` continues an operand, so that the bracket before was an ordinary one."""
        token = self.line[place]
        return token.kind == MARK and token.text in ("+", "-", "*", "/", "**", ".", "[")

    def range_from(self, low: Node, start: int) -> Node:
        """The rest of a range whose opening bracket and lower bound were read as something else."""
        closed = self.line[start].text == "["
        self.expect("..")
        return self.range_end(self.line[start].start, low, closed)

    def range_end(self, at: int, low: Node | None, low_closed: bool) -> Node:
        """The upper bound and the closing bracket."""
        with self.deeper():
            self.open_ended = True
            high = self.sums(SUM)
        if not self.at_mark("]", ")", "["):
            raise self.error("区间的右边要写 ] 或 )")
        closed = self.take().text == "]"
        return RangeOf(at, low, high, low_closed, closed)


def number_in(node: Node) -> Decimal | None:
    """The numeral a node is: a minus before it makes a negative numeral."""
    return node.value if isinstance(node, Constant) and isinstance(node.value, Decimal) else None


def parser(source: str, names: Iterable[str], properties: Iterable[str], kinds: Mapping[str, FeelType]) -> Parser:
    """A parser at the first token. Raises FeelError for an empty text."""
    known = tuple(names)
    reader = Parser(source, NameTree(known), properties, "".join(known))
    reader.kinds = kinds
    if reader.token.kind == END:
        raise FeelError("表达式是空的", 0, source)
    return reader
