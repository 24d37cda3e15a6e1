"""What the police may be asked."""

from app.connectors.operation import RECEIPT, RESULT, Operation
from app.connectors.shapes import Item
from app.connectors.situations import ORPHANS, PARENTS, RELATIONS, SOURCES, UNKNOWN_PARENTS

CRIMINAL_RECORD = Operation(
    name="criminal_record",
    title="犯罪记录核验",
    basis="民法典 1098(四)",
    situations="收养人（共同收养的双方）；继父母收养继子女不核（民法典 1103）",
    idempotent=True,
    input={"relation": Item("code", "收养关系", RELATIONS)},
    answer=RESULT,
    only_when={"relation": ("general", "kin")},
    identifiers=("id_no", "spouse_id_no"),
)
FOUNDLING = Operation(
    name="foundling",
    title="捡拾报案与 DNA 比对",
    basis="登记办法 6、7",
    situations="儿童查找不到生父母（收养登记、孤儿认定）",
    idempotent=False,
    input={
        "child_source": Item("code", "被收养情形", SOURCES),
        "orphan_type": Item("code", "孤儿类别", ORPHANS),
    },
    answer=RESULT,
    only_when={"child_source": UNKNOWN_PARENTS, "orphan_type": tuple(ORPHANS)},
    identifiers=("child_id_no",),
    timeout=20.0,
)
HOUSEHOLD = Operation(
    name="household",
    title="户口登记通知",
    basis="民法典 1106",
    situations="收养登记之后",
    idempotent=True,
    input={"letter": Item("text", "文书编号"), "registered_on": Item("date", "登记日")},
    answer=RECEIPT,
)
DEATH = Operation(
    name="death",
    title="死亡登记核验",
    basis="国办发〔2010〕54 号",
    situations="孤儿认定：父亲或者母亲死亡",
    idempotent=True,
    input={"father_status": Item("code", "父亲情况", PARENTS), "mother_status": Item("code", "母亲情况", PARENTS)},
    answer=RESULT,
    identifiers=("father_id_no", "mother_id_no"),
)

OPERATIONS = (CRIMINAL_RECORD, FOUNDLING, HOUSEHOLD, DEATH)
