"""Drawing a stratified sample that anybody can draw again from the seed and the list of cases. Pure.

The order within a stratum is that of SM3 over canon([seed, case]), so it depends on nothing but the two: no generator
of a language or a version of it. The seed is made by the machine at the moment of drawing and stands on the chain, so
nobody tries seeds until a case is missed.
"""

from collections.abc import Mapping, Sequence

from app.history.canonical import canon
from app.history.digests import SM3, digest


def draw(seed: str, strata: Mapping[str, Sequence[str]], size: int) -> dict[str, list[str]]:
    """Cases by stratum, in the order in which they were drawn.

    Args:
        strata: ids of cases by stratum, in any order.
        size: how many in all; fewer where there are no more.
    """
    shares = allot({name: len(cases) for name, cases in strata.items()}, size)
    return {name: sorted(strata[name], key=lambda case: rank(seed, case))[:share] for name, share in shares.items()}


def rank(seed: str, case: str) -> bytes:
    return digest(SM3, canon([seed, case]))


def allot(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of each stratum: one of each first (the largest first, where there are fewer places than strata), the
    rest by its share, largest remainder first, names deciding between equals."""
    size, whole = min(size, sum(sizes.values())), sum(sizes.values())
    named = sorted((name for name in sizes if sizes[name]), key=lambda name: (-sizes[name], name))
    shares = {name: 1 for name in named[:size]}
    wanted = {name: size * sizes[name] / whole for name in shares}
    while sum(shares.values()) < size:
        short = [name for name in shares if shares[name] < sizes[name]]
        shares[min(short, key=lambda name: (shares[name] - wanted[name], name))] += 1
    return shares


def digest_of(cases: Sequence[str]) -> str:
    """SM3 over canon of the sorted ids, hexadecimal: which list the sample was drawn from."""
    return digest(SM3, canon(sorted(cases))).hex()
