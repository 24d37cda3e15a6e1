"""An address as lock-out counts it: IPv4 as it is, IPv6 by its /64, because a host may take any address in it."""

from ipaddress import IPv6Address, ip_address, ip_network


def network(address: str) -> str:
    """The network of a textual address; what is no address counts as one network of its own."""
    try:
        parsed = ip_address(address.strip())
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed.packed, 64), strict=False))
