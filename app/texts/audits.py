"""Sentences of audit projects and their findings."""

SENTENCES = {
    "audit_closed": "项目已结项，不能再改。请查看结项时的底稿。",
    "audit_outside": "所填区划不在您的审计职责内。请填写职责区划或其下级的代码。",
    "audit_days_range": "收件起止日期须在 {earliest} 至 {latest} 年之间。请更正。",
    "audit_days_reversed": "止日早于起日。请更正收件起止日期。",
    "audit_words_short": "“{field}”没有写清，至少 {shortest} 个字。请补充。",
    "audit_population_large": "符合条件的件超过 {largest} 件，一次抽不了。请按事项、期间或区划缩小总体。",
    "audit_unfinished": "还有 {cases} 件样本没有查阅、{findings} 个疑点没有销号，不能结项。请先办完。",
    "sample_size": "样本件数须是 1 至 {largest} 的整数。请更正。",
    "sample_strata": "没有这种分层方式。请从列表中选择。",
    "sample_empty": "总体里现在没有符合条件的件，没有抽样。请核对总体的条件。",
    "case_examined": "这一件已经记为查阅过。请刷新页面。",
    "finding_case": "本项目的区划内没有这一件。请填写完整的案号，或从样本、回放页提出。",
    "finding_step": "这一件没有这一步，最后一步是第 {last} 步。请更正。",
    "finding_kind": "没有这种类别。请从列表中选择。",
    "finding_stance": "请选择“属实”或“有说明”。",
    "finding_promise": "承认属实的，请写明整改期限，不早于今天。",
    "finding_ending": "没有销号。请选怎样销号：承认属实的须先报告整改，作了说明的可认定说明成立，都可以移送处理。",
    "finding_moved_on": "疑点的状态已经变了，没有保存。请刷新页面查看最新进展。",
}
