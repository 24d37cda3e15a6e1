"""下一步 on the submit button says what the diagram says, and nothing where it depends."""

import pytest

from app.inbox.next_step import next_step
from tests.scenarios.story import version_of

ADOPTION = version_of("adoption").definition


def following(name: str) -> str:
    [node] = [one.id for one in ADOPTION.nodes.values() if one.name == name and one.kind == "userTask"]
    return next_step(ADOPTION, node)


@pytest.mark.parametrize(
    ("step", "then"),
    [
        ("预约预审", "到场申请"),
        ("到场申请", "询问笔录"),
        ("核验结果认定", "资格初审"),
        ("60 日寻亲公告", "公告满 60 日"),
        ("面谈", ""),
        ("材料核对", ""),
    ],
)
def test_the_next_step(step: str, then: str) -> None:
    assert following(step) == then


def test_only_the_end_of_the_case_is_its_end() -> None:
    named = {one.name: following(one.name) for one in ADOPTION.nodes.values() if one.kind == "userTask"}
    assert "办结" not in {step for name, step in named.items() if name in {"核验结果认定", "面谈", "提交"}}
