"""Sentences about people, roles, signing in and divisions."""

SENTENCES = {
    # who may
    "not_your_role": "本步骤由“{roles}”办理，您在 {division} 没有这个角色。请交给有该角色的同事，"
    "或请本单位系统管理员授权。",
    "not_assigned": "本步骤已指定由其他人办理。如需更换办理人，请联系本单位负责人改派。",
    "not_your_organisation": "本步骤只由经办机构自己的人员办理。请联系该机构。",
    "in_person_only": "本步骤须由本人办理，不能代理（会签不得代签）。请等本人办理。",
    "declared_interest": "本案已登记您（或您所代理的人）应当回避，不能办理本案的任何步骤。请联系负责人改派他人。",
    "distinct_person": "并列的另一项已由您（或您所代理的人）办理，法规要求由不同的人分别完成。请由另一位人员办理。",
    "own_act": "您（或您所代理的人）办理过本案的其他环节，不能再审批自己办理的事项。请由另一位有审批权限的人员办理。",
    "separation_local": "您（或您所代理的人）已办理过本案的“{earlier}”环节，不能再办理“{mine}”环节。"
    "请由另一位同事办理；"
    "人员确实不足的，可由负责人申请放宽本地岗位分离规则。",
    "operator_not_yours": "让停下的办件再试须由该地的系统管理员提出。请用 --by 写明系统管理员的用户名。",
    "operator_second_not_yours": "再试须由第二人批准：该地的分管领导、市级民政、自治区民政厅或安全管理员。请用 --approver 写明。",
    "operator_same_person": "提出人和批准人不能是同一个人。请另请一人批准。",
    # divisions
    "division_code_bad": "区划代码“{division}”不对：应为 2、4、6、9 或 12 位数字。请从列表中选择，"
    "或按 GB/T 2260 核对。",
    "import_not_yours": "导入区划代码须由系统管理员办理。请联系系统管理员。",
    "divisions_too_large": "文件超过 {limit} MB，没有导入。请按省或市拆成几个文件再导入。",
    "divisions_not_utf8": "文件不是 UTF-8 编码，没有导入。请用“另存为 CSV UTF-8”重新保存后再导入。",
    "divisions_no_header": "文件第一行应为列名，至少包含 code 和 name，没有导入。请补上列名后再导入。",
    "divisions_bad_lines": "有 {count} 行不对，没有导入任何一行。请改正后重新导入。{lines}",
    # signing in
    "sign_in_refused": "用户名或密码不对，或账号已停用。请核对后重试；忘记密码请联系本单位系统管理员。",
    "sign_in_locked": "连续登录失败次数过多，请 {minutes} 分钟后再试。急需使用请联系本单位系统管理员。",
    "signed_out": "登录已失效。请重新登录，未提交的内容请先复制保存。",
    "second_factor_due": "您的角色须先设置两步验证才能继续，本次操作没有执行。请打开“两步验证”，用手机上的验证器完成设置。",
    "code_refused": "验证码不对、已过时，或已经用过一次。请等手机显示下一个验证码再输入；"
    "总是不对的，请在手机设置里打开“自动设置时间”（手机时间不能相差半分钟以上）；手机不在身边，请用恢复码。",
    "recovery_code_refused": "恢复码不对，或已经用过（每个只能用一次）。请核对后重新输入 16 位字母和数字；"
    "没有可用的恢复码，请联系本单位系统管理员重置两步验证。",
    "code_locked": "连续失败次数过多，请 {minutes} 分钟后重新登录再试。急需使用请联系本单位系统管理员。",
    "code_locked_a_day": "24 小时内验证码已输错 {most} 次，暂时不能登录。请明天再试；如果不是您本人输错，"
    "说明有人知道了您的密码，请立即联系本单位系统管理员。",
    "code_not_confirmed": "验证码不对，两步验证还没有启用。请确认验证器里已添加下面这个密钥，等显示下一个验证码再输入；"
    "总是不对的，请在手机设置里打开“自动设置时间”。",
    "factor_not_offered": "这次设置已经过期或已经完成，没有任何改动。请重新打开“两步验证”查看；需要设置的，从头再来一次。",
    "factor_demo": "演示账号由大家共用，不能设置两步验证。正式使用时每人用自己的手机设置。",
    "factor_required": "您的角色必须使用两步验证，不能停用。要换手机，请用“换一部手机”。",
    "factor_absent": "该人员没有设置两步验证，或原来的已经停用。无需重置。",
    "reset_no_reason": "请写明重置两步验证的原因（如手机遗失，何时、怎样核实了本人）。",
    "reset_own": "不能批准自己提出的重置，也不能批准重置自己的两步验证（同一人的其他账号也算）。请由另一位安全管理员批准。",
    "account_closed": "该账号不存在或已停用。请联系本单位系统管理员。",
    "password_wrong": "原密码不对，密码没有更改。请重新输入原密码。",
    "password_expired": "密码已到期，须先更换才能继续，本次操作没有执行。请打开“修改密码”设置新密码。",
    "password_not_repeated": "两次输入的新密码不一致，密码没有更改。请重新输入两次。",
    "password_demo": "演示账号共用一个公开的密码，不能修改。正式使用时每人都有自己的密码。",
    "password_too_short": "新密码太短，至少需要 {shortest} 个字符。请换一个更长的密码。",
    "password_too_long": "新密码太长，最多 {longest} 个字符。请缩短后重试。",
    "password_too_simple": "新密码过于简单：小写字母、大写字母、数字、其他符号中至少用 {kinds} 种，"
    "且不能总是重复几个字符。请更换。",
    "password_tells_name": "新密码不能包含登录名或姓名。请换一个密码。",
    "password_used_before": "最近 {remembered} 次用过的密码不能再用。请换一个密码。",
    # tokens
    "token_unnamed": "请给令牌起一个不超过 60 个字的名称，说明由哪个程序使用。",
    "token_too_long": "令牌有效期须晚于现在，且不超过 {days} 天。请重新选择到期时间。",
    "token_scope_unknown": "令牌范围“{scope}”不对。请写成 read:角色码、write:角色码 或 delegate，至少一项。",
    "token_scope_exceeds": "令牌范围“{scope}”超出您本人现有的角色。请只选择您自己持有的角色。",
    "token_no_delegation": "该令牌不能办理代理（范围中没有 delegate），没有执行。请换用含 delegate 的令牌，或登录后在“代理”页办理。",
    "token_too_many": "有效令牌已达 {limit} 个。请先撤销不用的令牌再新建。",
    # grants
    "role_unknown": "没有“{role}”这个角色。请从角色列表中选择。",
    "role_wrong_level": "“{role}”只能在{levels}区划授权。请重新选择区划。",
    "grant_not_yours": "授予角色须由该区划的系统管理员办理。请联系该区划的系统管理员。",
    "grant_own": "不能给自己授权，也不能批准自己的角色或自己提出的授权（同一人的其他账号也算）。请由另一人办理。",
    "grant_days_reversed": "授权的结束日期早于开始日期。请核对日期。",
    "grant_double": "该人员在 {division} 已有“{role}”角色（或正在等待批准）。无需重复授权；需要延期请先撤销原授权。",
    "grant_approved": "该授权已经批准，无需再次批准。",
    "roles_exclusive": "“{role}”与该人员的“{other}”不能由同一人担任（系统、安全、审计三员互斥，"
    "也不兼任其他角色）。请先撤销原角色，或另选人员。",
    # delegation
    "delegation_no_reason": "请写明代理原因（如出差、病假）。",
    "delegation_days": "代理期限须从今天或以后开始，不超过 {days} 天。请重新选择起止日期。",
    "delegation_same_person": "代理人和被代理人是同一个人。请选择另一位同事。",
    "delegation_outside": "代理人须是本单位的同事。请从本单位人员中选择。",
    "delegation_administrator": "系统、安全、审计管理员不能代理他人，也不能由他人代理。请由其他人员担任。",
    "delegation_nothing": "被代理人目前没有办理业务的角色，无需代理。请核对人员。",
    # separation
    "relaxation_not_yours": "放宽岗位分离规则须由本单位负责人申请。请联系负责人。",
    "relaxation_days": "放宽期限的起止日期不对，最长 {days} 天。请重新选择日期。",
    "relaxation_no_reason": "请写明放宽的理由和批准文件的文号，两项都不能空。",
    "relaxation_double": "同一天开始的放宽申请已经存在。请查看原申请，或换一个开始日期。",
    "relaxation_own": "不能批准自己提出的放宽申请（同一人的其他账号也算）。请由上级另一人批准。",
    "relaxation_approved": "该放宽申请已经批准，无需再次批准。",
    # accounts
    "already_installed": "系统里已有人员，不能再次安装。新增人员请由系统管理员用 flask people 登记。",
    "register_not_yours": "登记单位和人员须由该区划的系统管理员办理。请联系该区划的系统管理员。",
    "login_bad": "登录名应为 3 至 32 个字符，以小写字母开头，只用小写字母、数字、点、横线、下划线。请修改。",
    "login_taken": "该登录名已被使用。请换一个登录名。",
    "name_bad": "名称应为 2 至 40 个字，且不含控制字符或改变文字方向的字符。请重新输入。",
    "close_own": "不能停用自己的账号。请由另一位系统管理员办理。",
    "organisation_kind_unknown": "单位类别不对。请从列表中选择单位类别。",
    "uscc_bad": "统一社会信用代码的校验位不对。请按证书核对 18 位代码。",
    "organisation_taken": "同名或同一信用代码的单位已经登记。请直接选用，或核对名称。",
}
