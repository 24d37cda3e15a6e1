"""A stranger with a bare Python verifies what was taken away, and finds every forgery of the table (proof §2.8)."""

import ast
import json
import os
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
from app.errors import Refusal
from app.history import verify_case
from app.history.bundle import bundle_of
from app.history.canonical import canon, parse
from app.history.commitments import field_hash
from app.history.signing import KeyLine, sign_line
from app.vault import Vault
from tests.history import second_reading
from tests.history.chains import CASE, LOG, NINE, OTHER
from tests.history.notary import OTHER as FORGER_KEY
from tests.history.notary import ROOT, SIGNER, TRUST
from tests.history.parcels import (
    FIRST,
    Forger,
    entries,
    link,
    parcel,
    seal_anew,
    set_body,
    signed_by,
    story,
)

VERIFIER = Path(banyan_verify.__file__)
FIXTURES = Path(__file__).parent / "fixtures"
ONE_AFTER_THE_OTHER = """
import importlib.util, sys
found = importlib.util.spec_from_file_location("banyan_verify", sys.argv[1])
program = importlib.util.module_from_spec(found)
found.loader.exec_module(program)
for file in sys.argv[4:]:
    print("=" * 9, program.main([file, "--trust", sys.argv[2], "--sm3", sys.argv[3]]))
"""


OLDEST = [python for python in [os.environ.get("PYTHON39")] if python]
"""The oldest Python the verifier must run on, where the run names one; otherwise a line says that it was not tried."""


def bare(*words: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Python with nothing but its standard library."""
    return subprocess.run([python, "-I", "-S", *words], capture_output=True, encoding="utf-8", timeout=120, check=False)


@pytest.fixture(scope="session")
def good() -> bytes:
    """A bundle as it was once taken away: it must verify for ever. `bundle-erased-1.json` likewise."""
    return (FIXTURES / "bundle-1.json").read_bytes()


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """The verifier on these bytes: exit code and what it says."""

    def verified(content: bytes, *words: str, trust: str | None = TRUST) -> tuple[int, str]:
        file = tmp_path / "bundle.json"
        file.write_bytes(content)
        code = banyan_verify.main([str(file), *(["--trust", trust] if trust else []), *words])
        return code, capsys.readouterr().out

    return verified


def test_what_is_taken_away_now_holds_and_says_what_it_cannot_prove(session: Session, vault: Vault, run: Any) -> None:
    good = parcel(session, vault, story(session, vault))
    code, said = run(good)
    assert code == 0, said
    assert "共 7 步" in said and "隐去 0 个；0 步内容已依法销毁" in said
    assert "不能证明" in said and "当时属实" in said and "openssl ts -verify" in said
    assert "第 1–2 步封存于 2026-11-23T01:10:00.123456Z 之前、2026-11-23T01:00:00.123456Z 之后" in said
    shown = run(good, "--show")[1]
    assert 'payload/姓名 = "韦小宝"' in shown and "payload/𠮷" in shown


def test_without_a_fingerprint_from_elsewhere_it_confirms_nothing(good: bytes, run: Any) -> None:
    code, said = run(good, trust=None)
    assert code == 2 and "签名自洽，但公钥未经确认" in said and "成立：" not in said
    assert run(good, trust=TRUST.upper())[0] == 0
    assert run(good, trust=" ".join(TRUST[at : at + 4] for at in range(0, 64, 4)))[0] == 0
    code, said = run(good, trust="0" * 64)
    assert code == 1 and "不是您确认的那一把" in said


def test_part_of_a_fingerprint_or_a_missing_file_is_no_verdict(good: bytes, run: Any, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run(good, trust=TRUST[:16])
    assert ended.value.code == 3
    assert banyan_verify.main([str(tmp_path / "absent.zip"), "--trust", TRUST]) == 3


def test_hidden_fields_are_counted_and_their_values_are_not_in_the_file(
    session: Session, vault: Vault, run: Any
) -> None:
    content = parcel(
        session, vault, story(session, vault), shown=lambda name: not name.startswith(("payload/", "facts/"))
    )
    code, said = run(content, "--show")
    assert code == 0 and "韦小宝" not in content.decode() and "姓名" not in content.decode()
    hidden = sum("h" in one for event in json.loads(content)["events"] for one in event["fields"])
    assert hidden == 7 * 8 and f"隐去 {hidden} 个" in said


def test_an_erased_step_is_told_and_is_no_error(session: Session, vault: Vault, run: Any) -> None:
    code, said = run(parcel(session, vault, story(session, vault, erased=True)))
    assert code == 0
    assert "第 5 步内容已依法销毁" in said and "第 6 步内容已依法销毁" in said and "2 步内容已依法销毁" in said


def test_an_entry_made_late_with_an_early_time_is_told(session: Session, vault: Vault, run: Any) -> None:
    code, said = run(parcel(session, vault, story(session, vault, early=timedelta(hours=2))))
    assert code == 4 and "可能是事后补入" in said and "注意：第 5 步自记时间" in said and "时间早于上一步" in said
    assert "注意：第 4 步" not in said


def test_what_came_after_the_checkpoint_is_left_out(session: Session, vault: Vault, run: Any) -> None:
    checkpoint = story(session, vault)
    last = verify_case(session, vault=vault, log=LOG, case=CASE).head
    entries(session, vault, last, 1, NINE + timedelta(hours=1))
    content = parcel(session, vault, checkpoint)
    assert len(json.loads(content)["events"]) == 7 and run(content)[0] == 0


def test_a_case_that_no_checkpoint_knows_is_not_taken_away(session: Session, vault: Vault) -> None:
    checkpoint = story(session, vault)
    with pytest.raises(Refusal, match="case_not_sealed"):
        bundle_of(session, vault, "case-none", checkpoint, shown=bool, definitions=lambda _: {})


def no(content: Any, *path: Any) -> None:
    for step in path[:-1]:
        content = content[step]
    del content[path[-1]]


def put(content: Any, *path: Any) -> None:
    *steps, last, value = path
    for step in steps:
        content = content[step]
    content[last] = value


def swap_steps(content: Any) -> None:
    events = content["events"]
    events[1], events[2] = events[2], events[1]


def prefix(content: Any) -> None:
    """The first four steps as the whole, with the proofs that are true of them."""
    del content["events"][4:], content["seals"][2:]
    content["definitions"] = {FIRST.digest: dict(FIRST.files)}


def erased_by_hand(content: Any) -> None:
    content["events"][2]["fields"] = None


def transplant(content: Any) -> None:
    set_body(content, 3, {"case": OTHER})
    link(content, 3)


def narrowed(content: Any) -> None:
    """The key was found out at size 3: a further line of the root ends it."""
    line = sign_line(ROOT, KeyLine(SIGNER.public, 0, 3))
    content["keys"].append({"key": line.line.body.decode(), "sig": line.signature.hex()})


def downgraded(content: Any) -> None:
    said = parse(content["checkpoint"]["body"].encode()) | {"alg": "md5"}
    content["checkpoint"]["body"] = canon(said).decode()


def rewritten_log(content: Any) -> None:
    """An earlier checkpoint of another log, though rightly signed."""
    said = parse(content["earlier"][0]["body"].encode()) | {"root": "ab" * 32}
    content["earlier"][0] |= signed_by(SIGNER, canon(said))


def own_signer(content: Any) -> None:
    """The forger signs with a key the true root never listed."""
    root, keys = content["root"], content["keys"]
    seal_anew(content, ROOT)
    content["root"], content["keys"] = root, keys


def renamed_field(content: Any) -> None:
    next(one for one in content["events"][0]["fields"] if one["n"] == "payload/结论")["n"] = "payload/结果"


def other_value(content: Any) -> None:
    next(one for one in content["events"][0]["fields"] if one["n"] == "payload/结论")["x"] = "refuse"


def hide_everything(content: Any) -> None:
    for event in content["events"]:
        event["fields"] = [hidden(one) for one in event["fields"]]


def hidden(field: Any) -> Any:
    return {"h": field_hash(bytes.fromhex(field["s"]), field["n"], field["x"]).hex()}


def doubled(good: bytes) -> bytes:
    return good.replace(b'"checkpoint":', b'"checkpoint":{},"checkpoint":', 1)


def in_a_body(good: bytes) -> bytes:
    return good.replace(b'\\"kind\\":\\"completed\\"', b'\\"kind\\":\\"corrected\\",\\"kind\\":\\"completed\\"', 1)


BAD: dict[str, tuple[Callable[[Forger], bytes], str]] = {
    "an answer altered": (lambda f: f.changed(other_value), "字段内容与正文的承诺不符"),
    "a field renamed": (lambda f: f.changed(renamed_field), "第 1 步"),
    "a field left out": (lambda f: f.changed(lambda c: no(c, "events", 0, "fields", 2)), "字段个数与正文不符"),
    "a field hidden under a made-up hash": (
        lambda f: f.changed(lambda c: put(c, "events", 0, "fields", 2, {"h": "ab" * 32})), "承诺不符"),
    "a salt altered": (lambda f: f.changed(lambda c: put(c, "events", 0, "fields", 2, "s", "ab" * 16)), "承诺不符"),
    "a kind altered": (lambda f: f.body(3, kind="corrected"), "第 4 步：所记上一步的哈希与上一步不符"),
    "the last kind altered": (lambda f: f.body(7, kind="corrected"), "不在签名的日志中"),
    "a kind altered, the chain put right": (lambda f: f.linked(3, kind="corrected"), "不在签名的日志中"),
    "the time moved": (lambda f: f.linked(3, at="2026-11-20T01:00:00.000000Z"), "不在签名的日志中"),
    "the engine's version altered": (lambda f: f.linked(7, eng="0"), "不在签名的日志中"),
    "the first step dropped": (lambda f: f.changed(lambda c: no(c, "events", 0)), "第 1 步：编号不连续"),
    "a step dropped": (lambda f: f.changed(lambda c: no(c, "events", 3)), "第 4 步：编号不连续"),
    "a step inserted": (lambda f: f.changed(lambda c: c["events"].insert(3, c["events"][2])), "第 4 步：编号不连续"),
    "two steps swapped": (lambda f: f.changed(swap_steps), "第 2 步：编号不连续"),
    "the tail cut": (lambda f: f.changed(lambda c: no(c, "events", 6)), "封存证明"),
    "an older prefix as the whole": (lambda f: f.changed(prefix), "完整性证明：不是全部步骤"),
    "no proof that these are all": (lambda f: f.changed(lambda c: no(c, "complete")), "项目与格式约定不符"),
    "the proof that these are all renamed": (
        lambda f: f.changed(lambda c: c.update(complete_=c.pop("complete"))), "项目与格式约定不符"),
    "a seal dropped": (lambda f: f.changed(lambda c: no(c, "seals", 1)), "与步骤不衔接"),
    "no seals": (lambda f: f.changed(lambda c: put(c, "seals", [])), "没有封存证明"),
    "a step of another case": (lambda f: f.changed(transplant), "第 3 步：属于另一件"),
    "a step of another system": (lambda f: f.linked(1, log="banyan-elsewhere"), "不属于检查点所说的系统"),
    "a definition replaced": (
        lambda f: f.changed(lambda c: put(c, "definitions", FIRST.digest, "care/process.bpmn", "<三/>")), "流程定义"),
    "a definition left out": (lambda f: f.changed(lambda c: no(c, "definitions", FIRST.digest)), "流程定义"),
    "a definition too many": (lambda f: f.changed(lambda c: put(c, "definitions", "ab" * 32, {})), "流程定义"),
    "called erased": (lambda f: f.changed(erased_by_hand), "链上却没有依法销毁的记录"),
    "the checkpoint altered": (
        lambda f: f.changed(lambda c: put(c, "checkpoint", "body", c["checkpoint"]["body"].replace('"v":1', '"v":2'))),
        "检查点：不认识的版本或算法"),
    "a weaker algorithm": (lambda f: f.changed(downgraded), "检查点：不认识的版本或算法"),
    "no signature": (lambda f: f.changed(lambda c: put(c, "checkpoint", "signatures", [])), "没有 Ed25519 签名"),
    "signed by a key that is not listed": (lambda f: f.changed(own_signer), "签名的密钥不在密钥清单中"),
    "a retired key": (lambda f: f.changed(narrowed), "不再有效"),
    "a key line altered": (
        lambda f: f.changed(lambda c: put(c, "keys", 0, "key", c["keys"][0]["key"].replace('"from":0', '"from":1'))),
        "根密钥的签名不对"),
    "with a trust key of its own": (lambda f: f.own_keys(3, root=FORGER_KEY, kind="corrected"), "不是您确认的那一把"),
    "an earlier log rewritten": (lambda f: f.changed(rewritten_log), "日志并非只增不改"),
    "a key twice": (lambda f: doubled(f.good), "同一个键出现两次"),
    "a key twice in a body": (lambda f: in_a_body(f.good), "同一个键出现两次"),
    "another spelling": (lambda f: f.good.replace(b":", b": ", 1), "不是规范写法"),
    "not a bundle": (lambda f: b"[]", "项目与格式约定不符"),
    "nothing": (lambda f: b"", "不是约定的 JSON"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_forgery_is_found(forgeries: dict[str, bytes], run: Any, name: str) -> None:
    code, said = run(forgeries[name])
    assert code == 1 and BAD[name][1] in said and "不成立" in said, said


@pytest.fixture(scope="session")
def forgeries(good: bytes) -> dict[str, bytes]:
    forger = Forger(good)
    made = {name: make(forger) for name, (make, _) in BAD.items()}
    assert good not in made.values()
    return made


@pytest.mark.parametrize("sm3", ["openssl", "own"])
@pytest.mark.parametrize("python", [sys.executable, *OLDEST])
def test_a_bare_python_tells_good_from_bad_with_either_sm3(
    good: bytes, forgeries: dict[str, bytes], tmp_path: Path, sm3: str, python: str
) -> None:
    erased = (FIXTURES / "bundle-erased-1.json").read_bytes()
    files = {"good": good, "erased": erased, "redacted": Forger(good).changed(hide_everything)}
    assert len(forgeries) >= 30
    for name, content in (files | forgeries).items():
        (tmp_path / name).write_bytes(content)
    names = [*files, *forgeries]
    paths = [str(tmp_path / name) for name in names]
    ended = bare("-c", ONE_AFTER_THE_OTHER, str(VERIFIER), TRUST, sm3, *paths, python=python)
    codes = [int(line.split()[1]) for line in ended.stdout.splitlines() if line.startswith("=" * 9)]
    assert ended.stderr == ""
    assert dict(zip(names, codes, strict=True)) == {name: 0 if name in files else 1 for name in names}


def test_what_is_withheld_before_a_true_erasure_looks_erased(run: Any) -> None:
    """What the verifier cannot tell, and says so: docs/trust.md."""
    erased = Forger((FIXTURES / "bundle-erased-1.json").read_bytes())
    code, said = run(erased.changed(erased_by_hand))
    assert code == 0 and "3 步内容已依法销毁" in said and "是否都属销毁范围" in said


def test_a_stranger_runs_it_as_a_program(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_bytes(good)
    ended = bare(str(VERIFIER), str(tmp_path / "bundle.json"), "--trust", TRUST)
    assert (ended.returncode, ended.stderr) == (0, "") and ended.stdout.endswith("已按您给出的指纹确认。\n")
    assert bare(str(VERIFIER), str(tmp_path / "bundle.json")).returncode == 2
    assert bare(str(VERIFIER)).returncode == 3


@pytest.mark.sizes("changes", [80], long=[3000])
def test_every_changed_character_is_found(good: bytes, run: Any, changes: int) -> None:
    """Any one bit of any one byte, all over the file: where the hashes, the values and the proofs are."""
    dice = random.Random(7)
    for place in dice.sample(range(len(good)), changes):
        bad = good[:place] + bytes([good[place] ^ 1 << dice.randrange(8)]) + good[place + 1 :]
        code, said = run(bad)
        assert code == 1, (place, good[place - 20 : place + 20], said)


@pytest.mark.sizes("changes", [60], long=[600])
def test_whatever_it_is_given_it_answers(good: bytes, run: Any, changes: int) -> None:
    """Any value of the file replaced by another kind of value: a verdict, never a fault of the program."""
    dice, content = random.Random(11), json.loads(good)
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            places.append((value, key))
            walk(value[key])

    walk(content)
    for holder, key in dice.sample(places, min(changes, len(places))):
        kept, other = holder[key], dice.choice((None, 7, "", [], {}, [[]], {"alg": []}, "z" * 64, True))
        if other != kept:
            holder[key] = other
            assert run(canon(content))[0] == 1, (key, kept, other)
            holder[key] = kept


def test_its_own_sm3_is_that_of_the_standard() -> None:
    for length in (0, 1, 55, 56, 63, 64, 65, 200):
        data = bytes(range(200))[:length]
        assert banyan_verify.own_sm3(data) == second_reading.sm3(data) == banyan_verify.openssl_sm3(data)


# RFC 8032 §7.1, TEST 1 to 3: public key, message, signature.
RFC_8032 = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
     "d25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
     "4a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


def test_its_own_ed25519_is_that_of_the_standard() -> None:
    for public, message, signature in RFC_8032:
        key, said, mark = (bytes.fromhex(one) for one in (public, message, signature))
        assert banyan_verify.signed_by(key, mark, said)
        assert not banyan_verify.signed_by(key, mark, said + b"x")
        for place in range(0, 64, 7):
            assert not banyan_verify.signed_by(key, mark[:place] + bytes([mark[place] ^ 1]) + mark[place + 1 :], said)
        beyond = int.from_bytes(mark[32:], "little") + banyan_verify.Q
        assert not banyan_verify.signed_by(key, mark[:32] + beyond.to_bytes(32, "little"), said), "a second spelling"


def test_it_is_one_file_of_the_standard_library_for_python_3_9() -> None:
    tree = ast.parse(VERIFIER.read_text("utf-8"), feature_version=(3, 9))
    imported = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for name in node.names
    }
    assert imported <= set(sys.stdlib_module_names)
