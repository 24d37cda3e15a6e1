"""A time-stamp authority as one finds them outside: a root, a certificate under it, and answers to requests (RFC 3161)."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ABOUT = datetime(2026, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=3650)
REFUSED = bytes.fromhex("30053003020102")
"""An answer that refuses: its status is 2, and it has no token."""
SHA256: dict[str, Any] = {"algorithm": "sha256"}


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Authority:
    """`purpose`: what its certificate may be used for; `begins`: from when it is valid."""

    title: str = "联合时间戳服务"
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING
    begins: datetime = ABOUT
    lasts: timedelta = YEARS
    root_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self.root = self._certificate(f"{self.title}根证书", self.root_key, authority=True)
        self.certificate = self._certificate(self.title, self.key, authority=False)

    @property
    def roots(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    def answer(self, request: bytes, at: datetime) -> bytes:
        """The answer (DER) that a server would send."""
        asked = tsp.TimeStampReq.load(request)
        info = tsp.TSTInfo({
            "version": "v1", "policy": "1.2.156.3.1", "message_imprint": asked["message_imprint"].native,
            "serial_number": 7, "gen_time": at,
        })  # fmt: skip
        response = {"status": {"status": "granted"}, "time_stamp_token": self._signed(info.dump())}
        return bytes(tsp.TimeStampResp(response).dump())

    def _signed(self, info: bytes) -> dict[str, Any]:
        own = asn1.Certificate.load(self.certificate.public_bytes(Encoding.DER))
        attributes = cms.CMSAttributes([
            cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(info).digest()]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({
                "certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(own.dump()).digest()})],
            })]}),
        ])  # fmt: skip
        signer = cms.SignerInfo({
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": {
                "issuer": own.issuer, "serial_number": own.serial_number}}),
            "digest_algorithm": algos.DigestAlgorithm(SHA256),
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        })  # fmt: skip
        signed = cms.SignedData({
            "version": "v3",
            "digest_algorithms": [SHA256],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
            "certificates": [own],
            "signer_infos": [signer],
        })  # fmt: skip
        return {"content_type": "signed_data", "content": signed}

    def _certificate(self, title: str, key: ec.EllipticCurvePrivateKey, *, authority: bool) -> x509.Certificate:
        issuer = name(f"{self.title}根证书")
        begins = ABOUT if authority else self.begins
        made = (
            x509.CertificateBuilder()
            .subject_name(name(title))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + (YEARS if authority else self.lasts))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root_key.public_key()), critical=False
            )
        )
        if not authority:
            made = made.add_extension(x509.ExtendedKeyUsage([self.purpose]), critical=True)
        return made.sign(self.root_key, hashes.SHA256())
