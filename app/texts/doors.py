"""Sentences of the doors: sign-in, tokens, malformed requests."""

SENTENCES = {
    "token_missing": "请求没有携带访问令牌。请在 Authorization 头中写明 Bearer 令牌。",
    "token_invalid": "访问令牌无效、已过期或已撤销。请重新申请令牌。",
    "token_powerless": "这个令牌没有办理权限（只读，或其角色已经收回），没有执行。请用有 write 范围的令牌。",
    "key_malformed": "Idempotency-Key 应为 1 至 200 个可见的 ASCII 字符。请更换后重试。",
    "body_invalid": "请求内容不符合接口约定：{detail}。请对照 /api/openapi.json 修改。",
    "method_not_allowed": "这个地址不支持该操作，没有执行。请返回上一页重新进入；程序请对照 /api/openapi.json 检查请求方法。",
    "document_missing": "没有收到文件或没有写明办件编号。请以表单方式提交 file 和 instance 两项。",
    "body_not_json": "请求内容不是有效的 JSON（第 {line} 行第 {column} 个字符起读不下去），没有执行。请检查后重新发送；"
    "过大的数字请写成文字。",
    "body_characters": "请求内容含有空字符（U+0000），没有执行。请删去后重新发送。",
    "body_nameless": "提交的表单中有一项没有名字，没有执行。请返回上一页刷新后重新提交；程序请给每一项写明 name。",
    "body_too_deep": "请求内容嵌套超过 {limit} 层，没有执行。请对照 /api/openapi.json 修改。",
    "body_number": "请求内容含有过大的数字，没有执行。请把它写成文字后重新发送。",
    "body_cut_short": "请求没有传完就中断了，没有执行，也没有保存。请检查网络后重新提交。",
    "form_sent_before": "这一页刚才已经提交并生效，您后来改动的内容没有保存。请刷新办件页查看已提交的内容；"
    "如需更正，请取回后重新提交，或请下一步的办理人退回。",
    "csrf": "页面已过期或来源不明，提交没有生效。请刷新页面后重新提交；已存的草稿仍在。",
    "unreadable_400": "请求的格式不符合 HTTP 规定，服务器读不懂，没有执行。请用浏览器重新打开页面；程序请检查请求头和分块编码。",
    "unreadable_414": "网址太长，服务器没有读取，没有执行。请返回上一页重新进入；程序请把内容放进请求正文。",
    "unreadable_417": "请求要求了服务器不支持的处理方式（Expect），没有执行。请去掉 Expect 头后重新发送。",
    "unreadable_431": "请求头太多或太长，服务器没有读取，没有执行。请清除本站的 Cookie 后重新登录；程序请减少请求头。",
    "unreadable_501": "服务器不支持请求所用的传输编码，没有执行。请改用普通正文或标准分块编码重新发送。",
    "unsupported_media_type": "请求的内容类型不受支持。请使用 application/json。",
}
