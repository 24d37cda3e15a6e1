"""The fixed cast: the people of the demonstration as actors, without a database.

actor("liguifang")              李桂芳, 收养登记员 of 隆安县
actor("liguifang", also=nong)   who also holds the grants of another, as a small office does
"""

from dataclasses import replace

from app.identity.actor import Actor, Principal
from app.identity.demo import demo_people

CAST = demo_people()

LI_GUIFANG = "liguifang"
"""收养登记员 450123"""
NONG_XIAOLAN = "nongxiaolan"
"""审查岗 450123"""
QIN_LIXIN = "qinlixin"
"""评估组织岗 450123"""
LU_WENJING = "luwenjing"
"""评估员 450123"""
WEI_ZHIQIANG = "weizhiqiang"
"""评估员 450123"""
HUANG_JIANGUO = "huangjianguo"
"""分管领导 450123"""
MENG_XIUYING = "mengxiuying"
"""档案员 450123"""
ZHOU_MIN = "zhoumin"
"""the stranger: 收养登记员 450124"""
MO_HAIYAN = "mohaiyan"
"""审计员 45"""
LIANG_XIAODONG = "liangxiaodong"
"""政策岗 45"""
WEI_YIMING = "weiyiming"
"""系统管理员 45"""


def actor(login: str, *, also: Actor | None = None) -> Actor:
    one = CAST[login].actor()
    return replace(one, grants=one.grants + also.grants) if also else one


def standing_in(login: str, *, for_: str) -> Actor:
    """The actor with the grants of `for_` by 代理 besides the own ones."""
    one, other = CAST[login].actor(), CAST[for_]
    principal = Principal(str(other.id), other.login, other.name, str(other.natural_person))
    delegated = tuple(replace(grant, on_behalf_of=principal) for grant in other.grants)
    return replace(one, grants=one.grants + delegated)
