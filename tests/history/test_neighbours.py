"""Two offices keep each other's checkpoints: whoever shows two logs is found out by what the other one saw."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history import read_events
from app.history.canonical import canon, parse
from app.history.checkpoint import newest
from app.history.lodged_file import presented
from app.history.log_models import LogCheckpoint, NeighbourCheckpoint
from app.history.neighbours import kept
from app.history.sealed_log import Leaf, leaves_of
from app.history.signing import KeyLine, SoftwareSigner, sign_line
from app.history.witnessed import entries_hold
from app.texts import sentence
from app.vault import Vault
from tests.history.chains import NINE
from tests.history.houses import KEEPER, WUMING, WUMING_ROOT, WUMING_SIGNER, House, longan, said_anew, without
from tests.history.test_log_alterations import rewrite_log

STRANGER = SoftwareSigner(bytes(range(160, 192)))


@pytest.fixture
def here(session: Session, vault: Vault) -> House:
    return longan(session, vault)


@pytest.fixture
def there(next_door: Session, vault: Vault) -> House:
    return House(WUMING, next_door, vault, WUMING_ROOT, WUMING_SIGNER)


def refused(act: Callable[[], object]) -> tuple[str, str]:
    """Code and sentence."""
    with pytest.raises(Refusal) as problem:
        act()
    said = sentence(problem.value)
    assert said.endswith("。")
    return problem.value.code, said


def test_each_keeps_the_others_and_says_so_in_its_next(here: House, there: House) -> None:
    mine, theirs = here.file(3), there.file(5)
    made, grown = here.keep(theirs, there)
    assert (made.size, made.trust, grown) == (6, there.trust, None)
    there.keep(mine, here)
    our, their = here.file(), there.file()
    assert parse(parse(our)["body"].encode())["witness"] == [{"peer": WUMING, "size": made.size, "root": made.root}]

    assert here.compared(their, there).agrees and there.compared(our, here).agrees
    assert "一致：banyan-wuming 的检查点" in here.compared(their, there).sentence
    assert "记载本系统日志 4 条" in here.compared(their, there).sentence
    assert here.keep(their, there)[1] is True, "their log only grew, by the proof in their file"
    assert here.found() == there.found() == []
    told = read_events(here.session, here.vault, "sys/neighbours")
    assert [entry.fields["actor"] for entry in told] == [KEEPER, KEEPER]  # type: ignore[index]


def test_the_newest_of_each_neighbour_stands_in_the_checkpoint_by_name(here: House, there: House) -> None:
    third = replace(there, log="banyan-binyang", root=STRANGER, signer=STRANGER, cases=[])
    first = there.file()
    here.keep(first, there)
    here.keep(there.file(), there)
    shown = said_anew(first, STRANGER, log=third.log)
    line = sign_line(STRANGER, KeyLine(STRANGER.public, 0, None))
    shown = canon(parse(shown) | {"root": STRANGER.public.hex(), "keys": [
        {"key": line.line.body.decode(), "sig": line.signature.hex()}]})  # fmt: skip
    here.keep(shown, third)
    witness = here.signed().said["witness"]
    assert [(one["peer"], one["size"]) for one in witness] == [("banyan-binyang", 2), (WUMING, 3)]
    assert entries_hold(witness) and not entries_hold(witness[::-1]) and not entries_hold([*witness, witness[1]])


def test_who_knows_no_neighbour_says_nothing_and_nothing_is_compared(here: House, there: House) -> None:
    assert here.signed().said["witness"] == [] and here.found() == []
    compared = here.compared(there.file(), there)
    assert compared.agrees is None and "没有记载本系统的日志" in compared.sentence


def test_the_same_size_with_another_root_is_an_alarm(here: House, there: House) -> None:
    theirs = there.file()
    here.keep(theirs, there)
    code, said = refused(lambda: here.keep(said_anew(theirs, WUMING_SIGNER, root="ab" * 32), there))
    assert code == "neighbour_split" and "警报" in said and "有两份日志" in said
    here.keep(there.file(), there)
    older = said_anew(theirs, WUMING_SIGNER, root="ab" * 32)
    assert refused(lambda: here.keep(older, there))[0] == "neighbour_split", "also at a size left behind"
    assert len(kept(here.session)) == 2


def test_a_neighbour_that_rewrote_its_log_cannot_prove_that_it_only_grew(here: House, there: House) -> None:
    here.keep(there.file(3), there)
    leaves = [leaf for _, leaf in leaves_of(there.session)]
    rewrite_log(there.session, [Leaf(leaves[0].case, 1, 1, "cd" * 32), *leaves[1:]])
    rewritten = there.file()
    code, said = refused(lambda: here.keep(rewritten, there))
    assert code == "neighbour_rewritten" and "警报" in said and "并非只增不改" in said
    # It leaves the proof out instead: then a person must say that he keeps it all the same, and the chain says so.
    silent = without(rewritten, "earlier")
    code, said = refused(lambda: here.keep(silent, there))
    assert code == "neighbour_unproved" and "没有从上次留存的条数起的一致性证明" in said
    assert here.keep(silent, there, unproved=True)[1] is False
    told = read_events(here.session, here.vault, "sys/neighbours")
    assert [(entry.fields or {})["effects"]["grown"] for entry in told] == [None, False]  # type: ignore[index, call-overload]
    # A later proof counts from every size that is kept, not only from the last one.
    later = there.file()
    assert refused(lambda: here.keep(later, there))[0] == "neighbour_rewritten"


def test_our_own_log_rewritten_is_found_by_what_the_neighbour_saw(owner: Session, there: House, vault: Vault) -> None:
    here = longan(owner, vault)
    there.keep(here.file(3), here)
    their = there.file()
    assert here.compared(their, there).agrees
    here.keep(their, there)
    leaves = [leaf for _, leaf in leaves_of(owner)]
    rewrite_log(owner, [Leaf(leaves[0].case, 1, 1, "cd" * 32), *leaves[1:]])
    assert "日志被改写，或对方看到的是另一份日志" in here.compared(their, there).sentence
    rewrite_log(owner, leaves[:2])
    assert any("对方看到的是另一份日志" in one for one in here.found()), "a kept one says so without being asked"
    code, said = refused(lambda: here.keep(there.file(), there))
    assert code == "neighbour_saw_another" and "警报：不一致" in said
    cut = here.compared(their, there)
    assert cut.agrees is False and "记载本系统日志 4 条，而本系统的日志只有 2 条" in cut.sentence


def test_two_logs_shown_to_two_people_are_found_by_the_neighbour(here: House, there: House) -> None:
    """Our own operators show the neighbour another log, signed with the true key."""
    there.keep(said_anew(here.file(), here.signer, root="ab" * 32), here)
    assert here.compared(there.file(), there).agrees is False


REFUSED: dict[str, tuple[Callable[[House, House, bytes], object], str, str]] = {
    "another fingerprint": (lambda h, t, f: h.keep(f, t, trust="0" * 64), "neighbour_other_root", "根公钥与您确认的指纹"),
    "no fingerprint the first time": (lambda h, t, f: h.keep(f, t, trust=None), "neighbour_trust_missing", "--trust"),
    "under another name": (lambda h, t, f: h.keep(f, t, name="banyan-x"), "neighbour_other_name", "--peer"),
    "our own log": (lambda h, t, f: h.keep(h.file(), h), "neighbour_is_own", "不能作邻近机关的见证"),
    "a log of our name": (
        lambda h, t, f: h.keep(said_anew(f, WUMING_SIGNER, log=h.log), t, name=h.log), "neighbour_is_own", "BANYAN_LOG"),
    "our own root key": (lambda h, t, f: h.keep(f, t, trust=h.trust), "neighbour_is_own", "本系统的根密钥"),
    "signed by a stranger": (lambda h, t, f: h.keep(said_anew(f, STRANGER), t), "neighbour_unsigned", "签名不对"),
    "without its manifest": (
        lambda h, t, f: h.keep(without(f, "root", "keys", "earlier"), t), "neighbour_without_keys", "密钥清单"),
    "a manifest of another root": (
        lambda h, t, f: h.keep(canon(parse(f) | {"root": STRANGER.public.hex()}), t), "neighbour_key_forged", "签名不对"),
    "no signature": (lambda h, t, f: h.keep(canon(parse(f) | {"signatures": []}), t), "neighbour_unsigned", "签名不对"),
    "not a checkpoint": (lambda h, t, f: h.keep(b"{}", t), "neighbour_malformed", "不是对方用"),
    "signatures that are none": (
        lambda h, t, f: h.keep(canon(parse(f) | {"signatures": "abc"}), t), "neighbour_malformed", "不是对方用"),
    "a size beyond all": (
        lambda h, t, f: h.keep(said_anew(f, WUMING_SIGNER, size=2**31), t), "neighbour_malformed", "不是对方用"),
    "witnesses out of form": (
        lambda h, t, f: h.keep(said_anew(f, WUMING_SIGNER, witness=[{"peer": "x"}]), t), "neighbour_malformed", "不是"),
    "a name that hides something": (
        lambda h, t, f: h.keep(said_anew(f, WUMING_SIGNER, log="banyan\u202e"), t), "neighbour_malformed", "不是对方用"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_sentence_and_nothing_is_kept(here: House, there: House, name: str) -> None:
    here.signed()
    act, code, words = REFUSED[name]
    found, said = refused(lambda: act(here, there, there.file()))
    assert (found, words in said) == (code, True), said
    assert kept(here.session) == [] and here.signed().said["witness"] == []


def test_what_is_older_known_or_of_another_root_is_refused(here: House, there: House) -> None:
    old, new = there.file(), there.file()
    here.keep(new, there)
    assert refused(lambda: here.keep(new, there))[0] == "neighbour_known"
    code, said = refused(lambda: here.keep(old, there))
    assert code == "neighbour_older" and "早于已留存的" in said
    earlier = said_anew(new, WUMING_SIGNER, at="2026-11-20T01:00:00.000000Z")
    assert refused(lambda: here.keep(earlier, there))[0] == "neighbour_older", "the same size, at an earlier time"
    later = there.file()
    code, said = refused(lambda: here.keep(later, there, trust="0" * 64))
    assert code == "neighbour_trust_differs" and there.trust in said
    assert here.keep(later, there, trust=None)[1] is True, "the fingerprint that was confirmed once is known"


def test_a_key_that_the_neighbour_withdrew_signs_nothing_more(here: House, there: House) -> None:
    here.keep(there.file(), there)
    there.line(WUMING_SIGNER, 0, 2)
    there.line(STRANGER)
    with_new_key = replace(there, signer=STRANGER)
    here.keep(with_new_key.file(), there)
    again = there.file()
    assert refused(lambda: here.keep(again, there))[0] == "neighbour_unsigned"
    # The line that withdrew it is remembered, whatever a later file leaves out.
    first_line_only = canon(parse(again) | {"keys": parse(again)["keys"][:1]})
    assert refused(lambda: here.keep(first_line_only, there))[0] == "neighbour_unsigned"
    assert here.found() == [], "what was kept before stays as it was believed then"


@pytest.mark.sizes("changes", [60], long=[1500])
def test_any_flipped_bit_is_refused_or_changes_nothing_that_is_kept(here: House, there: House, changes: int) -> None:
    there.signed()
    file = there.file()
    whole = presented(file)
    dice = random.Random(7)
    for place in dice.sample(range(len(file)), changes):
        bad = file[:place] + bytes([file[place] ^ 1 << dice.randrange(8)]) + file[place + 1 :]
        try:
            given = presented(bad)
            given.check(there.trust)
        except Refusal:
            continue
        assert replace(given, earlier={}) == replace(whole, earlier={}), place
        assert given.earlier != whole.earlier, "a proof, which keeping checks against what is kept"


ALTERED: dict[str, tuple[Callable[[Session], Any], str]] = {
    "a row deleted": (lambda s: s.execute(delete(NeighbourCheckpoint).where(NeighbourCheckpoint.number == 2)), "所记不符"),
    "the root shown": (lambda s: s.execute(update(NeighbourCheckpoint).values(root="ab" * 32)), "列与正文不一致"),
    "the name shown": (lambda s: s.execute(update(NeighbourCheckpoint).values(peer="banyan-x")), "列与正文不一致"),
    "the time shown": (lambda s: s.execute(update(NeighbourCheckpoint).values(at=NINE)), "列与正文不一致"),
    "the body": (lambda s: other_body(s, at="2026-11-20T01:00:00.000000Z"), "签名不对"),
    "no body": (lambda s: s.execute(update(NeighbourCheckpoint).values(body=b"{")), "不是约定的写法"),
    "the body spelt otherwise": (lambda s: spelt_otherwise(s), "不是约定的写法"),
    "the signatures": (lambda s: s.execute(update(NeighbourCheckpoint).values(signatures=[])), "签名不对"),
    "the manifest": (lambda s: s.execute(update(NeighbourCheckpoint).values(keys=[])), "签名不对"),
    "a line of the manifest that withdrew a key": (lambda s: first_line_only(s), "所记不符"),
    "when it was kept": (lambda s: s.execute(update(NeighbourCheckpoint).values(kept_at=NINE)), "所记不符"),
    "keys that are none": (lambda s: s.execute(update(NeighbourCheckpoint).values(keys=["x"])), "不是约定的写法"),
    "the root key": (lambda s: s.execute(update(NeighbourCheckpoint).values(trusted=STRANGER.public)), "签名不对"),
    "signed anew under another root": (lambda s: signed_anew(s), "根公钥与先前留存的不是同一把"),
}  # fmt: skip


def first_line_only(session: Session) -> None:
    keys = session.scalars(select(NeighbourCheckpoint.keys).where(NeighbourCheckpoint.number == 2)).one()
    assert len(keys) == 2
    session.execute(update(NeighbourCheckpoint).where(NeighbourCheckpoint.number == 2).values(keys=keys[:1]))


def spelt_otherwise(session: Session) -> None:
    body = session.scalars(select(NeighbourCheckpoint.body).where(NeighbourCheckpoint.number == 2)).one()
    session.execute(update(NeighbourCheckpoint).where(NeighbourCheckpoint.number == 2).values(body=body + b" "))


def other_body(session: Session, **values: Any) -> None:
    body = session.scalars(select(NeighbourCheckpoint.body).where(NeighbourCheckpoint.number == 2)).one()
    here = update(NeighbourCheckpoint).where(NeighbourCheckpoint.number == 2)
    session.execute(here.values(body=canon(parse(body) | values)))


def signed_anew(session: Session) -> None:
    body = session.scalars(select(NeighbourCheckpoint.body).where(NeighbourCheckpoint.number == 2)).one()
    line = sign_line(STRANGER, KeyLine(STRANGER.public, 0, None))
    shown = said_anew(canon({"body": body.decode(), "signatures": []}), STRANGER)
    values = {"trusted": STRANGER.public, "signatures": parse(shown)["signatures"],
              "keys": [{"key": line.line.body.decode(), "sig": line.signature.hex()}]}  # fmt: skip
    session.execute(update(NeighbourCheckpoint).where(NeighbourCheckpoint.number == 2).values(values))


@pytest.mark.parametrize("name", ALTERED)
def test_an_alteration_of_what_is_kept_is_found(owner: Session, there: House, vault: Vault, name: str) -> None:
    here = longan(owner, vault)
    here.keep(there.file(), there)
    there.line(STRANGER, 0, 1)
    here.now += timedelta(minutes=1)
    here.keep(there.file(), there)
    here.signed()
    assert here.found() == []
    alter, words = ALTERED[name]
    alter(owner)
    found = here.found()
    assert any(words in one for one in found), found


def test_what_our_checkpoints_say_of_a_neighbour_must_be_kept_and_well_formed(
    owner: Session, there: House, vault: Vault
) -> None:
    here = longan(owner, vault)
    here.keep(there.file(), there)
    here.signed()
    good = newest(owner)
    assert good is not None and here.found() == []
    for witness, words in (
        ([{"peer": WUMING, "size": 2, "root": "ab" * 32}], "不在留存之中"),
        ([{"peer": WUMING, "size": 0, "root": "ab" * 32}], "不是约定的写法"),
        (["x"], "不是约定的写法"),
        ([dict(good.said["witness"][0], more=1)], "不是约定的写法"),
    ):
        body = canon(dict(good.said) | {"witness": witness})
        owner.execute(update(LogCheckpoint).where(LogCheckpoint.number == good.number).values(body=body))
        assert any(words in one for one in here.found()), witness
