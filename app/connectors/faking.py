"""The fake of a department, for demonstration and tests: the same contract as the real client, and told how to behave.

`CONNECTOR_FAKE_<DEPARTMENT>` = ok | fail | timeout | abnormal | late | malformed | reject.
"""

import time
from collections.abc import Callable, Mapping

from app.connectors.operation import Answer, Operation, Question
from app.connectors.trouble import NoAnswer, NotReached, Rejected

OK, FAIL, TIMEOUT, ABNORMAL, LATE = "ok", "fail", "timeout", "abnormal", "late"
MALFORMED, REJECT = "malformed", "reject"
MODES = (OK, FAIL, TIMEOUT, ABNORMAL, LATE, MALFORMED, REJECT)

Hook = Callable[[Operation, Question], None]


class Fake:
    """`answers`: by operation, what is answered in order and what when something is amiss (异常).

    Args:
        mode: how it behaves; read again at every question, so that it can be changed while running.
        moment: seconds before an answer.
        hook: called while the question is out: what else may happen in that time.
    """

    def __init__(
        self,
        answers: Mapping[str, tuple[Answer, Answer]],
        mode: Callable[[], str],
        *,
        moment: float = 0.0,
        hook: Hook | None = None,
    ) -> None:
        self._answers = answers
        self._mode = mode
        self._moment = moment
        self._hook = hook
        self._waited: set[str] = set()

    def ask(self, operation: Operation, question: Question) -> Answer:
        """As the real one. `late`: the first try of a question runs out of time, the next one is answered."""
        time.sleep(self._moment)
        if self._hook:
            self._hook(operation, question)
        mode = self._mode()
        if mode == FAIL:
            raise NotReached("call_not_reached")
        if mode == REJECT:
            raise Rejected("call_rejected")
        if mode == TIMEOUT or (mode == LATE and question.id not in self._waited):
            self._waited.add(question.id)
            raise NoAnswer("call_no_answer")
        if mode == MALFORMED:
            return {"unheard_of": "x"}
        usual, amiss = self._answers[operation.name]
        return dict(amiss if mode == ABNORMAL else usual)
