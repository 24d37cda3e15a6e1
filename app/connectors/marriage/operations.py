"""What the marriage register may be asked."""

from app.connectors.operation import RESULT, Operation
from app.connectors.shapes import Item
from app.connectors.situations import RELATIONS

STATUS = Operation(
    name="status",
    title="婚姻登记核验",
    basis="民法典 1101",
    situations="收养人；有配偶的应当共同收养",
    idempotent=True,
    input={
        "relation": Item("code", "收养关系", RELATIONS),
        "marital": Item("code", "婚姻状况", {"10": "未婚", "20": "已婚", "30": "丧偶", "40": "离婚", "90": "未说明"}),
    },
    answer=RESULT,
    identifiers=("id_no", "spouse_id_no"),
)

OPERATIONS = (STATUS,)
