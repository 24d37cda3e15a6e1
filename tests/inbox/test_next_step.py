"""下一步 on the submit button says what the diagram says, and nothing where it depends."""

import pytest

from app.inbox.next_step import next_step
from tests.scenarios.story import version_of

ADOPTION = version_of("adoption").definition


def following(name: str, *, alone: bool = False) -> str:
    [node] = [one.id for one in ADOPTION.nodes.values() if one.name == name and one.kind == "userTask"]
    return next_step(ADOPTION, node, alone=alone)


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


def test_what_follows_a_join_is_known_when_nobody_else_works() -> None:
    assert following("面谈", alone=True) == following("实地走访", alone=True) == "评分"
