"""Random secrets of sessions and tokens: 256 bits, of which only a digest is kept."""

from hashlib import sha256
from secrets import token_urlsafe


def new_secret() -> str:
    return token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hex. A fast hash is enough: the secret is random, not chosen by a person."""
    return sha256(secret.encode(errors="replace")).hexdigest()
