"""Names of several words: which of the names in scope begins here, the longest first (DMN 1.5 §10.3.1.2)."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.dmn.feel.errors import FeelError
from app.dmn.feel.lexer import MARK, NUMBER, WORD, Token, tokens

Step = tuple[str, bool]


@lru_cache(maxsize=4096)
def steps_of(name: str) -> tuple[Step, ...]:
    """The name as the lexer cuts it: text, and whether a gap stands before it. Empty when it is no name."""
    try:
        cut = tokens(name, frozenset(name))[:-1]
    except FeelError:
        return ()
    if not cut or cut[0].kind != WORD or any(token.kind not in (WORD, NUMBER, MARK) for token in cut):
        return ()
    return tuple((token.text, token.spaced and place > 0) for place, token in enumerate(cut))


class NameTree:
    """Known names, arranged by their words."""

    __slots__ = ("names", "root")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.root: dict[Step | None, object] = {}
        self.names: set[str] = set()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make the name known. A text that cannot be a name is passed over: only a quoted key reaches it."""
        if name in self.names:
            return
        self.names.add(name)
        node = self.root
        steps = steps_of(name)
        for step in steps:
            node = node.setdefault(step, {})  # type: ignore[assignment]
        if steps:
            node[None] = name

    def longest(self, line: Sequence[Token], place: int) -> tuple[str, int] | None:
        """The longest known name whose tokens begin at `place`, and the place after it."""
        found: tuple[str, int] | None = None
        node = self.root
        first = True
        while place < len(line):
            token = line[place]
            step = node.get((token.text, token.spaced and not first))
            if not isinstance(step, dict):
                return found
            node, place, first = step, place + 1, False
            name = node.get(None)
            if isinstance(name, str):
                found = (name, place)
        return found
