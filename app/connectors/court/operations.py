"""What the court may be asked."""

from app.connectors.operation import RESULT, Operation
from app.connectors.shapes import Item

DISHONESTY = Operation(
    name="dishonesty",
    title="失信信息查询",
    basis="申请人书面授权（个人信息保护法 13、29）",
    situations="只在收养评估中，凭书面授权",
    idempotent=True,
    input={"authorised": Item("boolean", "已书面授权", required=True)},
    answer=RESULT,
    only_when={"authorised": (True,)},
    identifiers=("id_no", "spouse_id_no"),
)

OPERATIONS = (DISHONESTY,)
