"""What the adoption register may be asked."""

from app.connectors.operation import RECEIPT, RESULT, Operation
from app.connectors.shapes import Item

DUPLICATE = Operation(
    name="duplicate",
    title="收养系统查重",
    basis="民法典 1100",
    situations="每一件收养登记：收养人数、被收养人有无在办件",
    idempotent=True,
    input={"this_count": Item("number", "本次收养人数")},
    answer=RESULT,
    identifiers=("id_no", "spouse_id_no", "child_id_no"),
)
ADOPTED = Operation(
    name="adopted",
    title="更新儿童福利信息系统",
    basis="未成年人保护法 95",
    situations="收养登记之后",
    idempotent=True,
    input={"certificate_no": Item("text", "登记证号"), "registered_on": Item("date", "登记日")},
    answer=RECEIPT,
    identifiers=("child_id_no",),
)
ORPHAN = Operation(
    name="orphan",
    title="录入儿童福利信息系统",
    basis="民发〔2010〕161 号",
    situations="孤儿认定之后",
    idempotent=True,
    input={
        "orphan_class": Item(
            "code",
            "类别判断",
            {
                "orphan": "孤儿",
                "infected": "感染儿童",
                "defacto": "事实无人抚养儿童",
                "over_age": "超龄",
                "unclear": "待定",
            },
        ),
        "start_month": Item("date", "起发月"),
    },
    answer=RECEIPT,
    identifiers=("child_id_no",),
)

OPERATIONS = (DUPLICATE, ADOPTED, ORPHAN)
