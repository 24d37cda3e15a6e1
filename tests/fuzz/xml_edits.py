"""Edits of an XML file as a tree: elements and attributes left out, doubled, swapped, moved, renamed, put together
from two files, and odd values."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from tests.fuzz.odd import SMALL

Edit = tuple[str, int, int, str]
"""What is done, two places among the elements, and an odd text."""
MOST = 4000
"""Elements of a tree that is edited further."""


class Tree:
    """A file that is edited, and the words of all seeds."""

    def __init__(self, root: Any, words: "Words", other: Any) -> None:
        self.root, self.words, self.other = root, words, other

    def pick(self, place: int, root: Any = None) -> Any:
        """An element below the root; the root where it has none."""
        found = [each for each in (self.root if root is None else root).iter() if isinstance(each.tag, str)]
        return found[1 + place % (len(found) - 1)] if len(found) > 1 else found[0]


class Words:
    """Names of elements and attributes, and values of attributes, that the seeds use."""

    def __init__(self, seeds: Sequence[bytes]) -> None:
        elements = [each for seed in seeds for each in _parsed(seed).iter() if isinstance(each.tag, str)]
        self.tags = sorted({each.tag for each in elements})
        self.names = sorted({name for each in elements for name in each.attrib})
        self.values = sorted({value for each in elements for value in each.attrib.values()})


@lru_cache(maxsize=256)
def _kept(seed: bytes) -> Any:
    return etree.fromstring(seed, etree.XMLParser(remove_comments=True, remove_pis=True))


def _parsed(seed: bytes) -> Any:
    return deepcopy(_kept(seed))


def _drop(tree: Tree, a: int, b: int, odd: str) -> None:
    element = tree.pick(a)
    if element.getparent() is not None:
        element.getparent().remove(element)


def _double(tree: Tree, a: int, b: int, odd: str) -> None:
    element = tree.pick(a)
    if element.getparent() is not None:
        element.addnext(deepcopy(element))


def _many(tree: Tree, a: int, b: int, odd: str) -> None:
    element = tree.pick(a)
    if element.getparent() is not None and len(element) < 20:
        for _ in range(b % 60):
            element.addnext(deepcopy(element))


def _swap(tree: Tree, a: int, b: int, odd: str) -> None:
    one, two = tree.pick(a), tree.pick(b)
    if one is not two and not _inside(one, two) and not _inside(two, one):
        first, second = deepcopy(one), deepcopy(two)
        one.getparent().replace(one, second)
        two.getparent().replace(two, first)


def _move(tree: Tree, a: int, b: int, odd: str) -> None:
    """Under another element, or under its own copy."""
    element, into = tree.pick(a), tree.pick(b)
    into.append(deepcopy(element))
    if element.getparent() is not None and not _inside(into, element) and element is not into:
        element.getparent().remove(element)


def _nest(tree: Tree, a: int, b: int, odd: str) -> None:
    inner = tree.pick(a)
    for _ in range(b % 80):
        inner = etree.SubElement(inner, inner.tag, inner.attrib)


def _splice(tree: Tree, a: int, b: int, odd: str) -> None:
    """Out of another file."""
    tree.pick(a).append(deepcopy(tree.pick(b, tree.other)))


def _rename(tree: Tree, a: int, b: int, odd: str) -> None:
    tree.pick(a).tag = tree.words.tags[b % len(tree.words.tags)]


def _without(tree: Tree, a: int, b: int, odd: str) -> None:
    element = tree.pick(a)
    if element.attrib:
        del element.attrib[sorted(element.attrib)[b % len(element.attrib)]]


def _with(tree: Tree, a: int, b: int, odd: str) -> None:
    """An attribute that others have, with a value that others have."""
    words = tree.words
    tree.pick(a).set(words.names[b % len(words.names)], words.values[(a * 31 + b) % len(words.values)])


def _pointing(tree: Tree, a: int, b: int, odd: str) -> None:
    """An attribute that names something names something else of the same file."""
    element = tree.pick(a)
    known = [each.get("id") for each in tree.root.iter() if isinstance(each.tag, str) and each.get("id")]
    if element.attrib and known:
        element.set(sorted(element.attrib)[b % len(element.attrib)], known[(a + b) % len(known)])


def _odd(tree: Tree, a: int, b: int, odd: str) -> None:
    element = tree.pick(a)
    if element.attrib:
        element.set(sorted(element.attrib)[b % len(element.attrib)], odd)


def _said(tree: Tree, a: int, b: int, odd: str) -> None:
    tree.pick(a).text = odd


def _inside(one: Any, other: Any) -> bool:
    return any(each is other for each in one.iterancestors())


KINDS: dict[str, Callable[[Tree, int, int, str], None]] = {
    "drop": _drop, "double": _double, "many": _many, "swap": _swap, "move": _move, "nest": _nest, "splice": _splice,
    "rename": _rename, "without": _without, "with": _with, "pointing": _pointing, "odd": _odd, "said": _said,
}  # fmt: skip
EDITS = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 2**12), st.integers(0, 2**12), SMALL), max_size=5
)


def edited(seed: bytes, other: bytes, words: Words, edits: list[Edit]) -> bytes:
    """The file with the edits; one that no XML can say (a control character, …) is passed over."""
    tree = Tree(_parsed(seed), words, _kept(other))
    for kind, a, b, odd in edits:
        if sum(1 for _ in tree.root.iter()) > MOST:
            break
        try:
            KINDS[kind](tree, a, b, odd)
        except (ValueError, TypeError):
            continue
    return etree.tostring(tree.root, encoding="utf-8", xml_declaration=True)
