"""Codes of the flagships as people read them: by the label under which they are chosen."""

import pytest

from app.instances.labels import label_of
from tests.scenarios.story import version_of


@pytest.mark.parametrize(
    ("key", "fact"),
    [
        ("adoption", "child_source"),
        ("adoption", "relation"),
        ("adoption", "assessment_grade"),
        ("orphan-recognition", "orphan_type"),
        ("orphan-recognition", "orphan_class"),
    ],
)
def test_every_code_of_a_fact_has_the_label_of_a_form(key: str, fact: str) -> None:
    version = version_of(key)
    codes = version.fact_types[fact].values
    assert codes and all(label_of(version, fact, code) for code in codes)


def test_a_field_is_labelled_by_its_own_form() -> None:
    version = version_of("adoption")
    assert label_of(version, "application.child_sex", "2") == "女"
    assert label_of(version, "facts.child_source", "step") == "继子女"
    assert label_of(version, "assessment_grade", "excellent") == "优秀"
    assert label_of(version, "application.adopter_name", "黄振宁") == ""
