"""One thing wrong with one answer."""

from typing import Any

from app.texts.forms import field_sentence


class Wrong(ValueError):
    """`code` is a key of `app.texts.forms.FIELDS`; `instead` is the author's own sentence, where the form gives one."""

    def __init__(self, code: str, *, instead: str = "", **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.instead = instead
        self.params = params

    def sentence(self, label: str) -> str:
        return self.instead or field_sentence(self.code, label=label, **self.params)
