"""A decision table is read in the words of its process, with the law its author wrote beside each row."""

import pytest

from app.catalogue.published import Published, compile_bundle
from app.dmn.shown import ShownTable, shown_tables
from app.replay.table_words import worded
from tests.scenarios.story import bundle_of


@pytest.fixture(scope="module")
def version() -> Published:
    return compile_bundle(bundle_of("adoption"))


def table(version: Published, decision: str) -> ShownTable:
    text = next(text for path, text in version.bundle.files.items() if path.endswith(f"/{decision}.dmn"))
    return worded(version, shown_tables(text.encode())[decision])


def test_codes_facts_and_signs_are_said_in_chinese(version: Published) -> None:
    rules = table(version, "assessment_score").rules
    assert rules[2][:4] == ("0", "≥ 融合下限（参数）", "≥ 优秀线（参数）", "优秀")
    assert rules[3][2] == "≥ 良好线（参数） 且 < 优秀线（参数）"
    eligibility = table(version, "adopter_eligibility")
    assert eligibility.rules[0][0] == "非（继子女）" and eligibility.rules[0][1] == "不限"
    assert eligibility.rules[0][-1] == "未满 30 周岁" and eligibility.policy == "列出命中的全部行"


@pytest.mark.parametrize(
    "decision",
    ["adoption_jurisdiction", "verification_plan", "assessment_score", "adopter_eligibility", "placer_eligibility"],
)
def test_no_name_of_the_program_is_left_in_a_table(version: Published, decision: str) -> None:
    shown = table(version, decision)
    left = [cell for row in shown.rules for cell in row if any("a" <= sign.lower() <= "z" for sign in cell)]
    assert not left, left


def test_each_row_says_what_it_stands_on(version: Published) -> None:
    notes = table(version, "adopter_eligibility").notes
    assert notes[0].startswith("民法典 1098(五)：未满 30 周岁") and "（待核：实务口径）" in notes[0]
    assert len(notes) == len(table(version, "adopter_eligibility").rules)


def test_a_word_of_the_process_goes_before_the_label_of_a_form(version: Published) -> None:
    medical = table(version, "adopter_eligibility").columns.index("medical")
    assert table(version, "adopter_eligibility").rules[6][medical] == "尚未认定", "a form offers it as 不适用（继子女）"
