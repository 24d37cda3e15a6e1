"""What a neighbour that means harm, or somebody who alters what is kept of it, cannot bring about: that we stop, that we
sign what we never saw, that the true log is kept out."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.canonical import canon, parse
from app.history.lodged_file import LARGEST, LARGEST_BODY, MOST_LINES, MOST_SIGNATURES, presented
from app.history.log_models import NeighbourCheckpoint
from app.history.neighbours import kept, of_the_same_root
from app.history.signing import KeyLine, SignedLine, SoftwareSigner, sign_line
from app.history.tree import roots_from_consistency
from app.history.witnessed import sizes_witnessed
from app.vault import Vault
from tests.history.houses import WUMING, WUMING_ROOT, WUMING_SIGNER, House, longan, said_anew, without
from tests.history.test_neighbours import refused

NEW_SIGNER = SoftwareSigner(bytes(range(160, 192)))
FAR = "9999-12-31T23:59:59.999999Z"


@pytest.fixture
def here(session: Session, vault: Vault) -> House:
    return longan(session, vault)


@pytest.fixture
def there(next_door: Session, vault: Vault) -> House:
    return House(WUMING, next_door, vault, WUMING_ROOT, WUMING_SIGNER)


def with_(file: bytes, **values: Any) -> bytes:
    return canon(parse(file) | values)


def many_lines(file: bytes) -> bytes:
    return with_(file, keys=parse(file)["keys"] * (MOST_LINES + 1))


def many_signatures(file: bytes) -> bytes:
    return with_(file, signatures=parse(file)["signatures"] * (MOST_SIGNATURES + 1))


def other_signature(file: bytes, **values: Any) -> bytes:
    return with_(file, signatures=[parse(file)["signatures"][0] | values])


def many_neighbours(file: bytes) -> bytes:
    one = {"size": 1, "root": "ab" * 32}
    return said_anew(file, WUMING_SIGNER, witness=[one | {"peer": f"b-{at:05}"} for at in range(LARGEST_BODY // 80)])


MALFORMED: dict[str, Callable[[bytes], bytes]] = {
    "before the first day of the calendar": lambda f: said_anew(f, WUMING_SIGNER, at="0001-01-01T00:00:00.000000+01:00"),
    "a day of a week": lambda f: said_anew(f, WUMING_SIGNER, at="2026-W48-1T00:00:00.000000Z"),
    "no time": lambda f: said_anew(f, WUMING_SIGNER, at="Z"),
    "another version": lambda f: said_anew(f, WUMING_SIGNER, v=2),
    "an algorithm nobody knows": lambda f: said_anew(f, WUMING_SIGNER, alg="md5"),
    "an empty log": lambda f: said_anew(f, WUMING_SIGNER, size=0),
    "a root that is none": lambda f: said_anew(f, WUMING_SIGNER, root="AB" * 32),
    "levels without end": lambda f: b"[" * 100_000,
    "a body of levels without end": lambda f: with_(f, body="[" * 100_000),
    "longer than a file may be": lambda f: f + b" " * LARGEST,
    "the same line over and over": many_lines,
    "the same signature over and over": many_signatures,
    "neighbours without end": many_neighbours,
    "a signature that is none": lambda f: other_signature(f, sig="0"),
    "a signature of a key without a number": lambda f: other_signature(f, kid=1),
    "an algorithm that hides something": lambda f: other_signature(f, alg="sm2\u202e"),
    "a step that is no hash": lambda f: with_(f, earlier=[{"size": 1, "proof": ["ab" * 33]}]),
    "two proofs from one size": lambda f: with_(f, earlier=[{"size": 1, "proof": []}] * 2),
    "a size that is a list": lambda f: with_(f, earlier=[{"size": [1], "proof": []}]),
    "a list": lambda f: b"[]",
    "keys that are none": lambda f: with_(f, keys=[1]),
    "a root key that is a number": lambda f: with_(f, root=7),
    "something more": lambda f: with_(f, more=1),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_a_file_out_of_form_is_one_sentence(here: House, there: House, name: str) -> None:
    bad = MALFORMED[name](there.file())
    assert refused(lambda: here.keep(bad, there))[0] == "neighbour_malformed"


def test_a_proof_of_the_wrong_length_proves_nothing() -> None:
    root, other = b"\x01" * 32, b"\x02" * 32
    assert roots_from_consistency(5, root, 5, []) == (root, root)
    assert roots_from_consistency(5, root, 5, [other]) is None, "equal sizes need no proof"
    assert roots_from_consistency(6, root, 5, [other]) is None and roots_from_consistency(0, root, 5, []) is None
    assert roots_from_consistency(3, root, 5, []) is None, "not a power of two: the first step is missing"
    assert roots_from_consistency(4, root, 5, []) is None, (
        "a power of two: its own root is the first step, not the last"
    )
    assert roots_from_consistency(1, root, 2, [other] * 2) is None, "too long"


@pytest.mark.parametrize("sizes", [(1, 2), (1, 8), (2, 4), (3, 4), (4, 8), (4, 9), (7, 8)])
def test_growth_is_proved_from_every_kind_of_size(here: House, there: House, sizes: tuple[int, int]) -> None:
    """The log has one leaf more than cases: that of its keys."""
    old, new = sizes
    there.signed(old - 1)
    file = there.file(0)
    assert here.keep(file, there)[0].size == old
    grown = there.file(new - old)
    for path in ([], parse(grown)["earlier"][0]["proof"][:-1], [*parse(grown)["earlier"][0]["proof"], "ab" * 32]):
        bad = with_(grown, earlier=[{"size": old, "proof": path}])
        assert refused(lambda bad=bad: here.keep(bad, there))[0] == "neighbour_rewritten", path  # type: ignore[misc]
    made, proved = here.keep(grown, there)
    assert (made.size, proved) == (new, True)


def test_a_hash_that_changes_is_no_growth(here: House, there: House) -> None:
    here.keep(there.file(), there)
    other = said_anew(there.file(), WUMING_SIGNER, alg="sha256")
    assert refused(lambda: here.keep(without(other, "earlier"), there, unproved=True))[0] == "neighbour_rewritten"


def test_a_stolen_key_does_not_keep_the_true_log_out(here: House, there: House) -> None:
    """The thief signs for a log longer than any, at the end of time; the neighbour withdraws the key."""
    here.keep(there.file(), there)
    forged = said_anew(there.file(), WUMING_SIGNER, size=2**31 - 1, root="ab" * 32, at=FAR)
    here.keep(without(forged, "earlier"), there, unproved=True)
    assert here.signed().said["witness"][0]["size"] == 2**31 - 1
    true = there.file()
    code, said = refused(lambda: here.keep(true, there))
    assert code == "neighbour_older" and "请对方停用那把密钥" in said

    there.line(WUMING_SIGNER, 0, 3)
    there.line(NEW_SIGNER)
    honest = replace(there, signer=NEW_SIGNER)
    made, grown = here.keep(honest.file(), there)
    assert (made.size, grown) == (6, True), "grown since the last that still stands"
    assert [one["size"] for one in here.signed().said["witness"]] == [6]
    assert here.found() == [], "what was believed then was rightly believed"
    assert here.keep(honest.file(), there)[1] is True


def test_a_proof_reaches_back_to_what_the_neighbour_saw_however_long_ago(here: House, there: House) -> None:
    there.keep(here.file(), here)
    here.keep(there.file(), there)
    for _ in range(61):
        here.signed()
    assert there.keep(here.file(), here)[1] is True


def test_two_names_under_one_root_are_told(here: House, there: House) -> None:
    one, _ = here.keep(there.file(), there)
    assert of_the_same_root(here.session, one) == []
    twin = replace(there, log="banyan-binyang")
    other, _ = here.keep(said_anew(there.file(), WUMING_SIGNER, log=twin.log), twin)
    assert of_the_same_root(here.session, other) == [WUMING]


def change(column: str, value: str) -> str:
    return f"UPDATE neighbour_checkpoint SET {column} = {value}"


ALTERED = {
    "the size shown": change("size", "0"),
    "the name shown": change("peer", "'banyan-x'"),
    "a name that is none": change("peer", "''"),
    "a body that is none": change("body", "'{}'"),
    "a body of nothing": change("body", "x''"),
    "both sizes alike": change(
        "size", r"""0, body = CAST(replace(CAST(body AS TEXT), '"size"\:3', '"size"\:0') AS BLOB)"""
    ),
    "a size that is a text": change("size", "'many'"),
    "a root that is a text": change("root", "'ab'"),
    "a body that is a text": change("body", "'{'"),
    "a name that is none of letters": change("peer", "x'ff'"),
    "a moment that is none": change("at", "'noon'"),
    "keys that are none": change("keys", "'['"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_row_is_not_signed_and_stops_nothing(
    next_door: Session, session: Session, vault: Vault, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Ours is the SQLite without guards here: there any column holds anything."""
    here, there = longan(next_door, vault), House(WUMING, session, vault, WUMING_ROOT, WUMING_SIGNER)
    there.keep(here.file(), here)
    here.keep(there.file(), there)
    next_door.execute(text(ALTERED[name]))
    next_door.expire_all()
    with caplog.at_level(logging.ERROR):
        made = here.signed()
    shown = name in {"a moment that is none", "keys that are none"}
    assert [one["size"] for one in made.said["witness"]] == ([3] if shown else []), "name, size and root are whole"
    assert shown or "was altered since it was kept" in caplog.text
    found = here.found()
    assert found and not any("检查点 2" in one and "约定" in one for one in found), found
    assert sizes_witnessed(next_door, here.log, 99) == (set() if "body" in name else {2})
    if name not in {"the name shown", "a name that is none", "a name that is none of letters"}:
        with pytest.raises(Refusal) as problem:
            kept(next_door, WUMING)
        assert problem.value.code == "neighbour_unreadable"


def test_a_body_that_names_us_oddly_breaks_no_bundle(owner: Session, there: House, vault: Vault) -> None:
    here = longan(owner, vault)
    there.keep(here.file(), here)
    here.keep(there.file(), there)
    assert sizes_witnessed(owner, here.log, 99) == {2}
    body = parse(owner.scalars(select(NeighbourCheckpoint.body)).one())
    one = {"peer": here.log, "root": "ab" * 32}
    for witness in (
        [one | {"size": 0}],
        [one | {"size": -1}],
        [one | {"size": True}],
        [{"peer": here.log, "size": "2"}],
        [{"peer": here.log}],
        ["x"],
        "x",
        1,
        None,
    ):
        owner.execute(update(NeighbourCheckpoint).values(body=canon(body | {"witness": witness})))
        assert sizes_witnessed(owner, here.log, 99) == set(), witness
        assert here.file(0)
        assert any("不是约定的写法" in one for one in here.found())


def test_what_is_not_kept_is_told_once(owner: Session, there: House, vault: Vault) -> None:
    here = longan(owner, vault)
    here.keep(there.file(), there)
    for _ in range(3):
        here.signed()
    owner.execute(text("DELETE FROM neighbour_checkpoint"))
    assert len([one for one in here.found() if "不在留存之中" in one]) == 1


class Counted(SignedLine):
    """A line that notes each time it is checked."""

    times: ClassVar[list[int]] = []

    @property
    def holds(self) -> bool:
        self.times.append(1)
        return super().holds


def test_a_line_that_comes_with_every_file_is_checked_once(here: House, there: House) -> None:
    """The work grows with the lines, not with lines times files."""
    Counted.times.clear()
    given = presented(without(there.file(), "root", "keys", "earlier"))
    line = sign_line(there.root, KeyLine(WUMING_SIGNER.public, 0, None))
    given.check(there.trust, [Counted(line.line, line.root, line.signature) for _ in range(40)])
    assert len(Counted.times) == 1


def test_the_database_refuses_to_change_what_is_kept(here: House, there: House) -> None:
    here.keep(there.file(), there)
    statements = ["UPDATE neighbour_checkpoint SET size = 7", "DELETE FROM neighbour_checkpoint"]
    if here.session.get_bind().dialect.name == "postgresql":
        statements += ["TRUNCATE neighbour_checkpoint"]
    else:
        statements += ["INSERT OR REPLACE INTO neighbour_checkpoint SELECT * FROM neighbour_checkpoint"]
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), here.session.begin_nested():
            here.session.execute(text(statement))
    assert here.found() == []
