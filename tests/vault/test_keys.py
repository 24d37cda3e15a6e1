"""Data keys are wrapped for one case and subject; index values come from a key of their own."""

from dataclasses import replace

import pytest

from app.vault import SealBroken, SoftwareDevice, Vault
from tests.history.second_reading import hkdf_sm3, hmac_sm3

VAULT_KEY = "a vault key of this test, long enough"
INDEX_KEY = "an index key of this test, long enough"
ID_NUMBER = "450123202301010011"


@pytest.fixture
def vault() -> Vault:
    return Vault(VAULT_KEY, INDEX_KEY)


def test_a_data_key_comes_back_from_its_wrapping(vault: Vault) -> None:
    made, stored = vault.new_data_key("case", "child")
    assert vault.open_data_key("case", "child", stored) == made
    assert Vault(VAULT_KEY, INDEX_KEY).open_data_key("case", "child", stored) == made
    assert made.key not in stored.wrapped and len(stored.wrapped) == 45


def test_a_wrapped_key_does_not_open_for_another_case_or_subject(vault: Vault) -> None:
    _, stored = vault.new_data_key("case", "child")
    for case, subject in (("other", "child"), ("case", "guardian"), ("casechild", "")):
        with pytest.raises(SealBroken):
            vault.open_data_key(case, subject, stored)
    for altered in (replace(stored, id="00" * 8), replace(stored, kek_id="00" * 4)):
        with pytest.raises(SealBroken):
            vault.open_data_key("case", "child", altered)


def test_a_data_key_does_not_print_itself(vault: Vault) -> None:
    made, _ = vault.new_data_key("case", "child")
    assert made.key.hex() not in repr(made) and str(made.key) not in repr(made)


def test_the_vault_key_is_rotated_without_sealing_anything_again(vault: Vault) -> None:
    made, stored = vault.new_data_key("case", "child")
    sealed = vault.seal(made, b"answer", b"place")
    both = Vault("the vault key of the next year, long enough", INDEX_KEY, retired=[VAULT_KEY])
    moved = both.rewrap("case", "child", stored)
    assert moved.kek_id != stored.kek_id
    alone = Vault("the vault key of the next year, long enough", INDEX_KEY)
    assert alone.open(alone.open_data_key("case", "child", moved), sealed, b"place") == b"answer"
    with pytest.raises(SealBroken):
        alone.open_data_key("case", "child", stored)


def test_an_index_value_is_what_the_second_reading_computes(vault: Vault) -> None:
    column_key = hkdf_sm3(INDEX_KEY.encode(), b"banyan/vault/1", b"index/child.id_number", 32)
    expected = hmac_sm3(column_key, ID_NUMBER.encode()).hex()
    assert vault.blind_index("child.id_number", ID_NUMBER) == expected
    assert expected == "9eed2b5c6010284f9e0f668349ad291e5429306fac32a33a98a56270285edc4c"


def test_index_values_differ_by_column_and_by_index_key_and_not_by_vault_key(vault: Vault) -> None:
    here = vault.blind_index("child.id_number", ID_NUMBER)
    assert vault.blind_index("guardian.id_number", ID_NUMBER) != here
    assert Vault(VAULT_KEY, INDEX_KEY + "!").blind_index("child.id_number", ID_NUMBER) != here
    assert Vault(VAULT_KEY + "!", INDEX_KEY).blind_index("child.id_number", ID_NUMBER) == here


def test_empty_or_equal_keys_are_not_taken() -> None:
    for vault_key, index_key in (("", INDEX_KEY), (VAULT_KEY, ""), (VAULT_KEY, VAULT_KEY)):
        with pytest.raises(ValueError, match="key"):
            Vault(vault_key, index_key)


class Cabinet:
    """A device that keeps its keys to itself, as a certified one would."""

    def __init__(self) -> None:
        self.wrapped = 0
        self._inside = SoftwareDevice("kept in the cabinet", "kept there as well")

    @property
    def kek_id(self) -> str:
        return self._inside.kek_id

    def wrap(self, key: bytes, aad: bytes) -> bytes:
        self.wrapped += 1
        return self._inside.wrap(key, aad)

    def unwrap(self, kek_id: str, wrapped: bytes, aad: bytes) -> bytes:
        return self._inside.unwrap(kek_id, wrapped, aad)

    def index(self, column: str, value: str) -> bytes:
        return self._inside.index(column, value)


def test_a_device_takes_the_place_of_the_settings_keys(vault: Vault) -> None:
    cabinet = Cabinet()
    with_device = Vault("", "", device=cabinet)
    made, stored = with_device.new_data_key("case", "child")
    assert cabinet.wrapped == 1
    assert with_device.open_data_key("case", "child", stored) == made
    assert with_device.blind_index("child.id_number", ID_NUMBER) != vault.blind_index("child.id_number", ID_NUMBER)
    with pytest.raises(SealBroken):
        vault.open_data_key("case", "child", stored)
