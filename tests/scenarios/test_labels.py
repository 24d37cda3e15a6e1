"""Codes of the flagships as people read them: by the label under which they are chosen."""

import pytest

from app.instances.labels import label_of
from tests.scenarios.story import version_of


@pytest.mark.parametrize("key", ["adoption", "orphan-recognition"])
def test_every_code_at_a_glance_has_a_label(key: str) -> None:
    version = version_of(key)
    coded = {
        source: version.fact_types[source].values
        for source in version.settings.glance.values()
        if source in version.fact_types and version.fact_types[source].kind == "code"
    }
    assert coded
    for source, codes in coded.items():
        assert all(label_of(version, source, code) for code in codes), source


def test_a_field_is_labelled_by_its_own_form() -> None:
    version = version_of("adoption")
    assert label_of(version, "application.child_sex", "2") == "女"
    assert label_of(version, "facts.child_source", "step") == "继子女"
    assert label_of(version, "assessment_grade", "excellent") == "优秀"
    assert label_of(version, "application.adopter_name", "黄振宁") == ""
