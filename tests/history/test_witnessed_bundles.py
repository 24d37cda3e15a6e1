"""A stranger has a bundle from one office and a checkpoint from its neighbour, and compares the two on a bare Python."""

import random
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

import banyan_verify
from app.history import verify_case
from app.history.canonical import canon, parse
from app.history.checkpoint import Checkpoint
from app.history.lodged_file import as_lodged
from app.vault import Vault
from tests.history.chains import CASE, LOG, NINE
from tests.history.houses import WUMING, WUMING_ROOT, WUMING_SIGNER, House, longan, said_anew, without
from tests.history.notary import OTHER as STRANGER
from tests.history.notary import SIGNER, TRUST
from tests.history.parcels import entries, parcel, story
from tests.history.test_bundle_forgeries import OLDEST

Compare = Callable[..., tuple[int, str]]


@pytest.fixture
def told(session: Session, vault: Vault) -> Checkpoint:
    return story(session, vault)


@pytest.fixture
def here(session: Session, vault: Vault, told: Checkpoint) -> House:
    house = longan(session, vault)
    house.now = NINE + timedelta(hours=2)
    return house


@pytest.fixture
def there(next_door: Session, vault: Vault) -> House:
    return House(WUMING, next_door, vault, WUMING_ROOT, WUMING_SIGNER)


@pytest.fixture
def compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Compare:
    def compared(bundle: bytes, witness: bytes, trust: str, *words: str) -> tuple[int, str]:
        (tmp_path / "bundle.json").write_bytes(bundle)
        (tmp_path / "witness.json").write_bytes(witness)
        files = [str(tmp_path / "bundle.json"), "--trust", TRUST, "--witness", str(tmp_path / "witness.json")]
        code = banyan_verify.main([*files, "--witness-trust", trust, *words])
        return code, capsys.readouterr().out

    return compared


def seen(house: House, neighbour: House, checkpoint: Checkpoint, **values: Any) -> bytes:
    """The neighbour's own next checkpoint, after it kept this one of ours (or what we showed it instead)."""
    file = as_lodged(house.session, checkpoint)
    neighbour.keep(said_anew(file, house.signer, **values) if values else file, house)
    return neighbour.file()


def test_the_neighbour_saw_the_same_log(here: House, there: House, told: Checkpoint, compare: Compare) -> None:
    bundle = parcel(here.session, here.vault, told)
    code, said = compare(bundle, seen(here, there, told), there.trust)
    assert code == 0 and f"见证：本系统日志 {told.size} 条时的根与档案包一致" in said and WUMING in said, said
    spaced = " ".join(there.trust[at : at + 4].upper() for at in range(0, 64, 4))
    assert compare(bundle, there.file(), spaced)[0] == 0


@pytest.mark.parametrize("python", [sys.executable, *OLDEST])
def test_a_stranger_does_it_with_nothing_but_python(
    here: House, there: House, told: Checkpoint, tmp_path: Path, python: str
) -> None:
    (tmp_path / "b.json").write_bytes(parcel(here.session, here.vault, told))
    (tmp_path / "w.json").write_bytes(seen(here, there, told))
    words = [python, "-I", "-S", banyan_verify.__file__, tmp_path / "b.json", "--trust", TRUST,
             "--witness", tmp_path / "w.json", "--witness-trust", there.trust]  # fmt: skip
    ended = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "") and "与档案包一致" in ended.stdout


def test_two_logs_are_found_by_who_has_a_part_of_each(
    here: House, there: House, told: Checkpoint, compare: Compare
) -> None:
    """The office signs one log for the stranger and another for the neighbour, both with its true key."""
    code, said = compare(
        parcel(here.session, here.vault, told), seen(here, there, told, root="ab" * 32), there.trust
    )  # fmt: skip
    assert code == 1 and "给您看的与给对方看的不是同一份日志" in said and "不成立" in said
    assert "或对方所记不实" in said, "the word of a neighbour is a word: it must show what it was given"


def test_a_later_bundle_carries_what_the_neighbour_said_it_saw(
    here: House, there: House, told: Checkpoint, compare: Compare
) -> None:
    middle = here.signed()
    file = seen(here, there, middle)
    later = here.signed()
    code, said = compare(parcel(here.session, here.vault, later), file, there.trust)
    assert code == 4 and "无法比较" in said and "不能证明是同一份日志" in said and "注意" in said

    here.keep(file, there)
    latest = here.signed()
    bundle = parcel(here.session, here.vault, latest)
    assert middle.size in [parse(one["body"].encode())["size"] for one in parse(bundle)["earlier"]]
    code, said = compare(bundle, file, there.trust)
    assert code == 0 and f"见证：本系统日志 {middle.size} 条时的根与档案包一致" in said, said
    assert f"检查点记有邻近机关日志 {WUMING} 的" in said


def test_steps_after_what_the_neighbour_saw_are_told_as_not_witnessed(
    here: House, there: House, told: Checkpoint, compare: Compare
) -> None:
    file = seen(here, there, told)
    last = verify_case(here.session, vault=here.vault, log=LOG, case=CASE).head
    entries(here.session, here.vault, last, 1, here.now)
    code, said = compare(parcel(here.session, here.vault, here.signed()), file, there.trust)
    assert code == 4 and f"第 8–8 步封存在邻近机关见证的 {told.size} 条之后，没有得到见证" in said


def test_a_neighbour_that_does_not_know_the_log_proves_nothing(
    here: House, there: House, told: Checkpoint, compare: Compare
) -> None:
    code, said = compare(parcel(here.session, here.vault, told), there.file(), there.trust)
    assert code == 4 and "没有记载本系统的日志" in said and "与档案包一致" not in said


def test_what_is_no_witness_is_refused(here: House, there: House, told: Checkpoint, compare: Compare) -> None:
    bundle, file = parcel(here.session, here.vault, told), seen(here, there, told)
    own = here.file()
    later = parse(parse(file)["body"].encode())["at"].replace("2026", "2027")
    for bad, trust, words in (
        (file, "0" * 64, "不是您用 --witness-trust 确认的那一把"),
        (said_anew(file, STRANGER), there.trust, "签名的密钥不在密钥清单中"),
        (canon(parse(file) | {"body": parse(file)["body"].replace(there.log, "banyan-x")}), there.trust, "签名不对"),
        (canon(parse(file) | {"body": said_at(file, later)}), there.trust, "签名不对"),
        (without(file, "root", "keys"), there.trust, "不含密钥清单"),
        (own, TRUST, "不是另一机关的见证"),
        (b"{}", there.trust, "不含密钥清单"),
        (b"no", there.trust, "不是约定的 JSON"),
        (b"[" * 100_000, there.trust, "不是约定的 JSON"),
        (file + b" " * banyan_verify.MOST_WITNESS, there.trust, "文件过大"),
        (canon(parse(file) | {"keys": parse(file)["keys"] * 501}), there.trust, "行数过多"),
        (canon(parse(file) | {"signatures": parse(file)["signatures"] * 9}), there.trust, "签名过多"),
    ):
        code, said = compare(bundle, bad, trust)
        assert code == 1 and words in said and "成立：" not in said.replace("不成立：", ""), (words, said)


@pytest.mark.sizes("changes", [40], long=[1500])
def test_any_flipped_bit_of_what_counts_in_the_witness_is_refused(
    here: House, there: House, told: Checkpoint, compare: Compare, changes: int
) -> None:
    bundle, file = parcel(here.session, here.vault, told), without(seen(here, there, told), "earlier")
    assert compare(bundle, file, there.trust)[0] == 0
    dice = random.Random(7)
    for place in dice.sample(range(len(file)), changes):
        bad = file[:place] + bytes([file[place] ^ 1 << dice.randrange(8)]) + file[place + 1 :]
        code, said = compare(bundle, bad, there.trust)
        assert code == 1, (place, bad[place - 20 : place + 20], said)


def said_at(file: bytes, at: str) -> str:
    return canon(parse(parse(file)["body"].encode()) | {"at": at}).decode()


def test_a_witness_without_a_fingerprint_is_no_verdict(
    here: House,
    there: House,
    told: Checkpoint,
    compare: Compare,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bundle = parcel(here.session, here.vault, told)
    for trust in ("", there.trust[:20]):
        with pytest.raises(SystemExit) as ended:
            compare(bundle, seen(here, there, told) if not trust else b"", trust)
        assert ended.value.code == 3
    for both in (["--witness", "", "--witness-trust", ""], ["--witness", "", "--witness-trust", there.trust]):
        with pytest.raises(SystemExit) as ended:
            banyan_verify.main([str(tmp_path / "bundle.json"), "--trust", TRUST, *both])
        assert ended.value.code == 3, "an empty name, as of a variable that is not set, is no comparison left out"
    absent = ["--trust", TRUST, "--witness", str(tmp_path / "absent"), "--witness-trust", there.trust]
    capsys.readouterr()
    assert banyan_verify.main([str(tmp_path / "bundle.json"), *absent]) == 3
    assert f"读不了 {tmp_path / 'absent'}" in capsys.readouterr().out


def test_a_bundle_whose_checkpoint_witnesses_out_of_form_is_refused(
    here: House, told: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = parse(parcel(here.session, here.vault, told))
    one = {"peer": WUMING, "size": 1, "root": "ab" * 32}
    for witness, code in (
        ([one], 0),
        ([one, one], 1),
        ([one | {"root": "AB" * 32}], 1),
        ([one | {"size": 0}], 1),
        ([one | {"size": True}], 1),
        ([{"peer": WUMING}], 1),
        (["x"], 1),
    ):
        shown = said_anew(canon(bundle["checkpoint"]), SIGNER, witness=witness)
        (tmp_path / "b.json").write_bytes(canon(bundle | {"checkpoint": parse(shown)}))
        assert banyan_verify.main([str(tmp_path / "b.json"), "--trust", TRUST]) == code, witness
    capsys.readouterr()
