"""An entry of each kind that cases have, with the fields the program gives it, and where kinds stand in the program."""

import ast
from pathlib import Path

from sqlalchemy.orm import Session

from app.history import GENESIS, Head, Json, append, erase, open_case
from app.instances.record import EVENT_KINDS
from app.vault import Vault
from tests.history.audit_kinds import AUDIT_FIELDS
from tests.history.chains import CASE, DEFINITION, ENGINE, LOG, NINE
from tests.history.emergency_kinds import EMERGENCY_FIELDS
from tests.history.file_kinds import FILE_FIELDS

APP = Path(__file__).parents[2] / "app"
MOVED: dict[str, Json] = {
    "def_title": "收养登记", "calendar": "8a" * 32, "parameters": "1f" * 32, "state": "m1:" + "92" * 32,
    "effects": {"in": ["A6"], "out": ["A5"], "flows": ["f1"], "facts": {"kind": "kin", "old": None},
                "decisions": [{"node": "G1", "decision": "d", "digest": "ab" * 32, "rows": [1, 3],
                               "inputs": {"年龄": 41}, "outputs": {"eligible": True}}]},
}  # fmt: skip
TOLD: dict[str, Json] = {"def_title": "收养登记", "actor": "p-1"}
FIELDS: dict[str, dict[str, Json]] = {
    "started": MOVED | {"actor": "p-1", "facts/case_division": "450123"},
    "completed": MOVED | {"actor": "p-1", "on_behalf_of": "p-2", "task": "A8#1/B10#1[wei]", "evidence": ["s-1"],
                          "payload/意见": "同意", "payload/附件": ["d-1"], "payload/~result": "agree",
                          "payload/~marks": ["relaxed:隆民字〔2026〕1号"], "facts/kind": "kin", "facts/old": None},
    "message": MOVED | {"task": "w#1", "evidence": ["s-2"], "payload/~sender": "case-9", "facts/on": "2026-11-20"},
    "timer_due": MOVED | {"task": "t#1", "payload/~missed": 2, "payload/~due_at": "2026-11-20T16:00:00+00:00"},
    "answered": MOVED | {"task": "ask#1", "facts/answer": {"result": "clear", "receipt": "GA-0001"}},
    "repositioned": MOVED | {"actor": "p-1", "payload/~cancel": ["b#1"], "payload/~open": [["", "a"]], "reason": "填错"},
    "corrected": MOVED | {"actor": "p-1", "facts/age": 3, "reason": "补录"},
    "migrated": MOVED | {"actor": "p-1", "reason": "新版"},
    "claimed": TOLD | {"task": "a#1", "payload/~from": "p-2"},
    "released": TOLD | {"task": "a#1"},
    "transferred": TOLD | {"task": "a#1", "payload/~from": "p-1", "payload/~to": "p-2", "reason": "休假"},
    "urged": TOLD | {"task": "a#1", "payload/~to": "p-2"},
    "phoned": TOLD,
    "interest_declared": TOLD | {"reason": "近亲属"},
    "due_moved": {"def_title": "收养登记",
                  "effects": {"moved": [{"task": "a#1", "from": "2027-01-04", "to": "2027-01-06"}]}},
    "warned": {"def_title": "收养登记", "payload/~told": ["p-1"],
               "effects": {"clock": "T1", "title": "审查期限", "level": 1, "count": 20, "limit": 30, "unit": "CD",
                           "due_on": "2026-12-01", "reference": False, "levels": [1]}},
    "escalated": {"def_title": "收养登记", "payload/~told": ["p-1", "p-2"],
                  "effects": {"clock": "T1", "title": "审查期限", "level": 0, "count": 30, "limit": 30, "unit": "CD",
                              "due_on": "2026-12-01", "reference": False, "levels": [2, 0]}},
    "late_answer": {"def_title": "收养登记", "task": "ask#1", "payload/~call": "c-1", "payload/answer": {"result": "x"}},
    "call_failed": {"def_title": "收养登记", "task": "ask#1", "payload/~call": "c-1", "payload/~error": "call_rejected"},
    "call_unknown": {"def_title": "收养登记", "task": "ask#1", "payload/~call": "c-1", "payload/~error": "call_no_answer"},
    "asked_again": TOLD | {"task": "ask#1", "payload/~call": "c-1", "reason": "对方已修复"},
    "message_kept": {"def_title": "收养登记", "evidence": ["s-3"], "payload/~message": "claim", "payload/~sender": "p-1"},
    "message_unmatched": {"def_title": "收养登记", "payload/~message": "claim"},
    "handed_on": TOLD
    | {"evidence": ["s-4"], "payload/~message": "fraud", "payload/~referral": "case-10", "on_behalf_of": "p-2"},
    "incident_retried": {"def_title": "收养登记", "actor": "cli", "reason": "命令行重试", "payload/~incident": "i-1"},
    "act_planned": TOLD | {"reason": "填错", "payload/~plan": "p-1", "payload/~words": ["将关闭：“审查”。", "将打开：“受理”。"]},
    "discarded": TOLD | {"task": "t#1", "reason": "已另行通知", "payload/~incident": "i-1", "payload/~plan": "p-1",
                         "payload/~approver": "p-2", "payload/~what": "timer"},
    "act_declined": TOLD | {"reason": "按原步骤办理", "payload/~plan": "p-1"},
    "clock_behind": {"def_title": "收养登记", "effects": {"seconds": 61}},
    "key_entered": {"actor": "cli", "effects": {"kid": "0123456789abcdef", "from": 0, "to": None}},
    "neighbour_kept": {"actor": "p-1", "effects": {"number": 1, "peer": "banyan-wuming", "size": 12, "root": "ab" * 32,
                                                   "trust": "cd" * 32, "body": "ef" * 32, "beside": "01" * 32, "grown": True,
                                                   "kept_at": "2026-11-23T01:00:00.000000Z"}},
    "checkpoint_stamped": {"actor": "p-1", "effects": {"number": 1, "checkpoint": 3, "at": "2026-11-20T01:00:00.000000Z",
                           "authority": "CN=TSA", "answer": "ab" * 32, "roots": "cd" * 32,
                           "kept_at": "2026-11-20T02:00:00.000000Z"}},
    "rows_changed": {"effects": {"digest": "ab" * 32, "rows": {"role_grant/g-1": {"role": "auditor", "valid_to": None},
                                                               "role_grant/g-2": None}}},
    "looks_batched": {"effects": {"since": "1970-01-01T00:00:00.000000Z", "until": "2026-11-23T01:00:00.000000Z",
                                  "count": 2, "root": "cd" * 32}},
    "attempts_batched": {"effects": {"since": "2026-11-23T01:00:00.000000Z", "until": "2026-11-23T01:10:00.000000Z",
                                     "count": 3, "root": "ef" * 32}},
    "case_handed_over": TOLD | {"payload/~from": "p-1", "payload/~to": "p-2", "payload/~released": ["a#1"], "reason": "调离"},
} | AUDIT_FIELDS | FILE_FIELDS | EMERGENCY_FIELDS  # fmt: skip


def write_every_kind(session: Session, vault: Vault) -> Head:
    """A chain with one entry of each kind, the erasure of another subject last."""
    key, other = open_case(session, vault=vault, case=CASE), open_case(session, vault=vault, case=CASE, subject="child")
    common = {"vault": vault, "log": LOG, "case": CASE, "at": NINE, "definition": DEFINITION, "engine": ENGINE}
    head = GENESIS
    for number, (kind, fields) in enumerate(FIELDS.items()):
        mine = other if kind == "phoned" else key
        dedupe = f"cmd:{number}" if number % 2 else None
        head = append(session, head=head, kind=kind, fields=fields, data_key=mine, dedupe=dedupe, **common)  # type: ignore[arg-type]
    return erase(session, head=head, actor="p-8", second="p-9", ground="个人信息保护法 47", subject="child", **common)  # type: ignore[arg-type]


def kinds_in_the_program() -> set[str]:
    """Kinds that some line of the program writes: those that move a case, those noted, those appended."""
    found = set(EVENT_KINDS)
    for path in APP.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id == "note" and len(node.args) > 1:
                    found |= _kinds(node.args[1], constants)
                if node.func.id in ("write_down", "_write") and len(node.args) > 3:
                    found |= _kinds(node.args[3], constants)
                if node.func.id in ("append", "append_to_system"):
                    found |= {k for word in node.keywords if word.arg == "kind" for k in _kinds(word.value, constants)}
    return found


def _kinds(written: ast.expr, constants: dict[str, object]) -> set[str]:
    if isinstance(written, ast.Constant):
        return {str(written.value)}
    if isinstance(written, ast.Name):
        return {str(constants[written.id])} if written.id in constants else set()
    if isinstance(written, ast.JoinedStr):
        assert ast.unparse(written) in {"f'call_{state}'"}, "a kind made of parts: say here which there are"
        return {"call_failed", "call_unknown"}
    raise AssertionError(f"a kind written as {ast.unparse(written)}")
