"""The tree of RFC 9162 §2.1 over leaf hashes: root, proof of inclusion, proof of consistency. Pure.

A tree is asked for its whole subtrees only: `node(level, index)` is the root over the leaves
[index·2^level, (index+1)·2^level), so that a stored tree of millions answers with a few dozen look-ups.
"""

from collections.abc import Callable, Sequence

from app.history.digests import SM3, digest

Node = Callable[[int, int], bytes]


def joined(left: bytes, right: bytes, alg: str = SM3) -> bytes:
    """H(0x01 ‖ left ‖ right)."""
    return digest(alg, b"\x01" + left + right)


def nodes_of(leaves: Sequence[bytes], alg: str = SM3) -> Node:
    """The whole subtrees of a tree held in memory, reckoned once."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([joined(below[at], below[at + 1], alg) for at in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def root(node: Node, size: int, alg: str = SM3) -> bytes:
    """MTH over the first `size` leaves (§2.1.1); of none, the hash of nothing."""
    return _over(node, 0, size, alg) if size else digest(alg, b"")


def inclusion(node: Node, index: int, size: int, alg: str = SM3) -> list[bytes]:
    """PATH(index, D_size), nearest first (§2.1.3.1). Raises ValueError: no such leaf."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    path, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_over(node, middle, high, alg))
            high = middle
        else:
            path.append(_over(node, low, middle, alg))
            low = middle
    return path[::-1]


def consistency(node: Node, old: int, size: int, alg: str = SM3) -> list[bytes]:
    """PROOF(old, D_size) (§2.1.4.1). Raises ValueError: `old` is no earlier, non-empty size."""
    if not 0 < old <= size:
        raise ValueError("no earlier size")
    path, low, high, whole = [], 0, size, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_over(node, middle, high, alg))
            high = middle
        else:
            path.append(_over(node, low, middle, alg))
            low, whole = middle, False
    return ([] if whole else [_over(node, low, high, alg)]) + path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], alg: str = SM3) -> bytes | None:
    """The root that a proof of inclusion leads to (§2.1.3.2); None when the proof is of another shape."""
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if at % 2 or at == last:
            found = joined(step, found, alg)
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            found = joined(found, step, alg)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def roots_from_consistency(
    old: int, old_root: bytes, size: int, path: Sequence[bytes], alg: str = SM3
) -> tuple[bytes, bytes] | None:
    """Both roots that a proof of consistency leads to (§2.1.4.2); None when the proof is of another shape."""
    if not 0 < old <= size:
        return None
    if old == size:
        return None if path else (old_root, old_root)
    steps = [old_root, *path] if old & old - 1 == 0 else list(path)
    if not steps:
        return None
    at, last = old - 1, size - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if at % 2 or at == last:
            before, after = joined(step, before, alg), joined(step, after, alg)
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            after = joined(after, step, alg)
        at, last = at >> 1, last >> 1
    return (before, after) if last == 0 else None


def _split(count: int) -> int:
    """The largest power of two below `count`, which is at least 2."""
    return 1 << (count - 1).bit_length() - 1


def _over(node: Node, low: int, high: int, alg: str) -> bytes:
    """The root over leaves [low, high), which begin where a subtree of their size may begin."""
    count = high - low
    if count & count - 1 == 0:
        level = count.bit_length() - 1
        return node(level, low >> level)
    middle = low + _split(count)
    return joined(_over(node, low, middle, alg), _over(node, middle, high, alg), alg)
