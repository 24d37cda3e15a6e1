"""The tree of RFC 9162, against the definition written out, for every small size."""

import pytest

from app.history.commitments import tree_root
from app.history.digests import SM3, digest
from app.history.tree import consistency, inclusion, nodes_of, root, root_from_inclusion, roots_from_consistency

LEAVES = [digest(SM3, bytes([number])) for number in range(20)]
SIZES = range(1, len(LEAVES) + 1)


def test_the_root_is_that_of_the_definition() -> None:
    for size in range(len(LEAVES) + 1):
        assert root(nodes_of(LEAVES), size) == tree_root(LEAVES[:size])


def test_every_proof_of_inclusion_leads_to_the_root_and_no_other_leaf_does() -> None:
    node = nodes_of(LEAVES)
    for size in SIZES:
        for index in range(size):
            path, top = inclusion(node, index, size), tree_root(LEAVES[:size])
            assert root_from_inclusion(LEAVES[index], index, size, path) == top
            for other in range(size):
                if other != index:
                    assert root_from_inclusion(LEAVES[index], other, size, path) != top
            assert root_from_inclusion(LEAVES[index], index, size, [*path, top]) != top
            assert not path or root_from_inclusion(LEAVES[index], index, size, path[:-1]) != top


def test_every_proof_of_consistency_leads_to_both_roots() -> None:
    node = nodes_of(LEAVES)
    for size in SIZES:
        for old in range(1, size + 1):
            path, before, after = consistency(node, old, size), tree_root(LEAVES[:old]), tree_root(LEAVES[:size])
            assert roots_from_consistency(old, before, size, path) == (before, after)
            if path:
                assert roots_from_consistency(old, before, size, path[:-1]) != (before, after)
                assert roots_from_consistency(old, before, size, [path[0][::-1], *path[1:]]) != (before, after)


def test_a_log_that_was_rewritten_has_no_proof() -> None:
    changed = [digest(SM3, b"x"), *LEAVES[1:]]
    path, before = consistency(nodes_of(changed), 7, 20), tree_root(LEAVES[:7])
    assert roots_from_consistency(7, before, 20, path) != (before, tree_root(changed))


def test_what_cannot_be_proved_is_refused() -> None:
    node = nodes_of(LEAVES)
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError, match="leaf"):
            inclusion(node, index, size)
        assert root_from_inclusion(LEAVES[0], index, size, []) is None
    for old, size in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="size"):
            consistency(node, old, size)
        assert roots_from_consistency(old, LEAVES[0], size, [LEAVES[0]]) is None
