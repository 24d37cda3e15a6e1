"""Sealed texts open in their own place, under their own key, and nowhere else."""

import pytest

from app.vault import DataKey, SealBroken, Vault, bind
from app.vault.sealing import NONCE_BYTES, OVERHEAD

PLACE = bind("submission.answers", "17", "k")


@pytest.fixture
def vault() -> Vault:
    return Vault("a vault key of this test, long enough", "an index key of this test, long enough")


@pytest.fixture
def data_key(vault: Vault) -> DataKey:
    return vault.new_data_key("case", "child")[0]


def test_what_was_sealed_opens(vault: Vault, data_key: DataKey) -> None:
    for plain in (b"", b"450123202301010011", bytes(100_000)):
        sealed = vault.seal(data_key, plain, PLACE)
        assert len(sealed) == len(plain) + OVERHEAD
        assert vault.open(data_key, sealed, PLACE) == plain


def test_the_same_text_never_looks_the_same(vault: Vault, data_key: DataKey) -> None:
    assert len({vault.seal(data_key, b"same", PLACE) for _ in range(100)}) == 100


def test_each_nonce_is_ninety_six_random_bits(vault: Vault, data_key: DataKey) -> None:
    """The byte of the format, then the nonce: none twice, and no bit of it ever the same."""
    nonces = [vault.seal(data_key, b"same", PLACE)[1 : 1 + NONCE_BYTES] for _ in range(2000)]
    assert NONCE_BYTES * 8 == 96 and len(set(nonces)) == len(nonces)
    numbers = [int.from_bytes(nonce, "big") for nonce in nonces]
    assert all(0 < sum(number >> bit & 1 for number in numbers) < len(numbers) for bit in range(96))


def test_any_flipped_bit_is_refused(vault: Vault, data_key: DataKey) -> None:
    sealed = vault.seal(data_key, b"answer", PLACE)
    for bit in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBroken):
            vault.open(data_key, bytes(altered), PLACE)


def test_any_cut_is_refused(vault: Vault, data_key: DataKey) -> None:
    sealed = vault.seal(data_key, b"answer", PLACE)
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            vault.open(data_key, sealed[:length], PLACE)


def test_another_row_column_or_key_is_refused(vault: Vault, data_key: DataKey) -> None:
    sealed = vault.seal(data_key, b"answer", PLACE)
    for place in (bind("submission.answers", "18", "k"), bind("child.name", "17", "k"), b""):
        with pytest.raises(SealBroken):
            vault.open(data_key, sealed, place)
    with pytest.raises(SealBroken):
        vault.open(vault.new_data_key("case", "child")[0], sealed, PLACE)


def test_no_two_places_are_written_alike() -> None:
    places = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc"), ("a", "b", "c")]
    assert len({bind(*parts) for parts in places}) == len(places)
