"""Sentences of the history room."""

SENTENCES = {
    "content_destroyed": "该办件的内容已依法销毁，不能再查看或补充。如需证明，请由审计员打印尚存的步骤、哈希和销毁记录，或导出档案包；"
    "外单位来文调取的，由档案员登记调卷。",
    "erasure_same_person": "依法销毁须由两人办理，经办人与复核人不能是同一人。请由另一位有权限的人员复核。",
    "erasure_running": "该办件还在办理，不能依法销毁。请先办结；保管期限届满前的请求，应按个人信息保护法第四十七条限制处理。",
    "erasure_nothing_left": "没有可销毁的内容：该办件没有这一主体的数据密钥，或者已经销毁。请核对办件编号。",
    "record_broken": "办件 {case} 第 {seq} 步的记录无法打开，可能已被改动。请停止办理，并请审计员运行完整性核验。",
    "no_signing_key": "这里没有签名密钥，没有生成检查点。请用 flask history keys new 生成密钥，"
    "用环境变量 SIGNING_KEY_FILE 指给运行本命令的用户，并把根密钥签过的清单用 flask history keys accept 录入。",
    "signing_key_unlisted": "签名密钥 {kid} 不在密钥清单中或已停用，没有生成检查点。"
    "请在离线机器上用 flask history keys sign 签发清单，再用 flask history keys accept 录入。",
    "key_line_forged": "密钥清单上根密钥的签名不对，没有录入。请核对文件是否完整，或重新签发。",
    "key_line_other_root": "这一行由另一把根密钥签发，与已录入的根密钥不同，没有录入。请用原来的根密钥签发。",
    "key_line_known": "密钥清单里已有这一行，没有重复录入。",
    "case_not_sealed": "本件还没有封存进签名的检查点，不能导出带证明的档案包。请等后台进程封存（十分钟以内），"
    "或在签名的机器上运行 flask history checkpoint 后再试。",
    "export_files_need_whole": "附件原件只能连同完整内容一起取走。请选择完整内容并写明用途，或不要附件原件。",
    "export_files_too_large": "附件原件合计超过 {limit} MB，没有导出。页面上最多 200 MB；"
    "由运行维护人员用命令 flask history export --with-files 最多 1024 MB。再多的请另取原件，核验时用 --file 核对。",
    "export_purpose_short": "取走或打印含个人信息的完整内容须写明用途，用途至少 {shortest} 个字。请补写，或选择隐去个人信息。",
}
