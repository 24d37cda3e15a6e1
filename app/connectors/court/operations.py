"""What the court may be asked."""

from app.connectors.operation import RESULT, Operation
from app.connectors.shapes import Item
from app.connectors.situations import PARENTS

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
DECLARATION = Operation(
    name="declaration",
    title="宣告文书核验",
    basis="民法典 40–53",
    situations="孤儿认定：父亲或者母亲被宣告死亡、宣告失踪",
    idempotent=True,
    input={"father_status": Item("code", "父亲情况", PARENTS), "mother_status": Item("code", "母亲情况", PARENTS)},
    answer=RESULT,
    identifiers=("father_id_no", "mother_id_no"),
)

OPERATIONS = (DISHONESTY, DECLARATION)
