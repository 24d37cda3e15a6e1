"""Password rules and hashes (argon2id). Source: GB/T 22239-2019 8.1.4.1 a: complexity, and change at intervals."""

from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from app.errors import Refusal

SHORTEST, LONGEST = 10, 128
"""Characters."""
KINDS = 3
"""Of small letters, capital letters, digits and others."""
MAX_AGE = timedelta(days=90)
REMEMBERED = 5
"""Past passwords that may not be used again."""

HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
"""64 MiB, three passes, four lanes (RFC 9106 §4, second recommended option)."""


def hash_password(password: str) -> str:
    return HASHER.hash(_bytes(password))


def matches(password_hash: str, password: str) -> bool:
    """Whether the password is the one hashed; takes the time of one argon2 run either way."""
    try:
        return bool(HASHER.verify(password_hash, _bytes(password)))
    except (VerificationError, InvalidHashError):
        return False


@cache
def absent_hash() -> str:
    """Checked against when the account does not exist, so that the answer takes as long (abuse case 29)."""
    return HASHER.hash("no account has this password")


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return bool(HASHER.check_needs_rehash(password_hash))


def expired(set_at: datetime, now: datetime) -> bool:
    return now - set_at > MAX_AGE


def check_password(password: str, login: str, name: str) -> None:
    """The rules for a new password.

    Raises:
        Refusal: `password_too_short`, `password_too_long`, `password_too_simple`, `password_tells_name`.
    """
    if len(password) < SHORTEST:
        raise Refusal("password_too_short", params={"shortest": SHORTEST})
    if len(password) > LONGEST:
        raise Refusal("password_too_long", params={"longest": LONGEST})
    if _kinds(password) < KINDS or len(set(password)) < 6:
        raise Refusal("password_too_simple", params={"kinds": KINDS})
    if login.casefold() in password.casefold() or (name and name in password):
        raise Refusal("password_tells_name")


def _bytes(password: str) -> bytes:
    """Half a surrogate pair, as JSON may carry it, is a wrong password and no error."""
    return password.encode(errors="surrogatepass")


def _kinds(password: str) -> int:
    tests = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    return sum(any(test(character) for character in password) for test in tests)
