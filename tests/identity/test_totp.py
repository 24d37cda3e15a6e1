"""The codes of an authenticator are those of the standard, for this step and its neighbours and no other."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from app.identity.totp import STEP, code_at, enrolment_uri, matching_step, new_seed, step_at, written_seed

SEED = b"12345678901234567890"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "eight_digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(second: int, eight_digits: str) -> None:
    """Appendix B, SHA-1. Six digits are the last six of its eight (RFC 4226 5.3)."""
    assert code_at(SEED, step_at(datetime.fromtimestamp(second, UTC))) == eight_digits[-6:]


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_one_step_off(steps: int, taken: bool) -> None:
    code = code_at(SEED, step_at(NOW) + steps)
    assert matching_step(SEED, code, NOW) == (step_at(NOW) + steps if taken else None)


@pytest.mark.parametrize("odd", ["", "12345", "1234567", "١٢٣٤٥٦", "\ud800", "000000\0"])
def test_odd_characters_are_a_wrong_code_and_no_error(odd: str) -> None:
    assert matching_step(SEED, odd, NOW) is None


def test_a_step_ends_after_thirty_seconds() -> None:
    whole = datetime(2026, 3, 2, 1, 0, 0, tzinfo=UTC)
    assert step_at(whole + timedelta(seconds=29)) == step_at(whole) == step_at(whole + timedelta(seconds=STEP)) - 1


def test_the_address_in_the_qr_code_says_all_an_app_needs() -> None:
    address = urlsplit(enrolment_uri(SEED, "榕荫", "wei.ym"))
    assert (address.scheme, address.netloc, unquote(address.path)) == ("otpauth", "totp", "/榕荫:wei.ym")
    assert parse_qs(address.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"], "issuer": ["榕荫"], "algorithm": ["SHA1"], "digits": ["6"], "period": ["30"],
    }  # fmt: skip


def test_seeds_are_160_random_bits() -> None:
    assert len({new_seed() for _ in range(20)}) == 20
    assert {len(new_seed()) for _ in range(5)} == {20} and len(written_seed(SEED)) == 32
