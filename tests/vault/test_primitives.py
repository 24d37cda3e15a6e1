"""The program does not start without right national algorithms."""

import pytest

from app.vault import PrimitivesRefused, check_primitives
from app.vault.primitives import EXAMPLES, Example
from tests.history.second_reading import sm3


def test_the_algorithms_of_this_machine_are_right() -> None:
    check_primitives()
    assert [example.algorithm for example in EXAMPLES] == ["SM3", "SM4-GCM"]
    assert sm3(b"abc").hex() == EXAMPLES[0].expected


def test_a_missing_algorithm_is_named_in_chinese() -> None:
    def missing() -> bytes:
        raise ValueError("unsupported hash type")

    with pytest.raises(PrimitivesRefused, match="国密算法 SM3 不可用，系统不能启动"):
        check_primitives([Example("SM3", missing, "")])


def test_a_wrong_result_is_named_in_chinese() -> None:
    with pytest.raises(PrimitivesRefused, match="国密算法 SM4-GCM 计算结果与国家标准的示例不一致"):
        check_primitives([Example("SM4-GCM", lambda: b"\x00", "01")])
