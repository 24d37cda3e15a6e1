"""Where a department is reached: from the settings only, pinned, resolved before connecting (abuse case 8)."""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from app.connectors.trouble import NotReached, Rejected

Network = IPv4Network | IPv6Network
PORTS = {"https": 443, "http": 80}


class AddressRefused(ValueError):
    """A setting is not fit to be connected to; the message names it."""


@dataclass(frozen=True)
class Address:
    """`listed`: networks of our own house that may be connected to although they are not public."""

    scheme: str
    host: str
    port: int
    base: str
    token: str
    listed: tuple[Network, ...] = ()


def read_address(environ: Mapping[str, str], department: str) -> Address | None:
    """From CONNECTOR_<DEPARTMENT>_URL and _TOKEN and CONNECTOR_PRIVATE_NETWORKS; None when no address is set.

    Raises:
        AddressRefused: not https, with a user, query or fragment; plain http is for listed networks only.
    """
    prefix = f"CONNECTOR_{department.upper()}"
    url = environ.get(f"{prefix}_URL", "")
    if not url:
        return None
    parts = urlsplit(url)
    listed = tuple(ip_network(one) for one in environ.get("CONNECTOR_PRIVATE_NETWORKS", "").split(",") if one)
    plain = parts.scheme not in PORTS or not parts.hostname or (parts.scheme == "http" and not listed)
    if plain or parts.username or parts.query or parts.fragment:
        raise AddressRefused(f"{prefix}_URL 应为 https://主机[:端口]/路径；明文 http 只能用于已列明的内部网段")
    return Address(
        parts.scheme,
        parts.hostname or "",
        parts.port or PORTS[parts.scheme],
        parts.path.rstrip("/"),
        environ.get(f"{prefix}_TOKEN", ""),
        listed,
    )


def resolve(address: Address) -> str:
    """The numeric address to connect to: that one and no other, so that a name cannot point elsewhere afterwards.

    Raises:
        NotReached: the name is not known at the moment.
        Rejected: one of its addresses is not public and not listed.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError as problem:
        raise NotReached("call_not_reached") from problem
    numeric = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not numeric or not all(_fit(one, address) for one in numeric):
        raise Rejected("call_address_refused")
    return str(numeric[0])


def _fit(one: IPv4Address | IPv6Address, address: Address) -> bool:
    one = getattr(one, "ipv4_mapped", None) or one
    listed = _within(one, address.listed)
    return listed or (address.scheme == "https" and one.is_global and not one.is_multicast)


def _within(one: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(one.version == network.version and one in network for network in networks)
