"""Sentences of the doors: sign-in, tokens, malformed requests."""

SENTENCES = {
    "token_missing": "请求没有携带访问令牌。请在 Authorization 头中写明 Bearer 令牌。",
    "token_invalid": "访问令牌无效、已过期或已撤销。请重新申请令牌。",
    "key_malformed": "Idempotency-Key 的长度应为 1 至 200 个字符。请更换后重试。",
    "body_invalid": "请求内容不符合接口约定：{detail}。请对照 /api/openapi.json 修改。",
    "method_not_allowed": "这个地址不支持该操作。请对照 /api/openapi.json 检查请求方法。",
    "document_missing": "没有收到文件或没有写明办件编号。请以表单方式提交 file 和 instance 两项。",
    "csrf": "页面已过期或来源不明，提交没有生效。请刷新页面后重新提交；已存的草稿仍在。",
    "unsupported_media_type": "请求的内容类型不受支持。请使用 application/json。",
}
