"""What goes wrong in an expression: a sentence in Chinese, the place, and the text around it."""


class FeelError(Exception):
    """An expression that is refused, or whose result the strict door refuses.

    Args:
        message: Chinese, what is wrong and what to write instead.
        position: offset in code points into `source`; None when no place is to blame.
        source: the text of the expression.
    """

    def __init__(self, message: str, position: int | None = None, source: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.source = source

    @property
    def line(self) -> int:
        """1-based line of the position."""
        return self.source.count("\n", 0, self.position or 0) + 1

    @property
    def column(self) -> int:
        """1-based column of the position, in code points."""
        place = self.position or 0
        return place - self.source.rfind("\n", 0, place)

    @property
    def snippet(self) -> str:
        """A dozen characters on either side of the position, on one line."""
        place = self.position or 0
        return " ".join(self.source[max(0, place - 12) : place + 12].split())

    def __str__(self) -> str:
        if self.position is None:
            return self.message
        near = f"，在“{self.snippet}”附近" if self.snippet else ""
        return f"第 {self.line} 行第 {self.column} 列{near}：{self.message}"


class Exhausted(Exception):
    """An evaluation that would take more work or room than it is given. The message is Chinese."""
