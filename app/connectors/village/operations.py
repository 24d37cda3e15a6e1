"""What the village committee may be asked."""

from app.connectors.operation import RESULT, Operation
from app.connectors.shapes import Item
from app.connectors.situations import RELATIONS

HOUSEHOLD = Operation(
    name="household",
    title="村居委走访核实",
    basis="登记办法 6",
    situations="收养人抚养教育能力的证明；继父母收养继子女不核",
    idempotent=False,
    input={"relation": Item("code", "收养关系", RELATIONS)},
    answer=RESULT,
    only_when={"relation": ("general", "kin")},
    identifiers=("id_no",),
    timeout=20.0,
)

OPERATIONS = (HOUSEHOLD,)
