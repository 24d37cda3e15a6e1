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
    "definition_unknown": "没有找到流程 {key} 的已发布版本。请先发布该流程。",
    "diagram_not_executable": '流程图里没有可执行的流程（isExecutable="true"）。请在流程属性中勾选“可执行”后重试。',
}
