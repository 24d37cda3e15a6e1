"""Keys that sign checkpoints, and the root key that says which of them count (proof §2.5).

Here Ed25519 (RFC 8032) in software. A device (密码机, GM/T 0028) that signs with SM2 takes the same place beside it:
whoever keeps `Signer` may stand in the list of signers; a checkpoint carries one signature of each.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.history.canonical import CanonRefused, Json, canon, parse

ED25519 = "ed25519"
CHECKPOINT_CONTEXT = b"banyan/checkpoint/1\n"
KEY_CONTEXT = b"banyan/key/1\n"
SEED = re.compile(r"[0-9a-f]{64}")


class KeyRefused(ValueError):
    """A key or a line of the manifest that cannot be used; the message says why, in Chinese."""


class Signer(Protocol):
    """What a checkpoint asks of a holder of a signing key; the key itself never comes out."""

    @property
    def alg(self) -> str: ...

    @property
    def public(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...


class SoftwareSigner:
    """An Ed25519 key held in memory, from 32 bytes of seed."""

    alg = ED25519

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def new_seed() -> bytes:
    return os.urandom(32)


def signer_from(text: str) -> SoftwareSigner:
    """The key of a key file: 64 hexadecimal digits. Raises KeyRefused."""
    if not SEED.fullmatch(text.strip()):
        raise KeyRefused("密钥应为 64 位十六进制数字（由 flask history keys new 生成）")
    return SoftwareSigner(bytes.fromhex(text.strip()))


def key_id(public: bytes) -> str:
    """First 16 hex digits of SHA-256 of the public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def fingerprint(public: bytes) -> str:
    """What people compare: SHA-256 of the root's public key, 64 hex digits."""
    return hashlib.sha256(public).hexdigest()


def verified(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is of this key over this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class KeyLine:
    """One line of the manifest: the key signs checkpoints of sizes from `first` up to and with `last`; None: no end."""

    public: bytes
    first: int
    last: int | None

    @property
    def body(self) -> bytes:
        return canon({"kid": key_id(self.public), "pub": self.public.hex(), "from": self.first, "to": self.last})

    def covers(self, size: int) -> bool:
        return self.first <= size and (self.last is None or size <= self.last)


@dataclass(frozen=True)
class SignedLine:
    """A line with the root's public key and signature."""

    line: KeyLine
    root: bytes
    signature: bytes

    @property
    def holds(self) -> bool:
        return verified(self.root, self.signature, KEY_CONTEXT + self.line.body)

    def as_file(self) -> bytes:
        """What is carried from the offline machine."""
        return canon({"key": self.line.body.decode(), "root": self.root.hex(), "sig": self.signature.hex()})


def sign_line(root: Signer, line: KeyLine) -> SignedLine:
    return SignedLine(line, root.public, root.sign(KEY_CONTEXT + line.body))


def line_from(body: bytes) -> KeyLine:
    """Raises KeyRefused."""
    try:
        said = parse(body)
        line = KeyLine(bytes.fromhex(said["pub"]), said["from"], said["to"])
        good = line.body == body and type(line.first) is int and line.first >= 0 and len(line.public) == 32
        good = good and (line.last is None or (type(line.last) is int and line.last >= 0))
    except (CanonRefused, KeyError, TypeError, ValueError) as problem:
        raise KeyRefused("密钥清单这一行不是约定的写法") from problem
    if not good:
        raise KeyRefused("密钥清单这一行不是约定的写法")
    return line


def signed_line_from(content: bytes) -> SignedLine:
    """A line as `as_file` wrote it, its signature checked. Raises KeyRefused."""
    try:
        said = parse(content.strip())
        signed = SignedLine(line_from(said["key"].encode()), bytes.fromhex(said["root"]), bytes.fromhex(said["sig"]))
    except (CanonRefused, KeyError, TypeError, AttributeError, ValueError) as problem:
        raise KeyRefused("这个文件不是由 flask history keys sign 写出的密钥清单") from problem
    if not signed.holds:
        raise KeyRefused("密钥清单上根密钥的签名不对，没有录入")
    return signed


def signatures(signers: "tuple[Signer, ...]", body: bytes) -> list[dict[str, Json]]:
    """One signature of each signer over a checkpoint."""
    message = CHECKPOINT_CONTEXT + body
    return [{"kid": key_id(one.public), "alg": one.alg, "sig": one.sign(message).hex()} for one in signers]
