"""Live cases kept between events, so that the next event need not decode. Keyed by the very bytes they encode to:
whoever holds the bytes gets the case, alone, and it is gone when the event fails. Callers cannot tell."""

from collections import OrderedDict
from threading import Lock

from app.engine.case import Case
from app.engine.facts import copied
from app.engine.model import FactValue
from app.engine.program import Program


class HotCases:
    """Least recently used cases, at most `size`; 0 switches the cache off."""

    def __init__(self, size: int = 256) -> None:
        self.size = size
        self._cases: OrderedDict[tuple[int, bytes], Case] = OrderedDict()
        self._lock = Lock()

    def take(self, program: Program, state: bytes) -> Case | None:
        with self._lock:
            return self._cases.pop((id(program), state), None)

    def facts(self, program: Program, state: bytes) -> dict[str, FactValue] | None:
        """Those of the case, which stays here; None when it is not."""
        with self._lock:
            case = self._cases.get((id(program), state))
            return None if case is None else {name: copied(value) for name, value in case.facts.items()}

    def give(self, state: bytes, case: Case) -> None:
        with self._lock:
            self._cases[id(case.program), state] = case
            while len(self._cases) > self.size:
                self._cases.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._cases.clear()


hot_cases = HotCases()
