"""Sentences of the history room."""

SENTENCES = {
    "content_destroyed": "该办件的内容已依法销毁，不能再查看或补充。如需证明，请查看链上的销毁记录。",
    "erasure_same_person": "依法销毁须由两人办理，经办人与复核人不能是同一人。请由另一位有权限的人员复核。",
    "erasure_nothing_left": "没有可销毁的内容：该办件没有这一主体的数据密钥，或者已经销毁。请核对办件编号。",
    "record_broken": "办件 {case} 第 {seq} 步的记录无法打开，可能已被改动。请停止办理，并请审计员运行完整性核验。",
}
