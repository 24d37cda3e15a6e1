"""Codes of the flagships as people read them: by the label under which they are chosen."""

import pytest

from app.instances.words import in_words, label_of, official_day
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


def test_a_letter_writes_labels_days_and_nothing() -> None:
    version = version_of("adoption")

    def written(source: str, value: object) -> str:
        return in_words(version, source, value, day=official_day)

    assert written("application.child_sex", "2") == "女"
    assert written("facts.child_source", "step") == "继子女"
    assert written("application.child_dob", "2024-01-05") == "2024年1月5日"
    assert written("application.new_name", None) == "无"
    assert written("application.adopter_name", "黄振宁") == "黄振宁"
