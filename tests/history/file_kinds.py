"""Entries of each kind that stand on the chain of a request for a file, with the fields the program gives them."""

from app.history import Json

FILE_FIELDS: dict[str, dict[str, Json]] = {
    "file_requested": {"actor": "p-1", "payload/kind": "court", "payload/authority": "隆安县人民法院",
                       "payload/paper": "（2026）桂0123行初12号", "payload/wanted": "全部证据", "payload/scope": "chosen",
                       "payload/case": "c-1", "payload/head": "ab" * 32, "payload/step": 9, "payload/steps": [3, 5],
                       "payload/received_on": "2026-11-20", "payload/due_on": "2026-12-07", "payload/asked_for": None,
                       "payload/bearers": [{"name": "甲", "card": "123X"}, {"name": "乙", "card": "4567"}]},
    "file_request_approved": {"actor": "p-2"},
    "file_request_declined": {"actor": "p-2", "reason": "文号不对"},
    "file_extracted": {"actor": "p-1", "payload/sm3": "cd" * 32, "payload/sha256": "ef" * 32, "payload/size": 1024,
                       "payload/head": "ab" * 32, "payload/step": 9, "payload/case": "c-1"},
}  # fmt: skip
