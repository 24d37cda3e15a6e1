"""A device that signs with SM2 takes its place beside the Ed25519 key: its signature is carried, and told as unchecked."""

import hashlib
import hmac
from typing import Any

import pytest
from sqlalchemy.orm import Session

import banyan_verify
from app.history.checkpoint import make_checkpoint
from app.history.keys import check_signers
from app.history.signing import Signer, key_id
from app.history.verify_log import verify_log
from app.vault import Vault
from tests.history.chains import CASE, LOG, NINE, write_chain
from tests.history.notary import SIGNER, TRUST, enter, sealed
from tests.history.parcels import parcel, story


class Device:
    """Stands for a 密码机 (GM/T 0028): 65 bytes of an uncompressed point, 64 bytes of signature, the key inside."""

    alg = "sm2"
    public = b"\x04" + bytes(range(64))

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def sign(self, message: bytes) -> bytes:
        self.asked.append(message)
        return hmac.digest(b"inside the device", message, hashlib.sha512)


def test_a_checkpoint_carries_both_signatures_and_holds(session: Session, vault: Vault) -> None:
    device: Signer = Device()
    enter(session, vault)
    write_chain(session, vault)
    sealed(session)
    check_signers(session, (SIGNER, device), 2)
    made = make_checkpoint(session, (SIGNER, device), log=LOG, now=NINE, complete=True)
    assert made is not None and [one["alg"] for one in made.signatures] == ["ed25519", "sm2"]
    assert made.signatures[1]["kid"] == key_id(Device.public)
    assert device.asked == [b"banyan/checkpoint/1\n" + made.body]  # type: ignore[attr-defined]
    assert verify_log(session, log=LOG, trust=TRUST).broken == ()


def test_a_device_alone_proves_nothing_to_who_cannot_check_it(session: Session, vault: Vault) -> None:
    enter(session, vault)
    write_chain(session, vault)
    sealed(session)
    make_checkpoint(session, (Device(),), log=LOG, now=NINE, complete=True)
    assert any("签名不对" in one for one in verify_log(session, log=LOG).broken)


def test_the_stranger_is_told_that_it_was_not_checked(
    session: Session, vault: Vault, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    story(session, vault)
    both = make_checkpoint(session, (SIGNER, Device()), log=LOG, now=NINE.replace(hour=9), complete=True)
    assert both is not None
    (tmp_path / "bundle.json").write_bytes(parcel(session, vault, both))
    assert banyan_verify.main([str(tmp_path / "bundle.json"), "--trust", TRUST]) == 4
    said = capsys.readouterr().out
    assert CASE in said and "检查点另有 1 个其他算法的签名，本程序未核验" in said and "成立：" in said
