"""The demonstration's root and signing key, made of its vault key: the same at every start, on every node, in no file.

Whoever knows the demonstration's settings knows them, as everybody knows its password. Outside demonstration mode
nothing asks for them.
"""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.history.signing import KeyLine, SignedLine, SoftwareSigner, sign_line


def demo_signer(vault_key: str) -> SoftwareSigner:
    return _derived(vault_key, b"signing")


def demo_line(vault_key: str) -> SignedLine:
    """The manifest's only line: the signing key, from the first size on."""
    return sign_line(_derived(vault_key, b"root"), KeyLine(demo_signer(vault_key).public, 0, None))


def _derived(text: str, purpose: bytes) -> SoftwareSigner:
    return SoftwareSigner(HKDF(hashes.SHA256(), 32, salt=b"banyan/demo/1", info=purpose).derive(text.encode()))
