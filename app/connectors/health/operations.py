"""What the health authority may be asked."""

from app.connectors.operation import RESULT, Operation
from app.connectors.shapes import Item
from app.connectors.situations import SOURCES, UNKNOWN_PARENTS

BIRTHS = Operation(
    name="births",
    title="生育情况核验",
    basis="登记办法 6",
    situations="只在收养查找不到生父母的未成年人时",
    idempotent=True,
    input={"child_source": Item("code", "被收养情形", SOURCES, required=True)},
    answer=RESULT,
    only_when={"child_source": UNKNOWN_PARENTS},
    identifiers=("id_no", "spouse_id_no"),
)

OPERATIONS = (BIRTHS,)
