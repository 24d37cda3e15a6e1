"""One thing worth a look, pinned to a case and a step of it; and what each kind of finding does not prove."""

from dataclasses import dataclass
from datetime import datetime

SAME_FACTS, AGAINST, BOTH_ENDS, BURST, ODD_HOURS, OUTLIER = (
    "same_facts", "against", "both_ends", "burst", "odd_hours", "outlier",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where to look. `seq`: the step at which the player opens."""

    case: str
    number: str
    title: str
    seq: int
    said: str = ""


@dataclass(frozen=True)
class Finding:
    """`weight` orders findings of one kind, the heaviest first; `people` are ids of accounts. `others`: ids of cases that it
    is about as well, where only some are named."""

    kind: str
    said: str
    places: tuple[Place, ...]
    at: datetime
    weight: float = 0
    people: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def cases(self) -> list[str]:
        """Ids of all the cases that it is about, each once."""
        return sorted({*(place.case for place in self.places), *self.others})


TITLES = {
    SAME_FACTS: "事实相同，结果不同",
    AGAINST: "与规则提示不一致的决定",
    BOTH_ENDS: "一人办两头",
    BURST: "短时间内集中办结",
    ODD_HOURS: "非工作时间办结",
    OUTLIER: "用时明显偏长",
}
PROVES_NOT = {
    SAME_FACTS: "只比较决策表看到的输入。表外的情况（材料真伪、当面陈述、后来补充的事实）不在比较之内，"
    "结果不同不等于其中一件办错。",
    AGAINST: "规则提示只供参考，法律把决定交给人。与提示不同可能正是因为了解了规则不知道的情况；请看该步写明的理由。",
    BOTH_ENDS: "岗位分离经批准放宽期间，或程序本来就由发起人收尾时，一人办两头并不违规。这里也不说明决定有错。",
    BURST: "可能是集中补录已经办妥的事项，或系统中断后的集中处理。时间接近不等于没有审查。",
    ODD_HOURS: "值班、加班、紧急处置都会在非工作时间留下记录；也不能证明坐在电脑前的就是登记的人。",
    OUTLIER: "用时从步骤打开算到办结，包括等待当事人、其他部门和节假日的时间；偏长不等于拖延，也不等于超过法定期限。",
}
