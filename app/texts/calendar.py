"""Sentences about working days."""

SENTENCES = {
    "calendar_grounds_missing": "请写明理由和依据（例如国务院办公厅放假通知的文号）后再提交。",
    "calendar_table_empty": "{year} 年的放假安排是空的。请按通知逐日填写放假和调休上班的日期。",
    "calendar_day_outside_year": "{day} 不在 {year} 年内。请改正日期，或放到它所在年份的安排里。",
    "calendar_name_missing": "{day} 没有写节日名称。请填写（例如“国庆节”）。",
    "calendar_lieu_work_on_weekday": "{day} 不是周末，不能标为调休上班。请核对通知上的日期。",
    "calendar_lieu_rest_on_weekend": "{day} 是周末，不能标为调休放假；属于假期的请标为“放假”。",
    "calendar_ordinary_day": "{day} 是平常的工作日或休息日，不需要列入安排，请删去这一行。",
    "calendar_unchanged": "{year} 年的安排与现行的完全相同，没有可提交的改动。",
    "calendar_past_day": "放假安排只能改今天以后的日期，下列日期已过：{days}。请恢复这些日期后再提交。",
    "calendar_same_person": "起草人不能审批自己的改动。请由另一位有权的同事审批。",
    "calendar_not_pending": "这份放假安排已经审批或已作废，不能再处理。请刷新页面查看现行版本。",
    "calendar_changed_meanwhile": "起草之后放假安排已有新版本。请在新版本上重新起草后再审批。",
}
