"""Sentences of the catalogue."""

SENTENCES = {
    "bundle_absent": "找不到流程图文件 {path}。请核对流程文件夹的名称。",
    "bundle_too_large": "流程包过大：最多 {files} 个文件、20 MB。请去掉与流程无关的文件。",
    "bundle_not_text": "流程包中的 {file} 不是 UTF-8 文本。请另存为 UTF-8 后重试。",
    "bundle_settings": "process.toml 的 [{place}] 有问题：{detail}。请改正后重新发布。",
    "bundle_calls_absent": "流程调用了 {key}，但它还没有发布。请先发布 {key}。",
    "bundle_form_absent": "任务 {node} 使用的表单 {form} 不在流程包里。请补上 forms/ 下的同名文件，或改正任务的表单名。",
    "definition_refused": "流程图未通过检查，共 {count} 处，没有发布。第一处：{first}",
    "definition_needs_four_eyes": "本系统已启用双人发布，不能直接发布流程。请在流程设计中起草并送审。",
    "publish_needs_two": "本系统已启用双人发布。请用 --by 写明起草人、用 --approver 写明批准人（用户名）后重试。",
    "publish_not_policy": "{name}不是政策岗，不能起草或批准流程。请改由政策岗办理。",
    "publish_same_person": "起草人和批准人不能是同一个人。请另请一位政策岗批准。",
    "definition_unknown": "没有找到流程 {key} 的已发布版本。请先发布该流程。",
    "definition_key": "流程的编号“{process}”不能用作流程代码（只用字母、数字、下划线、点和横线，至多 64 个）。请改正后重试。",
    "bundle_role": "{place} 写的角色“{role}”不存在或不办理案件，没有发布。请从角色列表中选择办理案件的角色。",
    "bundle_characters": "流程包的 {file} 含有看不见的特殊字符 {character}，没有发布。请删去后重试。",
    "diagram_not_executable": '流程图里没有可执行的流程（isExecutable="true"）。请在流程属性中勾选“可执行”后重试。',
}
