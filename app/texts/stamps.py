"""Sentences about time-stamp tokens."""

SENTENCES = {
    "stamp_malformed": "这个文件不是时间戳机构同意出具的答复（RFC 3161，摘要算法 SHA-256），没有采用。"
    "请核对文件；机构拒绝出具的，请用 flask history stamp request 重新申请。",
    "stamp_of_nothing": "这份时间戳证明的不是本系统的任何一个检查点，没有采用。请核对是否取错了答复。",
    "stamp_known": "这份时间戳已经留存，没有重复留存。",
    "stamp_untrusted": "用 --roots 给出的证书不能证明这份时间戳：不是该机构的证书、缺少中间证书、出具时证书已失效，"
    "或时间戳被改动。没有采用。请从时间戳机构的公告等别的途径取得根证书，再试。",
    "stamp_not_yours": "留存时间戳须由安全管理员或审计员具名。请换由有权限的人员办理。",
}
