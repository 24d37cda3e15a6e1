"""Try SM3 and SM4 on published examples before the program starts: a library may be built without them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")


class PrimitivesRefused(Exception):
    """A national algorithm is missing or computes wrongly; the message says what to do."""


@dataclass(frozen=True)
class Example:
    """A published example: `compute` must give `expected` (hex)."""

    algorithm: str
    compute: Callable[[], bytes]
    expected: str


def _sm3() -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    return digest.finalize()


def _sm4_gcm() -> bytes:
    gcm = Cipher(algorithms.SM4(KEY), modes.GCM(bytes.fromhex("00001234567800000000abcd"))).encryptor()
    gcm.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    plain = b"".join(bytes([b]) * 8 for b in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    return gcm.update(plain) + gcm.finalize() + gcm.tag


EXAMPLES = (
    # GB/T 32905-2016 A.1
    Example("SM3", _sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    # RFC 8998 A.1
    Example(
        "SM4-GCM",
        _sm4_gcm,
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec",
    ),
)


def check_primitives(examples: Sequence[Example] = EXAMPLES) -> None:
    """Compute the examples.

    Raises:
        PrimitivesRefused: one is missing or wrong; the program must not start.
    """
    for example in examples:
        try:
            right = example.compute().hex() == example.expected
        except Exception as problem:
            raise PrimitivesRefused(_sentence(example.algorithm, "不可用")) from problem
        if not right:
            raise PrimitivesRefused(_sentence(example.algorithm, "计算结果与国家标准的示例不一致"))


def _sentence(algorithm: str, what: str) -> str:
    return (
        f"国密算法 {algorithm} {what}，系统不能启动。"
        "请重新安装 requirements.txt 所列的 cryptography 软件包，并确认操作系统没有以 fips=yes 限制 OpenSSL。"
    )
