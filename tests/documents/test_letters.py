"""Letters merge names into text, and do nothing else."""

from datetime import UTC, datetime

import pytest

from app.documents.letters import LetterRefused, missing, parse_letter, render
from app.documents.record_letter import paragraphs_of, record_letter
from app.errors import Refusal
from app.vault import SealBroken

TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TEXT = "受理通知书\r\n\r\n{{adopter}}：\n　你（们）的申请已收到，案号 {{ number }}。{% if %}{单括号}\n".encode()


def template():
    return parse_letter(TEXT, ["adopter", "number", "unused"])


def findings(text: str) -> str:
    with pytest.raises(LetterRefused) as refused:
        parse_letter(text.encode(), ["adopter"])
    return str(refused.value)


def test_fields_are_replaced_and_everything_else_stands():
    assert render(template(), {"adopter": "黄小云", "number": "SY-1"}) == (
        "受理通知书",
        "黄小云：",
        "你（们）的申请已收到，案号 SY-1。{% if %}{单括号}",
    )


def test_a_value_is_never_read_as_a_template():
    said = render(template(), {"adopter": "{{number}}\n{{ adopter }}", "number": "7"})
    assert said[1] == "{{number}} {{ adopter }}："


def test_unknown_fields_are_refused_at_publication_by_line():
    assert "第 2 行的合并字段“secret”没有声明，可用：adopter" in findings("题\n{{secret}}")
    for text in ("{{adopter.__class__}}", "{{adopter|upper}}", "{{ 7*7 }}", "{{config}}", "{{adopter()}}"):
        assert "没有声明" in findings(text)


@pytest.mark.parametrize("text", ["{{adopter", "adopter}}", "{{{{adopter}}", "{{}}", "{{ado\npter}}", "{{a{b}}}"])
def test_braces_come_in_pairs(text):
    assert "双花括号" in findings(text)


def test_other_refusals():
    assert "没有内容" in findings(" \n")
    assert "U+202E" in findings("a\u202eb")
    assert "超过" in findings("长" * 20_001)
    with pytest.raises(LetterRefused, match="UTF-8"):
        parse_letter(b"\xff\xfe", [])


def test_a_letter_with_gaps_is_not_made(session, sealer):
    assert missing(template(), {"adopter": " "}) == ("adopter", "number")
    with pytest.raises(Refusal, match="letter_incomplete") as refused:
        make(session, sealer, {"adopter": "黄小云"})
    assert refused.value.params == {"fields": "number"}


def make(session, sealer, values):
    return record_letter(
        session, template(), values, code="acceptance", title="受理通知书", sealer=sealer, by="liguifang", at=TEN
    )


def test_a_letter_is_sealed_and_reads_the_same_for_ever(session, sealer):
    letter = make(session, sealer, {"adopter": "黄小云", "number": "SY-1"})
    session.flush()
    assert "黄小云".encode() not in letter.content
    assert paragraphs_of(letter, sealer=sealer)[1] == "黄小云："
    other = make(session, sealer, {"adopter": "韦某", "number": "SY-2"})
    letter.content = other.content
    with pytest.raises(SealBroken):
        paragraphs_of(letter, sealer=sealer)
