"""How numbers are written (handbook 6.3).

Letters follow GB/T 9704-2012: word of the organ, year in hexagonal brackets 〔〕, number without 第 and without zeros.
The words derived here from a name are proposals to be checked (mark check): the register says them per organisation,
because two counties can share a first character (隆安县, 隆林各族自治县).
"""

import re

PROVINCES = {
    "11": "京", "12": "津", "13": "冀", "14": "晋", "15": "蒙", "21": "辽", "22": "吉", "23": "黑", "31": "沪",
    "32": "苏", "33": "浙", "34": "皖", "35": "闽", "36": "赣", "37": "鲁", "41": "豫", "42": "鄂", "43": "湘",
    "44": "粤", "45": "桂", "46": "琼", "50": "渝", "51": "川", "52": "黔", "53": "滇", "54": "藏", "61": "陕",
    "62": "甘", "63": "青", "64": "宁", "65": "新", "71": "台", "81": "港", "82": "澳",
}  # fmt: skip
"""Province abbreviations by the first two digits of the division code (GB/T 2260)."""

NATIONALITY = (
    "各族|壮族|瑶族|苗族|侗族|仫佬族|毛南族|彝族|回族|土家族|布依族|仡佬族|水族|京族|藏族|满族|蒙古族|朝鲜族|畲族|黎族|白族|傣族|哈尼族|"
    "傈僳族|拉祜族|佤族|纳西族|羌族|撒拉族|东乡族|保安族|裕固族|土族|哈萨克|塔吉克|锡伯|达斡尔族"
)
AUTONOMOUS = re.compile(rf"(.+?)(?:{NATIONALITY})+自治[县旗]")
PLAIN = re.compile(r"(.{2,})[县市区旗]")

LETTER_WORD = "letters.word"
CERTIFICATE_WORD = "certificates.word"
"""Codes under which the register keeps the words, by division (unit `text`)."""


def case_number(code: str, division: str, year: int, number: int) -> str:
    """`SY-450123-2026-000123`"""
    return f"{code}-{division}-{year}-{number:06d}"


def letter_number(word: str, year: int, number: int) -> str:
    """`隆民收〔2026〕3号`; a notice is a letter too: `隆民寻〔2026〕4号`."""
    return f"{word}〔{year}〕{number}号"


def certificate_number(year: int, word: str, number: int) -> str:
    """`（2026）桂隆安收字00012`, after the 2008 standard “（XXXX）AB收字YYYYY” (check)."""
    return f"（{year}）{word}收字{number:05d}"


def short_name(name: str) -> str:
    """隆安县 → 隆安, 兴宁区 → 兴宁, 都安瑶族自治县 → 都安; a name of two characters stays whole (宾县)."""
    for pattern in (AUTONOMOUS, PLAIN):
        match = pattern.fullmatch(name)
        if match:
            return match[1]
    return name


def certificate_word(division: str, name: str) -> str:
    """Abbreviations of province and county (check): 450123 隆安县 → 桂隆安."""
    return PROVINCES.get(division[:2], "") + short_name(name)


def organ_word(name: str) -> str:
    """A civil-affairs bureau's word (check): 隆安县 → 隆民; with its business it heads a letter: 隆民收, 隆民寻."""
    return f"{short_name(name)[:1]}民"
