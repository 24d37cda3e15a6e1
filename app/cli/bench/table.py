"""The figures as a table for a terminal: what, how much, and the target where there is one."""

import unicodedata
from collections.abc import Iterator

from app.cli.bench.figures import Figures

DOORS = {"http": "经接口，gunicorn 单进程，一个客户端", "inside": "进程内直接办理"}


def lines(found: Figures) -> Iterator[str]:
    yield ""
    yield f"{found.file}　{found.instances} 件，{found.steps} 步　{DOORS[found.door]}　{found.database}"
    for name, value, target in rows(found):
        yield f"  {padded(name, 34)}{padded(value, 22)}{target}".rstrip()
    yield "时间受机器和邻居影响，只比较同一次运行内的倍数。"


def rows(found: Figures) -> Iterator[tuple[str, str, str]]:
    """Name, value, target."""
    yield "每秒步数", f"{found.steps_per_second:.1f}", ""
    yield "每步耗时 p50 / p95（毫秒）", f"{found.p50:.2f} / {found.p95:.2f}", ""
    yield "每步语句数 平均 / 最多", f"{found.statements_mean:.1f} / {found.statements_most}", "≤ 12"
    yield "每步提交数 平均 / 最多", f"{found.commits_mean:.1f} / {found.commits_most}", "= 1"
    yield "每件占用（含索引）", f"{found.bytes_per_instance / 1000:.1f} kB", "十步 ≤ 15 kB"
    yield "末步 ÷ 首步", f"{found.last_to_first:.2f}", "五十步 ≤ 1.1"
    floor = f"{found.floor_p50:.2f} → {found.to_floor:.1f} 倍" if found.floor_p50 else "流程引擎单独不能运行此文件"
    yield "下限 floor p50（毫秒）→ 我们", floor, ""
    bare_target = "≤ 2 倍" if found.door == "http" else ""
    yield "空端点 bare p50（毫秒）→ 我们", f"{found.bare_p50:.2f} → {found.to_bare:.1f} 倍", bare_target
    if (crowd := found.crowd) is not None:
        times = f"{crowd.alone:.1f} → {crowd.together:.1f}（{crowd.together / crowd.alone:.2f} 倍）"
        yield f"一个 → {crowd.clients} 个客户端，每秒步数", times, "≥ 1 倍"
        yield f"{crowd.clients} 个客户端时出错", str(crowd.errors), "= 0"
    yield "全部办件核验与重演", "一致" if found.record_holds else "不一致！", ""


def padded(text: str, width: int) -> str:
    """Padded to columns of a terminal, where a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
    return text + " " * (width - taken)
