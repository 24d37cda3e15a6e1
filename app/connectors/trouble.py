"""Why no answer came. What may be done next differs: repeat, ask a person, or give up (rule 16)."""


class NoConnection(Exception):
    """Base of all: `reason` is a code for `app.texts`, never a text of the other side."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotReached(NoConnection):
    """Nothing was handed over: asking again is harmless for every operation."""


class NoAnswer(NoConnection):
    """Handed over, and no answer in time: it may have been done. Only an idempotent operation is asked again."""


class Rejected(NoConnection):
    """The other side refuses the request, or it may not be made: asking again changes nothing."""


class WrongAnswer(NoConnection):
    """An answer of the wrong shape; `names` are the values that do not fit."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("call_wrong_answer")
        self.names = names
