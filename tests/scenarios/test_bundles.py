"""Every bundle in the folders can be published as it stands, and its letters merge what they say."""

import pytest

from app.documents.letters import parse_letter
from tests.scenarios.story import ROOT, version_of

KEYS = sorted(path.parent.name for path in (ROOT / "workflows").glob("*/process.bpmn"))


@pytest.mark.parametrize("key", KEYS)
def test_the_linter_finds_nothing(key):
    assert version_of(key).warnings == ()


@pytest.mark.parametrize("key", KEYS)
def test_every_user_task_has_its_form_and_its_role(key):
    version = version_of(key)
    tasks = [node for node in version.definition.nodes.values() if node.kind == "userTask"]
    for node in tasks:
        assert (node.process, node.properties["form"]) in version.forms, node.name
        assert version.role_of(node.process, node.lane), f"{node.name} in {node.lane}"


@pytest.mark.parametrize("key", KEYS)
def test_letters_use_exactly_the_fields_they_are_given(key):
    version = version_of(key)
    for name, use in version.settings.letters.items():
        text = version.bundle.of(key)[f"letters/{use.file}"].encode()
        assert parse_letter(text, use.fields).fields == set(use.fields), name


@pytest.mark.parametrize("key", KEYS)
def test_letters_against_a_party_name_the_remedies(key):
    for name, use in version_of(key).settings.letters.items():
        if name in {"refusal", "termination", "jurisdiction"}:
            assert {"authority", "review_body", "review_days", "court", "court_months", "reason"} <= set(use.fields)


@pytest.mark.parametrize("key", KEYS)
def test_every_remote_call_has_a_basis_and_a_way_round_by_hand(key):
    version = version_of(key)
    calls = {n.properties["call"] for n in version.definition.nodes.values() if "call" in n.properties}
    for operation in (call for call in calls if call.startswith("remote:")):
        use = version.call_use(operation)
        use = use[1] if isinstance(use, tuple) else use
        assert use is not None and use.basis and use.manual, operation
