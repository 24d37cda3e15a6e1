"""Sentences about checkpoints of neighbours."""

SENTENCES = {
    "neighbour_malformed": "这个文件不是对方用 flask history checkpoint --to 写出的检查点，或已损坏，没有采用。请向对方重取。",
    "neighbour_without_keys": "文件里没有对方的密钥清单，无从核对签名，没有采用。请用 --keys 另给清单文件，"
    "或请对方用 flask history checkpoint --to 重新导出。",
    "neighbour_key_forged": "对方密钥清单上根密钥的签名不对，没有采用。请向对方重取。",
    "neighbour_other_root": "对方密钥清单的根公钥与您确认的指纹（--trust）或已留存的不同，没有采用。"
    "请从别的途径（公告、当面）向对方再核对指纹。",
    "neighbour_unsigned": "对方检查点的签名不对，或签名的密钥不在其密钥清单中、已停用：内容可能被改动，没有采用。请向对方重取。",
    "neighbour_is_own": "这是本系统自己的检查点（日志 {log}，或由本系统的根密钥签发），不能作邻近机关的见证。"
    "日志的名称（BANYAN_LOG）在启用前定下，此后不能更改；两份同名的日志不能互相见证。",
    "neighbour_other_name": "文件是日志 {log} 的检查点，不是 --peer 所写的 {peer}，没有采用。请核对名称和文件。",
    "neighbour_trust_missing": "第一次留存 {peer} 的检查点，须用 --trust 写明从别的途径得到的对方根公钥指纹。",
    "neighbour_trust_differs": "{peer} 已留存的根公钥指纹是 {kept}，与 --trust 所写的不同，没有采用。"
    "根密钥不会更换，请从别的途径向对方核实。",
    "neighbour_known": "{peer} 的这一检查点（{size} 条）已经留存，没有重复留存。",
    "neighbour_older": "{peer} 的这一检查点（{size} 条）早于已留存的（{kept} 条），没有采用。请向对方取最新的检查点；"
    "已留存的若是对方密钥失窃后所签，请对方停用那把密钥后再导出。",
    "neighbour_unproved": "{peer} 的文件没有从上次留存的条数起的一致性证明，不能确认对方的日志（{size} 条）只增不改，没有采用。"
    "请对方用 flask history checkpoint --to 导出新的检查点；对方确实给不出证明的，核实缘由后可加 --unproved 留存，记入留存记录。",
    "neighbour_split": "警报：{peer} 在同为 {size} 条时给出了不同的根，说明对方有两份日志。没有采用。"
    "请保全这个文件，连同已留存的检查点报告审计员和上级。",
    "neighbour_rewritten": "警报：{peer} 的日志从 {kept} 条到 {size} 条并非只增不改，已留存的内容在对方那里被改写。没有采用。"
    "请保全这个文件，连同已留存的检查点报告审计员和上级。",
    "neighbour_saw_another": "警报：{found}。没有采用。请保全数据库和这个文件，报告审计员。",
    "neighbour_unreadable": "留存的邻近机关检查点读不出来，可能已被改动。请运行 flask history verify。",
    "neighbour_not_yours": "留存邻近机关的检查点须由安全管理员或审计员具名。请换由有权限的人员办理。",
}
