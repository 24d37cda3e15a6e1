"""Numbers the state hands out, checked digit by digit. Each reader returns the normal form or raises ValueError."""

import re
from datetime import date

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

_ID = re.compile(r"[0-9]{17}[0-9X]\Z")
_MOBILE = re.compile(r"1[3-9][0-9]{9}\Z")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}\Z")
_DIVISION = re.compile(r"[0-9]+\Z")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")
DIVISION_LENGTHS = frozenset({2, 4, 6, 9, 12})
SEXES = {"1": 1, "2": 0, "male": 1, "female": 0, "男": 1, "女": 0}
"""GB/T 2261.1 code or word → remainder of the 17th digit by two; 0 and 9 say nothing to compare."""


def read_cn_id(text: str) -> str:
    """A resident identity number (GB 11643-1999): check digit and calendar date.

    The first six digits are not compared with today's divisions: old codes hold for life.
    """
    number = text.replace(" ", "").upper()
    if not _ID.match(number) or ric.calc_check_digit(number) != number[-1]:
        raise ValueError("cn-id")
    birth_date(number)
    return number


def birth_date(number: str) -> date:
    """Digits 7 to 14. Raises ValueError when there is no such day."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def same_sex(number: str, sex: str) -> bool:
    """Whether the 17th digit (odd is male) agrees with `sex`; unknown words agree."""
    return sex not in SEXES or int(number[16]) % 2 == SEXES[sex]


def read_uscc(text: str) -> str:
    """A unified social credit code (GB 32100-2015), check character modulo 31."""
    number = text.replace(" ", "").upper()
    if not number.isascii():
        raise ValueError("uscc")
    try:
        return str(uscc.validate(number))
    except ValidationError as problem:
        raise ValueError("uscc") from problem


def read_mobile(text: str) -> str:
    """An 11-digit mobile number of the mainland."""
    number = text.replace(" ", "").replace("-", "")
    if not _MOBILE.match(number):
        raise ValueError("mobile")
    return number


def read_phone(text: str) -> str:
    """A mobile number, or a landline with its area code."""
    number = text.replace(" ", "")
    return number if _LANDLINE.match(number) else read_mobile(number)


def read_division(text: str) -> str:
    """The shape of a division code (GB/T 2260, 10114): 2, 4, 6, 9 or 12 digits."""
    if len(text) not in DIVISION_LENGTHS or not _DIVISION.match(text):
        raise ValueError("division")
    return text


def read_email(text: str) -> str:
    if len(text) > 254 or not _EMAIL.match(text):
        raise ValueError("email")
    return text
