"""Six-digit codes of an authenticator: TOTP (RFC 6238) over HOTP (RFC 4226), SHA-1, thirty seconds, as common apps take it.

Pure: the seed and the instant are arguments. Writing it anew is shorter than a dependency, and RFC 6238 B tests it.
"""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

STEP = 30
"""Seconds for which one code is shown."""
DIGITS = 6
DRIFT = 1
"""Steps by which the clock of a phone may be behind or ahead (RFC 6238 5.2)."""
SEED_BYTES = 20
"""160 bits (RFC 4226 4, R6)."""


def new_seed() -> bytes:
    return secrets.token_bytes(SEED_BYTES)


def step_at(now: datetime) -> int:
    """Steps since 1970 (RFC 6238 4.2)."""
    return int(now.timestamp()) // STEP


def code_at(seed: bytes, step: int) -> str:
    """The code of one step (RFC 4226 5.3)."""
    mac = hmac.digest(seed, step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(seed: bytes, code: str, now: datetime) -> int | None:
    """The newest step within `DRIFT` whose code this is. Every step is compared, whichever matches, each in equal time."""
    here = step_at(now)
    near = range(here - DRIFT, here + DRIFT + 1)
    given = code.encode(errors="replace")
    return max((step for step in near if hmac.compare_digest(code_at(seed, step).encode(), given)), default=None)


def written_seed(seed: bytes) -> str:
    """Base32 (RFC 4648 6) without padding, as apps take it; twenty bytes are 32 letters."""
    return base64.b32encode(seed).decode().rstrip("=")


def enrolment_uri(seed: bytes, issuer: str, account: str) -> str:
    """What the QR code says: the `otpauth://totp/` address that authenticator apps read."""
    told = {"secret": written_seed(seed), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(told, quote_via=quote)}"
