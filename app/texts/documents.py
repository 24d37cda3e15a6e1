"""Sentences of the documents room."""

SENTENCES = {
    "document_empty": "“{name}”是空文件，没有保存。请重新选择文件后上传。",
    "document_too_large": "“{name}”超过 {limit} MB，没有保存。请压缩、降低扫描分辨率或拆成几件后上传。",
    "document_name": "文件名不能用（{detail}），没有保存。请改成普通的名字，如 户口簿.pdf，再上传。",
    "document_type": "“{name}”不是可收的文件，没有保存。只收 pdf、jpg、png；Word、Excel 请另存为 pdf。",
    "document_lies": "“{name}”的内容与扩展名不符，没有保存。请用原软件另存为 pdf、jpg 或 png 后上传。",
    "document_broken": "“{name}”打不开或已损坏，没有保存。请重新扫描或另存后上传。",
    "document_locked": "“{name}”设了密码，没有保存。请去掉密码后上传。",
    "document_active": "“{name}”含有脚本、内嵌文件或自动动作，没有保存。请用“打印为 PDF”另存一份后上传。",
    "document_bomb": "“{name}”展开后过大，没有保存。请降低分辨率或减少页数后上传。",
    "document_altered": "这份文件与收到时登记的摘要不一致，已停止提供。请保留现场并立即报告系统管理员和审计员。",
    "letter_incomplete": "文书还缺“{fields}”，没有生成。请先补齐这些内容，再生成文书。",
    "font_missing": "这台机器没有中文字体，没有生成 PDF。请安装一种后再试，如 apt-get install fonts-noto-cjk。",
    "character_missing": "这台机器的字体里没有 {characters}，没有生成 PDF，以免印成方框。请安装收字更全的中文字体后再试。",
    "document_too_long": "排版超过 {seconds} 秒，已停下，没有生成 PDF。请改用命令 flask history print 在后台打印。",
    "letter_altered": "这份文书与登记的摘要不一致，已停止提供。请立即报告系统管理员和审计员。",
}

TEMPLATE_FINDINGS = {
    "empty": "文书没有内容，请写上正文。",
    "too_long": "文书超过 {limit} 个字，请精简。",
    "not_text": "文书不是 UTF-8 文本，请另存为 UTF-8。",
    "unseen": "第 {line} 行有看不见的特殊字符（{character}），请删去。",
    "braces": "第 {line} 行的双花括号不成对，应写作 {{{{名称}}}}。",
    "unknown": "第 {line} 行的合并字段“{field}”没有声明，可用：{known}。",
}
