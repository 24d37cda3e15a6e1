"""Numbers as they are printed (handbook 6.3)."""

import pytest

from app.parameters.numbers import (
    case_number,
    certificate_number,
    certificate_word,
    letter_number,
    organ_word,
    short_name,
)


def test_numbers_are_written_as_the_handbook_says():
    assert case_number("SY", "450123", 2026, 123) == "SY-450123-2026-000123"
    assert letter_number(organ_word("隆安县") + "收", 2026, 3) == "隆民收〔2026〕3号"
    assert letter_number(organ_word("隆安县") + "寻", 2026, 4) == "隆民寻〔2026〕4号"
    assert certificate_number(2026, certificate_word("450123", "隆安县"), 12) == "（2026）桂隆安收字00012"
    assert certificate_number(2026, certificate_word("450102", "兴宁区"), 12) == "（2026）桂兴宁收字00012"


def test_the_brackets_of_a_letter_are_hexagonal_and_its_number_has_no_zeros():
    assert letter_number("桂民发", 2026, 15) == "桂民发\u30142026\u301515号"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("隆安县", "隆安"),
        ("马山县", "马山"),
        ("兴宁区", "兴宁"),
        ("桂平市", "桂平"),
        ("都安瑶族自治县", "都安"),
        ("三江侗族自治县", "三江"),
        ("环江毛南族自治县", "环江"),
        ("罗城仫佬族自治县", "罗城"),
        ("隆林各族自治县", "隆林"),
        ("宾县", "宾县"),
    ],
)
def test_counties_are_shortened(name, short):
    assert short_name(name) == short
