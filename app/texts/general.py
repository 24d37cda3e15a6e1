"""Sentences that belong to no room in particular."""

SENTENCES = {
    "not_found": "没有找到这一项，或者您无权查看。请核对编号；如应由您办理，请联系本单位管理员授权。",
    "busy": "系统正忙，本次操作没有保存。请稍等几秒再提交一次，已填内容仍在页面上。",
    "already_done": "这一步刚刚已经提交过，没有重复生效。请刷新页面查看结果。",
    "bad_request": "请求的格式不对（{detail}），没有执行。请返回上一页刷新后重新提交。",
    "too_large": "提交的内容过大（上限 {limit}）。请减少内容或压缩附件后再提交。",
    "unexpected": "系统出了问题，本次操作没有保存。请稍后再试；如仍不行，请把编号 {reference} 告诉管理员。",
    "commit_unknown": "提交时与数据库的连接断开，暂时不能确定是否已经保存。请稍后刷新核对；也可以原样再提交一次，不会重复生效。",
    "vault_key_other": "数据库由另一把加密密钥（{stored}）加密，本系统现用 {held}，打不开任何内容，没有改动数据。"
    "请系统管理员把 VAULT_KEY 换成原来的密钥后重新启动（见 docs/restore.md）。",
    "database_gone": "暂时连不上数据库，本次操作没有保存。请稍后重新提交，已填内容仍在页面上。",
}
