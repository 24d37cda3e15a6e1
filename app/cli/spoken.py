"""What the command line library says of wrong words, in Chinese: which word, and what to write instead."""

from collections.abc import Callable
from typing import Any

import click

EXPECTED: dict[type, str] = {
    click.types.IntParamType: "应为整数",
    click.types.UUIDParameterType: "应为录入时给出的编号",
    click.DateTime: "应为 YYYY-MM-DD 的日期",
    click.Path: "没有这个文件或文件夹",
}


def speak(command: click.Command) -> None:
    """From now on this command, and those under it, refuse wrong words in Chinese."""
    for name in ("make_context", "invoke"):
        setattr(command, name, _spoken(getattr(command, name)))


def _spoken(act: Callable[..., Any]) -> Callable[..., Any]:
    def spoken(*given: Any, **named: Any) -> Any:
        try:
            return act(*given, **named)
        except click.NoSuchOption as problem:
            raise _said(problem, f"没有选项 {problem.option_name}。") from problem
        except click.MissingParameter as problem:
            raise _said(problem, f"缺少 {_name(problem)}。") from problem
        except click.BadParameter as problem:
            raise _said(problem, f"{_name(problem)} 不对：{_expected(problem)}。") from problem
        except click.UsageError as problem:
            raise problem if _chinese(problem.message) else _said(problem, "没有这个命令，或参数多了。") from problem

    return spoken


def _said(problem: click.UsageError, sentence: str) -> click.UsageError:
    if _chinese(problem.message):
        return problem
    return click.UsageError(f"{sentence}加 --help 可看用法。", problem.ctx)


def _name(problem: click.BadParameter) -> str:
    if problem.param is None:
        return "参数"
    if problem.param.param_type_name == "option":
        return problem.param.opts[0]
    return (problem.param.name or "").upper()


def _expected(problem: click.BadParameter) -> str:
    kind = problem.param.type if problem.param is not None else None
    if isinstance(kind, click.Choice):
        return f"应为 {'、'.join(map(str, kind.choices))} 之一"
    if isinstance(kind, click.FloatRange | click.IntRange):
        return f"应为 {kind.min} 至 {kind.max} 的数"
    return next((said for one, said in EXPECTED.items() if isinstance(kind, one)), "写法不对")


def _chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)
